/**
 * Handshakes that are no good: begun and left, sent in single bytes, broken, over and over. The server stays, and so do the others.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { serve, type ServeOptions, type Server } from "../../../server/mod.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { testedTransport } from "../../transport.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });

function open(options: ServeOptions = {}): Server {
  return serve({ port: 0, transport: testedTransport(), tls: pair, ...options });
}

/** Logs in over TLS, and has a word acknowledged. */
async function talks(server: Server): Promise<void> {
  const tls = { believed: () => Promise.resolve([pair.cert]) };
  await using anna = connect({ host: "localhost", port: server.port, name: "Anna", tls });
  await within(anna.say("hello"), "an Ack");
}

/** The first words of a real client, up to its first answer. */
async function firstWords(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dialled = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using heard = await listener.accept();
  const tls = await Deno.startTls(dialled, { hostname: "localhost", caCerts: [pair.cert] });
  const failing = tls.handshake().catch(() => {});
  const buffer = new Uint8Array(16_384);
  const words = buffer.subarray(0, await heard.read(buffer) ?? 0);
  tls.close();
  await failing;
  return words;
}

async function ends(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4_096);
  while (await conn.read(buffer).catch(() => null) !== null);
}

Deno.test("handshakes that are begun and left end with the time for a login", async () => {
  await using server = open({ limits: { loginMsMax: 300 } });
  const words = await firstWords();
  const left: Deno.TcpConn[] = [];
  for (const part of [words, words.subarray(0, 6), words.subarray(0, 100)]) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(part);
    left.push(conn);
  }
  await talks(server);
  await within(Promise.all(left.map(ends)), "their end");
  for (const conn of left) conn.close();
});

Deno.test("a handshake in single bytes is one all the same", async () => {
  await using server = open();
  const words = await firstWords();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  conn.setNoDelay(true);
  for (const byte of words) await conn.write(Uint8Array.of(byte));
  const answer = new Uint8Array(16_384);
  const count = await within(conn.read(answer), "an answer") ?? 0;
  assertEquals([answer[0], count > 100], [0x16, true]);
});

Deno.test("first bytes of every kind end a connection, and not the server", async () => {
  await using server = open();
  const words = await firstWords();
  const wrong: Uint8Array[] = [Uint8Array.of(0x16), new Uint8Array(5_000).fill(0x16)];
  for (let at = 1; at < words.length; at += 7) {
    const changed = words.slice();
    changed[at] = ~(changed[at] ?? 0);
    wrong.push(changed);
  }
  await Promise.all(wrong.map(async (bytes) => {
    using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await conn.write(bytes).catch(() => 0);
    await conn.closeWrite().catch(() => {});
    await within(ends(conn), "the end");
  }));
  await talks(server);
});
