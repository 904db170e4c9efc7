/**
 * A room's log: whatever is appended, each cursor sees it once, in order, without its own lines.
 *
 * @module
 */

import fc from "fast-check";
import {
  LOG_CHUNK_BYTES_FIRST,
  LOG_CHUNK_BYTES_MAX,
  LOG_CHUNK_GOES_BYTES_MAX,
  SKIP_BYTES,
} from "../../../server/limits.ts";
import { type Cursor, RoomLog } from "../../../server/rooms/room_log.ts";
import { assert, assertEquals } from "../../assert.ts";
import { joined, utf8 } from "../../harness.ts";

function drain(cursor: Cursor): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let part = cursor.take(); part !== undefined; part = cursor.take()) {
    assert(part.length > 0, "take() never gives nothing");
    parts.push(part);
  }
  return joined(...parts);
}

function text(cursor: Cursor): string {
  return new TextDecoder().decode(drain(cursor));
}

Deno.test("cursor() sees what is appended after it, once", () => {
  const log = new RoomLog();
  log.append(utf8("before "));
  const cursor = log.cursor();
  log.append(utf8("one "));
  log.append(utf8("two "));
  assertEquals(text(cursor), "one two ");
  assertEquals(cursor.take(), undefined);
  log.append(utf8("three"));
  assertEquals(text(cursor), "three");
});

Deno.test("take() gives everything of a chunk at once, as a view", () => {
  const log = new RoomLog();
  const one = log.cursor();
  const other = log.cursor();
  for (const word of ["a", "b", "c"]) log.append(utf8(word));
  const seen = one.take();
  assertEquals(new TextDecoder().decode(seen), "abc");
  assertEquals(seen?.buffer, other.take()?.buffer, "nothing is copied per member");
});

Deno.test("lag is the number of bytes between a cursor and the end", () => {
  const log = new RoomLog();
  const cursor = log.cursor();
  assertEquals(cursor.lag, 0);
  log.append(new Uint8Array(3_000));
  log.append(new Uint8Array(3_000));
  assertEquals(cursor.lag, 6_000);
  cursor.take();
  assertEquals(cursor.lag, 3_000, "a chunk holds one of the two");
  cursor.take();
  assertEquals(cursor.lag, 0);
  assertEquals(log.end, 6_000);
});

Deno.test("append() never changes bytes that were taken", () => {
  const log = new RoomLog();
  const cursor = log.cursor();
  log.append(utf8("taken"));
  const taken = cursor.take();
  for (let n = 0; n < 1_000; n++) log.append(new Uint8Array(100).fill(0xff));
  assertEquals(new TextDecoder().decode(taken), "taken");
});

Deno.test("append() keeps what one call appended in one piece, at every place in a chunk", () => {
  for (let before = LOG_CHUNK_BYTES_FIRST - 8; before <= LOG_CHUNK_BYTES_FIRST; before++) {
    const log = new RoomLog();
    const cursor = log.cursor();
    log.append(new Uint8Array(before));
    log.append(utf8("whole"));
    const parts = [cursor.take(), cursor.take()].filter((part) => part !== undefined);
    assert(
      parts.some((part) => new TextDecoder().decode(part).endsWith("whole")),
      `torn after ${before} bytes`,
    );
  }
});

Deno.test("append() takes more than the largest chunk", () => {
  const log = new RoomLog();
  const cursor = log.cursor();
  const huge = new Uint8Array(LOG_CHUNK_BYTES_MAX * 2 + 1).fill(7);
  log.append(huge);
  log.append(utf8("x"));
  assertEquals(drain(cursor).length, huge.length + 1);
});

Deno.test("what is told in one go lies in one chunk, mostly, however much it is", () => {
  for (const go of [1_000, 30_000, 150_000]) {
    const log = new RoomLog();
    const cursor = log.cursor();
    let parts = 0;
    for (let n = 0; n < 200; n++) {
      for (let bytes = 0; bytes < go; bytes += 100) log.append(new Uint8Array(100));
      for (let part = cursor.take(); part !== undefined; part = cursor.take()) parts++;
      log.expect(go);
    }
    assert(parts <= 210, `${parts} parts of ${go} bytes`);
    assert(log.heldBytes <= LOG_CHUNK_GOES_BYTES_MAX, `${log.heldBytes} bytes`);
    log.trim();
    log.append(utf8("quiet"));
    assertEquals(log.heldBytes, LOG_CHUNK_BYTES_FIRST);
  }
});

Deno.test("append() of nothing changes nothing", () => {
  const log = new RoomLog();
  const cursor = log.cursor();
  log.append(new Uint8Array(0));
  assertEquals([log.end, cursor.take()], [0, undefined]);
});

