/**
 * Who types, as a reader is shown it.
 *
 * @module
 */

import {
  beganTyping,
  endedTyping,
  isForRoom,
  isHidden,
  NOBODY_TYPES,
  TYPING_HOLDS_MS,
  typingIn,
  typingText,
  type Typists,
} from "../../talk/mod.ts";
import { assert, assertEquals } from "../assert.ts";

function after(
  ...notes: readonly (readonly [from: string, atMs: number, room?: string])[]
): Typists {
  return notes.reduce(
    (typists, [from, atMs, room = "tea"]) => beganTyping(typists, { room, from }, atMs),
    NOBODY_TYPES,
  );
}

Deno.test("it holds for six seconds from the last note on, in its room", () => {
  const typists = after(["Anna", 0], ["Ben", 1_000], ["anna", 2_000], ["Cleo", 2_000, "dev"]);
  assertEquals(typingIn(typists, "TEA", 2_000), ["Ben", "anna"]);
  assertEquals(typingIn(typists, "tea", 1_000 + TYPING_HOLDS_MS), ["anna"]);
  assertEquals(typingIn(typists, "tea", 2_000 + TYPING_HOLDS_MS), []);
  assertEquals(typingIn(typists, "dev", 2_000), ["Cleo"]);
  assertEquals(typingIn(typists, "elsewhere", 2_000), []);
});

Deno.test("it ends with what was said, and with who goes; of others nothing changes", () => {
  const typists = after(["Anna", 0], ["Ben", 0], ["Cleo", 0, "dev"]);
  assertEquals(typingIn(endedTyping(typists, "Tea", ["ANNA"]), "tea", 1), ["Ben"]);
  assertEquals(typingIn(endedTyping(typists, "tea"), "tea", 1), []);
  assertEquals(typingIn(endedTyping(typists, "tea"), "dev", 1), ["Cleo"]);
  assert(endedTyping(typists, "tea", ["Cleo"]) === typists);
  assert(endedTyping(typists, "elsewhere", ["Anna"]) === typists);
});

Deno.test("what is over is forgotten with the next note, and of a crowd only some are kept", () => {
  const many = Array.from({ length: 100 }, (_, n) => [`Ben${n}`, n] as const);
  const typists = after(...many, ["Zoe", 50_000, "dev"]);
  assertEquals([...typists.keys()], ["dev"]);
  assert(typingIn(after(...many), "tea", 99).length < 10);
});

Deno.test("two are named, more are several, and who is ignored is nobody", () => {
  assertEquals(typingText([]), "");
  assertEquals(typingText(["Anna"]), "Anna is typing…");
  assertEquals(typingText(["Anna", "Ben"]), "Anna and Ben are typing…");
  assertEquals(typingText(["Anna", "Ben", "Cleo"]), "Several are typing…");
  const typists = after(["Anna", 0], ["Ben", 0]);
  assertEquals(typingIn(typists, "tea", 1, new Set(["anna"])), ["Ben"]);
  assert(isHidden({ type: "Typing", from: "ANNA" }, new Set(["anna"])));
});

Deno.test("of a command nobody is told, nor of what may become one, nor of nothing", () => {
  for (const text of ["", " ", "\n", "/", "/login", " /login anna secret", "/w ben psst", "/me"]) {
    assertEquals(isForRoom(text), false, text);
  }
  for (const text of ["h", "hello /login", "//usr", " words", "1/2"]) {
    assertEquals(isForRoom(text), true, text);
  }
});
