/**
 * The slowest calls of each second, for a quarter of an hour: a few of each latency and slot of its histogram, so that there is a call
 * behind every cell of the heat map, however many there were.
 *
 * ```text
 *   second ─► latency and slot ─► the slowest calls of them      the oldest second goes first, by age or when all is full
 * ```
 *
 * @module
 */

import type { Io } from "../observation.ts";
import { slotOf } from "./latency.ts";
import { CALLS_PER_CELL_MAX, SECONDS_MAX, SLOWEST_CALLS_MAX } from "./limits.ts";
import type { Measure } from "./page_messages.ts";

/** How many are kept. */
export interface SlowestOptions {
  /** Of one second, latency and slot. */
  readonly perCell?: number;
  /** In all. */
  readonly max?: number;
}

interface Timed {
  readonly io: Io;
  readonly ns: number;
}

/** One second: for each latency its slots, and in each of them the slowest calls, the slowest first. */
type Cells = Readonly<Record<Measure, (Timed[] | undefined)[]>>;

/** Keeps them. */
export class SlowestCalls {
  readonly #perCell: number;
  readonly #max: number;
  /** In the order in which they began: calls come in theirs, but for a moment. */
  readonly #seconds = new Map<number, Cells>();
  #size = 0;

  constructor({ perCell = CALLS_PER_CELL_MAX, max = SLOWEST_CALLS_MAX }: SlowestOptions = {}) {
    this.#perCell = perCell;
    this.#max = max;
  }

  /** Since when there are some, in the kernel's nanoseconds; `undefined` when there are none. */
  get since(): number | undefined {
    const [oldest] = this.#seconds.keys();
    return oldest === undefined ? undefined : oldest * 1e9;
  }

  /** Takes a call into account. */
  add(io: Io): void {
    const { op, durationNs, delayNs } = io;
    const second = Math.floor(io.ts / 1e9);
    let cells = this.#seconds.get(second);
    if (cells === undefined) {
      cells = { send: [], recv: [], delay: [] };
      this.#seconds.set(second, cells);
    }
    if (durationNs !== undefined) this.#put(cells[op], { io, ns: durationNs });
    if (delayNs !== undefined) this.#put(cells.delay, { io, ns: delayNs });
    this.#forget(second);
  }

  /** The calls that are kept for one latency. */
  *of(measure: Measure): Generator<Io> {
    for (const cells of this.#seconds.values()) {
      for (const cell of cells[measure]) {
        for (const { io } of cell ?? []) yield io;
      }
    }
  }

  #put(slots: (Timed[] | undefined)[], timed: Timed): void {
    const cell = slots[slotOf(timed.ns)] ??= [];
    const last = cell.at(-1);
    if (cell.length === this.#perCell) {
      if (last === undefined || timed.ns <= last.ns) return;
      cell.pop();
      this.#size--;
    }
    const place = cell.findIndex(({ ns }) => ns < timed.ns);
    cell.splice(place < 0 ? cell.length : place, 0, timed);
    this.#size++;
  }

  #forget(newest: number): void {
    for (const [second, cells] of this.#seconds) {
      if (second > newest - SECONDS_MAX && this.#size <= this.#max) return;
      this.#seconds.delete(second);
      for (const slots of Object.values(cells)) {
        for (const cell of slots) this.#size -= cell?.length ?? 0;
      }
    }
  }
}
