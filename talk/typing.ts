/**
 * Who types where, as the reader of a client is shown it: for some seconds, or until they have said something or gone.
 *
 * It holds nothing but names and times, and of each room only the last few: whoever is told of a hundred who type is shown "several". Pure;
 * the clock is an argument.
 *
 * @module
 */

import { foldText } from "../server/wire/names/mod.ts";

/** For how long it holds that somebody types, in ms: it is said each three seconds, and one note may be lost. */
export const TYPING_HOLDS_MS = 6_000;
/** Names that are kept of one room: more are not shown each on its own anyway. */
const NAMES_MAX = 8;
/** Names that are shown. */
const NAMES_SHOWN = 2;

/** Somebody who types. */
interface Typist {
  readonly name: string;
  /** Until when that holds, in milliseconds. */
  readonly until: number;
}

/** Who types: by the folded name of a room, the one who was told of last at the end. */
export type Typists = ReadonlyMap<string, readonly Typist[]>;

/** Nobody does. */
export const NOBODY_TYPES: Typists = new Map();

/** Somebody types in a room. */
export function beganTyping(
  typists: Typists,
  { room, from }: { readonly room: string; readonly from: string },
  nowMs: number,
): Typists {
  // What is over goes with the next that begins: so nobody has to look after it.
  const next = new Map<string, readonly Typist[]>();
  for (const [key, list] of typists) {
    const left = list.filter(({ until }) => until > nowMs);
    if (left.length > 0) next.set(key, left);
  }
  const others = (next.get(foldText(room)) ?? []).filter(({ name }) => !isSame(name, from));
  next.set(
    foldText(room),
    [...others, { name: from, until: nowMs + TYPING_HOLDS_MS }].slice(-NAMES_MAX),
  );
  return next;
}

/** Those have said something in a room, or gone; without names, all. Where none of them typed, it is the same as before. */
export function endedTyping(typists: Typists, room: string, names?: readonly string[]): Typists {
  const list = typists.get(foldText(room));
  const left = list?.filter(({ name }) =>
    names !== undefined && !names.some((one) => isSame(one, name))
  );
  if (left === undefined || left.length === list?.length) return typists;
  return new Map([...typists, [foldText(room), left]]);
}

/** Who types in a room now, the one who began first at the beginning. @param ignored Folded names of those who are not told of. */
export function typingIn(
  typists: Typists,
  room: string,
  nowMs: number,
  ignored: Pick<ReadonlySet<string>, "has"> = NOBODY_TYPES,
): readonly string[] {
  return (typists.get(foldText(room)) ?? [])
    .filter(({ name, until }) => until > nowMs && !ignored.has(foldText(name)))
    .map(({ name }) => name);
}

/** Who types, as a sentence; empty when nobody does. Names stand in it as they came. */
export function typingText(names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.length > NAMES_SHOWN) return "Several are typing…";
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}

/**
 * Whether others may know that a text is being typed for a room: it is something to say there. Of a command nobody is told, nor of what may
 * become one.
 */
export function isForRoom(text: string): boolean {
  if (text.trim() === "") return false;
  return text.startsWith("//") || !text.trimStart().startsWith("/");
}

function isSame(one: string, other: string): boolean {
  return foldText(one) === foldText(other);
}
