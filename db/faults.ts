/**
 * What makes no sense in a segment, one place for each reason: that another segment is missing may be the reason for
 * thousands of records.
 *
 * @module
 */

import type { Damage } from "./errors.ts";

/** Gathers what is wrong with the records of a file. */
export class Faults {
  readonly #file: string;
  readonly #byReason = new Map<string, Damage>();

  /** @param file Name of the file. */
  constructor(file: string) {
    this.#file = file;
  }

  /** Notes what is wrong with a record, if anything is. */
  note(reason: string | undefined | void, offset: number, bytes: number): void {
    if (typeof reason !== "string") return;
    const from = this.#byReason.get(reason)?.offset ?? offset;
    const damage = { file: this.#file, offset: from, bytes: offset + bytes - from, reason };
    this.#byReason.set(reason, damage);
  }

  /** For each reason one place, from the first record to the last that it is true of. */
  damages(): Damage[] {
    return [...this.#byReason.values()];
  }
}
