/**
 * Text from others, made safe to print. Nothing that passes through here can move the cursor,
 * change a colour, ring a bell, reorder what stands beside it, or take more or fewer columns than
 * it seems.
 *
 * | in the text | on the screen |
 * |---|---|
 * | tab | spaces |
 * | other C0 controls, DEL | their pictures, `␛`, `␇`, `␡` |
 * | C1 controls, lone surrogates | `�` |
 * | bidi controls | `�`: their effect would reach beyond the text |
 * | zero-width characters | nothing, except where a script needs them |
 * | the fifth mark on a letter and further | nothing |
 *
 * Of a text that is longer than any honest one the beginning is shown.
 *
 * The exceptions are what real text is made of: a joiner between two letters or two emoji, and a
 * variation selector after a symbol that has variants.
 *
 * Line breaks are not text but structure, so there are three doors: `safeText` gives one line,
 * `safeLines` keeps the lines apart, and `typedText` is for what somebody types at this terminal,
 * where a joiner can still be waiting for its second half.
 *
 * @module
 */

import { boundedText } from "../../ground/mod.ts";
import { MARKS_MAX } from "./limits.ts";

const TAB = "    ";
const LINE_BREAK = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;
const LINE_BREAKS = new RegExp(LINE_BREAK, "g");

/** Text of which nothing needs to be replaced; most of it takes this short way. */
const PLAIN = /^[\x20-\x7e]*$/;

// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const CONTROL = /[\0-\x1f\x7f]/g;
const C1_OR_SURROGATE = /[\x80-\x9f]|\p{Surrogate}/gu;
const BIDI = /\p{Bidi_Control}/gu;

/** Joiners and variation selectors: whether they are needed depends on what stands beside them. */
const ON_CONDITION = "\\u200c\\u200d\\ufe0e\\ufe0f";
/** Format characters that are visible signs: numbers and ends of verses in Arabic. */
const SIGNS = "\\u0600-\\u0605\\u06dd\\u0890\\u0891\\u08e2";
/** What has no shape of its own. */
const INVISIBLE = new RegExp(
  `[[\\p{Default_Ignorable_Code_Point}\\p{Cf}]--[${ON_CONDITION}${SIGNS}]]`,
  "gv",
);
/** Joiners without something that can be joined on their left, or on their right. */
const STRAY_LEFT =
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d]+/gu;
const STRAY_RIGHT = /[\u200c\u200d]+(?![\p{L}\p{Extended_Pictographic}])/gu;
const STRAY_SELECTOR = /(?<!\p{Emoji})[\ufe0e\ufe0f]+|(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]+/gu;
const MANY_MARKS = new RegExp(`(?<=\\p{M}{${MARKS_MAX}})\\p{M}+`, "gu");

/** One line of text from somebody else, safe to print. A line break becomes a visible sign. */
export function safeText(text: string): string {
  const some = boundedText(text);
  if (PLAIN.test(some)) return some;
  return harmless(some.replace(LINE_BREAKS, "⏎"));
}

/** Text from somebody else as the lines that it is made of, each of them safe to print. */
export function safeLines(text: string): string[] {
  const some = boundedText(text);
  if (PLAIN.test(some)) return [some];
  return some.split(LINE_BREAK).map(harmless);
}

/** Typed or pasted text: safe as well, with `\n` as its only line break. */
export function typedText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.split(LINE_BREAK).map((line) => visibleControls(line).replace(INVISIBLE, ""))
    .join("\n");
}

function harmless(line: string): string {
  let text = visibleControls(line);
  // Taking one character out can leave another one stray, so this goes on until nothing changes;
  // each round makes the text shorter.
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(INVISIBLE, "").replace(STRAY_LEFT, "").replace(STRAY_RIGHT, "").replace(
      STRAY_SELECTOR,
      "",
    )
      .replace(MANY_MARKS, "");
  }
  return text;
}

function visibleControls(line: string): string {
  return line.replaceAll("\t", TAB).replace(CONTROL, picture).replace(C1_OR_SURROGATE, "�")
    .replace(BIDI, "�");
}

/** The sign that Unicode has for a control character. */
function picture(control: string): string {
  const code = control.charCodeAt(0);
  return code === 0x7f ? "␡" : String.fromCharCode(0x2400 + code);
}
