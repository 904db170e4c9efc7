/**
 * What a name looks like, so that nobody comes in under a name that passes for another's.
 *
 * ```text
 *   shown, in small, in capitals ─► decomposed ─► Unicode's table ─► one case, one of l 1 i, one of o 0 ─► looks
 * ```
 *
 * Two names are look-alikes when they share a look; case is no difference, since nobody remembers it, and so each
 * name has the looks of all its three cases (Greek `ΑΝΝΑ` is a Latin `ANNA` in capitals, and an `avva` in small).
 *
 * Within ASCII names are compared as they are shown: only what is one stroke or one ring in most typefaces is no difference
 * there, a capital `I`, a small `l` and a `1`, and an `O` and a `0`. `Lan` and `Ian` are two people, and so are `Ali` and `All`. What
 * takes a second look (`rn` and `m`, `vv` and `w`) is left to the reader's eye: it would keep out more honest names than false ones.
 *
 * @module
 */

import { CONFUSABLES } from "./confusables.ts";

const ASCII = /^[\x20-\x7e]*$/;
/** What is shown as a `1` or a `0` is, within ASCII, but for those themselves. */
const STROKE_OR_RING = /[IlOo]/;
/** Phonetic small capitals, which Unicode's table holds apart from capitals: to the eye they are capitals. */
const SMALL_CAPITALS = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪlᴊjᴋkĸkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz";

/** Both are read when the first name comes that is not ASCII. */
let table: ReadonlyMap<string, string> | undefined;
let smallCapitals: ReadonlyMap<string, string> | undefined;

/** Whether a name is made of ASCII alone. */
export function isPlain(name: string): boolean {
  return ASCII.test(name);
}

/** What a name looks like: the same for all that look alike in some case. */
export function looksOf(name: string): readonly string[] {
  if (isPlain(name)) return [coarse(name.toLowerCase())];
  const cases = [name, name.toLowerCase(), name.toUpperCase()];
  return [...new Set(cases.map(skeleton))];
}

/** What a name within ASCII looks like as it is shown, beside others within ASCII. */
export function plainLookOf(name: string): string {
  if (!STROKE_OR_RING.test(name)) return name.toLowerCase();
  return name.replace(/[Il]/g, "1").replace(/[Oo]/g, "0").toLowerCase();
}

/** Whether two names look alike. The same name in another case does. */
export function lookAlike(one: string, other: string): boolean {
  if (isPlain(one) && isPlain(other)) {
    return one.length === other.length &&
      (one.toLowerCase() === other.toLowerCase() || plainLookOf(one) === plainLookOf(other));
  }
  const looks = looksOf(other);
  return looksOf(one).some((look) => looks.includes(look));
}

/**
 * A dot above a letter that has one already, or had one before the mark, or is a stroke that looks like it: such a letter is drawn as without
 * it (Unicode's `Soft_Dotted`). The table, which goes by single characters, does not know that.
 */
const DOT_ON_DOT = /(?<=[l\p{Soft_Dotted}]\p{M}*)\u0307/gu;

/** Several marks on a letter: in which order they were typed, and whether one of them twice, is not seen, as in Thai `น้ำ`. */
const MARKS = /\p{M}{2,}/gu;

/** The skeleton of UTS 39, §4, and then what is no difference to an eye that does not know the case. */
function skeleton(text: string): string {
  table ??= read(CONFUSABLES);
  smallCapitals ??= pairs(SMALL_CAPITALS);
  let looks = "";
  for (const char of text.normalize("NFD")) looks += table.get(char) ?? char;
  let small = "";
  for (const char of looks.normalize("NFD").toLowerCase()) {
    small += smallCapitals.get(char) ?? char;
  }
  const drawn = small.replace(DOT_ON_DOT, "")
    .replace(MARKS, (marks) => [...new Set(marks)].sort().join(""));
  return coarse(drawn);
}

/** Unicode's own pairs within ASCII, for text in small letters: a capital `I` is an `l`. */
function coarse(small: string): string {
  return small.replace(/[1i|]/g, "l").replaceAll("0", "o").replaceAll("m", "rn");
}

function read(groups: string): Map<string, string> {
  const looksLike = new Map<string, string>();
  for (const group of groups.split(";")) {
    const [target = "", sources] = group.trim().split("=");
    if (sources === undefined) continue;
    const looks = target.split("+").map(character).join("");
    for (const source of sources.split(" ")) looksLike.set(character(source), looks);
  }
  return looksLike;
}

function pairs(text: string): Map<string, string> {
  return new Map([...text.matchAll(/(.)(.)/gu)].map(([, one = "", other = ""]) => [one, other]));
}

function character(hex: string): string {
  return String.fromCodePoint(Number.parseInt(hex, 16));
}
