/**
 * Slash commands that mean the same in every client. The table is data: help, completion and reading take the same
 * rows, so they cannot disagree (`command_table.ts`). A client adds its own rows, for files or for leaving.
 *
 * Nothing is done here. A line becomes a wish, and the client says what follows from it.
 *
 * @module
 */

import { type NameCheck, roomName, userName } from "../server/wire/names/mod.ts";

/** When the bell rings. */
export type Bell = "off" | "mention" | "all";

/** The words of `/bell`. */
export const BELLS: readonly Bell[] = ["off", "mention", "all"];

/** What a switch may be. */
export const ON_OFF: readonly string[] = ["on", "off"];

/** What a typed line asks for. */
export type CommonWish =
  /** Say it where one is. */
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "join"; readonly room: string }
  /** Leave a room, or close a conversation; without `name` the one that is looked at. */
  | { readonly kind: "leave"; readonly name?: string }
  /** Say what the room that is looked at is about. */
  | { readonly kind: "topic"; readonly text: string }
  /** Say it to one user. */
  | { readonly kind: "whisper"; readonly to: string; readonly text: string }
  /** Say it to whoever whispered last. */
  | { readonly kind: "reply"; readonly text: string }
  /** Open the conversation with a user. */
  | { readonly kind: "query"; readonly name: string }
  /** Who is in this room. */
  | { readonly kind: "names" }
  /** Who is online at all. */
  | { readonly kind: "list" }
  | { readonly kind: "rooms" }
  | { readonly kind: "history"; readonly count: number }
  /** Without `bell`, say when it rings. */
  | { readonly kind: "bell"; readonly bell?: Bell }
  /** Let rooms that want it know when one types, or not; without `on`, say which. */
  | { readonly kind: "typing"; readonly on?: boolean }
  /** Hide what a user says; without `name`, say who is hidden. */
  | { readonly kind: "ignore"; readonly name?: string }
  | { readonly kind: "unignore"; readonly name: string }
  /** Send again what was refused, or give it up. */
  | { readonly kind: "retry" }
  | { readonly kind: "discard" }
  | { readonly kind: "clear" }
  /** Tell of one command, or of all when `command` is empty. */
  | { readonly kind: "help"; readonly command: string };

/** A line that means nothing; the sentence says why. */
export interface Problem {
  readonly kind: "problem";
  readonly sentence: string;
}

/** What can stand behind a command, for completion: something of a kind, or one of these words. */
export type Argument =
  | "user"
  | "room"
  | "command"
  | "bell"
  | "peer"
  | "setting"
  | readonly string[];

/** One row of the table. */
export interface Command<Wish> {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What stands behind the name, for people. */
  readonly usage: string;
  readonly summary: string;
  /** What its first word is, when that can be completed. */
  readonly argument?: Argument;
  /** What its second word is behind that first one, when that can be completed. */
  readonly then?: (first: string) => Argument | undefined;
  /** The wish, or `undefined` when it is used wrongly. */
  readonly read: (rest: string) => Wish | Problem | undefined;
}

/** Messages that are loaded in one step back, a few screens; and at most, since no server gives more at once. */
export const HISTORY_STEP = 100;
const HISTORY_MAX = 500;

