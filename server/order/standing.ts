/**
 * What somebody may do in a room: one table, by rank and by what is done. Pure.
 *
 * ```text
 *   nobody < invited < moderator < owner < operator       each may do what those before may
 * ```
 *
 * Who may not see a room gets the answer of one that is not there, whatever was asked.
 *
 * @module
 */

import { durationText } from "../../ground/mod.ts";
import { quoted } from "../commands/refusals.ts";
import type { Access, ErrorCode, Rank } from "../wire/mod.ts";
import type { Order } from "./order.ts";
import type { Named, Person } from "./person.ts";
import type { Sanction } from "./sanctions.ts";

/** What is done in a room. */
export type Act =
  /** Be in it, read it, know of it. */
  | "see"
  /** Say something there, offer a file. */
  | "speak"
  /** Say what it is about. */
  | "topic"
  /** Have a look at how it is set, and whom it is closed to. */
  | "look"
  /** Let somebody in. */
  | "invite"
  /** Put somebody out or let him speak no more, who stands below. */
  | "judge"
  /** Set who may be in it. */
  | "set"
  /** Make moderators, or somebody else the owner. */
  | "appoint"
  /** Read what moderators did. */
  | "audit";

/** Who may do it at least, by who may be in the room. */
const LEAST: Readonly<Record<Act, Readonly<Record<Access, Rank>>>> = {
  see: { open: "nobody", invite: "invited", announce: "nobody" },
  speak: { open: "nobody", invite: "invited", announce: "moderator" },
  topic: { open: "nobody", invite: "invited", announce: "moderator" },
  look: { open: "nobody", invite: "invited", announce: "nobody" },
  invite: { open: "moderator", invite: "moderator", announce: "moderator" },
  judge: { open: "moderator", invite: "moderator", announce: "moderator" },
  set: { open: "moderator", invite: "moderator", announce: "moderator" },
  appoint: { open: "owner", invite: "owner", announce: "owner" },
  audit: { open: "moderator", invite: "moderator", announce: "moderator" },
};

const RANKS: readonly Rank[] = ["nobody", "invited", "moderator", "owner", "operator"];

/** Whether one rank is at least another. */
export function isAtLeast(rank: Rank, least: Rank): boolean {
  return RANKS.indexOf(rank) >= RANKS.indexOf(least);
}

/** What somebody is in a room. */
export function rankOf(order: Order, person: Pick<Person, "operator" | "tag" | "mark">): Rank {
  if (person.operator) return "operator";
  if (order.ownedBy(person)) return "owner";
  if (order.moderatedBy(person)) return "moderator";
  return order.invites(person) ? "invited" : "nobody";
}

/** Why something is not to be. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly msg: string;
}

/** Why somebody may not do something in a room; `undefined` when he may. @param room The room's name. */
export function refuseAct(
  order: Order,
  room: string,
  person: Person,
  act: Act,
  nowMs: number,
): Refusal | undefined {
  // Of most rooms nobody is kept out, and then it need not be known who this is.
  if (act === "see" && !order.closes) return undefined;
  const rank = rankOf(order, person);
  const unseen = refuseSight(order, room, person, rank, nowMs);
  if (unseen !== undefined) return unseen;
  const least = leastOf(order, act);
  if (!isAtLeast(rank, least)) return { code: "forbidden", msg: SENTENCES[act] };
  if (act !== "speak" && act !== "topic") return undefined;
  if (rank === "operator") return undefined;
  const mute = order.mutes.hit(person, nowMs, isAtLeast(rank, "moderator"));
  return mute && { code: "forbidden", msg: `You are muted in this room${forHow(mute, nowMs)}` };
}

function leastOf(order: Order, act: Act): Rank {
  if (act === "topic" && order.topicBy === "moderators") return "moderator";
  return LEAST[act][order.access];
}

function refuseSight(
  order: Order,
  room: string,
  person: Person,
  rank: Rank,
  nowMs: number,
): Refusal | undefined {
  if (rank === "operator") return undefined;
  const ban = order.bans.hit(person, nowMs, isAtLeast(rank, "moderator"));
  if (ban === undefined && isAtLeast(rank, leastOf(order, "see"))) return undefined;
  if (ban === undefined || order.hides) {
    return { code: "not_found", msg: `Room '${quoted(room)}' not found.` };
  }
  const msg = `You are banned from the room '${quoted(room)}'${forHow(ban, nowMs)}`;
  return { code: "banned", msg };
}

/** For how long still, and why: the end of a sentence. */
export function forHow({ until, why }: Pick<Sanction, "until" | "why">, nowMs: number): string {
  const time = until === undefined ? "" : ` for ${durationText((until - nowMs) / 1_000)}`;
  return `${time}${why === undefined ? "" : ` (${quoted(why)})`}.`;
}

const SENTENCES: Readonly<Record<Act, string>> = {
  see: "You may not enter this room.",
  speak: "Only moderators speak in this room.",
  topic: "Only moderators set this room's topic.",
  look: "You may not look at this room.",
  invite: "Only moderators of this room may do this.",
  judge: "Only moderators of this room may do this.",
  set: "Only moderators of this room may do this.",
  appoint: "Only the owner of this room may do this.",
  audit: "Only moderators of this room may do this.",
};

/** What the one is in a room of whom only the name is known: its owner or a moderator of that name. */
export function rankNamed(order: Order, isNamed: (one: Named) => boolean): {
  readonly rank: Rank;
  readonly who: Named | undefined;
} {
  if (order.owner !== undefined && isNamed(order.owner)) return { rank: "owner", who: order.owner };
  const moderator = order.moderators.find(isNamed);
  if (moderator !== undefined) return { rank: "moderator", who: moderator };
  const invited = order.invited.find(isNamed);
  return { rank: invited === undefined ? "nobody" : "invited", who: invited };
}
