/**
 * Secrets: equal or not, and never the same twice.
 *
 * @module
 */

import fc from "fast-check";
import { randomToken, sameSecret } from "../../ground/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("two texts are the same secret exactly when they are equal", () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string(), (secret, guess) => {
    assertEquals(sameSecret(guess, secret), guess === secret);
    assert(sameSecret(secret, secret));
  }));
});

Deno.test("tokens have 256 bits, fit into a URL and never come twice", () => {
  const tokens = new Set(Array.from({ length: 1_000 }, randomToken));
  assertEquals(tokens.size, 1_000);
  for (const token of tokens) assert(/^[A-Za-z0-9_-]{43}$/.test(token), token);
});