/** What one does with rooms and people. */
export const TALKING: readonly Command<CommonWish>[] = [
  {
    name: "join",
    aliases: ["j"],
    usage: "ROOM",
    summary: "enter a room",
    argument: "room",
    read: (rest) => named(withoutHash(rest), roomName, (room) => ({ kind: "join", room })),
  },
  {
    name: "leave",
    aliases: ["part"],
    usage: "[ROOM]",
    summary: "leave a room, or close a conversation",
    argument: "room",
    read: (rest) => rest === "" ? { kind: "leave" } : { kind: "leave", name: withoutHash(rest) },
  },
  {
    name: "topic",
    aliases: [],
    usage: "TEXT",
    summary: "say what this room is about",
    read: (rest) => rest === "" ? undefined : { kind: "topic", text: rest },
  },
  {
    name: "msg",
    aliases: ["w"],
    usage: "NAME TEXT",
    summary: "say something to one user",
    argument: "user",
    read: (rest) => {
      const [, to = "", text = ""] = /^(\S+)\s+([^]+)$/.exec(rest) ?? [];
      if (text === "") return undefined;
      return named(to, userName, (name) => ({ kind: "whisper", to: name, text }));
    },
  },
  {
    name: "reply",
    aliases: ["r"],
    usage: "TEXT",
    summary: "answer whoever wrote to you last",
    read: (rest) => rest === "" ? undefined : { kind: "reply", text: rest },
  },
  {
    name: "query",
    aliases: [],
    usage: "NAME",
    summary: "open the conversation with a user",
    argument: "user",
    read: (rest) => named(rest, userName, (name) => ({ kind: "query", name })),
  },
  {
    name: "me",
    aliases: [],
    usage: "TEXT",
    summary: "say what you are doing: /me waves is sent as *waves*",
    read: (rest) => rest === "" ? undefined : { kind: "say", text: `*${rest}*` },
  },
  {
    name: "names",
    aliases: ["who"],
    usage: "",
    summary: "who is in this room",
    read: (rest) => rest === "" ? { kind: "names" } : undefined,
  },
  {
    name: "list",
    aliases: [],
    usage: "",
    summary: "who is online",
    read: (rest) => rest === "" ? { kind: "list" } : undefined,
  },
  {
    name: "rooms",
    aliases: [],
    usage: "",
    summary: "which rooms there are",
    read: (rest) => rest === "" ? { kind: "rooms" } : undefined,
  },
  {
    name: "history",
    aliases: [],
    usage: "[N]",
    summary: `load N older messages (${HISTORY_STEP})`,
    read: (rest) => {
      if (!/^\d{0,4}$/.test(rest)) return undefined;
      const count = rest === "" ? HISTORY_STEP : Number(rest);
      return count < 1 ? undefined : { kind: "history", count: Math.min(count, HISTORY_MAX) };
    },
  },
  {
    name: "bell",
    aliases: [],
    usage: "[off|mention|all]",
    summary: "when to ring",
    argument: "bell",
    read: (rest) => {
      if (rest === "") return { kind: "bell" };
      const bell = BELLS.find((word) => word === rest);
      return bell === undefined ? undefined : { kind: "bell", bell };
    },
  },
  {
    name: "typing",
    aliases: [],
    usage: "[on|off]",
    summary: "whether a room that wants it is told when you type",
    argument: ON_OFF,
    read: (rest) => {
      if (rest === "") return { kind: "typing" };
      return ON_OFF.includes(rest) ? { kind: "typing", on: rest === "on" } : undefined;
    },
  },
  {
    name: "ignore",
    aliases: [],
    usage: "[NAME]",
    summary: "hide what a user says and does; without a name: who is hidden",
    argument: "user",
    read: (rest) =>
      rest === ""
        ? { kind: "ignore" }
        : named(rest, userName, (name) => ({ kind: "ignore", name })),
  },
  {
    name: "unignore",
    aliases: [],
    usage: "NAME",
    summary: "show it again",
    argument: "user",
    read: (rest) => named(rest, userName, (name) => ({ kind: "unignore", name })),
  },
];

/** What is left over, and help. */
export const TENDING: readonly Command<CommonWish>[] = [
  {
    name: "retry",
    aliases: [],
    usage: "",
    summary: "send again what was refused",
    read: (rest) => rest === "" ? { kind: "retry" } : undefined,
  },
  {
    name: "discard",
    aliases: [],
    usage: "",
    summary: "give up what was refused",
    read: (rest) => rest === "" ? { kind: "discard" } : undefined,
  },
  {
    name: "clear",
    aliases: [],
    usage: "",
    summary: "empty the screen",
    read: (rest) => rest === "" ? { kind: "clear" } : undefined,
  },
  {
    name: "help",
    aliases: [],
    usage: "[COMMAND]",
    summary: "this list, or one command",
    argument: "command",
    read: (command) => ({ kind: "help", command }),
  },
];

/** Rooms are shown with a `#`, which is no part of their names. */
function withoutHash(word: string): string {
  return word.replace(/^#/, "");
}

/** A line that means nothing, and why. */
export function problem(sentence: string): Problem {
  return { kind: "problem", sentence };
}

/** The wish about a checked name, the reason why it is none, or `undefined` without a name. */
export function named<Wish>(
  word: string,
  check: (word: string) => NameCheck<string>,
  wish: (name: string) => Wish,
): Wish | Problem | undefined {
  if (word === "") return undefined;
  const checked = check(word);
  return checked.kind === "name" ? wish(checked.name) : problem(checked.reason);
}
