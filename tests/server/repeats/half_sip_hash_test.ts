/**
 * The hash of a pair of texts, under a secret.
 *
 * @module
 */

import fc from "fast-check";
import { halfSipHash } from "../../../server/repeats/half_sip_hash.ts";
import { assert, assertEquals } from "../../assert.ts";

const SECRET = new Uint32Array([0x03020100, 0x07060504]);

function hash(one: string, other: string, secret = SECRET): string {
  const into = new Uint32Array(2);
  halfSipHash(one, other, secret, into);
  return [...into].map((half) => half.toString(16).padStart(8, "0")).join("");
}

Deno.test("one pair has one hash under one secret, and another under another", () => {
  assertEquals(hash("alice", "1"), hash("alice", "1"));
  assert(hash("alice", "1") !== hash("alice", "1", new Uint32Array([1, 2])));
});

Deno.test("pairs that are alike have different hashes", () => {
  const units = fc.string({ unit: "binary", maxLength: 12 });
  fc.assert(fc.property(units, units, units, units, (a, b, c, d) => {
    if (a !== c || b !== d) assert(hash(a, b) !== hash(c, d));
    if (a + b !== a) assert(hash(a, b) !== hash(a + b, ""));
    assert(hash(a, b) !== hash(`${a}\0`, b) && hash(a, b) !== hash(a, `${b}\0`));
  }));
});

Deno.test("each bit of both halves depends on the last unit", () => {
  let low = 0;
  let high = 0;
  const first = new Uint32Array(2);
  halfSipHash("user", "0", SECRET, first);
  for (let n = 1; n < 64; n++) {
    const other = new Uint32Array(2);
    halfSipHash("user", String.fromCharCode(0x30 + n), SECRET, other);
    low |= (first[0] ?? 0) ^ (other[0] ?? 0);
    high |= (first[1] ?? 0) ^ (other[1] ?? 0);
  }
  assertEquals([low >>> 0, high >>> 0], [0xffffffff, 0xffffffff]);
});
