/**
 * Times, counted in slots of fixed bounds: sums since a start, of which anybody can take two and has what was between them.
 *
 * ```text
 *   0.01 ms ─ 0.011 ─ … ─ 1 ─ 1.1 ─ … ─ 2 ─ 2.25 ─ … ─ 5 ─ 5.5 ─ … ─ 10 ─ … ─ 100 s     32 slots for each power of ten
 * ```
 *
 * A slot is at most an eighth of its value wide, so what is read from it is right to 12 %, whatever came before: a ring of the newest
 * values would go on telling of a cause that has gone. The bounds are the same everywhere, and told with each count, so slots of
 * several seconds, servers and versions can be added.
 *
 * @module
 */

import { SLOWEST_SHARE } from "./limits.ts";

/** How many times were at most so long, and longer than the bound before. */
export interface Slot {
  /** Upper bound in ms; the last one holds everything above, too. */
  readonly le: number;
  readonly count: number;
}

/** The same of times that have parts, which are told as sums in ms. */
export interface SplitSlot extends Slot {
  /** Waiting for the server: from the read of the bytes until the message is taken. */
  readonly loop: number;
  /** Until it is as durable as configured. */
  readonly disk: number;
  /** From there until the socket has taken the answer. */
  readonly answer: number;
}

/** What a second's times came to, each as an upper bound in ms. */
export interface Quantiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Upper bounds in ms, ascending. */
const BOUNDS: readonly number[] = boundsOf();

function boundsOf(): number[] {
  const bounds: number[] = [];
  for (let power = -2; power < 5; power++) {
    const unit = 10 ** power;
    for (let part = 10; part < 20; part++) bounds.push(part / 10 * unit);
    for (let part = 8; part < 20; part++) bounds.push(part / 4 * unit);
    for (let part = 10; part < 20; part++) bounds.push(part / 2 * unit);
  }
  // Sums of binary fractions have a tail of digits that nobody means.
  return [...bounds, 1e5].map((bound) => Number(bound.toPrecision(3)));
}

/** The slot of a time. */
function slotOf(ms: number): number {
  let [low, high] = [0, BOUNDS.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ms <= (BOUNDS[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Counts times since its start: 2 kB, and some nanoseconds for each. */
export class TimeSlots {
  readonly #counts = new Float64Array(BOUNDS.length);

  /** Takes so many times that were so long, in ms. */
  add(ms: number, count = 1): void {
    const slot = slotOf(ms);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
  }

  /** Those in which there is anything, from short to long. */
  slots(): Slot[] {
    return BOUNDS.flatMap((le, slot) => {
      const count = this.#counts[slot] ?? 0;
      return count === 0 ? [] : [{ le, count }];
    });
  }
}

/** Counts times with their parts. */
export class TimeSplits {
  readonly #counts = new Float64Array(BOUNDS.length);
  readonly #loop = new Float64Array(BOUNDS.length);
  readonly #disk = new Float64Array(BOUNDS.length);
  readonly #answer = new Float64Array(BOUNDS.length);

  /** Takes so many times that had the same parts, in ms. */
  add({ loop, disk, answer }: Pick<SplitSlot, "loop" | "disk" | "answer">, count: number): void {
    const slot = slotOf(loop + disk + answer);
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
    this.#loop[slot] = (this.#loop[slot] ?? 0) + loop * count;
    this.#disk[slot] = (this.#disk[slot] ?? 0) + disk * count;
    this.#answer[slot] = (this.#answer[slot] ?? 0) + answer * count;
  }

  /** Those in which there is anything, from short to long. */
  slots(): SplitSlot[] {
    return BOUNDS.flatMap((le, slot) => {
      const count = this.#counts[slot] ?? 0;
      if (count === 0) return [];
      const [loop = 0, disk = 0, answer = 0] = [this.#loop, this.#disk, this.#answer]
        .map((sums) => sums[slot] ?? 0);
      return [{ le, count, loop, disk, answer }];
    });
  }
}

/** What came between two countings. Where anything is less than before, somebody has begun anew, and all of it came since. */
export function slotsBetween(
  before: readonly Slot[] | undefined,
  now: readonly Slot[],
): Slot[] {
  return between(before, now, (slot, count) => ({ le: slot.le, count }));
}

/** The same with parts. */
export function splitsBetween(
  before: readonly SplitSlot[] | undefined,
  now: readonly SplitSlot[],
): SplitSlot[] {
  return between(before, now, ({ le, loop, disk, answer }, count, old) => ({
    le,
    count,
    loop: Math.max(0, loop - (old?.loop ?? 0)),
    disk: Math.max(0, disk - (old?.disk ?? 0)),
    answer: Math.max(0, answer - (old?.answer ?? 0)),
  }));
}

function between<S extends Slot>(
  before: readonly S[] = [],
  now: readonly S[],
  made: (slot: S, count: number, old: S | undefined) => S,
): S[] {
  const counts = new Map(now.map(({ le, count }) => [le, count]));
  const isAnew = before.some(({ le, count }) => (counts.get(le) ?? 0) < count);
  const earlier = new Map(isAnew ? [] : before.map((slot) => [slot.le, slot]));
  return now.flatMap((slot) => {
    const old = earlier.get(slot.le);
    const count = slot.count - (old?.count ?? 0);
    return count === 0 ? [] : [made(slot, count, old)];
  });
}

/** What times came to; `undefined` when there was none: then there is a gap, and no zero. */
export function quantilesOf(slots: readonly Slot[]): Quantiles | undefined {
  const last = slots.at(-1);
  if (last === undefined) return undefined;
  const count = slots.reduce((sum, slot) => sum + slot.count, 0);
  return {
    count,
    p50Ms: slots[placeOf(slots, count, 0.5)]?.le ?? last.le,
    p99Ms: slots[placeOf(slots, count, 1 - SLOWEST_SHARE)]?.le ?? last.le,
    maxMs: last.le,
  };
}

/** What the slowest of them spent where, in ms each on the average. */
export function slowestParts(
  slots: readonly SplitSlot[],
): Pick<SplitSlot, "loop" | "disk" | "answer"> {
  const count = slots.reduce((sum, slot) => sum + slot.count, 0);
  const slowest = slots.slice(placeOf(slots, count, 1 - SLOWEST_SHARE));
  const many = slowest.reduce((sum, slot) => sum + slot.count, 0);
  const mean = (part: "loop" | "disk" | "answer") =>
    many === 0 ? 0 : slowest.reduce((sum, slot) => sum + slot[part], 0) / many;
  return { loop: mean("loop"), disk: mean("disk"), answer: mean("answer") };
}

/** In which of the slots the value is that the part `q` of all does not exceed. */
function placeOf(slots: readonly Slot[], count: number, q: number): number {
  let below = 0;
  const place = slots.findIndex((slot) => (below += slot.count) >= count * q);
  return place < 0 ? slots.length - 1 : place;
}
