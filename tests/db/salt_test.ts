/**
 * A whole record tells its salt.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { blockOf, encodeRecord, Kind, recordBytes } from "../../db/format.ts";
import { saltOf } from "../../db/salt.ts";

Deno.test("saltOf() tells the salt of every record, and another one when a bit is flipped", () => {
  fc.assert(fc.property(
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.uint8Array({ maxLength: 300 }),
    fc.nat(7),
    (salt, body, bit) => {
      const block = blockOf(new Uint8Array(8 + recordBytes(body.length)));
      const fields = { kind: Kind.message, flags: 0, left: 0, slot: 3, seq: 9 };
      encodeRecord(block, 8, { ...fields, lsn: 77, at: 1000, order: 1 }, body, salt);
      assert.equal(saltOf(block, 8), salt);
      block.bytes[8 + 20] = (block.bytes[8 + 20] ?? 0) ^ (1 << bit);
      assert.notEqual(saltOf(block, 8), salt);
    },
  ));
});

Deno.test("saltOf() tells the salt of the longest record", () => {
  const body = new Uint8Array(16 << 20).fill(7);
  const block = blockOf(new Uint8Array(recordBytes(body.length)));
  const fields = {
    kind: Kind.message,
    flags: 0,
    left: 0,
    slot: 3,
    seq: 9,
    lsn: 1,
    at: 1,
    order: 1,
  };
  encodeRecord(block, 0, fields, body, 0xdead_beef);
  assert.equal(saltOf(block, 0), 0xdead_beef);
});
