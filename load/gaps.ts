/**
 * Which messages were missing when later ones came: so one that comes late is told from one that comes twice.
 *
 * ```text
 *   heard 0 1 2 5 6        gap [3, 5)
 *   then  4                late: gap [3, 4)
 *   then  4                doubled: it is in no gap
 * ```
 *
 * What is kept has a bound. Of gaps beyond it only the size is known, and so many that come late are taken for theirs. Pure.
 *
 * @module
 */

import { GAPS_MAX } from "./limits.ts";

interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The gaps of many rows of messages. */
export class Gaps {
  readonly #rows = new Map<number, Gap[]>();
  readonly #max: number;
  #count = 0;
  /** Messages in gaps that are not kept. */
  #unknown = 0;

  /** @param max Gaps that are kept. */
  constructor(max: number = GAPS_MAX) {
    this.#max = max;
  }

  /** Messages of a row are missing, behind all that are missing of it. @param to The first behind them. */
  note(row: number, from: number, to: number): void {
    if (this.#count >= this.#max) {
      this.#unknown += to - from;
      return;
    }
    this.#count++;
    const gaps = this.#rows.get(row);
    if (gaps === undefined) this.#rows.set(row, [{ from, to }]);
    else gaps.push({ from, to });
  }

  /** Whether a message was missing that has come now; from now on it is not. */
  fill(row: number, counter: number): boolean {
    const gaps = this.#rows.get(row) ?? [];
    const at = placeOf(gaps, counter);
    const gap = gaps[at];
    if (gap === undefined || counter < gap.from) {
      if (this.#unknown === 0) return false;
      this.#unknown--;
      return true;
    }
    const left = [{ from: gap.from, to: counter }, { from: counter + 1, to: gap.to }]
      .filter(({ from, to }) => from < to);
    gaps.splice(at, 1, ...left);
    this.#count += left.length - 1;
    if (gaps.length === 0) this.#rows.delete(row);
    return true;
  }
}

/** The first of gaps in order that ends behind a number. */
function placeOf(gaps: readonly Gap[], counter: number): number {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle]?.to ?? Infinity) <= counter) low = middle + 1;
    else high = middle;
  }
  return low;
}
