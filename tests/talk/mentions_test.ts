/**
 * When a text names somebody, and which mention comes next.
 *
 * @module
 */

import { type Mentioning, mentions, nextMention } from "../../talk/mod.ts";
import { assert, assertEquals } from "../assert.ts";

Deno.test("a name stands in a text as a word, whatever its case", () => {
  for (const text of ["bob", "hi Bob!", "@BOB: look", "(bob)", "ask:bob", "bobby and bob"]) {
    assert(mentions(text, "Bob"), text);
  }
  for (const text of ["bobby", "kebob", "bob_2", "böb", "", "b ob", "bobé", "𝟙bob"]) {
    assert(!mentions(text, "Bob"), text);
  }
});

function room(key: string, positions: readonly number[], fresh?: number): Mentioning {
  return { key, kind: "room", fresh, mentions: () => positions };
}

Deno.test("the next mention is the new one here, then one elsewhere, then from the top", () => {
  const here = room("lobby", [0, 5, 9], 4);
  const others = [room("ops", [1, 2], 2), { ...room("@anna", [], 7), kind: "private" } as const];
  assertEquals(nextMention(here, others, undefined), { view: "lobby", position: 5 });
  assertEquals(nextMention(here, others, { view: "lobby", position: 5 })?.position, 9);
  const last = { view: "lobby", position: 9 };
  assertEquals(nextMention(here, others, last), { view: "ops", position: 2 });
  assertEquals(nextMention(here, others.slice(1), last), { view: "@anna", position: 7 });
  assertEquals(nextMention(here, [], last), { view: "lobby", position: 0 });
  assertEquals(nextMention(room("lobby", []), [], undefined), undefined);
});
