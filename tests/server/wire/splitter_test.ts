/**
 * The splitter: however a stream is cut into chunks, the same frames come out.
 *
 * @module
 */

import fc from "fast-check";
import { FRAME_BYTES_CEILING, Splitter } from "../../../server/wire/mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { frame, joined, utf8 } from "../../harness.ts";

const MAX = 1 << 20;
const BODIES = ["x", '{"type":"Ping"}', "漢字 and 😀", "y".repeat(300), "z"].map(utf8);
const STREAM = joined(...BODIES.map(frame));

/** Feeds chunks, in memory that is used again, and gives copies of the frames that come out. */
function split(chunks: Iterable<Uint8Array>, splitter: Splitter = new Splitter(MAX)): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (const chunk of chunks) {
    const memory = chunk.slice();
    splitter.feed(memory);
    const bodies: Uint8Array[] = [];
    for (let next = splitter.next(); next.kind !== "more"; next = splitter.next()) {
      assert(next.kind === "frame", `Unexpected ${next.kind}`);
      bodies.push(next.body.slice());
    }
    memory.fill(0xaa);
    frames.push(...bodies);
  }
  return frames;
}

Deno.test("next() gives every frame of one chunk", () => {
  assertEquals(split([STREAM]), BODIES);
});

Deno.test("next() gives the same frames for a stream split at every position", () => {
  for (let at = 0; at <= STREAM.length; at++) {
    assertEquals(split([STREAM.subarray(0, at), STREAM.subarray(at)]), BODIES);
  }
});

Deno.test("next() gives the same frames for every two splits", () => {
  const stream = joined(...BODIES.slice(0, 3).map(frame));
  for (let one = 0; one <= stream.length; one++) {
    for (let two = one; two <= stream.length; two++) {
      const parts = [stream.subarray(0, one), stream.subarray(one, two), stream.subarray(two)];
      assertEquals(split(parts), BODIES.slice(0, 3));
    }
  }
});

Deno.test("next() gives the same frames byte by byte", () => {
  assertEquals(split(Array.from(STREAM, (byte) => new Uint8Array([byte]))), BODIES);
});

Deno.test("next() gives the same frames for any frames and any cuts", () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 }), { maxLength: 20 });
  const sizes = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 40 });
  fc.assert(fc.property(bodies, sizes, (bodies, sizes) => {
    const stream = joined(...bodies.map(frame));
    const chunks: Uint8Array[] = [];
    let at = 0;
    for (const size of sizes) chunks.push(stream.subarray(at, at += size));
    chunks.push(stream.subarray(at));
    assertEquals(split(chunks).map((body) => [...body]), bodies.map((body) => [...body]));
  }));
});

Deno.test("next() copies nothing of a frame that lies whole in one chunk", () => {
  const splitter = new Splitter(MAX);
  splitter.feed(STREAM);
  for (let next = splitter.next(); next.kind === "frame"; next = splitter.next()) {
    assertEquals(next.body.buffer, STREAM.buffer);
  }
});

Deno.test("next() gives a gathered frame that outlives the chunks it came in", () => {
  const chunk = new Uint8Array(10);
  const splitter = new Splitter(MAX);
  const stream = frame(utf8("abcdefghij"));
  chunk.set(stream.subarray(0, 10));
  splitter.feed(chunk);
  assertEquals(splitter.next(), { kind: "more" });
  chunk.set(stream.subarray(10));
  splitter.feed(chunk.subarray(0, 4));
  const whole = splitter.next();
  chunk.fill(0);
  assert(whole.kind === "frame");
  assertEquals([...whole.body], [...utf8("abcdefghij")]);
});

Deno.test("a chunk that is drained is not looked at any more, wherever it ended", () => {
  const whole = frame(utf8("y".repeat(300)));
  for (const bytes of [whole.subarray(0, 2), whole.subarray(0, 100), whole]) {
    const splitter = new Splitter(MAX);
    for (const cut of [1, bytes.length]) {
      const chunk = bytes.slice(cut === 1 ? 0 : 1, cut);
      splitter.feed(chunk);
      while (splitter.next().kind !== "more");
      chunk.buffer.transfer(0);
      assertEquals([splitter.nextPieces(1), splitter.next().kind], [undefined, "more"]);
    }
  }
});

