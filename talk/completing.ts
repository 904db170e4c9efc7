/**
 * Tab completion: the word before the cursor, and the words that it could become.
 *
 * | where | what |
 * |---|---|
 * | `/wo` at the start of the text | commands, then a space |
 * | the first word behind a command, or the second | what the command's row in the table says |
 * | a word at the start of the text | users, then `: ` as one addresses somebody |
 * | `@wo`, or any other word | users, then a space |
 *
 * The first Tab takes the best candidate, each further one the next, Shift+Tab the one before; past the last one the word
 * is again what was typed. Any other key ends it, so the caller simply forgets it.
 *
 * @module
 */

import { foldText } from "../server/wire/names/mod.ts";
import type { CommandTable } from "./command_table.ts";
import { type Argument, BELLS } from "./commands.ts";
import { ROOM_SETTINGS } from "./order_commands.ts";

/** What can be completed, the best first. */
export interface Candidates {
  readonly users: readonly string[];
  readonly rooms: readonly string[];
}

/** A completion that is going on. */
export interface Completion {
  /** UTF-16 units before the word. */
  readonly start: number;
  /** The word as typed, and then all that it could be. */
  readonly options: readonly string[];
  /** The option that stands in the text. */
  readonly index: number;
}

/** What the word before the cursor could be; `undefined` when nothing fits. Its first option is what was typed. */
export function completionsOf(
  before: string,
  table: CommandTable<unknown>,
  candidates: Candidates,
): Completion | undefined {
  const word = /\S*$/u.exec(before)?.[0] ?? "";
  const start = before.length - word.length;
  const options = optionsFor(before.slice(0, start), word, { table, ...candidates });
  return options.length === 0 ? undefined : { start, options: [word, ...options], index: 0 };
}

/** The next option, or the one before it. */
export function turned<C extends Pick<Completion, "options" | "index">>(
  completion: C,
  by: 1 | -1,
): C {
  const { length } = completion.options;
  return { ...completion, index: (completion.index + by + length) % length };
}

interface Known extends Candidates {
  readonly table: CommandTable<unknown>;
}

/** `lead` is the text before the word. */
function optionsFor(lead: string, word: string, known: Known): string[] {
  if (lead === "" && word.startsWith("/")) {
    const names = known.table.rows.flatMap(({ name, aliases }) => [name, ...aliases]);
    return matching(names, word.slice(1)).map((name) => `/${name} `);
  }
  const argument = argumentAt(lead, known.table);
  const { users } = known;
  // A name may be written as one addresses somebody.
  const at = argument === "user" && word.startsWith("@") ? "@" : "";
  if (argument !== undefined && at === "") {
    return matching(wordsOf(argument, known), word).map((found) => `${found} `);
  }
  if (word.startsWith("@")) return matching(users, word.slice(1)).map((name) => `@${name} `);
  // Without a word it would only guess: a pasted Tab must not, and on a page Tab leads to the next button.
  if (word === "") return [];
  return matching(users, word).map((name) => name + (lead === "" ? ": " : " "));
}

/** What stands behind a command, and perhaps its first word; `undefined` behind anything else. */
function argumentAt(lead: string, table: CommandTable<unknown>): Argument | undefined {
  const [, name, first] = /^\/(\S+)\s+(?:(\S+)\s+)?$/u.exec(lead) ?? [];
  const command = name === undefined ? undefined : table.named(name);
  return first === undefined ? command?.argument : command?.then?.(first);
}

function wordsOf(argument: Argument, { users, rooms, table }: Known): readonly string[] {
  switch (argument) {
    case "user":
      return users;
    case "room":
      return rooms;
    case "peer":
      return [...users, ...rooms.map((room) => `#${room}`)];
    case "command":
      return table.rows.map(({ name }) => name);
    case "bell":
      return BELLS;
    case "setting":
      return ROOM_SETTINGS;
    default:
      return argument;
  }
}

function matching(words: readonly string[], start: string): string[] {
  const folded = foldText(start);
  return words.filter((word) => foldText(word).startsWith(folded));
}
