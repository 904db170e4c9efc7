/**
 * Slash commands of the terminal: those of every client (`talk`), files by number and path, and leaving.
 *
 * What a line means goes through here, since whatever repeats what somebody typed must not reach the terminal as it is.
 *
 * @module
 */

import { roomName, userName } from "../../server/wire/mod.ts";
import type { Peer } from "../../server/wire/transfers/mod.ts";
import {
  ACCOUNT,
  type AccountWish,
  type ChangeWish,
  CHANGING,
  type Command,
  CommandTable,
  type CommonWish,
  named,
  ORDER,
  type OrderWish,
  type Problem,
  problem,
  TALKING,
  TENDING,
} from "../../talk/mod.ts";
import { safeText } from "./safe.ts";

/** What a typed line asks for. */
export type Wish =
  | CommonWish
  | ChangeWish
  | OrderWish
  | AccountWish
  | FileWish
  | { readonly kind: "quit" }
  | Problem;

/** What a typed line asks for about files. */
export type FileWish =
  | { readonly kind: "send"; readonly to: Peer; readonly path: string }
  | { readonly kind: "transfers" }
  /** Without `n`, the newest one. */
  | { readonly kind: "accept" | "decline"; readonly n: number | undefined }
  | { readonly kind: "cancel"; readonly n: number };

const FILES: readonly Command<FileWish>[] = [
  {
    name: "send",
    aliases: [],
    usage: "NAME|#ROOM FILE",
    summary: "offer a file; Tab completes its path",
    argument: "peer",
    read: (rest) => {
      const [, peer = "", path = ""] = /^(\S+)\s+([^\n]+)$/.exec(rest) ?? [];
      if (path === "") return undefined;
      return peer.startsWith("#")
        ? named(peer.slice(1), roomName, (room) => ({ kind: "send", to: { room }, path }))
        : named(peer, userName, (user) => ({ kind: "send", to: { user }, path }));
    },
  },
  {
    name: "accept",
    aliases: [],
    usage: "[N]",
    summary: "take the file that is offered",
    read: (rest) => numbered(rest, (n) => ({ kind: "accept", n })),
  },
  {
    name: "decline",
    aliases: [],
    usage: "[N]",
    summary: "do not take it",
    read: (rest) => numbered(rest, (n) => ({ kind: "decline", n })),
  },
  {
    name: "cancel",
    aliases: [],
    usage: "N",
    summary: "stop a transfer; what has arrived is kept",
    read: (rest) =>
      rest === ""
        ? undefined
        : numbered(rest, (n) => n === undefined ? undefined : { kind: "cancel", n }),
  },
  {
    name: "transfers",
    aliases: [],
    usage: "",
    summary: "which files come and go",
    read: (rest) => rest === "" ? { kind: "transfers" } : undefined,
  },
];

const QUIT: Command<Wish> = {
  name: "quit",
  aliases: ["exit"],
  usage: "",
  summary: "leave the chat",
  read: (rest) => rest === "" ? { kind: "quit" } : undefined,
};

/** Every command. */
export const COMMANDS: CommandTable<Wish> = new CommandTable<Wish>([
  ...TALKING,
  ...CHANGING,
  ...ORDER,
  ...FILES,
  ...ACCOUNT,
  ...TENDING,
  QUIT,
]);

const KEYS: readonly string[] = [
  "Tab completes. Alt+Enter makes a new line. Up edits what you said last, once more what you said before.",
  "Ctrl+Up, Ctrl+Down and Ctrl+r bring back what you sent.",
  "Alt+1 to Alt+9, Ctrl+n, Ctrl+p switch; Alt+a goes where something new is.",
  "PgUp, PgDn, Alt+Home scroll; Alt+End goes back to the newest line.",
  "Alt+u goes to the first new line here, Alt+n to the next line that names you.",
  "Ctrl+s searches here: Up, Down find others, Enter stays there, Esc goes back.",
  "Ctrl+l draws all again, Ctrl+z pauses the chat, Ctrl+c twice or Ctrl+d quits.",
];

/** What a typed line asks for; `undefined` when it is empty. */
export function parseLine(line: string): Wish | undefined {
  const wish = COMMANDS.read(line);
  return wish?.kind === "problem" ? problem(safeText(wish.sentence)) : wish;
}

/** Columns of how a command is typed, in the list of all: a longer one has a line of its own, so that all summaries fit beside it. */
const USAGE_COLUMNS = 24;
/** Where what a command does begins. */
export const SUMMARY_COLUMN: number = USAGE_COLUMNS + 2;

/** The lines that tell of one command, or of all. */
export function help(command: string): readonly string[] {
  const rows = COMMANDS.help(command);
  if ("kind" in rows) return [safeText(rows.sentence)];
  if (command !== "") return rows.map(({ usage, summary }) => `${usage}: ${summary}`);
  const lines = rows.flatMap(({ usage, summary }) =>
    usage.length > USAGE_COLUMNS
      ? [usage, `${" ".repeat(SUMMARY_COLUMN)}${summary}`]
      : [`${usage.padEnd(USAGE_COLUMNS)}  ${summary}`]
  );
  return [...lines, "//text says /text.", ...KEYS];
}

/** The wish about a transfer's number, or about none. */
function numbered(
  word: string,
  wish: (n: number | undefined) => FileWish | undefined,
): FileWish | undefined {
  if (word === "") return wish(undefined);
  return /^\d{1,9}$/.test(word) ? wish(Number(word)) : undefined;
}
