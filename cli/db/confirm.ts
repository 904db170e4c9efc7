/**
 * Asks before long or final work, if there is somebody to ask.
 *
 * In a script nobody is there. What destroys nothing that can be read today then goes on; only `--yes` makes
 * the rest go on, and each command says which of the two it is.
 *
 * @module
 */

import { Failure } from "../failure.ts";
import { isTerminal } from "../streams.ts";

/** Asks on a terminal, unless `yes` was given. @throws {Failure} When the answer is no. */
export function confirmOnTerminal(question: string, yes: boolean): void {
  if (yes || !isTerminal() || confirm(question)) return;
  throw new Failure("Nothing was done.");
}
