/**
 * A digest of our own, beside the runtime's.
 *
 * @module
 */

import fc from "fast-check";
import { hash } from "node:crypto";
import { sha256 } from "../../ground/mod.ts";
import { assertEquals } from "../assert.ts";

Deno.test("it is the runtime's digest, of any text of any length", () => {
  for (let length = 0; length < 300; length++) {
    for (const unit of ["a", "ẞ"]) same(unit.repeat(length));
  }
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 100 }), same));
});

function same(text: string): void {
  assertEquals(sha256(text).toHex(), hash("sha256", text, "hex"));
}
