/**
 * Slash commands about order in a room: how it is set, and who may be in it and speak. They mean the room where one is, and the
 * same words do the same in lines of text.
 *
 * @module
 */

import { parseDays, parseDuration } from "../ground/mod.ts";
import { userName } from "../server/wire/names/mod.ts";
import { type Argument, type Command, named, ON_OFF, type Problem } from "./commands.ts";

/** For how long, and why; without seconds for ever. */
interface Timed {
  readonly seconds?: number;
  readonly why?: string;
}

/** What is asked of the server; the room is where the reader is. */
export type OrderAsk =
  /** Without anything, how the room is set. */
  | {
    readonly type: "Room";
    readonly access?: "open" | "invite" | "announce";
    readonly slow?: number;
    readonly topicBy?: "members" | "moderators";
    readonly retain?: number;
    readonly typing?: boolean;
    readonly promote?: string;
    readonly demote?: string;
    readonly owner?: string;
  }
  | { readonly type: "Invite"; readonly user: string }
  | { readonly type: "Kick"; readonly user: string; readonly why?: string }
  | {
    readonly type: "Unban";
    readonly user?: string;
    readonly address?: string;
    readonly why?: string;
  }
  | ({ readonly type: "Mute"; readonly user: string } & Timed)
  | ({ readonly type: "Ban"; readonly user?: string; readonly address?: string } & Timed)
  | { readonly type: "Audit" }
  /** Of operators, about the whole server. */
  | {
    readonly type: "SetRole";
    readonly username: string;
    readonly role: "user" | "operator";
  };

/** A question, about the room where the reader is; what is asked about the whole server names none. */
export function aboutRoom<A extends { readonly type: string }>(
  ask: A,
  room: string,
): Extract<A, { type: "SetRole" }> | (Exclude<A, { type: "SetRole" }> & { readonly room: string });
export function aboutRoom(ask: { readonly type: string }, room: string): object {
  return ask.type === "SetRole" ? ask : { ...ask, room };
}

/** What a typed line asks for about order. */
export type OrderWish =
  | { readonly kind: "order"; readonly ask: OrderAsk }
  /** Put what others, or that user, said last before the moderators. */
  | { readonly kind: "report"; readonly name?: string; readonly why?: string };

/** The words behind `/room`. */
export const ROOM_SETTINGS: readonly string[] = [
  "open",
  "invite",
  "announce",
  "topic",
  "retain",
  "typing",
  "owner",
];
/** What may stand behind one of them. */
const BEHIND_SETTING: ReadonlyMap<string, Argument> = new Map<string, Argument>([
  ["topic", ["members", "moderators"]],
  ["retain", ["7d", "30d", "90d", "off"]],
  ["typing", ON_OFF],
  ["owner", "user"],
]);
/** For how long one is usually muted or banned, as it is typed. */
const USUAL_TIMES: Argument = ["10m", "1h", "1d", "7d"];
/** Seconds between two messages that rooms are usually set to. */
const USUAL_PAUSES: Argument = ["0", "5", "10", "30", "60"];

/** Seconds that a ban or a mute lasts at most: ten years. */
const SECONDS_MAX = 315_360_000;
/** Days for which a room keeps what is said at most. */
const RETAIN_DAYS_MAX = 36_500;
/** Seconds between two messages at most. */
const SLOW_MAX = 3_600;

