/**
 * Who has a name that looks like another one.
 *
 * @module
 */

import { Likenesses } from "../../../server/wire/names/likenesses.ts";
import { plainLookOf } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("a look-alike is found however many plain names share its look", () => {
  const holders = new Likenesses<{ readonly name: string }>();
  const [one, l, cyrillic] = [{ name: "uscr1" }, { name: "uscrl" }, { name: "ѕсор" }];
  for (const holder of [one, l, cyrillic]) holders.add(holder);
  assertEquals(
    holders.of("uscri"),
    undefined,
    "within ASCII nothing is alike unless it is said what is",
  );
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

Deno.test("within ASCII names are alike by a look of their own, and nobody is like itself", () => {
  const holders = new Likenesses<{ readonly name: string }>(plainLookOf);
  const [lena, bob] = [{ name: "lena" }, { name: "Bob" }];
  for (const holder of [lena, bob]) holders.add(holder);
  assertEquals(holders.of("Iena"), lena);
  assertEquals(holders.of("lena", lena), undefined);
  assertEquals(holders.of("B0B"), bob);
  assertEquals(
    holders.of("Lena"),
    undefined,
    "in another case it is the same name, which is not asked here",
  );
  holders.delete(lena);
  assertEquals(holders.of("Iena"), undefined);
});

Deno.test("who was here before the first name that is not plain is found by it, and who comes and goes after it", () => {
  const holders = new Likenesses<{ readonly name: string }>(plainLookOf);
  const [copa, scop, jean] = [{ name: "copa" }, { name: "SCOP" }, { name: "Jean" }];
  for (const holder of [copa, scop]) holders.add(holder);
  assertEquals(holders.of("сора"), copa, "all letters are Cyrillic");
  assertEquals(holders.of("ѕсор"), scop);
  holders.add(jean);
  holders.delete(copa);
  holders.delete(copa);
  assertEquals(holders.of("сора"), undefined);
  assertEquals(holders.of("ᴊᴇᴀɴ"), jean);
  assertEquals(holders.of("ᴊᴇᴀɴ", jean), undefined);
});
