/**
 * Tells of transfers on standard error: lines, and on a terminal one row at the end that shows how far they are.
 *
 * Standard output stays what a script reads. The row is drawn over itself, and leaves the terminal's modes alone:
 * Ctrl-C finds them as they were.
 *
 * @module
 */

import { doneOf, type TransferView } from "../server/wire/transfers/mod.ts";
import { progressLine } from "./files/progress.ts";
import { SHOWN_MS } from "./files/limits.ts";
import { sumText } from "./files/transfer_text.ts";
import { printError } from "./streams.ts";

/** Columns of the bar. */
const CELLS = 20;

/** Tells people of transfers. Disposing it takes the row away. */
export class FileReport implements Disposable {
  readonly #list: () => readonly TransferView[];
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #shown = false;

  /** @param list What is under way. */
  constructor(list: () => readonly TransferView[]) {
    this.#list = list;
    if (Deno.stderr.isTerminal()) this.#timer = setInterval(() => this.#draw(), SHOWN_MS);
  }

  /** Prints a line, or a question that its answer is typed behind. */
  say(text: string, { open = false }: { readonly open?: boolean } = {}): void {
    this.#clear();
    printError(open ? text : `${text}\n`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    const text = barText(this.#list(), performance.now());
    if (text === undefined) return this.#clear();
    this.#shown = true;
    printError(`\r${text}\x1b[K`);
  }

  #clear(): void {
    if (this.#shown) printError("\r\x1b[K");
    this.#shown = false;
  }
}

/** The row for what moves; `undefined` when nothing does. */
export function barText(transfers: readonly TransferView[], now: number): string | undefined {
  const moving = transfers.flatMap((one) =>
    one.phase === "moving" && one.progress !== undefined ? [{ ...one, progress: one.progress }] : []
  );
  const [first] = moving;
  if (first === undefined) return undefined;
  const size = moving.reduce((sum, one) => sum + (one.size ?? 0), 0);
  const done = moving.reduce((sum, { progress }) => sum + doneOf(progress), 0);
  const full = size === 0 ? CELLS : Math.floor(CELLS * done / size);
  const bar = "█".repeat(full) + "░".repeat(CELLS - full);
  return moving.length === 1
    ? `${bar} ${progressLine(first.name, first.progress, now)}`
    : `${bar} ${sumText(moving, now, false)}`;
}
