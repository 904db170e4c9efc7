/**
 * Connections that are reset before they are accepted: ten of them a second kept everybody else out.
 *
 * @module
 */

import { connect } from "node:net";
import { isOfOne } from "../../../server/transport/accept_errors.ts";
import { ACCEPT_REST_MS, ACCEPTED_AT_ONCE_MAX } from "../../../server/transport/limits.ts";
import { openTransport } from "../../../server/transport/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { KINDS } from "../../server/transport/kinds.ts";
import { within } from "../../within.ts";

/** Fewer than a listener's queue holds. */
const RESETS = 400;

/** Connects, and is gone without a word. */
async function reset(port: number): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.resetAndDestroy();
  await new Promise((resolve) => socket.once("close", resolve));
}

/** Counts the rests that are taken until it is disposed. */
function countRests(): { rests: number } & Disposable {
  const { setTimeout } = globalThis;
  const counted = {
    rests: 0,
    [Symbol.dispose]: () => void (globalThis.setTimeout = setTimeout),
  };
  globalThis.setTimeout = ((run: () => void, ms?: number) => {
    if (ms === ACCEPT_REST_MS) counted.rests++;
    return setTimeout(run, ms);
  }) as typeof setTimeout;
  return counted;
}

for (const kind of KINDS) {
  Deno.test(`${kind}: who comes behind ${RESETS} that are gone again is let in without a rest`, async () => {
    const transport = openTransport(kind);
    const listening = transport.listen({ hostname: "127.0.0.1", port: 0 });
    for (let left = RESETS; left > 0; left--) await reset(listening.port);
    const peer = await Deno.connect({ hostname: "127.0.0.1", port: listening.port });
    using counted = countRests();
    const came = Promise.withResolvers<void>();
    listening.accept((accepted) => {
      if (accepted.remote.port === peer.localAddr.port) came.resolve();
      accepted.wire().close();
    });
    await within(came.promise, "Who has stayed");
    assertEquals(counted.rests, 0);
    peer.close();
    await listening.close();
    await transport.close();
  });
}

Deno.test("runtime: others have their turn between those that are gone again", async () => {
  const transport = openTransport("runtime");
  const listening = transport.listen({ hostname: "127.0.0.1", port: 0 });
  for (let left = RESETS; left > 0; left--) await reset(listening.port);
  const peer = await Deno.connect({ hostname: "127.0.0.1", port: listening.port });
  let turns = 0;
  let isIn = false;
  const turn = () => {
    turns++;
    if (!isIn) setImmediate(turn);
  };
  setImmediate(turn);
  const came = Promise.withResolvers<void>();
  listening.accept((accepted) => {
    isIn = accepted.remote.port === peer.localAddr.port;
    if (isIn) came.resolve();
    accepted.wire().close();
  });
  await within(came.promise, "Who has stayed");
  assert(turns >= RESETS / ACCEPTED_AT_ONCE_MAX - 1, `${turns} turns`);
  peer.close();
  await listening.close();
  await transport.close();
});

Deno.test("what one connection has done is told from what the machine lacks", () => {
  const coded = (code: string) => Object.assign(new Error(code), { code });
  assertEquals(
    ["ENOTCONN", "ECONNRESET", "ECONNABORTED", "EPROTO", "EINTR"].map((code) =>
      isOfOne(coded(code))
    ),
    [true, true, true, true, true],
  );
  assertEquals(
    ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EACCES"].map((code) => isOfOne(coded(code))),
    [false, false, false, false, false],
  );
  assertEquals([new Deno.errors.NotConnected(), new Error(), undefined].map(isOfOne), [
    true,
    false,
    false,
  ]);
});
