/**
 * Slash commands: what a typed line means.
 *
 * A line that begins with `/` is a command; `//text` says "/text". An unknown `/word` is a problem
 * for its writer to read and never reaches the room. The table is data: help, completion and
 * parsing read the same rows, so they cannot disagree.
 *
 * Nothing is done here. A line becomes a `Wish`, and the model says what follows from it.
 *
 * @module
 */

import { HISTORY_LIMIT_MAX, roomName, userName } from "../../server/wire/mod.ts";
import type { Peer } from "../../server/wire/transfers/mod.ts";
import { HISTORY_STEP } from "./limits.ts";
import { safeText } from "./safe.ts";

/** When the terminal's bell rings. */
export type Bell = "off" | "mention" | "all";

/** What a typed line asks for. */
export type Wish =
  /** Say it where one is. */
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "join"; readonly room: string }
  /** Leave a room, or close a conversation; without `name` the one on the screen. */
  | { readonly kind: "leave"; readonly name?: string }
  /** Say what the room on the screen is about. */
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
  | { readonly kind: "bell"; readonly bell?: Bell }
  /** Hide a user's messages; without `name`, say who is hidden. */
  | { readonly kind: "ignore"; readonly name?: string }
  | { readonly kind: "unignore"; readonly name: string }
  /** Send again what could not be sent, or give it up. */
  | { readonly kind: "retry" }
  | { readonly kind: "discard" }
  | { readonly kind: "clear" }
  | FileWish
  | { readonly kind: "help"; readonly lines: readonly string[] }
  | { readonly kind: "quit" }
  /** It means nothing; the sentence says why. */
  | { readonly kind: "problem"; readonly sentence: string };

/** What a typed line asks for about files. */
export type FileWish =
  | { readonly kind: "send"; readonly to: Peer; readonly path: string }
  | { readonly kind: "transfers" }
  /** Without `n`, the newest one. */
  | { readonly kind: "accept" | "decline"; readonly n: number | undefined }
  | { readonly kind: "cancel"; readonly n: number };

/** What can stand behind a command, for completion. */
export type Argument = "user" | "room" | "command" | "bell" | "peer";

