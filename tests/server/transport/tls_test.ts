/**
 * TLS over wires of both kinds: what is said arrives as it was, whatever becomes of the bytes on their way, and whoever speaks
 * without it is served beside.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { alertRecord, TellingWire, tlsKinds, TlsServer } from "../../../server/transport/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../within.ts";
import { handWire } from "../hand_wire.ts";
import { Guest, KINDS, listenAt, type Place } from "./kinds.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });

interface Telling {
  readonly guest: Guest;
  readonly peer: Deno.TcpConn;
  /** How the handshake ended: "done", or why not. */
  readonly handshake: Promise<string>;
}

/** A connection whose wire tells whether TLS is spoken. */
async function telling(place: Place, tls: TlsServer, last?: Uint8Array): Promise<Telling> {
  const { wire, peer } = await place.wire();
  const ended = Promise.withResolvers<string>();
  const hooks = {
    tls,
    begin: (handshake: () => void) => void handshake(),
    onSilent: () => undefined,
    onHandshake: (fault?: string) => ended.resolve(fault ?? "done"),
    ...(last === undefined ? {} : { refusePlain: () => last }),
  };
  return { guest: new Guest(new TellingWire(wire, hooks)), peer, handshake: ended.promise };
}

function encrypted(peer: Deno.TcpConn): Promise<Deno.TlsConn> {
  return Deno.startTls(peer, { hostname: "localhost", caCerts: [pair.cert] });
}

async function writeAll(to: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

async function readAll(from: Deno.Conn, count: number): Promise<Uint8Array> {
  const all = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await within(from.read(all.subarray(at)), "bytes");
    assert(read !== null, `The end came after ${at} of ${count} bytes`);
    at += read;
  }
  return all;
}

async function closed(guest: Guest): Promise<void> {
  guest.wire.close();
  await guest.until(() => guest.ends === 1, "the end");
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) & 0xff);
}

for (const [kind, by] of KINDS.flatMap((kind) => tlsKinds().map((by) => [kind, by] as const))) {
  Deno.test(`over ${kind} by ${by}: what is said with TLS arrives, and is answered, in pieces of any size`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer, handshake } = await telling(place, tls);
    using client = await encrypted(peer);
    const sent = pattern(300_000);
    const heard: Uint8Array[] = [];
    guest.onHeard = () => heard.push(guest.last);
    for (const size of [1, 2, 100, 20_000, 279_897]) await writeAll(client, sent.subarray(0, size));
    await guest.until(() => guest.bytes === 300_000, "all bytes");
    assertEquals(await handshake, "done");
    assertEquals(guest.wire.isSecure, true);
    const whole = new Uint8Array(await new Blob(heard as BlobPart[]).arrayBuffer());
    let at = 0;
    for (const size of [1, 2, 100, 20_000, 279_897]) {
      assertEquals(whole.subarray(at, at + size), sent.subarray(0, size));
      at += size;
    }
    guest.send(sent);
    assertEquals(await readAll(client, sent.length), sent);
    assert(!guest.sending);
    await closed(guest);
    assertEquals(await client.read(new Uint8Array(1)).catch(() => null), null);
  });

  Deno.test(`over ${kind} by ${by}: whoever speaks without TLS is heard and answered on the same wire`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer } = await telling(place, tls);
    using client = peer;
    await writeAll(client, Uint8Array.of(0, 0, 0, 1, 0x16));
    await guest.until(() => guest.bytes === 5, "the bytes");
    assertEquals(guest.wire.isSecure, false);
    guest.send(Uint8Array.of(7, 8, 9));
    assertEquals(await readAll(client, 3), Uint8Array.of(7, 8, 9));
    await closed(guest);
  });

  Deno.test(`over ${kind} by ${by}: where TLS is demanded, whoever does without hears why, and nothing of his is heard`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const last = new TextEncoder().encode("TLS only\n");
    const { guest, peer } = await telling(place, tls, last);
    using client = peer;
    await writeAll(client, new TextEncoder().encode("Alice\n"));
    assertEquals(await readAll(client, last.length), last);
    assertEquals(await within(client.read(new Uint8Array(1)), "the end"), null);
    assertEquals(guest.bytes, 0);
    await closed(guest);
  });

  Deno.test(`over ${kind} by ${by}: nothing more is read of a peer whose guest is busy`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer } = await telling(place, tls);
    using client = await encrypted(peer);
    const gate = Promise.withResolvers<void>();
    guest.gate = gate.promise;
    let written = 0;
    const flood = (async () => {
      for (; written < 64 << 20; written += 1 << 20) {
        await writeAll(client, new Uint8Array(1 << 20));
      }
    })().catch(() => {});
    await guest.until(() => guest.bytes > 0, "the first bytes");
    const { heldBytes } = guest.wire;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const heldLater = guest.wire.heldBytes;
    assert(heldLater < heldBytes + (512 << 10), `It holds ${heldLater} bytes`);
    assert(guest.bytes <= 64 << 10, `It has heard ${guest.bytes} bytes`);
    assert(written < 60 << 20, "The peer is slowed");
    gate.resolve();
    guest.gate = undefined;
    await guest.until(() => guest.bytes === 64 << 20, "all bytes");
    await flood;
    await closed(guest);
  });

  Deno.test(`over ${kind} by ${by}: a farewell says that it is one, and comes after all that was said`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer } = await telling(place, tls);
    using client = await encrypted(peer);
    await writeAll(client, Uint8Array.of(1));
    await guest.until(() => guest.bytes === 1, "a byte");
    const words = pattern(200_000);
    guest.send(words);
    await guest.until(() => !guest.sending, "that all is sent");
    guest.wire.finish();
    assertEquals(await readAll(client, words.length), words);
    // Without TLS's own farewell this would be an error.
    assertEquals(await within(client.read(new Uint8Array(1)), "the end"), null);
    await writeAll(client, Uint8Array.of(2, 3));
    await guest.until(() => guest.bytes === 3, "what comes after the farewell");
    await closed(guest);
  });

  Deno.test(`over ${kind} by ${by}: a peer that says its farewell has ended, and can still be answered`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer } = await telling(place, tls);
    using client = await encrypted(peer);
    await writeAll(client, Uint8Array.of(1));
    await client.closeWrite();
    await guest.until(() => guest.ends === 1, "the end");
    assertEquals(guest.bytes, 1);
    guest.send(Uint8Array.of(4));
    assertEquals(await readAll(client, 1), Uint8Array.of(4));
    guest.wire.close();
  });

  Deno.test(`over ${kind} by ${by}: what is no handshake after all is told so by an alert, and ends`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer, handshake } = await telling(place, tls);
    using client = peer;
    await writeAll(client, Uint8Array.of(0x16, 3, 1, 0, 5, 9, 9, 9, 9, 9));
    await guest.until(() => guest.ends === 1, "the end");
    assert(await handshake !== "done");
    assertEquals(guest.bytes, 0);
    const alert = await readAll(client, 7);
    assertEquals([alert[0], alert[5]], [0x15, 2]);
    guest.wire.close();
  });

  Deno.test(`over ${kind} by ${by}: bytes that somebody changed on their way end the connection, and are not heard`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer } = await telling(place, tls);
    using between = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const dialled = Deno.connect({ hostname: "127.0.0.1", port: between.addr.port });
    const inside = await between.accept();
    using client = await encrypted(await dialled);
    let spoils = false;
    const up = relay(inside, peer, (chunk) => {
      if (spoils) chunk.set([~(chunk.at(-1) ?? 0)], chunk.length - 1);
    });
    const down = relay(peer, inside, () => {});
    await writeAll(client, Uint8Array.of(1));
    await guest.until(() => guest.bytes === 1, "a byte");
    spoils = true;
    await writeAll(client, Uint8Array.of(2));
    await guest.until(() => guest.ends === 1, "the end");
    assertEquals([guest.bytes, guest.broken], [1, 1]);
    guest.wire.close();
    peer.close();
    inside.close();
    await Promise.all([up, down]);
  });

  Deno.test(`over ${kind} by ${by}: whoever goes in the middle of a handshake leaves nothing`, async () => {
    await using place = listenAt(kind);
    using tls = new TlsServer(pair, by);
    const { guest, peer, handshake } = await telling(place, tls);
    await writeAll(peer, Uint8Array.of(0x16, 3, 1, 2, 0, 1));
    peer.close();
    await guest.until(() => guest.ends === 1, "the end");
    guest.wire.close();
    assert(await handshake !== "done");
  });
}

