/**
 * Frames that are written in pieces are those of their JSON, whatever was written before and after them.
 *
 * @module
 */

import fc from "fast-check";
import { FrameWriter, TIME_BYTES } from "../../../server/codec/frame_writer.ts";
import { frameOf } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

Deno.test("frames are their pieces one after the other, and later ones leave them alone", () => {
  const writer = new FrameWriter();
  const jsons = Array.from({ length: 2_000 }, (_, n) => ["é".repeat(n % 400), n ** 4]);
  jsons.splice(1_000, 0, ["x".repeat(100_000), 0]);
  const frames = jsons.map(([text, number]) => {
    const pieces = [utf8("["), utf8(JSON.stringify(text)), utf8(",")];
    writer.begin(pieces.reduce((sum, { length }) => sum + length, 1), 1);
    for (const piece of pieces) writer.bytes(piece);
    writer.number(Number(number));
    writer.bytes(utf8("]"));
    return writer.end();
  });
  frames.forEach((frame, n) => {
    assertEquals(frame.toHex(), frameOf(JSON.stringify(jsons[n])).toHex());
  });
  assertEquals(frames[0]?.buffer, frames[1]?.buffer, "small frames share memory");
});

Deno.test("number() writes what JSON does, up to the largest that is exact", () => {
  const writer = new FrameWriter();
  const numbers = fc.oneof(
    fc.nat(Number.MAX_SAFE_INTEGER),
    fc.constantFrom(
      0,
      9,
      10,
      99,
      100,
      2 ** 31,
      2 ** 32,
      10 ** 15,
      9_007_199_199_999_999,
      Number.MAX_SAFE_INTEGER,
    ),
  );
  fc.assert(fc.property(numbers, (number) => {
    writer.begin(0, 1);
    writer.number(number);
    assertEquals(writer.end(), frameOf(`${number}`));
  }));
});

Deno.test("time() writes each time, also the same again, and another one in between", () => {
  const writer = new FrameWriter();
  for (const ms of [0, 0, 5, 1_764_000_000_000, 1_764_000_000_000, 2 ** 48 - 1, 5]) {
    writer.begin(TIME_BYTES + 6, 0);
    writer.bytes(utf8(`{"a":0`));
    writer.time(ms);
    writer.byte(0x7d);
    assertEquals(writer.end(), frameOf(`{"a":0,"at":${ms}}`));
  }
});

Deno.test("a frame that nobody reads any more is written over, if it is the last one", () => {
  const writer = new FrameWriter();
  const write = (text: string) => {
    writer.begin(text.length, 0);
    writer.bytes(utf8(text));
    return writer.end();
  };
  const [first, second] = [write("[1]"), write("[2]")];
  writer.reuse(first);
  assertEquals([first, second], [frameOf("[1]"), frameOf("[2]")], "there is one behind it");
  writer.reuse(second);
  const third = write("[3]");
  assertEquals([first, second, third], ["[1]", "[3]", "[3]"].map(frameOf));
  const large = write(`["${"x".repeat(100_000)}"]`);
  writer.reuse(large);
  write("[4]");
  assertEquals(large.length, 100_008);
  assertEquals(large[5], 0x22, "memory of its own");
});
