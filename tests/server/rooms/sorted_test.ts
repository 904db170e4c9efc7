/**
 * Lists in order, and their pages.
 *
 * @module
 */

import fc from "fast-check";
import { pageOf } from "../../../server/commands/pages.ts";
import { Sorted } from "../../../server/rooms/sorted.ts";
import { assert, assertEquals } from "../../assert.ts";

Deno.test("a list is made anew when something changed, and only then", () => {
  const names = new Set(["b", "a"]);
  const sorted = new Sorted(() => names, (name) => name);
  const first = sorted.list;
  assertEquals(first, ["a", "b"]);
  assert(sorted.list === first);
  sorted.touched();
  const touched = sorted.list;
  assert(touched !== first);
  assertEquals(touched, first);
  names.add("B");
  sorted.changed();
  assertEquals(sorted.list, ["B", "a", "b"]);
});

Deno.test("pages, each from the last name of the one before, are the whole list", () => {
  const lists = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1 }), { maxLength: 40 });
  fc.assert(fc.property(lists, fc.integer({ min: 1, max: 7 }), (names, max) => {
    const { list } = new Sorted(() => names, (name) => name);
    const gathered: string[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const page = pageOf({
        list,
        nameOf: (name) => name,
        after,
        max,
        make: (part, goesOn) => ({ part, goesOn }),
      });
      gathered.push(...page.part);
      after = page.part.at(-1);
      more = page.goesOn;
      assert(page.part.length === max || !more);
    }
    assertEquals(gathered, [...list]);
  }));
});

Deno.test("a page is made once for everybody who asks, until the list changes", () => {
  const list = ["a", "b", "c"];
  let made = 0;
  const ask = (of: readonly string[], after?: string) =>
    pageOf({ list: of, nameOf: (name) => name, after, max: 2, make: () => ++made });
  assertEquals([ask(list), ask(list), ask(list, "a"), ask(list, "aa"), ask(list)], [1, 1, 2, 2, 1]);
  assertEquals(ask([...list]), 3);
});
