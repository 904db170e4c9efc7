/**
 * The bytes of a record: as drawn, and under every cut and flip.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { blockOf, bodyOf, encodeRecord, Kind, parseRecord, recordBytes } from "../../db/format.ts";

const EXAMPLE = {
  kind: Kind.message,
  flags: 0,
  left: 0,
  slot: 7,
  seq: 3,
  lsn: 258,
  at: 1000,
  order: 2,
};
const SALT = 0x01020304;

function encodedExample(): Uint8Array {
  const block = blockOf(new Uint8Array(48));
  encodeRecord(block, 0, EXAMPLE, new TextEncoder().encode("hi"), SALT);
  return block.bytes;
}

Deno.test("a record has the bytes that format.ts draws", async () => {
  const source = await Deno.readTextFile(new URL("../../db/format.ts", import.meta.url));
  const drawn = source.split("\n")
    .filter((line) => /^ \* {3}(?:[0-9a-f]{2} {1,2}){8,}/.test(`${line} `))
    .flatMap((line) => line.match(/\b[0-9a-f]{2}\b/g) ?? []);
  const made = [...encodedExample()].map((byte) => byte.toString(16).padStart(2, "0"));
  assert.deepEqual(drawn, made);
});

Deno.test("a record with any one bit flipped is not valid", () => {
  const bytes = encodedExample();
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.slice();
    flipped[bit >>> 3] = (flipped[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    assert.notEqual(
      parseRecord(blockOf(flipped), 0, flipped.length, SALT).kind,
      "record",
      `bit ${bit}`,
    );
  }
});

Deno.test("a record cut at any length is short", () => {
  const bytes = encodedExample();
  for (let length = 0; length < bytes.length; length++) {
    assert.equal(parseRecord(blockOf(bytes.slice(0, length)), 0, length, SALT).kind, "short");
  }
});

Deno.test("a record is not valid under the salt of another segment", () => {
  const bytes = encodedExample();
  assert.equal(parseRecord(blockOf(bytes), 0, bytes.length, SALT + 1).kind, "invalid");
});

Deno.test("zeros are never a record", () => {
  const zeros = new Uint8Array(4096);
  assert.equal(parseRecord(blockOf(zeros), 0, zeros.length, 0).kind, "invalid");
});

Deno.test("every record that can be written is read back as it was", () => {
  const fields = fc.record({
    kind: fc.constantFrom(Kind.message, Kind.edit, Kind.stream, Kind.put, Kind.remove),
    flags: fc.constant(0),
    left: fc.integer({ min: 0, max: 0xffff }),
    slot: fc.integer({ min: 0, max: 0xffffffff }),
    seq: fc.integer({ min: 0, max: 0xffffffff }),
    lsn: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    at: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    order: fc.integer({ min: 0, max: 0xffffffff }),
  });
  const salts = fc.integer({ min: 0, max: 0xffffffff });
  fc.assert(fc.property(fields, fc.uint8Array({ maxLength: 300 }), salts, (record, body, salt) => {
    const block = blockOf(new Uint8Array(8 + recordBytes(body.length)));
    assert.equal(encodeRecord(block, 8, record, body, salt), block.bytes.length);
    const parsed = parseRecord(block, 8, block.bytes.length, salt);
    assert.equal(parsed.kind, "record");
    if (parsed.kind !== "record") return;
    const { bodyBytes, bytes, ...read } = parsed.record;
    assert.deepEqual(read, { ...record });
    assert.equal(bytes, recordBytes(bodyBytes));
    assert.deepEqual(bodyOf(block, 8, parsed.record), body);
  }));
});

Deno.test("no bytes make the decoder throw or read past the end", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer(), (bytes, salt) => {
    parseRecord(blockOf(bytes), 0, bytes.length, salt >>> 0);
  }));
});
