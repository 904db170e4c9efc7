/**
 * Strangers who make the server hold things for them: half frames, answers that nobody reads, and rooms that were loud.
 *
 * @module
 */

import { memoryFor } from "../../../server/admission/memory_watch.ts";
import { selfSigned } from "../../../cli/tls/self_signed.ts";
import { serve, type ServerEvent } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame, joined, type RawClient, startServer, within } from "../../harness.ts";
import { testedTransport } from "../../transport.ts";
import { MIB } from "../bytes.ts";

const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 3_600_000 });

/** The first part of a frame of a mebibyte. */
function half(bytes: number): Uint8Array {
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, MIB);
  return joined(head, new Uint8Array(bytes).fill(0x20));
}

Deno.test("a server takes a quarter of the machine's memory, and no more than two gibibytes", () => {
  assertEquals(memoryFor(1 << 30), 256 * MIB);
  assertEquals(memoryFor(2 ** 36), 2 * 1_024 * MIB);
  assert(memoryFor(undefined) > 0);
});

Deno.test("when half frames are more than the memory, those who hold most go with a sentence, and nobody else", async () => {
  await using server = startServer({ limits: { memoryBytesMax: 4 * MIB } });
  await using anna = await server.frames("Anna");
  const greedy: RawClient[] = [];
  for (let n = 0; n < 5; n++) {
    const mal = await server.frames(`Mal${n}`);
    await mal.write(half(900_000));
    greedy.push(mal);
  }
  const ended = await Promise.any(greedy.map(async (mal) => {
    const error = await mal.nextOf("Error");
    return [error.code, error.msg] as const;
  }));
  assertEquals(ended[0], "busy");
  assert(/memory/.test(ended[1]));
  await anna.send({ type: "Ping", id: "alive" });
  await anna.nextOf("Pong");
  for (const client of greedy) await client.close();
  const left = server.events.filter((event) => event.kind === "left" && event.code === "busy");
  assert(left.length >= 1 && left.every((event) => event.kind === "left" && event.user !== "Anna"));
});

// The runtime's own TLS leaves the collector what it was fed, and that comes late.
const spoken = testedTransport() === "runtime" ? ["without"] : ["without", "with"];

for (const tls of spoken) {
  Deno.test(`${tls} TLS: half frames that come all at once are never held much above the memory, and it is free at once when they go`, async () => {
    const count = 40, fit = 8;
    const enoughGone = Promise.withResolvers<void>();
    let gone = 0;
    const onEvent = (event: ServerEvent) => {
      if (event.kind !== "left" || event.code !== "busy") return;
      if (++gone === count - fit) enoughGone.resolve();
    };
    await using server = serve({
      port: 0,
      transport: testedTransport(),
      limits: { memoryBytesMax: fit * MIB },
      onEvent,
      ...(tls === "with" ? { tls: pair } : {}),
    });
    const unfinished = half(MIB - 1);
    const before = Deno.memoryUsage().external;
    let most = 0;
    const looking = setInterval(() => most = Math.max(most, Deno.memoryUsage().external), 1);
    const conns = await Promise.all(Array.from({ length: count }, async (_, n) => {
      const tcp = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
      const conn = tls === "without"
        ? tcp
        : await Deno.startTls(tcp, { hostname: "localhost", caCerts: [pair.cert] });
      await writeAll(conn, frame({ type: "Login", username: `Mal${n}` }));
      // Who has to go does not take the rest.
      return { conn, sent: writeAll(conn, unfinished).catch(() => {}) };
    }));
    await within(enoughGone.promise, "those who do not fit to go");
    clearInterval(looking);
    for (const { conn } of conns) conn.close();
    await Promise.all(conns.map(({ sent }) => sent));
    // Beside the frames: what each reads into, and what it is decrypted in.
    assert(most - before < 2 * fit * MIB, `${(most - before) / MIB} MiB were held`);
  });
}

async function writeAll(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

Deno.test("whoever is in hundreds of rooms pays for the places, and goes before those who are in one", async () => {
  await using server = startServer({ limits: { memoryBytesMax: 3 * MIB } });
  await using anna = await server.frames("Anna");
  const rooms = Object.fromEntries(Array.from({ length: 190 }, (_, room) => [`room-${room}`, 0]));
  const everywhere: RawClient[] = [];
  for (let n = 0; n < 40; n++) {
    const mal = await server.connect();
    await mal.send({ type: "Login", username: `Mal${n}`, resume: rooms });
    everywhere.push(mal);
  }
  const { user } = await server.event("left", ({ code }) => code === "busy");
  assert(user !== "Anna", `${user} had to go`);
  await anna.send({ type: "Ping", id: "alive" });
  await anna.nextOf("Pong");
  for (const client of everywhere) await client.close();
});

Deno.test("answers that nobody reads are bounded for each, and in all by the memory", async () => {
  await using server = startServer({ limits: { memoryBytesMax: 2 * MIB, messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  const said = Array.from(
    { length: 40 },
    () => ({ type: "Broadcast", content: "x".repeat(8_000) }),
  );
  await anna.send(...said, { type: "Ping", id: "said" });
  await anna.nextOf("Pong");
  const deaf: RawClient[] = [];
  const asks = Array.from({ length: 100 }, () => frame({ type: "History", limit: 500 }));
  for (let n = 0; n < 40; n++) {
    const mal = await server.connect({ reading: false });
    await mal.write(joined(frame({ type: "Login", username: `Mal${n}` }), ...asks));
    deaf.push(mal);
  }
  // The kernel's buffers take the first answers of each; what the server holds of the rest is more than it may.
  await server.event("left", ({ code }) => code === "busy");
  await anna.send({ type: "Ping", id: "alive" });
  await anna.nextOf("Pong");
  for (const client of deaf) await client.close();
});

Deno.test("rooms that were loud once are nobody's end, whoever comes afterwards", async () => {
  await using server = startServer({ limits: { memoryBytesMax: 4 * MIB, messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  {
    await using mal = await server.frames("Mal");
    // In JSON each of these characters takes six bytes.
    const content = "\x01".repeat(8_000);
    for (let n = 0; n < 20; n++) {
      const said = Array.from({ length: 8 }, () => ({ type: "Broadcast", room: `r${n}`, content }));
      await mal.send({ type: "Join", room: `r${n}` }, ...said, { type: "Ping", id: `${n}` });
      await mal.nextOf("Pong");
    }
  }
  await anna.nextOf("UserLeft");
  await using greedy = new AsyncDisposableStack();
  for (let n = 0; n < 5; n++) {
    const one = greedy.use(await server.frames(`Greedy${n}`));
    await one.write(half(900_000));
  }
  // Whoever goes, goes at a look at which memory was short.
  const gone = await server.event("left", ({ code }) => code === "busy");
  assert(gone.user?.startsWith("Greedy"), gone.user);
  await anna.send({ type: "Ping", id: "alive" });
  await anna.nextOf("Pong");
});

Deno.test("a frame that never ends is the end of its connection", async () => {
  await using server = startServer({ limits: { frameMsMax: 0 } });
  await using mal = await server.frames("Mal");
  await mal.write(half(10));
  const error = await mal.nextOf("Error");
  assertEquals(error.code, "bad_frame");
  assert(/whole/.test(error.msg), error.msg);
  await mal.expectEnd();
});
