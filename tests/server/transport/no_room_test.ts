/**
 * A kernel that has no room to watch one more descriptor (`fs.epoll.max_user_watches`, or no memory).
 *
 * That setting is the whole machine's, so the poller's answer is what a test can turn: all else is real.
 *
 * @module
 */

import { Poller } from "../../../server/transport/poller.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../within.ts";
import { KINDS, listenAt } from "./kinds.ts";

/** Has the kernel refuse to watch anything, until it is disposed. */
function noRoom(): Disposable {
  const poller = Poller.hold();
  const { set } = poller;
  const told = set.add;
  set.add = () => false;
  return {
    [Symbol.dispose]: () => {
      set.add = told;
      void poller.release();
    },
  };
}

if (KINDS.includes("epoll")) {
  Deno.test("epoll: a connection that cannot be watched has ended, and is told so once", async () => {
    await using place = listenAt("epoll");
    const full = noRoom();
    const { guest, peer } = await place.pair();
    await guest.until(() => guest.ends === 1, "The end");
    full[Symbol.dispose]();
    assertEquals([guest.broken, guest.ends], [1, 1]);
    assertEquals(guest.wire.trySend(new Uint8Array(1)), 0);
    guest.wire.close();
    assertEquals(await within(peer.read(new Uint8Array(1)), "The end"), null);
    await new Promise<void>((resolve) => place.transport.afterLook(resolve));
    assertEquals([guest.broken, guest.ends], [1, 1]);
    peer.close();
  });

  Deno.test("epoll: one that is lost while what it said is handled hears of the end behind that", async () => {
    await using place = listenAt("epoll");
    const { guest, peer } = await place.pair();
    const gate = Promise.withResolvers<void>();
    guest.gate = gate.promise;
    await peer.write(new Uint8Array(1));
    await guest.until(() => guest.bytes === 1, "A byte");
    // It leaves the set at what it cannot hear yet.
    await peer.write(new Uint8Array(1));
    for (let look = 0; look < 3; look++) {
      await new Promise<void>((resolve) => place.transport.afterLook(resolve));
    }
    using _full = noRoom();
    // More than the kernel takes: it would be told when there is room again.
    guest.send(new Uint8Array(64 << 20));
    await guest.until(() => guest.broken === 1, "That nothing can be sent");
    assertEquals(guest.ends, 0);
    gate.resolve();
    await guest.until(() => guest.ends === 1, "The end");
    assertEquals([guest.broken, guest.bytes], [1, 1]);
    peer.close();
  });

  Deno.test("epoll: a listener that cannot be watched tries again, and lets in who has come meanwhile", async () => {
    await using place = listenAt("epoll");
    const second = place.transport.listen({ hostname: "127.0.0.1", port: 0 });
    const full = noRoom();
    const came = Promise.withResolvers<void>();
    second.accept((accepted) => {
      accepted.wire().close();
      came.resolve();
    });
    const peer = await Deno.connect({ hostname: "127.0.0.1", port: second.port });
    full[Symbol.dispose]();
    await within(came.promise, "Who has come");
    peer.close();
    await second.close();
  });
}
