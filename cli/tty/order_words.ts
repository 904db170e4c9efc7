/**
 * What those who keep order did, in words. Pure; names and reasons come as they are, and are made safe by whoever shows them.
 *
 * @module
 */

import type { OrderAct, OrderKept, Reported, RoomChanged } from "../../server/wire/mod.ts";

const DONE: Readonly<Record<OrderAct, (user: string) => string>> = {
  invite: (user) => `invited ${user}`,
  kick: (user) => `put ${user} out`,
  mute: (user) => `muted ${user}`,
  ban: (user) => `banned ${user}`,
  unban: (user) => `lifted the ban of ${user}`,
  promote: (user) => `made ${user} a moderator`,
  demote: (user) => `ended that ${user} moderates`,
  owner: (user) => `handed the room over to ${user}`,
};

/** What was done to somebody. */
export function orderWords(
  { act, by, user = "an address", room, seconds, why }: OrderKept,
): string {
  // A newer server may do what this client has no word for.
  const what = DONE[act]?.(user) ?? `did '${act}' to ${user}`;
  const where = act === "invite" && room !== undefined ? ` to ${room}` : "";
  const time = seconds === undefined ? "" : ` for ${timeWords(seconds)}`;
  return `${by} ${what}${where}${time}${reasonWords(why)}`;
}

/** How a room is set now. */
export function settingWords({ by, access, slow, topicBy }: RoomChanged): string {
  const who = {
    open: "open to everybody",
    invite: "for the invited",
    announce: "for announcements of moderators",
  };
  const pace = slow === 0 ? "" : `, a word each ${timeWords(slow)}`;
  const topic = topicBy === "members" ? "" : ", moderators set the topic";
  return `${by} set the room: ${who[access] ?? access}${pace}${topic}`;
}

/** A report, as sentences: who called, and what was said. */
export function reportWords({ by, room, why, messages }: Reported): readonly string[] {
  const said = messages.map(({ from, content }) => `${from} said in ${room}: ${content}`);
  return [`${by} reports ${messages.at(-1)?.from ?? "somebody"}${reasonWords(why)}`, ...said];
}

function reasonWords(why: string | undefined): string {
  return why === undefined ? "" : ` (${why})`;
}

function timeWords(seconds: number): string {
  const units = [["days", 86_400], ["hours", 3_600], ["minutes", 60]] as const;
  for (const [unit, length] of units) {
    if (seconds >= 2 * length) return `${Math.ceil(seconds / length)} ${unit}`;
  }
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}
