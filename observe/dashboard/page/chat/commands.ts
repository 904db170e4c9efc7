/**
 * Slash commands of the page: those of every client (`talk`).
 *
 * What the terminal has and a page has not: leaving the chat (one closes the tab), and commands for files, which have
 * buttons.
 *
 * @module
 */

import {
  ACCOUNT,
  type AccountWish,
  type ChangeWish,
  CHANGING,
  CommandTable,
  type CommonWish,
  ORDER,
  type OrderWish,
  type Problem,
  problem,
  TALKING,
  TENDING,
} from "../../../../talk/mod.ts";

/** What a typed line asks for. */
type Known = CommonWish | ChangeWish | OrderWish | AccountWish;

/** What a typed line asks for, or why it asks for nothing. */
export type Wish = Known | Problem;

/** Every command. */
export const COMMANDS: CommandTable<Known> = new CommandTable<Known>([
  ...TALKING,
  ...CHANGING,
  ...ORDER,
  ...ACCOUNT,
  ...TENDING,
]);

const KEYS: readonly string[] = [
  "Tab completes. Shift+Enter makes a new line. Up edits what you said last; once more, what you said before it. Escape lets it be.",
  "Each message has buttons: under the pointer, at a tap, or by Up and Down in the conversation and Enter.",
  "Alt+Up and Alt+Down go to the next conversation, Alt+A to one where something is new.",
  "Page up and Page down scroll. Alt+U goes to the first new line, Alt+N to the next that names you.",
  "Ctrl+F searches here: Enter finds an older line, Shift+Enter a newer one, Escape goes back.",
  "In a chart, arrows move the moment and Space stops the time.",
];

/** What a typed line asks for; `undefined` when it is empty. */
export function parseLine(line: string): Wish | undefined {
  if (/^\/(quit|exit)\b/i.test(line)) return problem("Close this tab to leave the page.");
  return COMMANDS.read(line);
}

/** What is told of one command, or of all. */
export function help(command: string): string {
  const rows = COMMANDS.help(command);
  if ("kind" in rows) return rows.sentence;
  const lines = rows.map(({ usage, summary }) => `${usage}: ${summary}`);
  return (command === "" ? [...lines, "//text says /text.", ...KEYS] : lines).join("\n");
}
