/**
 * Tab completion: the word before the cursor → the words that it could become, one after the other.
 *
 * | where | what |
 * |---|---|
 * | `/wo` at the start of the text | commands, then a space |
 * | the first word behind a command | what the command's row in the table says |
 * | a word at the start of the text | users, then `: ` as one addresses somebody |
 * | `@wo`, or any other word | users, then a space |
 *
 * The first Tab takes the best candidate, each further one the next, Shift+Tab the one before; past
 * the last one the word is again what was typed. Any other key ends the cycle, so the caller simply
 * forgets it.
 *
 * @module
 */

import { foldText } from "../../server/wire/mod.ts";
import { type Argument, commandNamed, COMMANDS } from "./commands.ts";
import { beforeCursor, type Edit } from "./editor.ts";
import { graphemes } from "./width.ts";

/** What can be completed, best candidates first. */
export interface Candidates {
  readonly users: readonly string[];
  readonly rooms: readonly string[];
}

/** A completion that is going on. */
export interface Cycle {
  /** Graphemes before the completed word. */
  readonly start: number;
  /** The word as typed, and then each of its completions. */
  readonly options: readonly string[];
  /** The option that stands in the text. */
  readonly index: number;
}

/** The text with the next option in it, and the cycle to go on with. */
export interface Completion {
  readonly edit: Edit;
  readonly cycle: Cycle;
}

/** Which way to go through the options. */
export type Direction = 1 | -1;

/**
 * Completes the word before the cursor.
 *
 * @param cycle What the last call gave, when nothing was typed since.
 * @returns `undefined` when nothing fits.
 */
export function complete(
  edit: Edit,
  cycle: Cycle | undefined,
  candidates: Candidates,
  direction: Direction,
): Completion | undefined {
  const current = cycle ?? begin(edit, candidates);
  if (current === undefined) return undefined;
  const { start, options } = current;
  const index = (current.index + direction + options.length) % options.length;
  const word = graphemes(options[index] ?? "");
  const text = [...edit.text.slice(0, start), ...word, ...edit.text.slice(edit.at)];
  return { edit: { ...edit, text, at: start + word.length }, cycle: { start, options, index } };
}

function begin(edit: Edit, candidates: Candidates): Cycle | undefined {
  const before = beforeCursor(edit);
  const word = /\S*$/u.exec(before)?.[0] ?? "";
  const options = optionsFor(before.slice(0, before.length - word.length), word, candidates);
  if (options.length === 0) return undefined;
  const start = graphemes(before.slice(0, before.length - word.length)).length;
  return { start, options: [word, ...options], index: 0 };
}

/** `lead` is the text before the word. */
function optionsFor(lead: string, word: string, { users, rooms }: Candidates): string[] {
  if (lead === "" && word.startsWith("/")) {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    return matching(names, word.slice(1)).map((name) => `/${name} `);
  }
  const command = /^\/(\S+)\s+$/u.exec(lead)?.[1];
  const argument = command === undefined ? undefined : commandNamed(command)?.argument;
  if (argument !== undefined) {
    const words = wordsOf(argument, { users, rooms });
    return matching(words, word).map((found) => `${found} `);
  }
  if (word.startsWith("@")) return matching(users, word.slice(1)).map((name) => `@${name} `);
  // A Tab without a word would only guess, and a pasted Tab must not.
  if (word === "") return [];
  return matching(users, word).map((name) => name + (lead === "" ? ": " : " "));
}

function wordsOf(argument: Argument, { users, rooms }: Candidates): readonly string[] {
  switch (argument) {
    case "user":
      return users;
    case "room":
      return rooms;
    case "peer":
      return [...users, ...rooms.map((room) => `#${room}`)];
    case "command":
      return COMMANDS.map(({ name }) => name);
    case "bell":
      return ["off", "mention", "all"];
    default:
      return argument satisfies never;
  }
}

function matching(words: readonly string[], start: string): string[] {
  const folded = foldText(start);
  return words.filter((word) => foldText(word).startsWith(folded));
}
