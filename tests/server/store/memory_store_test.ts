/**
 * The store in memory against a plain array: ranges, pages and bounds.
 *
 * @module
 */

import fc from "fast-check";
import { bodyOf, messageFrame, messageFrom, messageHead } from "../../../server/codec/encode.ts";
import { Bodies } from "../../../server/store/memory_bodies.ts";
import { memoryStore } from "../../../server/mod.ts";
import type { MessageStore, Range } from "../../../server/mod.ts";
import type { RoomName, UserName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, utf8 } from "../../harness.ts";

function append(store: MessageStore, stream: string, body: string): number {
  let seq = 0;
  let settled = false;
  const encode = (given: number) => utf8(`${body}${seq = given}`);
  store.append({
    stream,
    at: 0,
    encode,
    settled: (error) => {
      assertEquals(error, undefined);
      settled = true;
    },
  });
  assert(settled && seq > 0);
  return seq;
}

async function read(store: MessageStore, range: Partial<Range>, stream = "room/tea") {
  const page = await store.read(stream, { limit: 100, bytesMax: Infinity, ...range });
  return { seqs: page.messages.map(({ seq }) => seq), more: page.more };
}

Deno.test("append() numbers each stream 1, 2, 3, …", async () => {
  await using store = memoryStore();
  assertEquals([append(store, "a", ""), append(store, "a", ""), append(store, "b", "")], [1, 2, 1]);
  assertEquals([store.head("a"), store.head("b"), store.head("c")], [2, 1, 0]);
});

Deno.test("read() gives bodies as they were appended", async () => {
  await using store = memoryStore();
  append(store, "a", "body ");
  const { messages } = await store.read("a", { limit: 1, bytesMax: 1_000 });
  assertEquals(messages, [{ seq: 1, body: utf8("body 1") }]);
});

Deno.test("read() of a stream that nobody knows is empty", async () => {
  await using store = memoryStore();
  assertEquals(await read(store, { after: 0 }), { seqs: [], more: false });
});

Deno.test("read() gives the newest without a bound, the nearest with one, always oldest first", async () => {
  await using store = memoryStore();
  for (let n = 1; n <= 10; n++) append(store, "room/tea", "");
  assertEquals(await read(store, { limit: 3 }), { seqs: [8, 9, 10], more: true });
  assertEquals(await read(store, { limit: 3, before: 8 }), { seqs: [5, 6, 7], more: true });
  assertEquals(await read(store, { limit: 3, after: 5 }), { seqs: [6, 7, 8], more: true });
  assertEquals(await read(store, { limit: 3, after: 7 }), { seqs: [8, 9, 10], more: false });
  assertEquals(await read(store, { limit: 3, before: 4 }), { seqs: [1, 2, 3], more: false });
  assertEquals(await read(store, { after: 10 }), { seqs: [], more: false });
  assertEquals(await read(store, { before: 1 }), { seqs: [], more: false });
});

Deno.test("read() stops before the bodies exceed the bytes asked for, but gives at least one", async () => {
  await using store = memoryStore();
  for (let n = 1; n <= 5; n++) append(store, "room/tea", "123456789");
  assertEquals(await read(store, { bytesMax: 25 }), { seqs: [4, 5], more: true });
  assertEquals(await read(store, { bytesMax: 1, after: 0 }), { seqs: [1], more: true });
});

Deno.test("append() keeps the newest messages of each stream", async () => {
  await using store = memoryStore({ messagesMax: 3, bytesMax: 1_000 });
  for (let n = 1; n <= 5; n++) append(store, "room/tea", "");
  append(store, "room/coffee", "");
  assertEquals(await read(store, { after: 0 }), { seqs: [3, 4, 5], more: false });
  assertEquals(await read(store, {}, "room/coffee"), { seqs: [1], more: false });
});