Deno.test("skipFrom() hides a range from one cursor and from no other", () => {
  const log = new RoomLog();
  const [own, other] = [log.cursor(), log.cursor()];
  log.append(utf8("a"));
  const start = log.end;
  log.append(utf8("OWN"));
  own.skipFrom(start);
  log.append(utf8("b"));
  assertEquals([text(own), text(other)], ["ab", "aOWNb"]);
});

Deno.test("skipFrom() hides ranges that touch, and one at the very end", () => {
  const log = new RoomLog();
  const cursor = log.cursor();
  for (const word of ["ONE", "TWO"]) {
    const start = log.end;
    log.append(utf8(word));
    cursor.skipFrom(start);
  }
  assertEquals(cursor.take(), undefined);
  log.append(utf8("x"));
  assertEquals(text(cursor), "x");
});

Deno.test("skipFrom() hides what was said without a break as one range, over all chunks", () => {
  const log = new RoomLog();
  const [own, other] = [log.cursor(), log.cursor()];
  for (let n = 0; n < 100_000; n++) {
    const start = log.end;
    log.append(utf8("x: own\n"));
    own.skipFrom(start);
  }
  assertEquals(own.keptBytes - other.keptBytes, SKIP_BYTES);
  log.append(utf8("theirs"));
  assertEquals(text(own), "theirs");
  assertEquals(own.keptBytes, 0);
});

Deno.test("skipFrom() hides what it is told to, however much that is and whenever it is read", () => {
  const step = fc.record({
    own: fc.boolean(),
    bytes: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(LOG_CHUNK_BYTES_FIRST)),
    reads: fc.boolean(),
    trims: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const log = new RoomLog();
    const cursor = log.cursor();
    const [seen, wanted] = [[] as Uint8Array[], [] as Uint8Array[]];
    steps.forEach(({ own, bytes, reads, trims }, n) => {
      const said = new Uint8Array(bytes).fill(n);
      const start = log.end;
      log.append(said);
      if (own) cursor.skipFrom(start);
      else wanted.push(said);
      if (trims) log.trim();
      if (reads) seen.push(drain(cursor));
    });
    seen.push(drain(cursor));
    assertEquals(joined(...seen), joined(...wanted));
  }));
});

Deno.test("trim() lets go of what was loud once, and what is kept then is the cost of who has not read it", () => {
  const log = new RoomLog();
  const [prompt, late] = [log.cursor(), log.cursor()];
  for (let n = 0; n < 100; n++) log.append(new Uint8Array(10_000).fill(n));
  drain(prompt);
  assert(log.heldBytes > LOG_CHUNK_BYTES_FIRST);
  log.trim();
  prompt.pass();
  assertEquals([log.heldBytes, prompt.keptBytes, log.end], [0, 0, 1_000_000]);
  assert(late.keptBytes >= 1_000_000);
  log.append(utf8("quiet"));
  assertEquals([text(prompt), log.heldBytes], ["quiet", LOG_CHUNK_BYTES_FIRST]);
  assertEquals(drain(late).length, 1_000_005);
  assertEquals(late.keptBytes, 0);
});

type Step =
  | { readonly do: "append"; readonly size: number; readonly skippedBy: number | undefined }
  | { readonly do: "join" }
  | { readonly do: "trim" }
  | { readonly do: "expect"; readonly bytes: number }
  | { readonly do: "take"; readonly who: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("append" as const),
    size: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1_000, max: 9_000 })),
    skippedBy: fc.option(fc.nat(5), { nil: undefined }),
  }),
  fc.constant({ do: "join" as const }),
  fc.constant({ do: "trim" as const }),
  fc.record({ do: fc.constant("expect" as const), bytes: fc.nat(9_000) }),
  fc.record({ do: fc.constant("take" as const), who: fc.nat(5) }),
);

Deno.test("cursors agree with a plain array of appends, whatever happens in which order", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
    const log = new RoomLog();
    const members: { cursor: Cursor; expected: number[]; seen: number[] }[] = [];
    let byte = 0;
    for (const one of steps) {
      if (one.do === "join") members.push({ cursor: log.cursor(), expected: [], seen: [] });
      else if (one.do === "trim") {
        log.trim();
        for (const { cursor } of members) cursor.pass();
      } else if (one.do === "expect") log.expect(one.bytes);
      else if (one.do === "take") {
        const member = members[one.who];
        member?.seen.push(...member.cursor.take() ?? []);
      } else {
        const bytes = Uint8Array.from({ length: one.size }, () => byte++ & 0xff);
        const start = log.end;
        log.append(bytes);
        members.forEach((member, index) => {
          if (index === one.skippedBy) member.cursor.skipFrom(start);
          else member.expected.push(...bytes);
        });
      }
    }
    for (const { cursor, expected, seen } of members) {
      seen.push(...drain(cursor));
      assertEquals(seen, expected);
      assertEquals(cursor.lag, 0);
    }
  }));
});
