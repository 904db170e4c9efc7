/**
 * Names that pass for another by a mark or digit of a script that does not belong there.
 *
 * @module
 */

import { newUserName } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("no foreign mark or digit stands in a name", () => {
  const foreign = ["\u1039", "\u17d2", "\u1a60", "\u0903x", "\u0660", "\u0ccd", "\u05bd", "\u0e38"];
  for (const end of foreign) assertEquals(newUserName(`Alice${end}`).kind, "bad_name", end);
});

Deno.test("marks and digits stand with letters of their own script, and the common ones with any", () => {
  const names = [
    "Ame\u0301lie",
    "Ali\u0327\u0302ce",
    "Bob7",
    "नमस्ते",
    "नील१",
    "أحمد٠",
    "สวัสดี",
    "Мари\u0301я",
  ];
  for (const name of names) assertEquals(newUserName(name).kind, "name", name);
});
