/**
 * Which of the records that were found may never have been acknowledged.
 *
 * A power failure tears a group: a part of it is missing, and what stands behind that part is whole. Opening cuts all of
 * it off, and the store goes on elsewhere, under the same LSNs. The records stay where they are, and only what is known
 * of the log tells them from those that counted:
 *
 * ```text
 *   ── proved ──┤ whole batches ├ ????? ┤ whole, but behind a gap that nothing proves to have been durable
 *      counted    counted, or             dead: the log is known to have ended before it, or to have gone on elsewhere
 *                 written again           doubtful: nothing tells where the log ended
 * ```
 *
 * The records of one segment are known by its salt, wherever they stand, and follow each other by their LSNs. Those of
 * segments that compaction has written were all acknowledged, and do not follow each other.
 *
 * @module
 */

import type { RecordHeader } from "./format.ts";

/** What is known of where the records of a segment end. */
export interface Bound {
  /** All up to this LSN was acknowledged; `Infinity` when all is that there is. */
  readonly durable: number;
  /** Behind a gap nothing above this LSN ever counted. `undefined` when that is not known. */
  readonly end: number | undefined;
}

/** A record that nothing has proved to be durable so far. */
interface Open {
  readonly find: number;
  readonly lsn: number;
  /** Whether its batch ends with it. */
  readonly ends: boolean;
}

/** The records of one segment. */
interface Row {
  readonly end: number | undefined;
  durable: number;
  open: Open[];
}

/** Tells records that counted from those that may not have. */
export class Proofs {
  readonly #rows = new Map<number, Row>();
  readonly #boundOf: (salt: number) => Bound;

  constructor(boundOf: (salt: number) => Bound) {
    this.#boundOf = boundOf;
  }

  /** Takes a record that was found. */
  see(salt: number, { lsn, left, order }: RecordHeader, find: number): void {
    const row = this.#rowOf(salt);
    if (order > 0 && lsn - order > row.durable) {
      row.durable = lsn - order;
      // Most groups prove the one before, so this stays as short as a group.
      row.open = row.open.filter((one) => one.lsn > row.durable);
    }
    if (lsn > row.durable) row.open.push({ find, lsn, ends: left === 0 });
  }

  /** All of a segment was acknowledged: it shows to be one that compaction has written. */
  trust(salt: number): void {
    const row = this.#rowOf(salt);
    row.durable = Infinity;
    row.open = [];
  }

  /** The records of a segment that never counted, and those of which nobody knows. Complete when all of it was seen. */
  judge(salt: number): { readonly dead: readonly Open[]; readonly doubtful: readonly Open[] } {
    const { durable, end = Infinity, open } = this.#rowOf(salt);
    const sorted = open.toSorted((one, other) => one.lsn - other.lsn);
    let counted = durable;
    let next = durable + 1;
    for (const { lsn, ends } of sorted) {
      if (lsn > next) break;
      next = lsn + 1;
      if (ends) counted = lsn;
    }
    const behind = sorted.filter(({ lsn }) => lsn > counted);
    return {
      dead: behind.filter(({ lsn }) => lsn > end),
      doubtful: behind.filter(({ lsn }) => lsn <= end),
    };
  }

  /** The same of all segments together: the numbers of the finds. */
  all(): { readonly dead: ReadonlySet<number>; readonly doubtful: ReadonlySet<number> } {
    const dead = new Set<number>();
    const doubtful = new Set<number>();
    for (const salt of this.#rows.keys()) {
      const judged = this.judge(salt);
      for (const { find } of judged.dead) dead.add(find);
      for (const { find } of judged.doubtful) doubtful.add(find);
    }
    return { dead, doubtful };
  }

  #rowOf(salt: number): Row {
    const found = this.#rows.get(salt);
    if (found !== undefined) return found;
    const made: Row = { ...this.#boundOf(salt), open: [] };
    this.#rows.set(salt, made);
    return made;
  }
}
