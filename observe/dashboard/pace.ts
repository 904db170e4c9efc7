/**
 * How often a page is told something. Pure.
 *
 * What comes after a silence is told within two frames, together with what else comes until then. Where there is always
 * something, the page is told, and draws, ten times a second: at every frame that would cost it twice as much and
 * read the same. What somebody asked for does not wait for the others.
 *
 * @module
 */

import { GATHER_BUSY_MS, GATHER_MS } from "./limits.ts";

/** What waits. */
export type Waiting = "answer" | "event";

/**
 * When it is to be told, on the clock of `nowMs`.
 *
 * @param sentMs When the page was told something last; `-Infinity` for never.
 */
export function dueAt(waiting: Waiting, nowMs: number, sentMs: number): number {
  const soon = nowMs + GATHER_MS;
  return waiting === "answer" ? soon : Math.max(soon, sentMs + GATHER_BUSY_MS);
}
