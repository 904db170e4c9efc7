/**
 * Both kinds of transport do the same, from the outside.
 *
 * @module
 */

import { openTransport } from "../../../server/transport/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { within } from "../../within.ts";
import { KINDS, listenAt } from "./kinds.ts";

const MUCH = 4 << 20;

for (const kind of KINDS) {
  const test = (name: string, run: () => Promise<void> | void) =>
    Deno.test(`${kind}: ${name}`, run);

  test("what is sent arrives, both ways, and more than the kernel holds at once", async () => {
    await using place = listenAt(kind);
    const { guest, peer } = await place.pair();
    const bytes = Uint8Array.from({ length: MUCH }, (_, i) => i * 7 % 251);
    guest.send(bytes);
    await readExactly(peer, bytes);
    await guest.until(() => !guest.sending, "All to be taken");
    await writeAll(peer, bytes);
    await guest.until(() => guest.bytes === MUCH, "All bytes");
    assertEquals(guest.last.at(-1), bytes.at(-1));
    peer.close();
    await guest.until(() => guest.ends === 1, "The end");
  });

  test("its clock is that of performance.now(), before it listens, while it does, and behind its end", async () => {
    const transport = openTransport(kind);
    const agrees = (when: string) => {
      const before = performance.now();
      const now = transport.now();
      const after = performance.now();
      // Each of them may be rounded.
      assert(now >= before - 0.1 && now <= after + 0.1, `${before} ≤ ${now} ≤ ${after} ${when}`);
    };
    agrees("before");
    const listening = transport.listen({ hostname: "127.0.0.1", port: 0 });
    for (let n = 0; n < 100; n++) agrees("while it listens");
    await listening.close();
    await transport.close();
    agrees("behind its end");
  });

  test("nothing more is read while what was read is handled, and the peer is slowed by that", async () => {
    await using place = listenAt(kind);
    const { guest, peer } = await place.pair();
    const gate = Promise.withResolvers<void>();
    guest.gate = gate.promise;
    let written = false;
    const writing = writeAll(peer, new Uint8Array(16 * MUCH)).then(() => written = true);
    await guest.until(() => guest.bytes > 0, "The first bytes");
    const { bytes } = guest;
    const { guest: other, peer: otherPeer } = await place.pair();
    await writeAll(otherPeer, new Uint8Array(1));
    await other.until(() => other.bytes === 1, "Another's byte");
    assertEquals([guest.bytes, written], [bytes, false]);
    assert(guest.wire.heldBytes >= bytes, "what it holds is counted");
    guest.gate = undefined;
    gate.resolve();
    await writing;
    await guest.until(() => guest.bytes === 16 * MUCH, "All bytes");
    peer.close();
    otherPeer.close();
  });

  test("who has said all may still hear, and so may who was told all", async () => {
    await using place = listenAt(kind);
    const one = await place.pair();
    await one.peer.closeWrite();
    await one.guest.until(() => one.guest.ends === 1, "The end of what it says");
    one.guest.send(new Uint8Array([1, 2, 3]));
    await readExactly(one.peer, new Uint8Array([1, 2, 3]));
    one.peer.close();
    const other = await place.pair();
    other.guest.wire.finish();
    assertEquals(
      await within(other.peer.read(new Uint8Array(1)), "The end of what it hears"),
      null,
    );
    await writeAll(other.peer, new Uint8Array(5));
    await other.guest.until(() => other.guest.bytes === 5, "What it says");
    other.peer.close();
    await other.guest.until(() => other.guest.ends === 1, "The end");
  });

  test("a peer that is gone takes nothing, and the end is told once", async () => {
    await using place = listenAt(kind);
    const { guest, peer } = await place.pair();
    guest.send(new Uint8Array(64 * MUCH));
    // With bytes unread, this is a reset.
    await peer.read(new Uint8Array(1));
    peer.close();
    await guest.until(() => guest.ends === 1 && guest.broken > 0, "The end of both ways");
    assertEquals([guest.sending, guest.broken], [false, 1]);
  });

  test("who closes while something is handled hears of the end when that is done", async () => {
    await using place = listenAt(kind);
    const { guest, peer } = await place.pair();
    const gate = Promise.withResolvers<void>();
    guest.gate = gate.promise;
    await writeAll(peer, new Uint8Array(1));
    await guest.until(() => guest.bytes === 1, "A byte");
    guest.wire.close();
    guest.wire.close();
    assertEquals(await within(peer.read(new Uint8Array(1)), "The end"), null);
    assertEquals(guest.ends, 0);
    gate.resolve();
    await guest.until(() => guest.ends === 1, "The end");
    peer.close();
  });

  test("who closes at what it hears is told of the end once, and behind that", async () => {
    for (const waits of [false, true]) {
      await using place = listenAt(kind);
      const { guest, peer } = await place.pair();
      const gate = Promise.withResolvers<void>();
      if (waits) guest.gate = gate.promise;
      guest.onHeard = () => {
        guest.wire.close();
        assertEquals(guest.ends, 0);
      };
      await writeAll(peer, new Uint8Array(1));
      assertEquals(await within(peer.read(new Uint8Array(1)), "The end"), null);
      assertEquals(guest.ends, waits ? 0 : guest.ends);
      gate.resolve();
      await guest.until(() => guest.ends === 1, "The end");
      peer.close();
      await new Promise<void>((resolve) => place.transport.afterLook(resolve));
      assertEquals(guest.ends, 1);
    }
  });

  test("both ends are named as the runtime names them", async () => {
    for (const hostname of ["127.0.0.1", "::1", "::", "0.0.0.0", "localhost"]) {
      await using place = listenAt(kind, hostname);
      const { peer, accepted } = await place.pair();
      const mapped = hostname === "::" ? "::ffff:" : "";
      const { localAddr: far, remoteAddr: near } = peer;
      assertEquals(accepted.remote.hostname, mapped + far.hostname, hostname);
      assertEquals(accepted.local.hostname, mapped + near.hostname, hostname);
      assertEquals([accepted.remote.port, accepted.local.port], [far.port, near.port]);
      peer.close();
    }
  });

  test("what cannot be listened on is told as the runtime tells it", async () => {
    await using place = listenAt(kind);
    const { port, transport } = place;
    const listen = (hostname: string, port: number) => () => {
      transport.listen({ hostname, port });
    };
    assertThrows(listen("127.0.0.1", port), Deno.errors.AddrInUse);
    assertThrows(listen("192.0.2.1", 0), Deno.errors.AddrNotAvailable);
    const unknown = assertThrows(listen("no.such.name.invalid", 0), Error);
    assert(unknown.message.includes("lookup address"), unknown.message);
  });

  const own = Deno.networkInterfaces().find(({ address }) => address.startsWith("fe80:"));
  if (own !== undefined) {
    test("an address of one interface is listened on where the interface is named, and only there", async () => {
      await using place = listenAt(kind, `${own.address}%${own.name}`);
      const { peer, accepted } = await place.pair();
      assertEquals(accepted.remote.hostname, own.address);
      peer.close();
      assertThrows(() => void place.transport.listen({ hostname: own.address, port: 0 }), Error);
    });
  }

  test("who has nothing to listen on leaves nothing open", async () => {
    await using place = listenAt(kind);
    const alone = openTransport(kind);
    assertThrows(
      () => void alone.listen({ hostname: "127.0.0.1", port: place.port }),
      Deno.errors.AddrInUse,
    );
    await alone.close();
    await alone.close();
  });

  test("a listener that is closed accepts nobody, though others of its transport do", async () => {
    await using place = listenAt(kind);
    const second = place.transport.listen({ hostname: "127.0.0.1", port: 0 });
    second.accept(() => {});
    await second.close();
    await place.pair().then(({ peer }) => peer.close());
    const error = await Deno.connect({ port: second.port }).then((conn) => conn.close(), (e) => e);
    assert(error instanceof Deno.errors.ConnectionRefused, `${error}`);
  });

  test("while there is always something to do, timers, files and the runtime's sockets go on", async () => {
    await using place = listenAt(kind);
    const { transport } = place;
    let busy = true, looks = 0;
    const look = (): void => {
      looks++;
      if (busy) transport.afterLook(() => transport.atEnd(look));
    };
    look();
    const path = await Deno.makeTempFile();
    for (let round = 0; round < 5; round++) {
      const before = looks;
      await within(new Promise((resolve) => setTimeout(resolve, 1)), "A timer");
      using file = await Deno.open(path, { write: true });
      await within(file.write(new Uint8Array(100)).then(() => file.syncData()), "A sync");
      const { guest, peer } = await place.pair();
      await writeAll(peer, new Uint8Array(1));
      await guest.until(() => guest.bytes === 1, "A byte");
      guest.send(new Uint8Array(1));
      await readExactly(peer, new Uint8Array(1));
      peer.close();
      assert(looks > before);
    }
    busy = false;
    await new Promise<void>((resolve) => transport.afterLook(() => transport.atEnd(resolve)));
    await Deno.remove(path);
  });

  test("the end of a turn and a look come also when nothing happens", async () => {
    await using place = listenAt(kind);
    const { transport } = place;
    // Time enough to fall asleep.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await within(new Promise<void>((resolve) => transport.atEnd(resolve)), "The end of a turn");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await within(new Promise<void>((resolve) => transport.afterLook(resolve)), "A look");
  });
}

async function readExactly(conn: Deno.TcpConn, expected: Uint8Array): Promise<void> {
  const all = new Uint8Array(expected.length);
  for (let at = 0; at < all.length;) {
    const count = await within(conn.read(all.subarray(at)), "Bytes");
    assert(count !== null, `The end after ${at} bytes`);
    at += count;
  }
  // A comparison that names each of millions of bytes would take longer than sending them.
  assert(all.every((byte, i) => byte === expected[i]), "The bytes that were sent");
}

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}
