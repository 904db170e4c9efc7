/**
 * Names of users and rooms: what may be one, and when two are the same.
 *
 * A name is 1 to 32 letters (of any script), digits, `_`, `-` and `.`, and begins and ends with a letter or a digit: signs
 * alone, or a full stop at the end, would make a name look like a sentence of somebody else.
 * It is shown in Unicode's compatibility form NFKC, as typed otherwise, and compared by its *folded*
 * form, in which case does not count.
 *
 * Against names that pass for others:
 * - No spaces, control, invisible or bidi characters, since none of them is a letter or digit.
 * - No letters that look like signs: `Annaǃ` and `Annaʼ` would end like a sentence or a quotation.
 * - Letters of one script only, or of scripts that are written together (`scripts.ts`).
 * - At most two combining marks on a letter.
 * - Who compares looks treats a look-alike as taken (`looks.ts`): Cyrillic `сора` and Latin `copa`.
 *
 * A part of the wire with a door of its own: who only shows and compares names, as a page does, need not load the rest of
 * the wire, nor the table of look-alikes: nothing here runs before it is called.
 *
 * @module
 */

import { NAME_CHARS_MAX } from "../limits.ts";
import { lookAlike } from "./looks.ts";
import { isOneWriting } from "./scripts.ts";
import { looksSigned } from "./signs.ts";

export { Likenesses } from "./likenesses.ts";
export { isPlain, lookAlike, looksOf, plainLookOf } from "./looks.ts";
export { mentions } from "./mentions.ts";

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

/**
 * Longest text that is normalised, in UTF-16 units: a name, whatever form it was typed in. Normalising takes
 * time that grows with the square of the marks on one letter, so a length is judged before anything else is.
 */
const UNITS_MAX: number = NAME_CHARS_MAX * 4;

/** Names that speak for the server, in folded form. */
const RESERVED: ReadonlySet<string> = new Set(["server"]);

const SHAPE = /^[\p{L}\p{Nd}]\p{M}*(?:[_.-]*[\p{L}\p{Nd}]\p{M}*)*$/u;
const CHARACTERS = /^[\p{L}\p{Nd}_.-][\p{L}\p{Nd}\p{M}_.-]*$/u;
const MARKS = /\p{M}{3}/u;
/** Letters that look like nothing at all, so that two equal-looking names could differ by them. */
const INVISIBLE = /[\u115F\u1160\u3164\uFFA0]|\p{Default_Ignorable_Code_Point}/u;
/** Most names: within ASCII, and then nothing else is to be asked. */
const PLAIN_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?$/;
const ASCII = /^[\x20-\x7e]*$/;

/** Checks a user's name. */
export function userName(text: string): NameCheck<UserName> {
  const checked = checkName(text);
  if (checked.kind === "bad_name") return checked;
  if (RESERVED.has(foldText(checked.name))) return reserved(checked.name);
  return { kind: "name", name: checked.name as UserName };
}

/**
 * Checks the name of a user who comes in: it must not look like one that speaks for the server, either. Apart from
 * `userName`, because it takes the whole table of look-alikes, and a server asks anyway.
 */
export function newUserName(text: string): NameCheck<UserName> {
  const checked = userName(text);
  if (checked.kind === "bad_name") return checked;
  for (const name of RESERVED) if (lookAlike(checked.name, name)) return reserved(checked.name);
  return checked;
}

/** Checks a room's name. Rooms follow the rule of users' names; none is reserved. */
export function roomName(text: string): NameCheck<RoomName> {
  return checkName(text) as NameCheck<RoomName>;
}

/**
 * The name of a room that is there already: what a name may be has changed before, and a room under an old name can still
 * be read. `undefined` for what never was a name.
 */
export function roomNameKept(text: string): RoomName | undefined {
  if (text.length > NAME_CHARS_MAX * 4 || [...text].length > NAME_CHARS_MAX) return undefined;
  return CHARACTERS.test(text) ? text as RoomName : undefined;
}

/** The form in which names are compared: NFKC, and without case. */
export function fold(name: UserName | RoomName): FoldedName {
  return foldText(name);
}

/**
 * The folded form of any text, for looking up a name that somebody typed. Text that is no name
 * gives a form that no name has; text too long for a name gives the empty one, at no cost.
 */
export function foldText(text: string): FoldedName {
  if (text.length > UNITS_MAX) return "" as FoldedName;
  if (ASCII.test(text)) return text.toLowerCase() as FoldedName;
  // Through upper case, which unites what lower case alone keeps apart (ß and SS, final and medial
  // sigma); and lower case before it, since a capital ẞ is upper case already and would stay a ß.
  const folded = text.normalize("NFKC").toLowerCase().toUpperCase().toLowerCase();
  return folded.normalize("NFKC") as FoldedName;
}

function checkName(text: string): NameCheck<string> {
  if (text.length <= NAME_CHARS_MAX && PLAIN_NAME.test(text)) return { kind: "name", name: text };
  if (text.length > UNITS_MAX) return tooLong();
  const name = text.normalize("NFKC");
  if (name === "") return bad("A name cannot be empty.");
  if ([...name].length > NAME_CHARS_MAX) return tooLong();
  if (!CHARACTERS.test(name) || INVISIBLE.test(name)) {
    return bad("A name is made of letters, digits, '_', '-' and '.'.");
  }
  if (!ASCII.test(name) && looksSigned(name)) {
    return bad("A name cannot have letters that look like signs.");
  }
  if (!SHAPE.test(name)) return bad("A name begins and ends with a letter or a digit.");
  if (MARKS.test(name)) return bad("A name cannot stack more than two marks on a letter.");
  if (!ASCII.test(name) && !isOneWriting(name)) {
    return bad("A name cannot mix letters of scripts that are not written together.");
  }
  return { kind: "name", name };
}

function tooLong(): NameCheck<never> {
  return bad(`A name has at most ${NAME_CHARS_MAX} characters.`);
}

function reserved(name: string): NameCheck<never> {
  return bad(`The name '${name}' is reserved.`);
}

function bad(reason: string): NameCheck<never> {
  return { kind: "bad_name", reason };
}
