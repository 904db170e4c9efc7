/**
 * Text that cannot drive a terminal.
 *
 * @module
 */

import { clean, cleanLine } from "../../../server/text/clean.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("clean() removes every control character but tab and line feed", () => {
  let all = "";
  for (let code = 0; code < 0xa0; code++) all += String.fromCharCode(code);
  const printable = [...all].filter((char) => char >= " " && char <= "~").join("");
  assertEquals(clean(all), `\t\n${printable}`);
});

Deno.test("clean() removes bidi controls", () => {
  const bidi = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";
  assertEquals(clean(`a${bidi}b`), "ab");
});

Deno.test("clean() leaves all writing as it is, joiners and emoji included", () => {
  const text = "Ünï漢字 שלום مرحبا नमस्ते 👩‍👩‍👧 🇪🇺 e\u0301";
  assertEquals(clean(text), text);
});

Deno.test("cleanLine() leaves no line feed", () => {
  assertEquals(cleanLine("a\nb\r\nc\td"), "a b c\td");
});
