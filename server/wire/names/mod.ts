/**
 * Names of users and rooms: what may be one, and when two are the same.
 *
 * A name is 1 to 32 letters (of any script), digits, `_`, `-` and `.`.
 * It is shown in Unicode's compatibility form NFKC, as typed otherwise, and compared by its *folded*
 * form, in which case does not count.
 *
 * Against names that pass for others:
 * - No spaces, control, invisible or bidi characters, since none of them is a letter or digit.
 * - Letters of one script only, or of scripts that are written together (Japanese, Korean, Chinese, each
 *   with Latin). That is the "highly restrictive" level of Unicode Technical Standard 39, §5.2; it
 *   also keeps left-to-right and right-to-left letters out of one name.
 * - At most two combining marks on a letter.
 * - `skeleton` gives the same text for a name wholly in another script and the Latin name that it looks
 *   like (Cyrillic `сора`, Latin `copa`). Who compares skeletons treats a look-alike as taken.
 *
 * Look-alikes within ASCII (`l` and `1`) are left to the reader's eye: refusing `user1` because of `userl`
 * would surprise more people than it protects.
 *
 * A part of the wire with a door of its own: who shows names, as a page does, need not load it.
 *
 * @module
 */

import { NAME_CHARS_MAX } from "../limits.ts";

declare const brand: unique symbol;

/** A checked name of a user, as it is shown. */
export type UserName = string & { readonly [brand]: "UserName" };
/** A checked name of a room, as it is shown. */
export type RoomName = string & { readonly [brand]: "RoomName" };
/** A name in the form in which names are compared. */
export type FoldedName = string & { readonly [brand]: "FoldedName" };

/** A name, or the sentence that says why it is none. */
export type NameCheck<N> =
  | { readonly kind: "name"; readonly name: N }
  | { readonly kind: "bad_name"; readonly reason: string };

/** Names that speak for the server, in folded form. */
const RESERVED: ReadonlySet<string> = new Set(["server"]);

const SHAPE = /^[\p{L}\p{Nd}_.-][\p{L}\p{Nd}\p{M}_.-]*$/u;
const MARKS = /\p{M}{3}/u;
/** Letters that look like nothing at all, so that two equal-looking names could differ by them. */
const INVISIBLE = /[\u115F\u1160\u3164\uFFA0]|\p{Default_Ignorable_Code_Point}/u;

const CJK = ["Latin", "Han", "Hiragana", "Katakana", "Hangul", "Bopomofo"] as const;
const OTHER_SCRIPTS = [
  "Cyrillic",
  "Greek",
  "Armenian",
  "Georgian",
  "Hebrew",
  "Arabic",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Tamil",
  "Telugu",
  "Kannada",
  "Malayalam",
  "Sinhala",
  "Thai",
  "Lao",
  "Khmer",
  "Myanmar",
  "Tibetan",
  "Ethiopic",
  "Cherokee",
] as const;
const SCRIPTS: readonly (readonly [string, RegExp])[] = [...CJK, ...OTHER_SCRIPTS]
  .map((script) => [script, new RegExp(`\\p{Script_Extensions=${script}}`, "u")]);
const LETTER = /\p{L}/u;
const ASCII = /^[\x20-\x7e]*$/;

/** Sets of scripts that may meet in one name. */
const TOGETHER: readonly ReadonlySet<string>[] = [
  new Set(["Latin", "Han", "Hiragana", "Katakana"]),
  new Set(["Latin", "Han", "Hangul"]),
  new Set(["Latin", "Han", "Bopomofo"]),
];

/** Checks a user's name. */
export function userName(text: string): NameCheck<UserName> {
  const checked = checkName(text);
  if (checked.kind === "bad_name") return checked;
  if (RESERVED.has(skeleton(foldText(checked.name)))) {
    return { kind: "bad_name", reason: `The name '${checked.name}' is reserved.` };
  }
  return { kind: "name", name: checked.name as UserName };
}

/** Checks a room's name. Rooms follow the rule of users' names; none is reserved. */
export function roomName(text: string): NameCheck<RoomName> {
  return checkName(text) as NameCheck<RoomName>;
}

/** The form in which names are compared: NFKC, and without case. */
export function fold(name: UserName | RoomName): FoldedName {
  return foldText(name);
}

/**
 * The folded form of any text, for looking up a name that somebody typed. Text that is no name
 * gives a form that no name has.
 */
export function foldText(text: string): FoldedName {
  if (ASCII.test(text)) return text.toLowerCase() as FoldedName;
  // Through upper case, which unites what lower case alone keeps apart (ß and SS, final and medial
  // sigma); and lower case before it, since a capital ẞ is upper case already and would stay a ß.
  const folded = text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase();
  return folded.normalize("NFKC") as FoldedName;
}

/** Letters of other scripts that look like a Latin one, after the confusables of UTS 39. */
const LOOKS_LIKE: ReadonlyMap<string, string> = new Map([
  // Cyrillic
  ..."аa еe оo рp сc уy хx ѕs іi јj ԁd ԛq ԝw һh ӏl ѵv кk мm тt вb нh".split(" "),
  // Greek
  ..."αa οo νv ρp ιi κk υu χx τt".split(" "),
  // Armenian, Cherokee in lower case
  ..."օo ոn սu հh ցg".split(" "),
].map((pair) => [pair.slice(0, -1), pair.slice(-1)]));

/** What a folded name looks like, so that look-alikes share one skeleton. */
export function skeleton(folded: FoldedName): string {
  if (ASCII.test(folded)) return folded;
  let looks = "";
  for (const char of folded) looks += LOOKS_LIKE.get(char) ?? char;
  return looks;
}

function checkName(text: string): NameCheck<string> {
  // Before anything is normalised: the cost must not grow with a hostile length.
  if (text.length > NAME_CHARS_MAX * 4) return tooLong();
  const name = text.normalize("NFKC");
  if (name === "") return bad("A name cannot be empty.");
  if ([...name].length > NAME_CHARS_MAX) return tooLong();
  if (!SHAPE.test(name) || INVISIBLE.test(name)) {
    return bad("A name is made of letters, digits, '_', '-' and '.'.");
  }
  if (MARKS.test(name)) return bad("A name cannot stack more than two marks on a letter.");
  if (!ASCII.test(name) && mixesScripts(name)) {
    return bad("A name cannot mix letters of scripts that are not written together.");
  }
  return { kind: "name", name };
}

function tooLong(): NameCheck<never> {
  return bad(`A name has at most ${NAME_CHARS_MAX} characters.`);
}

function bad(reason: string): NameCheck<never> {
  return { kind: "bad_name", reason };
}

/** Whether no single set of scripts that are written together holds all letters of `name`. */
function mixesScripts(name: string): boolean {
  const perLetter: string[][] = [];
  for (const char of name) {
    if (!LETTER.test(char)) continue;
    const scripts = SCRIPTS.filter(([, has]) => has.test(char)).map(([script]) => script);
    perLetter.push(scripts.length > 0 ? scripts : ["another"]);
  }
  const fits = (allowed: ReadonlySet<string>) =>
    perLetter.every((scripts) => scripts.some((script) => allowed.has(script)));
  const alone = (perLetter[0] ?? []).map((script) => new Set([script]));
  return ![...TOGETHER, ...alone].some(fits);
}
