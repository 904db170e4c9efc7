/**
 * What can be done about a message, and about who said it: the entries of their menu. Pure.
 *
 * Offered is what the server will most likely allow; it decides, and a refusal is told. Whoever reads something is a member here
 * until the server says that they are more (`Rank`).
 *
 * @module
 */

import { foldText } from "../../../../server/wire/names/mod.ts";
import { ERASED_NAME } from "../../../../talk/mod.ts";
import type { Rank } from "../../page_messages.ts";
import type { Said } from "./said.ts";

/** Reactions that are offered. Any other is `/react`. */
export const REACTIONS: readonly string[] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

/** What an entry does. What ends in a form is asked for with its reason first (`deeds.ts`). */
export type Act =
  | "reply"
  | "edit"
  | "delete"
  | "report"
  | "way"
  | "whisper"
  | "ignore"
  | "unignore"
  | "mute"
  | "kick"
  | "ban"
  | "promote"
  | "demote";

/** One entry. */
export interface Entry {
  readonly act: Act;
  readonly label: string;
  /** It takes something away from somebody. */
  readonly grave?: true;
}

/** What the menu is of. */
export interface MenuOf {
  /** The message; without one, the menu is of a person alone. */
  readonly line?: Said;
  readonly name: string;
  readonly me: string;
  readonly isRoom: boolean;
  /** What the reader is in the room, as far as that is known. */
  readonly rank?: Rank;
  /** Who keeps order there. */
  readonly moderators?: readonly string[];
  /** What this person says is hidden. */
  readonly isIgnored: boolean;
  /** The reader may see what the server does. */
  readonly follows?: boolean;
}

/** Each rank may do what those before it may. */
const RANKS: readonly Rank[] = ["nobody", "invited", "moderator", "owner", "operator"];

/** The entries, in groups. */
export function menuOf(of: MenuOf): readonly (readonly Entry[])[] {
  return [aboutMessage(of), aboutPerson(of), order(of)].filter((group) => group.length > 0);
}

/** Whether a message can get reactions. */
export function takesReactions({ line, isRoom }: Pick<MenuOf, "line" | "isRoom">): boolean {
  return isRoom && line !== undefined && line.change !== "deleted";
}

function aboutMessage(of: MenuOf): Entry[] {
  const { line, isRoom } = of;
  if (line === undefined) return [];
  const report: Entry[] = !line.mine && isRoom && line.from !== ERASED_NAME
    ? [{ act: "report", label: "Report to the moderators…" }]
    : [];
  // Who insults and takes it back is not out of reach.
  if (line.change === "deleted") return report;
  const entries: Entry[] = [{ act: "reply", label: "Reply" }];
  if (line.mine) entries.push({ act: "edit", label: "Edit" });
  if (line.mine || isRoom && isAtLeast(of, "moderator")) {
    entries.push({ act: "delete", label: "Delete…", grave: true });
  }
  const way: Entry[] = isRoom && of.follows === true
    ? [{ act: "way", label: "Where its time went" }]
    : [];
  return [...entries, ...report, ...way];
}

/** Whether something can be done about the person: to oneself, or to nobody any more, nothing is. */
function isSomebodyElse({ name, me }: MenuOf): boolean {
  return foldText(name) !== foldText(me) && name !== ERASED_NAME;
}

function aboutPerson(of: MenuOf): Entry[] {
  const { line, name, isRoom, isIgnored } = of;
  if (!isSomebodyElse(of)) return [];
  return [
    // A program hears nothing.
    ...(isRoom && line?.hook !== true
      ? [{ act: "whisper", label: `Whisper to ${name}` } as const]
      : []),
    isIgnored
      ? { act: "unignore", label: `Read ${name} again` }
      : { act: "ignore", label: `Ignore ${name}` },
  ];
}

function order(of: MenuOf): Entry[] {
  const { name, isRoom, moderators = [] } = of;
  if (!isRoom || !isSomebodyElse(of) || !isAtLeast(of, "moderator")) return [];
  const entries: Entry[] = [
    { act: "mute", label: `Mute ${name}…`, grave: true },
    { act: "kick", label: `Kick ${name}…`, grave: true },
    { act: "ban", label: `Ban ${name}…`, grave: true },
  ];
  if (!isAtLeast(of, "owner")) return entries;
  const isModerator = moderators.some((one) => foldText(one) === foldText(name));
  entries.push(
    isModerator
      ? { act: "demote", label: `${name} is no moderator any more` }
      : { act: "promote", label: `Make ${name} a moderator` },
  );
  return entries;
}

function isAtLeast({ rank = "nobody" }: MenuOf, least: Rank): boolean {
  return RANKS.indexOf(rank) >= RANKS.indexOf(least);
}
