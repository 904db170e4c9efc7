/**
 * The runtime's event loop with sockets in it, kept busy: turns are counted, not timed.
 *
 * @module
 */

import { Bell } from "../../../server/transport/bell.ts";
import { assert } from "../../assert.ts";
import { within } from "../../within.ts";

/** Turns that a runtime may be busy without looking: it looks by itself about each sixtieth. */
const TURNS = 20;

Deno.test("what has come in is heard between two turns, however much there is to do", async () => {
  using bell = new Bell();
  await bell.ready;
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using far = await listener.accept();
  // Busy as a server is whose clients always want more: each turn puts something off to the next.
  let busy = true;
  const spin = (): void => void (busy && setImmediate(spin));
  spin();
  let looks = 0;
  const look = (): void => {
    looks++;
    if (busy) bell.ring(look);
  };
  bell.ring(look);
  for (let round = 0; round < 5; round++) {
    const before = looks;
    const heard = far.read(new Uint8Array(16));
    await near.write(new Uint8Array(1));
    await heard;
    assert(looks - before <= TURNS, `Heard after ${looks - before} looks`);
  }
  busy = false;
  await new Promise<void>((resolve) => bell.ring(resolve));
});

Deno.test("several who ask for a look at once are all told", async () => {
  using bell = new Bell();
  await bell.ready;
  for (let round = 0; round < 20; round++) {
    const told = Array.from(
      { length: 5 },
      () => new Promise<void>((resolve) => bell.ring(resolve)),
    );
    await within(Promise.all(told), "All who asked");
  }
});

Deno.test("a bell that is closed while it opens leaves nothing open, and tells who asks, then or later", async () => {
  const bell = new Bell();
  const first = new Promise<void>((resolve) => bell.ring(resolve));
  bell[Symbol.dispose]();
  bell[Symbol.dispose]();
  await bell.ready;
  await first;
  await new Promise<void>((resolve) => bell.ring(resolve));
});

Deno.test("no timer of a bell outlives it: a server that was slow to its very end leaves none behind", async () => {
  const bell = new Bell();
  await bell.ready;
  const asked = new Promise<void>((resolve) => bell.ring(resolve));
  bell[Symbol.dispose]();
  await asked;
  bell.ring(() => {});
  // The sanitizer of this test looks for a timer now.
});
