/**
 * What is told of order in rooms, as sentences. Names and reasons stand in them as they came: who shows a sentence makes it safe
 * first. Pure.
 *
 * @module
 */

import { durationText } from "../ground/mod.ts";
import { shownName } from "./guests.ts";

/** Names that a list shows. */
const NAMES_SHOWN = 50;

/** How a room is set. */
export interface Settings {
  readonly access: "open" | "invite" | "announce";
  readonly slow: number;
  readonly topicBy: "members" | "moderators";
  /** Days for which what is said is kept. */
  readonly retain?: number;
  /** Whether its members are told who types. */
  readonly typing?: boolean;
}

/** What was done to somebody. */
export interface OrderDone {
  readonly act: string;
  readonly room?: string;
  readonly user?: string;
  readonly by: string;
  readonly seconds?: number;
  readonly why?: string;
}

/** A ban or a mute. */
interface Sanctioned {
  readonly user?: string;
  readonly address?: string;
  readonly until?: number;
  readonly why?: string;
}

/** A room as its members are shown it. */
export interface RoomAsShown extends Settings {
  readonly room: string;
  readonly users: number;
  readonly topic?: string;
  readonly owner?: string;
  readonly moderators: readonly string[];
  readonly rank: string;
  readonly invited?: readonly string[];
  readonly bans?: readonly Sanctioned[];
  readonly mutes?: readonly Sanctioned[];
}

/** A record of what moderators did. */
export interface OrderRecord extends OrderDone {
  readonly at: number;
  readonly address?: string;
  readonly message?: number;
  readonly set?: Readonly<Record<string, unknown>>;
}

const DONE: Readonly<Record<string, (user: string) => string>> = {
  invite: (user) => `invited ${user}`,
  kick: (user) => `put ${user} out`,
  mute: (user) => `muted ${user}`,
  ban: (user) => `banned ${user}`,
  unban: (user) => `lifted the ban of ${user}`,
  promote: (user) => `made ${user} a moderator`,
  demote: (user) => `ended that ${user} moderates`,
  owner: (user) => `handed the room over to ${user}`,
  op: (user) => `made ${user} an operator`,
  deop: (user) => `took the operator's role from ${user}`,
  account: (user) => `made an account for ${user}`,
  password: (user) => `gave ${user} another password`,
  remove: (user) => `removed the account of ${user}`,
  erase: (user) => `erased ${user}`,
};

/** What was done, for those who are in the room. */
export function orderText(done: OrderDone): string {
  const { act, user = "an address", by, seconds, why } = done;
  return `${by} ${deed(act, user)}${forText(seconds)}${reasonText(why)}`;
}

/** What was done to the reader. */
export function orderToYou({ act, room, by, seconds, why }: OrderDone): string {
  const where = room === undefined ? "on this server" : `in ${room}`;
  if (act === "invite" && room !== undefined) return `${by} invited you: /join ${room}`;
  if (act === "unban") return `${by} lifted your ban ${where}`;
  if (act === "demote") return `${by} ended that you moderate ${where}`;
  return `${by} ${deed(act, "you")} ${where}${forText(seconds)}${reasonText(why)}`;
}

/** A newer server may do what there is no word for here. */
function deed(act: string, user: string): string {
  return Object.hasOwn(DONE, act) ? DONE[act]?.(user) ?? "" : `did '${act}' to ${user}`;
}

/** Whether the one to whom it is done is not in the room any more. */
export function putsOut({ act }: Pick<OrderDone, "act">): boolean {
  return act === "kick" || act === "ban";
}

/** That a room is set otherwise. */
export function settingText({ by, ...settings }: Settings & { readonly by: string }): string {
  return `${by} set the room: ${settingsText(settings)}`;
}

/** How a room is set, as part of a sentence. */
function settingsText({ access, slow, topicBy, retain, typing }: Settings): string {
  const who = {
    open: "open to everybody",
    invite: "for the invited",
    announce: "for announcements of moderators",
  }[access] ?? access;
  const pace = slow === 0 ? "" : `, a word each ${durationText(slow)}`;
  const topic = topicBy === "members" ? "" : ", moderators set the topic";
  const kept = retain === undefined ? "" : `, ${keptText(retain)}`;
  return `${who}${pace}${topic}${kept}${typing === true ? ", who types is shown" : ""}`;
}

/** For how many days what is said is kept; a server may say anything. */
function keptText(days: number): string {
  return `what is said goes after ${days === 1 ? "a day" : `${days} days`}`;
}

