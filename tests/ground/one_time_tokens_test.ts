/**
 * One-time tokens, with a clock in hand.
 *
 * @module
 */

import { OneTimeTokens } from "../../ground/mod.ts";
import { assertEquals } from "../assert.ts";

Deno.test("redeem() gives what a token stands for once", () => {
  const tokens = new OneTimeTokens<string>(30);
  const one = tokens.issue("one", 0);
  const two = tokens.issue("two", 0);
  assertEquals([tokens.redeem(two, 30), tokens.redeem(two, 30)], ["two", undefined]);
  assertEquals([tokens.redeem(one, 30), tokens.size], ["one", 0]);
  assertEquals(tokens.redeem("", 0), undefined);
});

Deno.test("a token is worth nothing after its time, and expire() tells of it once", () => {
  const tokens = new OneTimeTokens<string>(30);
  const old = tokens.issue("old", 0);
  const young = tokens.issue("young", 20);
  assertEquals(tokens.expire(30), []);
  assertEquals(tokens.redeem(old, 31), undefined);
  assertEquals([tokens.expire(31), tokens.expire(31)], [["old"], []]);
  assertEquals(tokens.redeem(young, 50), "young");
});

Deno.test("revoke() takes a token back", () => {
  const tokens = new OneTimeTokens<string>(30);
  const token = tokens.issue("one", 0);
  tokens.revoke(token);
  assertEquals([tokens.redeem(token, 0), tokens.expire(100)], [undefined, []]);
});

Deno.test("a token has 256 bits of chance", () => {
  const tokens = new OneTimeTokens<number>(30);
  const issued = new Set(Array.from({ length: 1_000 }, (_, n) => tokens.issue(n, 0)));
  assertEquals(issued.size, 1_000);
  assertEquals([...issued].every((token) => /^[\w-]{43}$/.test(token)), true);
});