for (const by of tlsKinds()) {
  Deno.test(`by ${by}: a new certificate is for those who come, and nobody is dropped`, async () => {
    await using place = listenAt("runtime");
    using tls = new TlsServer(pair, by);
    const before = await telling(place, tls);
    using old = await encrypted(before.peer);
    await old.handshake();
    const next = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });
    tls.renew(next);
    const after = await telling(place, tls);
    using fresh = await Deno.startTls(after.peer, { hostname: "localhost", caCerts: [next.cert] });
    await writeAll(fresh, Uint8Array.of(1));
    await writeAll(old, Uint8Array.of(2));
    await before.guest.until(() => before.guest.bytes === 1, "the old one's byte");
    await after.guest.until(() => after.guest.bytes === 1, "the new one's byte");
    await Promise.all([closed(before.guest), closed(after.guest)]);
  });
}

for (const by of tlsKinds()) {
  Deno.test(`by ${by}: what the wire below has not taken yet is left alone, whatever others say meanwhile`, async () => {
    using tls = new TlsServer(pair, by);
    const words = await firstWords();
    const given: { readonly bytes: Uint8Array; readonly as: Uint8Array }[] = [];
    const wires = [0, 1].map(() => {
      const gave = Promise.withResolvers<void>();
      const below = handWire((bytes) => {
        given.push({ bytes, as: bytes.slice() });
        gave.resolve();
        return 0;
      });
      return { wire: tls.speak(below, () => {}), gave: gave.promise };
    });
    for (const { wire, gave } of wires) {
      wire.onBytes(words);
      await within(gave, "an answer");
    }
    assertEquals(given.length, 2);
    for (const { bytes, as } of given) assertEquals(bytes, as);
    for (const { wire } of wires) wire.close();
  });
}

Deno.test("an alert says that it is fatal, and why", () => {
  assertEquals([...alertRecord("access denied")], [0x15, 3, 3, 0, 2, 2, 49]);
});

/** The first words of a real client. */
async function firstWords(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dialled = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using heard = await listener.accept();
  const client = await encrypted(dialled);
  const failing = client.handshake().catch(() => {});
  const buffer = new Uint8Array(16_384);
  const words = buffer.subarray(0, await heard.read(buffer) ?? 0);
  client.close();
  await failing;
  return words;
}

async function relay(
  from: Deno.Conn,
  to: Deno.Conn,
  change: (chunk: Uint8Array) => void,
): Promise<void> {
  const buffer = new Uint8Array(64 << 10);
  try {
    for (;;) {
      const count = await from.read(buffer);
      if (count === null) return;
      change(buffer.subarray(0, count));
      await writeAll(to, buffer.subarray(0, count));
    }
  } catch {
    // One of the two is closed.
  }
}
