/**
 * Who has a name that looks like another one.
 *
 * @module
 */

import { Likenesses } from "../../server/likenesses.ts";
import { assertEquals } from "../assert.ts";

Deno.test("a look-alike is found however many plain names share its look", () => {
  const holders = new Likenesses<{ readonly name: string }>();
  const [one, l, cyrillic] = [{ name: "uscr1" }, { name: "uscrl" }, { name: "ѕсор" }];
  for (const holder of [one, l, cyrillic]) holders.add(holder);
  assertEquals(holders.of("uscri"), undefined, "within ASCII nothing is alike");
  assertEquals(holders.of("SCOP"), cyrillic);
  assertEquals(holders.of("ᴜsᴄʀ1"), one);
  holders.delete(one);
  assertEquals(holders.of("ᴜsᴄʀ1"), l);
  holders.delete(l);
  holders.delete(l);
  assertEquals(holders.of("ᴜsᴄʀ1"), undefined);
  holders.delete(cyrillic);
  assertEquals(holders.of("scop"), undefined);
});
