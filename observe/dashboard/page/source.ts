/**
 * Where a page's chat comes from: all that the page's parts know of it. There are two sources.
 *
 * ```text
 *                                    ┌ process.ts: the dashboard's process, which has the client (and figures, and files)
 *   panels ─ ask ─► connection.ts ───┤
 *          ◄─ told ─                 └ visitor/source.ts: the server itself; the client runs in the page
 * ```
 *
 * @module
 */

import type { Answer, Asked, Told } from "../page_messages.ts";

/** How the page stands with its source. */
export type Standing =
  | "connecting"
  | "open"
  | "lost"
  /** There is no token. */
  | "locked"
  /** The token is none of this dashboard's. */
  | "wrong";

/** What a source tells. */
export interface Heard {
  readonly onTold: (told: Told) => void;
  readonly onStanding: (standing: Standing) => void;
}

/** A source. */
export interface Source {
  /** Begins. What is heard is told from then on. */
  start(heard: Heard): void;
  /** Asks. It always answers: with a refusal when it cannot be reached. */
  ask(asked: Asked): Promise<Answer>;
}
