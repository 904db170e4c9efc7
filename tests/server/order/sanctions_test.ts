/**
 * Who is hit by a ban: himself, those who look like him, and who comes from where.
 *
 * @module
 */

import fc from "fast-check";
import { addressOf, isWithin, rangeOf } from "../../../server/addresses/range.ts";
import { RangeTable } from "../../../server/addresses/range_table.ts";
import type { Person } from "../../../server/order/person.ts";
import { type Sanction, Sanctions } from "../../../server/order/sanctions.ts";
import { fold, lookAlike } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { named } from "../commands/views.ts";

function person(text: string, more: Partial<Person> = {}): Person {
  const name = named(text);
  const key = fold(name);
  return {
    name,
    key,
    operator: false,
    registered: false,
    tag: `tag ${text}`,
    mark: "m",
    origin: undefined,
    ...more,
  };
}

const BY = { by: "Anna", at: 0 };

Deno.test("a ban hits tag, mark, name and look-alikes of a guest, and of an account no look-alike", () => {
  const ban: Sanction = { ...BY, name: "Bob", tag: "t", mark: "k", address: "192.0.2.0/24" };
  const list = new Sanctions([ban]);
  const hits = (who: Person, ownOnly = false) => list.hit(who, 0, ownOnly) === ban;
  for (
    const [who, isHit, isHitItself] of [
      [person("Cleo"), false, false],
      [person("Cleo", { tag: "t" }), true, true],
      [person("Cleo", { mark: "k" }), true, true],
      [person("bob"), true, false],
      [person("B0b"), true, false],
      [person("ВОВ"), true, false],
      [person("B0b", { registered: true }), false, false],
      [person("bob", { registered: true }), true, false],
      [person("B0b", { registered: true, tag: "t" }), true, true],
      [person("Cleo", { registered: true, origin: "192.0.2.9" }), true, false],
      [person("Cleo", { origin: "192.0.3.9" }), false, false],
      [person("Cleo", { origin: "no address" }), false, false],
    ] as const
  ) {
    assertEquals([hits(who), hits(who, true)], [isHit, isHitItself], JSON.stringify(who));
  }
});

Deno.test("a list finds by its tables whom looking at each name would find", () => {
  const NAMES = [
    "Bob",
    "bob",
    "B0b",
    "8ob",
    "Lena",
    "Iena",
    "1ena",
    "ВОВ",
    "Вов",
    "Ann",
    "AnN",
    "rnax",
  ];
  const name = fc.constantFrom(...NAMES);
  fc.assert(fc.property(fc.array(name, { maxLength: 5 }), name, (banned, asked) => {
    const list = new Sanctions(banned.map((name) => ({ ...BY, name })));
    const isAlike = banned.some((one) => lookAlike(one, asked));
    assertEquals(list.hit(person(asked), 0) !== undefined, isAlike);
  }));
});

Deno.test("a ban holds until its time, another one of the same name takes its place, and both can be lifted", () => {
  const list = new Sanctions().with({ ...BY, name: "Bob", until: 10 }, 0);
  const hit = (list: Sanctions, now: number) => list.hit(person("Bob"), now) !== undefined;
  assertEquals([hit(list, 9), hit(list, 10)], [true, false]);
  const longer = list.with({ ...BY, name: "BOB", until: 20 }, 5);
  assertEquals([longer.size, hit(longer, 19)], [1, true]);
  const both = longer.with({ ...BY, address: "10.0.0.0/8" }, 5);
  assertEquals(both.without({ name: "bob" }, 5).list.map(({ address }) => address), ["10.0.0.0/8"]);
  assertEquals(both.without({ address: "10.0.0.0/8" }, 5).size, 1);
  assertEquals(both.with({ ...BY, name: "Ann" }, 20).size, 2, "what is over is not kept");
});

Deno.test("a ban that is said again hits those whom it hit before, and is lifted as one", () => {
  const first: Sanction = { ...BY, name: "Bob", tag: "t1", mark: "k1", address: "192.0.2.9" };
  const session = (n: number) => person("Cleo", { mark: `k${n}` });
  const hits = (list: Sanctions, ...sessions: number[]) =>
    sessions.map((n) => list.hit(session(n), 50)?.until);
  // Of a name that is not here no more is known.
  const again = new Sanctions([first]).with({ ...BY, name: "bob", until: 100 }, 0);
  assertEquals([again.size, hits(again, 1)], [1, [100]]);
  assertEquals(again.list[0]?.address, "192.0.2.9");
  // Another one who has the name is another one.
  const second: Sanction = { ...BY, name: "Bob", tag: "t2", mark: "k2", until: 60 };
  const both = again.with(second, 0);
  assertEquals([both.size, hits(both, 1, 2)], [2, [100, 60]]);
  const longer = both.with({ ...BY, name: "BOB", until: 200 }, 0);
  assertEquals([longer.size, hits(longer, 1, 2)], [2, [200, 200]]);
  // What was said of the name alone becomes one with what is said of who has it.
  const one = new Sanctions().with({ ...BY, name: "Bob" }, 0).with(second, 0);
  assertEquals([one.size, hits(one, 2)], [1, [60]]);
  assertEquals(longer.without({ name: "bob" }, 0).size, 0);
});

Deno.test("a table of ranges finds the ranges that an address is in", () => {
  const octet = fc.constantFrom(0, 1, 10, 127, 128, 255);
  const ipv4 = fc.tuple(octet, octet, octet, octet).map((all) => all.join("."));
  const ipv6 = fc.tuple(octet, octet).map(([a, b]) => `2001:db8:${a.toString(16)}::${b}`);
  const address = fc.oneof(ipv4, ipv6);
  const text = fc.tuple(address, fc.constantFrom("", "/8", "/24", "/31", "/0"))
    .map((all) => all.join(""));
  fc.assert(fc.property(fc.array(text, { maxLength: 8 }), address, (texts, asked) => {
    const table = new RangeTable<string>();
    for (const text of texts) table.add(rangeOf(text) ?? { base: 0n, bits: 128 }, text);
    const wanted = texts.filter((text) => {
      const [range, at] = [rangeOf(text), addressOf(asked)];
      assert(range !== undefined && at !== undefined);
      return isWithin(at, range);
    });
    assertEquals([...table.of(asked)].sort(), wanted.sort());
  }));
});
