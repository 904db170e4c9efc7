/**
 * Frames: the drawing at the head of `frame.ts` as golden bytes, and what is no frame's body.
 *
 * @module
 */

import fc from "fast-check";
import { decodeBody, encodeFrame, frameOf } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";

/** The drawing: {"type":"Ping"}, N = 15. */
const GOLDEN = "0000000f 7b2274797065223a2250696e67227d".replaceAll(" ", "");

Deno.test("encodeFrame() makes the bytes of the drawing", () => {
  assertEquals(encodeFrame({ type: "Ping" }).toHex(), GOLDEN);
});

Deno.test("decodeBody() reads the bytes of the drawing", () => {
  const body = Uint8Array.fromHex(GOLDEN).subarray(4);
  assertEquals(decodeBody(body), { kind: "object", value: { type: "Ping" } });
});

Deno.test("frameOf() gives each frame memory of its own", () => {
  const first = frameOf('{"type":"a"}');
  const copy = first.slice();
  frameOf('{"type":"b"}');
  assertEquals(first, copy);
  assertEquals(first.buffer.byteLength, first.length, "and no more of it than the frame needs");
});

Deno.test("frameOf() tells the length in bytes of UTF-8, around the size of its scratch memory", () => {
  for (const char of ["x", "é", "漢", "😀"]) {
    for (const count of [1, 21_843, 21_844, 21_845, 65_536, 400_000]) {
      const json = JSON.stringify({ type: char.repeat(count) });
      const body = utf8(json);
      const frame = frameOf(json);
      assertEquals(new DataView(frame.buffer).getUint32(0), body.length);
      assert(frame.length === body.length + 4 && frame.subarray(4).every((b, i) => b === body[i]));
    }
  }
});

Deno.test("decodeBody() reads back whatever encodeFrame() wrote", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (content) => {
    const decoded = decodeBody(encodeFrame({ type: "Broadcast", content }).subarray(4));
    assertEquals(decoded, { kind: "object", value: { type: "Broadcast", content } });
  }));
});

const BAD: readonly (readonly [string, Uint8Array])[] = [
  ["no JSON", utf8("hello")],
  ["half of an object", utf8('{"type":"Ping"')],
  ["two objects", utf8('{"type":"Ping"}{"type":"Ping"}')],
  ["an array", utf8('["type"]')],
  ["null", utf8("null")],
  ["a string", utf8('"Ping"')],
  ["a number", utf8("15")],
  ["no type", utf8("{}")],
  ["a type that is no string", utf8('{"type":1}')],
  ["a byte that is no UTF-8", new Uint8Array([...utf8('{"type":"'), 0xff, ...utf8('"}')])],
  ["a surrogate in UTF-8", new Uint8Array([...utf8('{"type":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d])],
  ["an overlong encoding", new Uint8Array([...utf8('{"type":"'), 0xc0, 0xaf, 0x22, 0x7d])],
  ["a byte order mark", utf8('\ufeff{"type":"Ping"}')],
  ["nothing", new Uint8Array(0)],
];

for (const [what, body] of BAD) {
  Deno.test(`decodeBody() refuses ${what}`, () => {
    assertEquals(decodeBody(body).kind, "bad_frame");
  });
}

Deno.test("decodeBody() survives a mebibyte of nested brackets", () => {
  const deep = utf8(`{"type":"Ping","x":${"[".repeat(500_000)}${"]".repeat(500_000)}}`);
  assertEquals(decodeBody(deep).kind, "object");
  assertEquals(decodeBody(utf8("[".repeat(1_000_000))).kind, "bad_frame");
});

Deno.test("decodeBody() throws for no bytes whatsoever", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    decodeBody(bytes);
  }));
});
