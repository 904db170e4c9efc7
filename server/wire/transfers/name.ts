/**
 * The name under which a file from somebody else is written: always one plain component of a path.
 *
 * | in the offered name | in the cleaned one |
 * |---|---|
 * | folders, with `/` or `\` | gone: the last part counts |
 * | line breaks, tabs and other white space | one space |
 * | control, format and bidi characters, lone surrogates, invisible ones | gone |
 * | `< > : " \| ? *` and signs that look like a slash | `_` |
 * | dots and spaces at either end | gone: no hidden files, and none that Windows would rename |
 * | `-` or `~` at the start | `_`: no shell takes it for an option or a home |
 * | a device of Windows, `con.txt` | `_con.txt` |
 * | an ending of our own, `x.part` | `x.part_`: nobody forges the state of a partial file |
 * | more than `NAME_BYTES_MAX` bytes | cut before the ending |
 * | nothing left | `file` |
 *
 * The result is NFC, so that one name is one file, and cleaning it again changes nothing.
 *
 * @module
 */

import {
  EXTENSION_BYTES_MAX,
  NAME_BYTES_MAX,
  NAME_CHARS_LOOKED_AT,
  NAME_DEFAULT,
} from "./limits.ts";

const WHITE_SPACE = /\p{White_Space}/gu;
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]+/gu;
/** What Windows forbids, and fraction, division, big and full-width slashes. */
const FORBIDDEN = /[<>:"|?*\/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c]/gu;
const EDGES = /^[. ]+|[. ]+$/gu;
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/iu;
const OWN_ENDING = /\.part(?:\.state(?:\.new)?)?$/iu;
const EXTENSION = /(?:\.tar)?\.[^. ]+$/iu;
/** Rounds until nothing changes; two are enough, and more would be a defect. */
const ROUNDS_MAX = 8;

const encoder = new TextEncoder();

/** The name to write a file under that was offered as `offered`. */
export function cleanName(offered: string): string {
  const part = offered.split(/[\/\\]/).findLast((part) => /[^. ]/.test(part)) ?? "";
  let name = visible(lookedAt(part));
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = name;
    name = unreserved(cut(name.replace(EDGES, ""), NAME_BYTES_MAX));
    if (name === before) break;
  }
  return name;
}

/** `name (2).ext`; the name itself for 1. Never longer than a name may be. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const { stem, extension } = splitName(name);
  const ending = ` (${number})${extension}`;
  return `${cutStem(stem, NAME_BYTES_MAX - byteLength(ending))}${ending}`;
}

/** Whether `name` is `base` or one of its numbered siblings. */
export function isSibling(name: string, base: string): boolean {
  if (name === base) return true;
  const number = Number([...name.matchAll(/ \(([1-9]\d{0,2})\)/gu)].at(-1)?.[1]);
  return number > 1 && name === numberedName(base, number);
}

/** A name's stem and its ending, `.tar.gz` being one; the ending may be empty, the stem is not. */
export function splitName(name: string): { readonly stem: string; readonly extension: string } {
  const extension = EXTENSION.exec(name)?.[0] ?? "";
  const counts = extension.length < name.length && byteLength(extension) <= EXTENSION_BYTES_MAX;
  return counts
    ? { stem: name.slice(0, name.length - extension.length), extension }
    : { stem: name, extension: "" };
}

/** A long name's beginning and end: the expressions below are not made for megabytes. */
function lookedAt(part: string): string {
  if (part.length <= NAME_CHARS_LOOKED_AT) return part;
  const half = NAME_CHARS_LOOKED_AT / 2;
  return part.slice(0, half) + part.slice(-half);
}

function visible(part: string): string {
  // White space first, since line breaks and tabs are control characters too; together last, when nothing is between.
  return part.replace(WHITE_SPACE, " ").replace(INVISIBLE, "").replace(/ +/g, " ")
    .replace(FORBIDDEN, "_").normalize("NFC");
}

function unreserved(name: string): string {
  if (name === "") return NAME_DEFAULT;
  let free = name.replace(/^[-~]/u, "_");
  if (DEVICE.test(free)) free = `_${free}`;
  return OWN_ENDING.test(free) ? `${free}_` : free;
}

function cut(name: string, bytesMax: number): string {
  if (byteLength(name) <= bytesMax) return name;
  const { stem, extension } = splitName(name);
  return cutStem(stem, bytesMax - byteLength(extension)) + extension;
}

/** As much of a stem as fits, in whole characters, without a space or dot at its end. */
function cutStem(stem: string, bytesMax: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of stem) {
    bytes += byteLength(character);
    if (bytes > bytesMax) break;
    end += character.length;
  }
  return stem.slice(0, end).replace(/[. ]+$/u, "");
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}
