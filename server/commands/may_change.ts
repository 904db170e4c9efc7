/**
 * Who may change what was said: whoever said it, as far as that is proven; and delete it whoever keeps order there and
 * stands above him. Reactions are everybody's. A server may set how long one may change one's own words; for whoever keeps order
 * there, that does not hold where words are to go.
 *
 * Pure, and the one place where that is decided: what is allowed to others, too, is added here.
 *
 * @module
 */

import { durationText } from "../../ground/mod.ts";

/** A message, as far as it matters who may change it. */
export interface Changeable {
  /** The tag of whoever said it; `undefined` when nothing proves it. */
  readonly author: string | undefined;
  /** Whether there are no words in it any more. */
  readonly deleted: boolean;
  /** How long ago it was said, in ms, and for how long it may be changed. */
  readonly ageMs: number;
  readonly changeMsMax: number;
}

/** Who wants to change it. */
export interface Changer {
  /** The public tag of its session or account. */
  readonly tag: string;
  /** Whether it keeps order where that was said, and stands above who said it. */
  readonly outranks?: boolean;
  /** Whether it keeps order where that was said. */
  readonly moderates?: boolean;
}

/** Why not: a sentence and its code. */
export interface Denial {
  readonly code: "forbidden" | "not_found" | "busy";
  readonly msg: string;
}

/** Why somebody may not change a message so; `undefined` when it may. */
export function mayChange(
  who: Changer,
  kind: "edit" | "delete" | "react",
  message: Changeable & { readonly isFull: boolean },
): Denial | undefined {
  switch (kind) {
    case "edit":
      return mayEdit(who, message);
    case "delete":
      return mayDelete(who, message);
    case "react":
      return mayReact(message);
    default:
      return kind satisfies never;
  }
}

/** Why somebody may not edit a message; `undefined` when it may. */
export function mayEdit(who: Changer, message: Changeable): Denial | undefined {
  const denial = notItsAuthor(who, message, "edit");
  if (denial !== undefined) return denial;
  if (!message.deleted) return tooLate(message, "edited");
  return { code: "not_found", msg: "That message was deleted." };
}

/** Why somebody may not delete a message; `undefined` when it may. That it is deleted already is no reason. */
export function mayDelete(who: Changer, message: Changeable): Denial | undefined {
  if (who.outranks === true) return undefined;
  const denial = notItsAuthor(who, message, "delete");
  if (denial !== undefined || who.moderates === true || message.deleted) return denial;
  return tooLate(message, "deleted");
}

/** Why nobody may put a reaction to a message; `undefined` when all may who are there. */
export function mayReact(
  { deleted, isFull }: Pick<Changeable, "deleted"> & { readonly isFull: boolean },
): Denial | undefined {
  if (deleted) return { code: "not_found", msg: "That message was deleted." };
  return isFull
    ? { code: "busy", msg: "That message has as many reactions as it may have." }
    : undefined;
}

function tooLate(
  { ageMs, changeMsMax }: Changeable,
  what: "edited" | "deleted",
): Denial | undefined {
  if (ageMs <= changeMsMax) return undefined;
  const time = durationText(changeMsMax / 1_000);
  return {
    code: "forbidden",
    msg: `That was said more than ${time} ago: it cannot be ${what} any more.`,
  };
}

function notItsAuthor(
  { tag }: Changer,
  { author }: Pick<Changeable, "author">,
  what: "edit" | "delete",
): Denial | undefined {
  if (author === tag) return undefined;
  const msg = author === undefined
    ? `It is not known any more who said that, so nobody can ${what} it.`
    : `Only whoever said that can ${what} it.`;
  return { code: "forbidden", msg };
}
