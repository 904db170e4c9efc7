/**
 * How guests, and programs, are told from those whose names are theirs: by a sign before the name, which no name can contain. So it is seen
 * without colours, is read aloud, and can be searched for.
 *
 * @module
 */

/** Stands before the name of somebody who has not proved it. */
export const GUEST_SIGN = "~";

/** What the sign means, for who reads a list. */
export const GUESTS_EXPLAINED: string = `${GUEST_SIGN} is a guest`;

/** A name as it is shown. */
export function shownName(name: string, isGuest: boolean): string {
  if (name === ERASED_NAME) return "(erased)";
  return isGuest ? `${GUEST_SIGN}${name}` : name;
}

/** The name of a program that speaks by a hook, as it is shown: no name can begin so, however it is shortened. */
export function hookName(name: string): string {
  return `[Hook] ${name}`;
}

/** Stands for a name that was erased with what it said; no name can be that. */
export const ERASED_NAME = "-";
