/**
 * How many live records each segment holds: what compaction goes by.
 *
 * A record is live while the index points at it. Only messages, edits and key values are counted; the
 * other kinds are few and always copied.
 *
 * @module
 */

/** Counts by segment ordinal. */
export class Tally {
  readonly #counts = new Uint32Array(0x1_0000);

  /** So many more records of the segment are pointed at. */
  add(ordinal: number, count = 1): void {
    this.#counts[ordinal] = (this.#counts[ordinal] ?? 0) + count;
  }

  /** One record less is pointed at. */
  subtract(ordinal: number): void {
    this.#counts[ordinal] = (this.#counts[ordinal] ?? 0) - 1;
  }

  /** How many records of the segment are live. */
  live(ordinal: number): number {
    return this.#counts[ordinal] ?? 0;
  }
}