/** The commands. */
export const ORDER: readonly Command<OrderWish>[] = [
  {
    name: "room",
    aliases: [],
    usage:
      "[open|invite|announce|topic members|topic moderators|retain 30d|retain off|typing on|typing off|owner NAME]",
    summary: "how this room is set; or set it",
    argument: "setting",
    then: (first) => BEHIND_SETTING.get(first),
    read: (rest) => {
      const [what = "", value, more] = rest.split(/\s+/u);
      return more === undefined ? setting(what, value) : undefined;
    },
  },
  {
    name: "slow",
    aliases: [],
    usage: "SECONDS",
    summary: "how long each has to wait between two messages here (0 to 3600)",
    argument: USUAL_PAUSES,
    read: (rest) => {
      const slow = /^\d{1,4}$/.test(rest) ? Number(rest) : Infinity;
      return slow <= SLOW_MAX ? asking({ type: "Room", slow }) : undefined;
    },
  },
  {
    name: "invite",
    aliases: [],
    usage: "NAME",
    summary: "let somebody into this room; an account that is away hears of it at its login",
    argument: "user",
    read: (rest) => named(rest, userName, (user) => asking({ type: "Invite", user })),
  },
  {
    name: "kick",
    aliases: [],
    usage: "NAME [WHY]",
    summary: "put somebody out, who may enter again after a minute",
    argument: "user",
    read: (rest) => about(rest, (user, words) => ({ type: "Kick", user, ...reason(words) })),
  },
  {
    name: "mute",
    aliases: [],
    usage: "NAME [TIME] [WHY]",
    summary: "let somebody speak no more, for 10m, 2h, 7d or for ever",
    argument: "user",
    then: () => USUAL_TIMES,
    read: (rest) => about(rest, (user, words) => ({ type: "Mute", user, ...timed(words) })),
  },
  {
    name: "ban",
    aliases: [],
    usage: "NAME [TIME] [WHY]",
    summary: "keep somebody out, for 10m, 2h, 7d or for ever; for operators also an address",
    argument: "user",
    then: () => USUAL_TIMES,
    read: (rest) =>
      about(
        rest,
        (user, words) => ({ type: "Ban", user, ...timed(words) }),
        (address, words) => ({ type: "Ban", address, ...timed(words) }),
      ),
  },
  {
    name: "unban",
    aliases: ["unmute"],
    usage: "NAME [WHY]",
    summary: "lift a ban or a mute",
    argument: "user",
    read: (rest) =>
      about(
        rest,
        (user, words) => ({ type: "Unban", user, ...reason(words) }),
        (address, words) => ({ type: "Unban", address, ...reason(words) }),
      ),
  },
  {
    name: "mod",
    aliases: [],
    usage: "NAME",
    summary: "make somebody a moderator of this room",
    argument: "user",
    read: (rest) => named(rest, userName, (promote) => asking({ type: "Room", promote })),
  },
  {
    name: "unmod",
    aliases: [],
    usage: "NAME",
    summary: "end that",
    argument: "user",
    read: (rest) => named(rest, userName, (demote) => asking({ type: "Room", demote })),
  },
  {
    name: "op",
    aliases: [],
    usage: "NAME",
    summary: "make an account an operator of the server; for operators",
    argument: "user",
    read: (rest) => named(rest, userName, (name) => role(name, "operator")),
  },
  {
    name: "deop",
    aliases: [],
    usage: "NAME",
    summary: "end that",
    argument: "user",
    read: (rest) => named(rest, userName, (name) => role(name, "user")),
  },
  {
    name: "audit",
    aliases: [],
    usage: "",
    summary: "what moderators did here",
    read: (rest) => rest === "" ? asking({ type: "Audit" }) : undefined,
  },
  {
    name: "report",
    aliases: [],
    usage: "[@NAME] [WHY]",
    summary: "put what was said last, or by NAME, before the moderators",
    read: (rest) => {
      const [, at, why = ""] = /^(?:@(\S+)\s*)?([^]*)$/u.exec(rest) ?? [];
      const because = reason(why);
      if (at === undefined) return { kind: "report", ...because };
      return named(at, userName, (name) => ({ kind: "report", name, ...because }));
    },
  },
];

function asking(ask: OrderAsk): OrderWish {
  return { kind: "order", ask };
}

function role(username: string, role: "user" | "operator"): OrderWish {
  return asking({ type: "SetRole", username, role });
}

function setting(what: string, value: string | undefined): OrderWish | Problem | undefined {
  if (value === undefined) {
    if (what === "") return asking({ type: "Room" });
    if (what !== "open" && what !== "invite" && what !== "announce") return undefined;
    return asking({ type: "Room", access: what });
  }
  if (what === "owner") {
    return named(value, userName, (owner) => asking({ type: "Room", owner }));
  }
  if (what === "retain") {
    const retain = parseDays(value) ?? Infinity;
    return retain <= RETAIN_DAYS_MAX ? asking({ type: "Room", retain }) : undefined;
  }
  if (what === "typing") {
    return ON_OFF.includes(value) ? asking({ type: "Room", typing: value === "on" }) : undefined;
  }
  if (what !== "topic" || value !== "members" && value !== "moderators") return undefined;
  return asking({ type: "Room", topicBy: value });
}

/** A name has neither a colon nor a slash in it; what is made of four numbers is an address. */
const ADDRESS = /[:/]|^\d+(?:\.\d+){3}$/;

/**
 * What is asked about the user whose name comes first, or the address; the other words may be a time and a reason.
 *
 * @param askOfAddress Where an address can be meant.
 */
function about(
  rest: string,
  ask: (user: string, words: string) => OrderAsk,
  askOfAddress?: (address: string, words: string) => OrderAsk,
): OrderWish | Problem | undefined {
  const [, name = "", words = ""] = /^@?(\S+)\s*([^]*)$/u.exec(rest) ?? [];
  if (askOfAddress !== undefined && ADDRESS.test(name)) return asking(askOfAddress(name, words));
  return named(name, userName, (user) => asking(ask(user, words)));
}

function timed(words: string): Timed {
  const [, first = "", others = ""] = /^(\S*)\s*([^]*)$/u.exec(words) ?? [];
  const ms = parseDuration(first);
  if (ms === undefined) return reason(words);
  const seconds = Math.min(Math.max(1, Math.ceil(ms / 1_000)), SECONDS_MAX);
  return { seconds, ...reason(others) };
}

function reason(words: string): { readonly why?: string } {
  return words === "" ? {} : { why: words.replaceAll(/\s+/gu, " ") };
}
