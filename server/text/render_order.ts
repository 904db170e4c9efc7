/**
 * What a text client sees of how rooms are set and kept: lines of the server. Pure.
 *
 * @module
 */

import { durationText } from "../../ground/mod.ts";
import {
  type AuditEntry,
  type AuditPage,
  type OrderKept,
  type Reported,
  type RoomChanged,
  type RoomShown,
  rowsOf,
  type SanctionEntry,
  withoutMarks,
} from "../wire/mod.ts";
import { cleanLine } from "./clean.ts";
import { server } from "./server_line.ts";

/** Names that a line lists at most. */
const NAMES_SHOWN = 20;
/** Records that are shown at most, the newest: a page of a terminal. */
const RECORDS_SHOWN = 20;

const DONE: Readonly<Record<string, (user: string, room: string) => string>> = {
  invite: (user, room) => `has invited ${user}${room === "" ? "" : ` to ${room}`}`,
  kick: (user) => `has put ${user} out`,
  mute: (user) => `has muted ${user}`,
  ban: (user) => `has banned ${user}`,
  unban: (user) => `has lifted the ban of ${user}`,
  promote: (user) => `has made ${user} a moderator`,
  demote: (user) => `has ended that ${user} moderates`,
  owner: (user) => `has handed the room over to ${user}`,
  op: (user) => `has made ${user} an operator`,
  deop: (user) => `has taken the operator's role from ${user}`,
  account: (user) => `has made an account for ${user}`,
  password: (user) => `has given ${user} another password`,
  remove: (user) => `has removed the account of ${user}`,
  erase: (user) => `has erased ${user}`,
};

/** What was done to somebody, as a sentence. */
export function orderText(
  { act, by, user = "an address", room = "", seconds, why, at }: Omit<OrderKept, "type" | "act"> & {
    readonly act: string;
  },
): string {
  const what = DONE[act]?.(user, room) ?? `has done '${act}' to ${user}`;
  const time = seconds === undefined ? "" : ` for ${durationText(seconds)}`;
  // Who is told when it was is not in that room.
  const where = at === undefined || room === "" || act === "invite" ? "" : ` in ${room}`;
  return `${by} ${what}${where}${time}${reasonText(why)}.`;
}

/** Lines of the server with what people chose in them: none of their rows looks like another line. */
export function rows(lines: readonly string[]): string {
  const all = lines.flatMap((line) => rowsOf("[Server] ", withoutMarks(cleanLine(line))));
  return all.map((row) => `${row}\n`).join("");
}

function reasonText(why: string | undefined): string {
  return why === undefined ? "" : ` (${why})`;
}

/** How a room is set, as part of a sentence. */
export function settingsText(
  { access, slow, topicBy, retain, typing }: Pick<
    RoomChanged,
    "access" | "slow" | "topicBy" | "retain" | "typing"
  >,
): string {
  const who = {
    open: "open to everybody",
    invite: "for the invited",
    announce: "moderators speak",
  }[access];
  const pace = slow === 0 ? "" : `, a word each ${durationText(slow)}`;
  const topic = topicBy === "members" ? "" : ", moderators set the topic";
  const kept = retain === undefined ? "" : `, ${keptText(retain)}`;
  return `${who}${pace}${topic}${kept}${typing === true ? ", who types is shown" : ""}`;
}

/** For how many days what is said is kept. */
function keptText(days: number): string {
  return `what is said goes after ${days === 1 ? "a day" : `${days} days`}`;
}

/** A room as lines. */
export function roomLines(room: RoomShown): string {
  const { owner, moderators, rank, invited = [], bans = [], mutes = [] } = room;
  const what = `Room ${room.room} (${room.users}): ${settingsText(room)}.`;
  const whose = owner === undefined ? "It is the operators'." : `It is ${owner}'s.`;
  const you = rank === "nobody"
    ? ""
    : ` You are ${rank === "invited" ? "invited" : `its ${rank}`}.`;
  const lines = [`${what} ${whose}${you}`];
  if (room.topic !== undefined) lines.push(`Topic: ${room.topic}`);
  if (moderators.length > 0) lines.push(`Moderators: ${listed(moderators)}`);
  if (invited.length > 0) lines.push(`Invited: ${listed(invited)}`);
  if (bans.length > 0) lines.push(`Banned: ${listed(bans.map(sanctioned))}`);
  if (mutes.length > 0) lines.push(`Muted: ${listed(mutes.map(sanctioned))}`);
  return rows(lines);
}

/** Lines have no clock: they say until when, as records say when. */
function sanctioned({ user = "an address", address, until, why }: SanctionEntry): string {
  const from = address === undefined ? "" : ` from ${address}`;
  const end = until === undefined ? "" : ` until ${minute(until)}`;
  return `${user}${from}${end}${reasonText(why)}`;
}

/** A minute, in UTC; a server's store may say anything. */
function minute(ms: number): string {
  if (Math.abs(ms) > 8.64e15) return "some time";
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}

function listed(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** What was set, in the words in which it is set. */
function changesText(set: NonNullable<AuditEntry["set"]>): string {
  const word = (value: unknown) => typeof value === "boolean" ? value ? "on" : "off" : `${value}`;
  return Object.entries(set).map(([what, value]) => `${what} ${word(value)}`).join(", ");
}

/** A report as lines: who reported what, and what was said. */
export function reportLines({ room, by, why, messages, at }: Reported): string {
  const said = messages.map(({ from, content }) =>
    content === ""
      ? `In ${room}, ${from} said what was deleted`
      : `In ${room}, ${from} said "${content}"`
  );
  const when = at === undefined ? "reports" : `reported at ${minute(at)}`;
  return rows([`${by} ${when} what ${messages.at(-1)?.from} said${reasonText(why)}.`, ...said]);
}

/** An audit as lines, one for each record. */
export function auditLines({ records }: AuditPage): string {
  if (records.length === 0) return server("Nothing was done here.");
  return rows(records.slice(-RECORDS_SHOWN).map(recordText));
}

function recordText(record: AuditEntry): string {
  const { at, by, act, set, address, why } = record;
  const time = minute(at);
  const { message } = record;
  if (act === "report" || act === "delete") {
    const what = act === "report" ? "has reported" : "has deleted";
    return `${time} ${by} ${what} message ${message} of ${record.user}${reasonText(why)}.`;
  }
  if (act === "set") return `${time} ${by} has set the room (${changesText(set ?? {})}).`;
  const { seconds, user = address } = record;
  const parts = {
    ...(user === undefined ? {} : { user }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(why === undefined ? {} : { why }),
  };
  return `${time} ${orderText({ act, by, ...parts })}`;
}