Deno.test("append() keeps within the bytes, but always the newest message", async () => {
  await using store = memoryStore({ messagesMax: 100, bytesMax: 25 });
  for (let n = 1; n <= 5; n++) append(store, "room/tea", "123456789");
  assertEquals((await read(store, {})).seqs, [4, 5]);
  append(store, "room/tea", "x".repeat(1_000));
  assertEquals((await read(store, {})).seqs, [6]);
});

Deno.test("the store says what it is: not durable, and a history of its own each time", async () => {
  await using one = memoryStore();
  await using other = memoryStore();
  assertEquals([one.durability, one.epoch === other.epoch], ["none", false]);
});

Deno.test("read() agrees with an array that is cut, for any range", async () => {
  const bound = fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined });
  const range = fc.record({ bound, forward: fc.boolean(), limit: fc.integer({ min: 1, max: 12 }) });
  await fc.assert(fc.asyncProperty(
    fc.integer({ min: 0, max: 35 }),
    fc.integer({ min: 1, max: 40 }),
    range,
    async (count, messagesMax, { bound, forward, limit }) => {
      await using store = memoryStore({ messagesMax, bytesMax: 1_000_000 });
      for (let n = 0; n < count; n++) append(store, "room/tea", "");
      const all = Array.from({ length: count }, (_, n) => n + 1).slice(-messagesMax);
      const after = forward && bound !== undefined;
      const in_ = all.filter((seq) => bound === undefined || (after ? seq > bound : seq < bound));
      const expected = after ? in_.slice(0, limit) : in_.slice(-limit);
      const asked = bound === undefined ? {} : after ? { after: bound } : { before: bound };
      const page = await read(store, { limit, ...asked });
      assertEquals(page, { seqs: expected, more: in_.length > expected.length });
    },
  ));
});

Deno.test("bodies are what was pushed and not yet forgotten, and their memory goes with them", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 300 }) },
    fc.constant("shift" as const),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const bodies = new Bodies();
    const kept: Uint8Array[] = [];
    for (const step of steps) {
      if (step === "shift") {
        bodies.shift();
        kept.shift();
      } else {
        bodies.push(step);
        kept.push(step);
      }
      assertEquals(bodies.size, kept.length);
      assertEquals(bodies.bytes, kept.reduce((sum, { length }) => sum + length, 0));
    }
    kept.forEach((body, index) => assertEquals(bodies.at(index), body));
    assertEquals([bodies.at(-1), bodies.at(kept.length)], [undefined, undefined]);
    // A chunk that is half forgotten, and one that is half filled, of twice the bytes of the one before.
    const { memoryBytes, bytes, size } = bodies;
    assert(memoryBytes >= bytes, `${memoryBytes} for ${bytes}`);
    while (bodies.size > 0) bodies.shift();
    assertEquals([bodies.memoryBytes, bodies.bytes], [0, 0], `of ${size}`);
  }));
});

Deno.test("in a stream that is as long as it may be, memory is used again, but for what somebody was given", () => {
  const bodies = new Bodies();
  const lent: { readonly body: Uint8Array; readonly byte: number }[] = [];
  for (let n = 0; n < 5_000; n++) {
    bodies.push(new Uint8Array(1_000).fill(n));
    if (bodies.size > 1_000) bodies.shift();
    const body = n % 700 === 0 ? bodies.at(bodies.size >> 1) : undefined;
    if (body !== undefined) lent.push({ body, byte: body[0] ?? 0 });
  }
  for (const { body, byte } of lent) assert(body.every((one) => one === byte), "as it was given");
  for (let at = 0; at < 1_000; at++) assertEquals(bodies.at(at)?.[999], (4_000 + at) % 256);
  assert(bodies.memoryBytes < 1_300_000, `${bodies.memoryBytes} bytes`);
});