/** One row of the table. */
export interface Command {
  readonly name: string;
  readonly aliases: readonly string[];
  /** What stands behind the name, for people. */
  readonly usage: string;
  readonly summary: string;
  /** What its first word is, when that can be completed. */
  readonly argument?: Argument;
  /** The wish, or `undefined` when it is used wrongly. */
  readonly parse: (rest: string) => Wish | undefined;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  {
    name: "join",
    aliases: ["j"],
    usage: "ROOM",
    summary: "enter a room",
    argument: "room",
    parse: (rest) => named(rest, roomName, (room) => ({ kind: "join", room })),
  },
  {
    name: "leave",
    aliases: ["part"],
    usage: "[ROOM]",
    summary: "leave a room, or close a conversation",
    argument: "room",
    parse: (rest) => rest === "" ? { kind: "leave" } : { kind: "leave", name: rest },
  },
  {
    name: "topic",
    aliases: [],
    usage: "TEXT",
    summary: "say what this room is about",
    parse: (rest) => rest === "" ? undefined : { kind: "topic", text: rest },
  },
  {
    name: "msg",
    aliases: ["w"],
    usage: "NAME TEXT",
    summary: "say something to one user",
    argument: "user",
    parse: (rest) => {
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
    parse: (rest) => rest === "" ? undefined : { kind: "reply", text: rest },
  },
  {
    name: "query",
    aliases: [],
    usage: "NAME",
    summary: "open the conversation with a user",
    argument: "user",
    parse: (rest) => named(rest, userName, (name) => ({ kind: "query", name })),
  },
  {
    name: "me",
    aliases: [],
    usage: "TEXT",
    summary: "say what you are doing: /me waves is sent as *waves*",
    parse: (rest) => rest === "" ? undefined : { kind: "say", text: `*${rest}*` },
  },
  {
    name: "names",
    aliases: ["who"],
    usage: "",
    summary: "who is in this room",
    parse: (rest) => rest === "" ? { kind: "names" } : undefined,
  },
  {
    name: "list",
    aliases: [],
    usage: "",
    summary: "who is online",
    parse: (rest) => rest === "" ? { kind: "list" } : undefined,
  },
  {
    name: "rooms",
    aliases: [],
    usage: "",
    summary: "which rooms there are",
    parse: (rest) => rest === "" ? { kind: "rooms" } : undefined,
  },
  {
    name: "history",
    aliases: [],
    usage: "[N]",
    summary: `load N older messages (${HISTORY_STEP})`,
    parse: (rest) => {
      if (!/^\d{0,4}$/.test(rest)) return undefined;
      const count = rest === "" ? HISTORY_STEP : Number(rest);
      return count < 1 ? undefined : { kind: "history", count: Math.min(count, HISTORY_LIMIT_MAX) };
    },
  },
  {
    name: "bell",
    aliases: [],
    usage: "[off|mention|all]",
    summary: "when to ring",
    argument: "bell",
    parse: (rest) => {
      if (rest === "") return { kind: "bell" };
      return isBell(rest) ? { kind: "bell", bell: rest } : undefined;
    },
  },
  {
    name: "ignore",
    aliases: [],
    usage: "[NAME]",
    summary: "hide what a user says; without a name: who is hidden",
    argument: "user",
    parse: (rest) =>
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
    parse: (rest) => named(rest, userName, (name) => ({ kind: "unignore", name })),
  },
  {
    name: "send",
    aliases: [],
    usage: "NAME|#ROOM FILE",
    summary: "offer a file; Tab completes its path",
    argument: "peer",
    parse: (rest) => {
      const [, peer = "", path = ""] = /^(\S+)\s+([^\n]+)$/.exec(rest) ?? [];
      if (path === "") return undefined;
      return peer.startsWith("#")
        ? named(peer, roomName, (room) => ({ kind: "send", to: { room }, path }))
        : named(peer, userName, (user) => ({ kind: "send", to: { user }, path }));
    },
  },
  {
    name: "accept",
    aliases: [],
    usage: "[N]",
    summary: "take the file that is offered",
    parse: (rest) => numbered(rest, (n) => ({ kind: "accept", n })),
  },
  {
    name: "decline",
    aliases: [],
    usage: "[N]",
    summary: "do not take it",
    parse: (rest) => numbered(rest, (n) => ({ kind: "decline", n })),
  },
  {
    name: "cancel",
    aliases: [],
    usage: "N",
    summary: "stop a transfer; what has arrived is kept",
    parse: (rest) =>
      rest === ""
        ? undefined
        : numbered(rest, (n) => n === undefined ? undefined : { kind: "cancel", n }),
  },
  {
    name: "transfers",
    aliases: [],
    usage: "",
    summary: "which files come and go",
    parse: (rest) => rest === "" ? { kind: "transfers" } : undefined,
  },
  {
    name: "retry",
    aliases: [],
    usage: "",
    summary: "send again what was refused",
    parse: (rest) => rest === "" ? { kind: "retry" } : undefined,
  },
  {
    name: "discard",
    aliases: [],
    usage: "",
    summary: "give up what was refused",
    parse: (rest) => rest === "" ? { kind: "discard" } : undefined,
  },
  {
    name: "clear",
    aliases: [],
    usage: "",
    summary: "empty the screen",
    parse: (rest) => rest === "" ? { kind: "clear" } : undefined,
  },
  {
    name: "help",
    aliases: [],
    usage: "[COMMAND]",
    summary: "this list, or one command",
    argument: "command",
    parse: (rest) => ({ kind: "help", lines: help(rest) }),
  },
  {
    name: "quit",
    aliases: ["exit"],
    usage: "",
    summary: "leave the chat",
    parse: (rest) => rest === "" ? { kind: "quit" } : undefined,
  },
];

const KEYS: readonly string[] = [
  "Tab completes. Alt+Enter makes a new line. Up and Ctrl+r bring back what you sent.",
  "Alt+1 to Alt+9, Ctrl+n, Ctrl+p switch; Alt+a goes where something new is.",
  "PgUp, PgDn, Alt+Home scroll; Alt+End goes back to the newest line.",
  "Alt+u goes to the first new line here, Alt+n to the next line that names you.",
  "Ctrl+s searches here: Up, Down find others, Enter stays there, Esc goes back.",
  "Ctrl+l draws all again, Ctrl+z pauses the chat, Ctrl+c twice or Ctrl+d quits.",
];

const BY_NAME: ReadonlyMap<string, Command> = new Map(
  COMMANDS.flatMap((command) =>
    [command.name, ...command.aliases].map((name) => [name, command] as const)
  ),
);

/** What a typed line asks for; `undefined` when it is empty. */
export function parseLine(line: string): Wish | undefined {
  if (line.trim() === "") return undefined;
  if (line.startsWith("//")) return { kind: "say", text: line.slice(1) };
  if (!line.startsWith("/")) return { kind: "say", text: line };
  const [, word = "", rest = ""] = /^\/(\S*)([^]*)$/.exec(line) ?? [];
  const command = commandNamed(word);
  if (command === undefined) {
    return problem(
      `Unknown command '/${safeText(word)}'. Try /help, or // to say a slash.`,
    );
  }
  return command.parse(rest.trim()) ?? problem(`Usage: ${usage(command)}`);
}

/** The command of that name or alias, with or without its slash. */
export function commandNamed(word: string): Command | undefined {
  return BY_NAME.get(word.replace(/^\//, "").toLowerCase());
}

/** Whether a word says when to ring. */
export function isBell(word: string): word is Bell {
  return word === "off" || word === "mention" || word === "all";
}

function help(word: string): string[] {
  if (word !== "") {
    const command = commandNamed(word);
    if (command === undefined) return [`There is no command '${safeText(word)}'.`];
    const aliases = command.aliases.map((alias) => ` (or /${alias})`).join("");
    return [`${usage(command)}${aliases}: ${command.summary}`];
  }
  const wide = Math.max(...COMMANDS.map((command) => usage(command).length));
  const rows = COMMANDS.map((command) => `${usage(command).padEnd(wide)}  ${command.summary}`);
  return [...rows, "//text says /text.", ...KEYS];
}

function usage({ name, usage }: Command): string {
  return `/${name} ${usage}`.trimEnd();
}

function problem(sentence: string): Wish {
  return { kind: "problem", sentence };
}

/** The wish about a transfer's number, or about none. */
function numbered(
  word: string,
  wish: (n: number | undefined) => Wish | undefined,
): Wish | undefined {
  if (word === "") return wish(undefined);
  return /^\d{1,9}$/.test(word) ? wish(Number(word)) : undefined;
}

/** The wish about a checked name, the reason why it is none, or `undefined` without a name. */
function named(
  word: string,
  check: (word: string) => { kind: "name"; name: string } | { kind: "bad_name"; reason: string },
  wish: (name: string) => Wish,
): Wish | undefined {
  if (word === "") return undefined;
  const checked = check(word);
  return checked.kind === "name" ? wish(checked.name) : problem(safeText(checked.reason));
}