/** What a server answers to a question about order. */
export type OrderAnswer =
  | (RoomAsShown & { readonly type: "Room" })
  | { readonly type: "AuditPage"; readonly records: readonly OrderRecord[] }
  | { readonly type: "Ack" | "BanList" };

/**
 * An answer as sentences. What is done to somebody, and how a room is set, everybody there is told, who did it too: there is
 * nothing to add to that.
 *
 * @param asked The type of the question.
 */
export function orderAnswer(asked: string, answer: OrderAnswer, now: number): string[] {
  switch (answer.type) {
    case "Room":
      return roomLines(answer, now);
    case "AuditPage":
      return auditLines(answer.records);
    default:
      return asked === "Report" ? ["It is before the moderators."] : [];
  }
}

/** A room as sentences. */
function roomLines(room: RoomAsShown, now: number): string[] {
  const { owner, moderators, rank, invited = [], bans = [], mutes = [] } = room;
  const whose = owner === undefined ? "It is the operators'." : `It is ${owner}'s.`;
  const you = rank === "nobody"
    ? ""
    : ` You are ${rank === "invited" ? "invited" : `its ${rank}`}.`;
  const held = (list: readonly Sanctioned[]) => list.map((one) => sanctioned(one, now));
  return [
    `Room ${room.room} (${room.users}): ${settingsText(room)}. ${whose}${you}`,
    ...(room.topic === undefined ? [] : [`Topic: ${room.topic}`]),
    ...listed("Moderators", moderators),
    ...listed("Invited", invited),
    ...listed("Banned", held(bans)),
    ...listed("Muted", held(mutes)),
  ];
}

function sanctioned({ user = "an address", address, until, why }: Sanctioned, now: number): string {
  const from = address === undefined ? "" : ` (${address})`;
  const left = until === undefined ? undefined : Math.max(1, (until - now) / 1_000);
  return `${user}${from}${forText(left)}${reasonText(why)}`;
}

/** What somebody is told who reports what was taken back already: what he means is still that, and not what stands above it. */
export function reportsDeleted(name: string): string {
  return `What ${
    shownName(name, false)
  } said last was deleted: it is reported as that, with what was said before. Its words are gone.`;
}

/** A report: who reports what, and what was said. */
export function reportLines(
  { room, by, why, at, messages }: {
    readonly room: string;
    readonly by: string;
    readonly why?: string;
    readonly at?: number;
    readonly messages: readonly { readonly from: string; readonly content: string }[];
  },
): string[] {
  const who = messages.at(-1)?.from ?? "somebody";
  return [
    `${by} ${at === undefined ? "reports" : `reported at ${minute(at)}`} ${who}${reasonText(why)}`,
    ...messages.map(({ from, content }) =>
      content === ""
        ? `What ${from} said in ${room} was deleted`
        : `${from} said in ${room}: ${content}`
    ),
  ];
}

/** An audit, a sentence for each record. */
function auditLines(records: readonly OrderRecord[]): string[] {
  return records.length === 0 ? ["Nothing was done here."] : records.map(recordText);
}

function recordText(record: OrderRecord): string {
  const { at, by, act, set = {}, address, message, why } = record;
  const when = minute(at);
  const { user = address } = record;
  switch (act) {
    case "set": {
      const what = Object.entries(set).map(([name, value]) => `${name} ${setTo(value)}`).join(", ");
      return `${when} ${by} set the room (${what})`;
    }
    case "report":
    case "delete": {
      const did = act === "report" ? "reported" : "deleted";
      return `${when} ${by} ${did} message ${message ?? "?"} of ${user ?? "?"}${reasonText(why)}`;
    }
    default:
      return `${when} ${orderText(user === undefined ? record : { ...record, user })}`;
  }
}

/** What a setting was set to, in the word in which it is set. */
function setTo(value: unknown): string {
  return typeof value === "boolean" ? value ? "on" : "off" : `${value}`;
}

/** A minute, in UTC; a server may say anything. */
function minute(ms: number): string {
  if (Math.abs(ms) > 8.64e15) return "some time ago";
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function listed(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - NAMES_SHOWN;
  const rest = more > 0 ? ` and ${more} more` : "";
  return [`${title}: ${names.slice(0, NAMES_SHOWN).join(", ")}${rest}`];
}

function forText(seconds: number | undefined): string {
  return seconds === undefined ? "" : ` for ${durationText(seconds)}`;
}

function reasonText(why: string | undefined): string {
  return why === undefined ? "" : ` (${why})`;
}