Deno.test("append() agrees with an array over thousands of messages that come and go", async () => {
  await using store = memoryStore({ messagesMax: 10, bytesMax: 1_000_000 });
  for (let n = 1; n <= 5_000; n++) {
    append(store, "room/tea", "");
    if (n % 500 !== 0) continue;
    assertEquals(
      (await read(store, { after: 0 })).seqs,
      Array.from({ length: 10 }, (_, k) => n - 9 + k),
    );
  }
});

Deno.test("over all streams, the one that was silent longest is forgotten first; its seqs go on", async () => {
  await using store = memoryStore({ bytesTotalMax: 2_200 });
  const body = "x".repeat(40);
  append(store, "a", body);
  append(store, "b", body);
  append(store, "a", body);
  assertEquals(await read(store, {}, "a"), { seqs: [1, 2], more: false });
  assertEquals(await read(store, {}, "b"), { seqs: [], more: false });
  assertEquals([store.head("b"), append(store, "b", body)], [1, 2]);
  assertEquals(await read(store, {}, "b"), { seqs: [2], more: false });
});

Deno.test("a stream has memory of its own: a short message does not keep that of others", async () => {
  await using store = memoryStore();
  const parts = { from: messageFrom("A" as UserName), said: { content: "x" }, at: 1 };
  const streams = ["room/tea", "room/coffee", "room/milk"];
  for (const stream of streams) {
    const encode = (seq: number) =>
      bodyOf(messageFrame({ ...parts, head: messageHead("tea" as RoomName), id: undefined }, seq));
    store.append({ stream, at: 1, encode, settled: () => {} });
  }
  for (const stream of streams) {
    const { messages } = await store.read(stream, { limit: 3, bytesMax: Infinity });
    for (const { body } of messages) assertEquals(body.buffer.byteLength, body.length);
  }
});

Deno.test("what streams cost beside their bytes counts: strangers cannot have as many as they like", async () => {
  const bytesTotalMax = 1_000_000;
  await using store = memoryStore({ bytesTotalMax, headsMax: 50 });
  const streams = Array.from({ length: 5_000 }, (_, n) => `pair/${n}`);
  for (const stream of streams) append(store, stream, "");
  let kept = 0;
  for (const stream of streams) kept += (await read(store, {}, stream)).seqs.length;
  assert(kept > 0 && kept < bytesTotalMax / 500, `${kept} streams are kept`);
  const known = streams.filter((stream) => store.head(stream) > 0);
  assertEquals(known, streams.slice(-kept - 50));
});

Deno.test("keepWithin() bounds all that is kept, at once and from then on, but for the newest message", async () => {
  await using store = memoryStore();
  const body = "x".repeat(1_000);
  for (let n = 0; n < 50; n++) append(store, `pair/${n}`, body);
  for (let n = 0; n < 50; n++) append(store, "room/tea", body);
  const memoryBytes = () => store.memoryBytes?.() ?? NaN;
  assert(memoryBytes() > 100_000);
  store.keepWithin?.(20_000);
  const heads = 50 * 200;
  assert(memoryBytes() <= 20_000 + heads, `${memoryBytes()} bytes`);
  for (let n = 0; n < 50; n++) append(store, "room/tea", body);
  assert(memoryBytes() <= 20_000 + heads, `${memoryBytes()} bytes`);
  assertEquals((await read(store, { limit: 1 })).seqs, [100]);
  store.keepWithin?.(0);
  assertEquals((await read(store, {})).seqs, [100]);
});

Deno.test("a server keeps its messages within a part of its memory, and counts them", async () => {
  const store = memoryStore();
  const memoryBytesMax = 4 << 20;
  await using server = startServer({ store, limits: { memoryBytesMax, messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  const content = "x".repeat(8_000);
  const said = Array.from({ length: 200 }, () => ({ type: "Broadcast", content }));
  await anna.send(...said, { type: "Ping", id: "said" });
  await anna.nextOf("Pong");
  const bytes = store.memoryBytes?.() ?? NaN;
  assert(bytes > 0 && bytes <= memoryBytesMax / 4, `${bytes} bytes`);
});
