/**
 * Numbers in the names of files: each segment and each manifest has one that is larger than those before it.
 *
 * A name proves nothing: anybody can make an empty file with the largest number of all. So nobody counts on from a name
 * that is far from all that are known; a number whose name is taken is left out instead.
 *
 * @module
 */

import { StoreError, systemCode } from "./errors.ts";
import { FILE_NUMBER_MAX, FILE_NUMBER_STEP_MAX } from "./limits.ts";

/** The number in a file's name, unless it is one that no file of a store has. */
export function fileNumber(digits: string): number | undefined {
  const number = Number(digits);
  return number <= FILE_NUMBER_MAX ? number : undefined;
}

/** Refuses to count on where a number would not fit any more. @throws {StoreError} `full`. */
export function nextNumber(number: number): number {
  if (number < FILE_NUMBER_MAX) return number + 1;
  throw new StoreError("full", `Cannot name a file of the store: ${number} is the last number`);
}

/** Gives out numbers one by one. */
export class Numbers {
  #last: number;
  readonly #taken: Set<number | undefined>;
  /** Numbers that were given out, and of which nothing was made. */
  readonly #unused = new Set<number>();

  /**
   * @param last The last that is known.
   * @param taken Those that files bear.
   */
  constructor(last: number, taken: Iterable<number | undefined>) {
    this.#last = last;
    this.#taken = new Set(taken);
  }

  /** One that is larger than all that are in use. @throws {StoreError} `full`. */
  next(): number {
    do this.#last = nextNumber(this.#last); while (this.#taken.has(this.#last));
    return this.#last;
  }

  /**
   * Takes one back of which no file could be made: a disk that is full for hours must not lead so far off that the
   * next file looks like a stranger's.
   *
   * @param error Why: a name that somebody has stays taken.
   */
  takeBack(number: number, error: unknown): void {
    if (systemCode(error) === "EEXIST") return;
    this.#unused.add(number);
    while (this.#unused.delete(this.#last)) this.#last--;
  }
}

/** The largest of the numbers that is reached from a known one without a wide step between two neighbours. */
export function lastNear(known: number, numbers: Iterable<number>): number {
  let last = known;
  for (const number of [...numbers].sort((a, b) => a - b)) {
    if (number - last > FILE_NUMBER_STEP_MAX) break;
    last = Math.max(last, number);
  }
  return last;
}