Deno.test("release() gives the memory of what is not whole back at once, and nothing comes of that", () => {
  const taken: number[] = [];
  const splitter = new Splitter(MAX, (bytes) => taken.push(bytes));
  const chunk = frame(new Uint8Array(MAX)).subarray(0, MAX);
  splitter.feed(chunk);
  assertEquals(splitter.next(), { kind: "more" });
  assert(splitter.heldBytes >= MAX);
  assertEquals(taken.reduce((sum, bytes) => sum + bytes, 0), splitter.heldBytes);
  const before = Deno.memoryUsage().external;
  splitter.release();
  assert(before - Deno.memoryUsage().external >= MAX);
  assertEquals([splitter.heldBytes, splitter.midFrame, splitter.next().kind], [0, false, "more"]);
  splitter.release();
});

Deno.test("next() refuses a length over the limit before any of its body is there", () => {
  const splitter = new Splitter(100);
  splitter.feed(new Uint8Array([0, 0, 0, 101]));
  assertEquals(splitter.next(), { kind: "refused", length: 101 });
});

Deno.test("next() refuses a length over the limit when its header comes byte by byte", () => {
  const splitter = new Splitter(100);
  for (const byte of [0, 0, 0]) {
    splitter.feed(new Uint8Array([byte]));
    assertEquals(splitter.next(), { kind: "more" });
  }
  splitter.feed(new Uint8Array([101]));
  assertEquals(splitter.next(), { kind: "refused", length: 101 });
});

Deno.test("next() accepts a body of exactly the limit", () => {
  const body = new Uint8Array(100).fill(1);
  assertEquals(split([frame(body)], new Splitter(100)), [body]);
});

Deno.test("next() reads a length as an unsigned number", () => {
  const splitter = new Splitter(MAX);
  splitter.feed(new Uint8Array([0xff, 0xff, 0xff, 0xff]));
  assertEquals(splitter.next(), { kind: "refused", length: 0xffff_ffff });
});

Deno.test("next() refuses a length of zero", () => {
  const splitter = new Splitter(MAX);
  splitter.feed(new Uint8Array(4));
  assertEquals(splitter.next(), { kind: "refused", length: 0 });
});

Deno.test("next() gives the frames before a refused length, and nothing after it", () => {
  const splitter = new Splitter(100);
  splitter.feed(joined(frame(utf8("a")), new Uint8Array(4), frame(utf8("b"))));
  assertEquals(splitter.next().kind, "frame");
  assertEquals(splitter.next().kind, "refused");
  splitter.feed(frame(utf8("c")));
  assertEquals(splitter.next().kind, "refused");
});

Deno.test("feed() throws while the chunk before it is not drained", () => {
  const splitter = new Splitter(MAX);
  splitter.feed(STREAM);
  splitter.next();
  assertThrows(() => splitter.feed(STREAM), Error);
});

Deno.test("Splitter() throws for a limit outside of 1 to 15 MiB", () => {
  for (const limit of [0, -1, NaN, FRAME_BYTES_CEILING + 1]) {
    assertThrows(() => new Splitter(limit), RangeError);
  }
  new Splitter(1);
  new Splitter(FRAME_BYTES_CEILING);
});

Deno.test("takeRest() gives what was fed and is no frame yet, and forgets it", () => {
  for (const cuts of [[0], [2, 0], [3, 1, 0], [6, 0]]) {
    const splitter = new Splitter(MAX);
    const rest = frame(utf8("unfinished")).subarray(0, 8);
    splitter.feed(frame(utf8("whole")));
    assertEquals(splitter.next().kind, "frame");
    let at = 0;
    for (const left of cuts) {
      assertEquals(splitter.next().kind, "more");
      splitter.feed(rest.subarray(at, at = rest.length - left));
      assertEquals(splitter.next().kind, "more");
    }
    assertEquals([...splitter.takeRest()], [...rest]);
    assertEquals(splitter.takeRest().length, 0);
  }
});

Deno.test("takeRest() gives whole frames too when they were not asked for", () => {
  const splitter = new Splitter(MAX);
  splitter.feed(joined(frame(utf8("a")), utf8("raw bytes")));
  assertEquals(splitter.next().kind, "frame");
  assertEquals([...splitter.takeRest()], [...utf8("raw bytes")]);
});
