/**
 * Tab completion: the word before the cursor, and the words that it could become. Pure.
 *
 * | where | what |
 * |---|---|
 * | `/wo` at the start of the text | commands, then a space |
 * | the first word behind a command | what the command's row in the table says |
 * | a word at the start of the text | users, then `: ` as one addresses somebody |
 * | `@wo`, or any other word | users, then a space |
 *
 * The first Tab takes the best candidate, each further one the next, Shift+Tab the one before; past the last one
 * the word is again what was typed. Anything else that is typed ends it.
 *
 * @module
 */

import { type Argument, BELLS, commandNamed, COMMANDS } from "./commands.ts";
import { folded } from "./view.ts";

/** What can be completed, the best first. */
export interface Candidates {
  readonly users: readonly string[];
  readonly rooms: readonly string[];
}

/** A completion that is going on. */
export interface Completion {
  /** Where the word begins in the text. */
  readonly start: number;
  /** The word as typed, and then all that it could be. */
  readonly options: readonly string[];
  /** The option that stands in the text. */
  readonly index: number;
}

/** What the word before the cursor could be; `undefined` when nothing fits. Its first option is what was typed. */
export function completionsOf(before: string, candidates: Candidates): Completion | undefined {
  const word = /\S*$/u.exec(before)?.[0] ?? "";
  const start = before.length - word.length;
  const options = optionsFor(before.slice(0, start), word, candidates);
  return options.length === 0 ? undefined : { start, options: [word, ...options], index: 0 };
}

/** The next option, or the one before it. */
export function turned(completion: Completion, by: 1 | -1): Completion {
  const { length } = completion.options;
  return { ...completion, index: (completion.index + by + length) % length };
}

/** `lead` is the text before the word. */
function optionsFor(lead: string, word: string, candidates: Candidates): string[] {
  if (lead === "" && word.startsWith("/")) {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    return matching(names, word.slice(1)).map((name) => `/${name} `);
  }
  const argument = commandNamed(/^\/(\S+)\s+$/u.exec(lead)?.[1] ?? "")?.argument;
  if (argument !== undefined) {
    return matching(wordsOf(argument, candidates), word).map((found) => `${found} `);
  }
  const { users } = candidates;
  if (word.startsWith("@")) return matching(users, word.slice(1)).map((name) => `@${name} `);
  // Without a word, Tab goes on to the next button as everywhere.
  if (word === "") return [];
  return matching(users, word).map((name) => name + (lead === "" ? ": " : " "));
}

function wordsOf(argument: Argument, { users, rooms }: Candidates): readonly string[] {
  switch (argument) {
    case "user":
      return users;
    case "room":
      return rooms;
    case "command":
      return COMMANDS.map(({ name }) => name);
    case "bell":
      return BELLS;
    default:
      return argument satisfies never;
  }
}

function matching(words: readonly string[], start: string): string[] {
  const wanted = folded(start);
  return words.filter((word) => folded(word).startsWith(wanted));
}
