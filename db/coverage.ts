/**
 * Which records are missing: the LSNs that were given out and are accounted for by nothing.
 *
 * A segment as first written holds every LSN of its range, so each one that is found accounts for itself. Compaction
 * leaves out what is dead; there, LSNs that lie between two records which stand side by side are dead for certain, and
 * those on both sides of damage may be. Everything here is pure.
 *
 * @module
 */

/** LSNs, both included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** LSNs some of which may have stood at a damaged place: at most `most` records. */
export interface Hole extends Stretch {
  readonly most: number;
}

/** A record in a segment, as it is seen from its neighbours. */
export interface Placed {
  readonly lsn: number;
  readonly from: number;
  readonly to: number;
  /** Whether it stands in the segment twice: then one of the two covers another record, and nobody knows which. */
  readonly twice?: boolean;
}

/** LSNs that are accounted for. */
export class Coverage {
  readonly #stretches: { from: number; to: number }[] = [];
  readonly #holes: Hole[] = [];

  /** Accounts for LSNs. */
  cover(from: number, to: number): void {
    if (to < from) return;
    const last = this.#stretches.at(-1);
    if (last !== undefined && from >= last.from && from <= last.to + 1) {
      last.to = Math.max(last.to, to);
    } else this.#stretches.push({ from, to });
  }

  /** Notes a damaged place in a compacted segment. */
  hole(hole: Hole): void {
    this.#holes.push(hole);
  }

  /** The LSNs up to `last` that nothing accounts for. */
  missing(last: number): Stretch[] {
    const missing: Stretch[] = [];
    let next = 1;
    for (const { from, to } of this.#stretches.toSorted((a, b) => a.from - b.from)) {
      if (from > last) break;
      if (from > next) missing.push({ from: next, to: from - 1 });
      next = Math.max(next, to + 1);
    }
    if (next <= last) missing.push({ from: next, to: last });
    return missing;
  }

  /** How many records may be missing at most. */
  most(last: number): number {
    return this.missing(last).reduce((sum, { from, to }) => {
      const hole = this.#holes.find((one) => one.from <= from && to <= one.to);
      return sum + Math.min(to - from + 1, hole?.most ?? Infinity);
    }, 0);
  }
}

/**
 * Which of the records of a segment stand in their place: the longest row of them in which the LSNs grow. Any other is
 * a copy that has got there by damage.
 */
export function inPlace(records: readonly Placed[]): boolean[] {
  if (records.every(({ lsn }, i) => i === 0 || lsn > (records[i - 1]?.lsn ?? 0))) {
    return records.map(() => true);
  }
  // Patience: `ends[n]` is the record with the lowest LSN that ends a growing row of n + 1.
  const ends: number[] = [];
  const before: number[] = [];
  records.forEach(({ lsn }, i) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[ends[middle] ?? 0]?.lsn ?? 0) < lsn) low = middle + 1;
      else high = middle;
    }
    before[i] = low > 0 ? ends[low - 1] ?? -1 : -1;
    ends[low] = i;
  });
  const result = records.map(() => false);
  for (let i = ends.at(-1) ?? -1; i >= 0; i = before[i] ?? -1) result[i] = true;
  return result;
}
