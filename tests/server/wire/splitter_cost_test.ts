/**
 * What the splitter's work costs, counted in bytes copied and memory taken, never in time.
 *
 * @module
 */

import { Splitter } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame } from "../../harness.ts";

/** Counts the bytes that are copied and allocated in typed arrays while `work` runs. */
function counting(work: () => void): { copied: number; allocated: number } {
  const counted = { copied: 0, allocated: 0 };
  const RealArray = globalThis.Uint8Array;
  const realSet = RealArray.prototype.set;
  RealArray.prototype.set = function (source: ArrayLike<number>, at?: number): void {
    counted.copied += source.length;
    realSet.call(this, source, at);
  };
  globalThis.Uint8Array = new Proxy(RealArray, {
    construct(target, args, newTarget): Uint8Array {
      if (typeof args[0] === "number") counted.allocated += args[0];
      return Reflect.construct(target, args, newTarget);
    },
  });
  try {
    work();
  } finally {
    globalThis.Uint8Array = RealArray;
    RealArray.prototype.set = realSet;
  }
  return counted;
}

/** Feeds a frame of `bytes` in chunks of `size`; gives the frame's length. */
function feed(bytes: number, size: number): number {
  const splitter = new Splitter(1 << 20);
  const stream = frame(new Uint8Array(bytes).fill(1));
  const one = new Uint8Array(size);
  for (let at = 0; at < stream.length; at += size) {
    const part = stream.subarray(at, at + size);
    one.set(part);
    splitter.feed(one.subarray(0, part.length));
    const next = splitter.next();
    if (next.kind === "frame") return next.body.length;
  }
  return 0;
}

Deno.test("next() finishes a mebibyte that comes byte by byte", () => {
  assertEquals(feed(1 << 20, 1), 1 << 20);
});

Deno.test("next() copies each byte a bounded number of times, however large the frame", () => {
  for (const bytes of [1 << 14, 1 << 17, 1 << 20]) {
    const { copied, allocated } = counting(() => assertEquals(feed(bytes, 1), bytes));
    // The stream itself is made and cut here too: 2 copies and 2 allocations of each byte.
    assert(copied < 5 * bytes, `${copied} bytes were copied for a frame of ${bytes}`);
    assert(allocated < 8 * bytes, `${allocated} bytes were allocated for a frame of ${bytes}`);
  }
});

Deno.test("feed() takes memory for the bytes that came, not for the length that was promised", () => {
  const splitter = new Splitter(1 << 20);
  const { allocated } = counting(() => {
    splitter.feed(new Uint8Array([0, 0x10, 0, 0, 1, 2, 3]));
    assertEquals(splitter.next(), { kind: "more" });
  });
  assert(allocated <= 4_096, `${allocated} bytes were allocated for 7 that came`);
});

Deno.test("next() copies nothing of frames that lie whole in their chunk", () => {
  const stream = frame(new Uint8Array(1_000).fill(1));
  const splitter = new Splitter(1 << 20);
  const { copied } = counting(() => {
    for (let n = 0; n < 100; n++) {
      splitter.feed(stream);
      assertEquals(splitter.next().kind, "frame");
      assertEquals(splitter.next().kind, "more");
    }
  });
  assertEquals(copied, 0);
});
