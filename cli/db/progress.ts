/**
 * A bar for long work, on standard error, so that standard output stays what a pipe may read.
 *
 * Where standard error is no terminal there is none: a log wants results. It is drawn over itself with nothing but
 * a carriage return, and leaves the terminal's modes alone: Ctrl-C finds them as they were.
 *
 * @module
 */

import prettyMilliseconds from "pretty-ms";
import { printError } from "../streams.ts";

const CELLS = 30;
/** Milliseconds between two drawings: faster than that nobody reads. */
const DRAW_MS = 100;
/** Milliseconds before the time that is left is guessed: the first steps say little. */
const GUESS_MS = 2_000;

/** How far some work is. Disposing it removes the bar. */
export interface Progress extends Disposable {
  /** `done` of `total`, in any unit. */
  readonly update: (done: number, total: number) => void;
}

/** Begins a bar with a word for what is being done. */
export function progressBar(what: string): Progress {
  if (!Deno.stderr.isTerminal()) return { update: () => {}, [Symbol.dispose]: () => {} };
  const began = performance.now();
  let drawn = -Infinity;
  const draw = (done: number, total: number): void => {
    const now = performance.now();
    if (now - drawn < DRAW_MS) return;
    drawn = now;
    printError(`\r${progressText(what, done / Math.max(1, total), now - began)}\x1b[K`);
  };
  draw(0, 1);
  return { update: draw, [Symbol.dispose]: () => printError("\r\x1b[K") };
}

/** The bar as text. @param share From 0 to 1. */
export function progressText(what: string, share: number, elapsedMs: number): string {
  const full = Math.min(CELLS, Math.floor(CELLS * share));
  const left = elapsedMs < GUESS_MS || share === 0
    ? ""
    : `, ${prettyMilliseconds(elapsedMs / share - elapsedMs, { compact: true })} left`;
  const bar = "█".repeat(full) + "░".repeat(CELLS - full);
  return `${what} ${bar} ${Math.floor(100 * share)} %${left}`;
}
