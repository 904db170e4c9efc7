/**
 * A client's commands: what a typed line means, and what help and completion say of them.
 *
 * A line that begins with `/` is a command; `//text` says "/text". An unknown `/word` is a problem for its writer to
 * read and never reaches the room.
 *
 * @module
 */

import { type Command, type CommonWish, type Problem, problem } from "./commands.ts";

type Say = Extract<CommonWish, { kind: "say" }>;

/** A command in the help. */
export interface HelpRow {
  /** As it is typed. */
  readonly usage: string;
  readonly summary: string;
}

/** What help has to say: a row for each command, or the sentence for a word that is none. */
export type Help = readonly HelpRow[] | Problem;

/** Commands by their names. */
export class CommandTable<Wish> {
  /** Every command, in the order of the help. */
  readonly rows: readonly Command<Wish>[];
  readonly #byName: ReadonlyMap<string, Command<Wish>>;

  constructor(rows: readonly Command<Wish>[]) {
    this.rows = rows;
    this.#byName = new Map(
      rows.flatMap((row) => [row.name, ...row.aliases].map((name) => [name, row] as const)),
    );
  }

  /** The command of that name or alias, with or without its slash. */
  named(word: string): Command<Wish> | undefined {
    return this.#byName.get(word.replace(/^\//, "").toLowerCase());
  }

  /** What a typed line asks for; `undefined` when it is empty. A problem may repeat what was typed. */
  read(line: string): Wish | Say | Problem | undefined {
    if (line.trim() === "") return undefined;
    if (line.startsWith("//")) return { kind: "say", text: line.slice(1) };
    if (!line.startsWith("/")) return { kind: "say", text: line };
    const [, word = "", rest = ""] = /^\/(\S*)([^]*)$/.exec(line) ?? [];
    const command = this.named(word);
    if (command === undefined) {
      return problem(`Unknown command '/${word}'. Try /help, or // to say a slash.`);
    }
    return command.read(rest.trim()) ?? problem(`Usage: ${usageOf(command)}`);
  }

  /** Tells of one command and its aliases, or of all when `word` is empty. */
  help(word: string): Help {
    if (word === "") return this.rows.map((row) => ({ usage: usageOf(row), summary: row.summary }));
    const command = this.named(word);
    if (command === undefined) return problem(`There is no command '${word}'.`);
    const aliases = command.aliases.map((alias) => ` (or /${alias})`).join("");
    return [{ usage: `${usageOf(command)}${aliases}`, summary: command.summary }];
  }
}

function usageOf<Wish>({ name, usage }: Command<Wish>): string {
  return `/${name} ${usage}`.trimEnd();
}
