/**
 * Handshakes that are no good: begun and left, sent in single bytes, broken, over and over. The server stays, and so do the others.
 *
 * @module
 */

import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { serve, type ServeOptions, type Server } from "../../../server/mod.ts";
import { connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { testedTransport } from "../../transport.ts";
import { clientHello } from "../client_hello.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });

function open(options: ServeOptions = {}): Server {
  return serve({ port: 0, transport: testedTransport(), tls: pair, ...options });
}

/** Logs in over TLS, and has a word acknowledged. */
async function talks(server: Server, ...certs: readonly string[]): Promise<void> {
  const tls = { believed: () => Promise.resolve([pair.cert, ...certs]) };
  await using anna = connect({ host: "localhost", port: server.port, name: "Anna", tls });
  await within(anna.say("hello"), "an Ack");
}

async function ends(conn: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(4_096);
  while (await conn.read(buffer).catch(() => null) !== null);
}

Deno.test("handshakes that are begun and left end with the time for a login", async () => {
  await using server = open({ limits: { loginMsMax: 300 } });
  const words = await clientHello();
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
  const words = await clientHello();
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  conn.setNoDelay(true);
  for (const byte of words) await conn.write(Uint8Array.of(byte));
  const answer = new Uint8Array(16_384);
  const count = await within(conn.read(answer), "an answer") ?? 0;
  assertEquals([answer[0], count > 100], [0x16, true]);
});

Deno.test("first bytes of every kind end a connection, and not the server", async () => {
  await using server = open();
  const words = await clientHello();
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

Deno.test("certificates that change under load drop nobody, and lose and double nothing", async () => {
  const lastsMs = 3_600_000;
  const pairs = Array.from(
    { length: 4 },
    () => selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs }),
  );
  await using server = open({ limits: { messagesPerSecond: 0 } });
  const certs = pairs.map(({ cert }) => cert);
  const tls = { believed: () => Promise.resolve([pair.cert, ...certs]) };
  const breaks: string[] = [];
  const speak = async (name: string): Promise<number[]> => {
    await using client = connect({ host: "localhost", port: server.port, name, tls });
    await client.online();
    const hearing = (async () => {
      for await (const event of client) {
        if (event.type === "Status" && event.status.kind === "offline") {
          breaks.push(event.status.reason);
        }
      }
    })();
    const seqs: number[] = [];
    for (let n = 0; n < 60; n++) seqs.push((await client.say(`${name} ${n}`)).seq);
    await client.close();
    await hearing;
    return seqs;
  };
  let speaking = true;
  const renewing = (async () => {
    for (let n = 0; speaking; n++) {
      server.renewCertificate(pairs[n % pairs.length] ?? pair);
      await talks(server, ...certs);
    }
  })();
  const names = ["Ben", "Cleo", "Dan", "Eve"];
  const seqs = (await within(Promise.all(names.map(speak)), "all messages")).flat();
  speaking = false;
  await within(renewing, "the last of those who come");
  assertEquals(breaks, []);
  assertEquals(new Set(seqs).size, 60 * names.length);
});

Deno.test("a certificate of very many names is shown whole, and one that is too large for clients ends their connections alone", async () => {
  const named = (count: number) => {
    const names = Array.from({ length: count }, (_, n) => `host-${n}.chat.example` as const);
    const all = ["localhost", ...names] as const;
    return selfSigned({ names: all, fromMs: Date.now(), lastsMs: 3_600_000 });
  };
  const large = named(1_500), tooLarge = named(8_000);
  await using server = open({ tls: large });
  await talks(server, large.cert);
  server.renewCertificate(tooLarge);
  const tls = { believed: () => Promise.resolve([tooLarge.cert]) };
  await using client = connect({
    host: "localhost",
    port: server.port,
    name: "Ben",
    tls,
    reconnect: false,
  });
  const refused = await within(client.online().then(() => "", String), "the refusal");
  assert(refused.includes("Cannot connect to localhost"), refused);
  server.renewCertificate(pair);
  await talks(server);
});
