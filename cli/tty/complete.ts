/**
 * Tab completion in the editor, whose text is graphemes; what fits is said by `talk`.
 *
 * @module
 */

import { type Candidates, type Completion, completionsOf, turned } from "../../talk/mod.ts";
import { COMMANDS } from "./commands.ts";
import { beforeCursor, type Edit } from "./editor.ts";
import { graphemes } from "./width.ts";

/** A completion that is going on; its word starts behind so many graphemes. */
export type Cycle = Completion;

/** The text with the next option in it, and the cycle to go on with. */
export interface Completed {
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
): Completed | undefined {
  const current = cycle ?? begin(edit, candidates);
  if (current === undefined) return undefined;
  const next = turned(current, direction);
  const { start, options, index } = next;
  const word = graphemes(options[index] ?? "");
  const text = [...edit.text.slice(0, start), ...word, ...edit.text.slice(edit.at)];
  return { edit: { ...edit, text, at: start + word.length }, cycle: next };
}

function begin(edit: Edit, candidates: Candidates): Cycle | undefined {
  const before = beforeCursor(edit);
  const found = completionsOf(before, COMMANDS, candidates);
  if (found === undefined) return undefined;
  return { ...found, start: graphemes(before.slice(0, found.start)).length };
}
