/**
 * What a word can be completed to.
 *
 * @module
 */

import { CommandTable, completionsOf, ORDER, TALKING, TENDING, turned } from "../../talk/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const TABLE = new CommandTable<unknown>([...TALKING, ...ORDER, ...TENDING]);

Deno.test("Tab goes round through what a word can be, and back to what was typed", () => {
  const candidates = { users: ["Anna", "anton", "Ben"], rooms: ["ops", "lobby"] };
  const completed = (before: string) =>
    completionsOf(before, TABLE, candidates)?.options.slice(1) ?? [];
  assertEquals(completed("an"), ["Anna: ", "anton: "]);
  assertEquals(completed("hello AN"), ["Anna ", "anton "]);
  assertEquals(completed("ask @b"), ["@Ben "]);
  assertEquals(completed("/uni"), ["/unignore "]);
  assertEquals(completed("/un"), ["/unignore ", "/unban ", "/unmute ", "/unmod "]);
  assertEquals(completed("/room "), [
    "open ",
    "invite ",
    "announce ",
    "topic ",
    "retain ",
    "typing ",
    "owner ",
  ]);
  assertEquals(completed("/kick b"), ["Ben "]);
  assertEquals(completed("/kick @b"), ["@Ben "]);
  assertEquals(completed("/report @b"), ["@Ben "]);
  assertEquals(completed("/kick Ben "), []);
  for (const command of ["mute", "ban"]) {
    assertEquals(completed(`/${command} Ben `), ["10m ", "1h ", "1d ", "7d "]);
    assertEquals(completed(`/${command} Ben 1`), ["10m ", "1h ", "1d "]);
    assertEquals(completed(`/${command} Ben 1h an`), ["Anna ", "anton "], "why is free text");
  }
  assertEquals(completed("/slow 1"), ["10 "]);
  assertEquals(completed("/room topic m"), ["members ", "moderators "]);
  assertEquals(completed("/room owner b"), ["Ben "]);
  assertEquals(completed("/room retain 3"), ["30d "]);
  assertEquals(completed("/room typing o"), ["on ", "off "]);
  assertEquals(completed("/typing of"), ["off "]);
  for (const first of ["open", "constructor"]) assertEquals(completed(`/room ${first} `), []);
  assertEquals(completed("/join o"), ["ops "]);
  assertEquals(completed("/w b"), ["Ben "]);
  assertEquals(completed("/bell "), ["off ", "mention ", "all "]);
  assertEquals([completed(""), completed("hello "), completed("zz")], [[], [], []]);
  const first = completionsOf("hi an", TABLE, candidates);
  assert(first !== undefined);
  const seen = [1, 1, 1, -1].reduce((all: (typeof first)[], by) => [
    ...all,
    turned(all.at(-1) ?? first, by === 1 ? 1 : -1),
  ], []);
  assertEquals(seen.map(({ options, index }) => options[index]), [
    "Anna ",
    "anton ",
    "an",
    "anton ",
  ]);
  assertEquals(first.start, 3);
});
