/**
 * The message that has its buttons: the one under the pointer, that was touched, or that the keys lead to.
 *
 * One at a time: buttons at each of hundreds of messages would be as many stops for who goes by keys.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";

/** A message, by its view and its position there. */
export interface Chosen {
  readonly view: string;
  readonly position: number;
}

/** The chosen one. */
export const chosen: Signal<Chosen | undefined> = signal(undefined);

/** Chooses a message. */
export function choose(view: string, position: number): void {
  const before = chosen.peek();
  if (before?.view === view && before.position === position) return;
  chosen.value = { view, position };
}

/** Whether keys lead to something inside of a row now: then its buttons stay. */
function isHeld(row: Element): boolean {
  const at = document.activeElement;
  return at !== null && row.contains(at);
}

/** The pointer has left a row. */
export function release(row: Element, position: number): void {
  if (chosen.peek()?.position === position && !isHeld(row)) chosen.value = undefined;
}

/**
 * Up and Down lead from message to message. @returns The row that is gone to, if there is one.
 *
 * @param from Where one is: a row, something in one, or the log itself.
 */
export function rowBeside(log: Element, from: Element, by: 1 | -1): HTMLElement | undefined {
  const rows = [...log.querySelectorAll<HTMLElement>("[data-said]")];
  const row = from.closest<HTMLElement>("[data-said]");
  if (row !== null) return rows[rows.indexOf(row) + by];
  const { top, bottom } = log.getBoundingClientRect();
  const seen = rows.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.bottom > top && box.top < bottom;
  });
  return by < 0 ? seen.at(-1) : seen[0];
}
