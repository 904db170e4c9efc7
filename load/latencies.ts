/**
 * How long messages took: a histogram whose slots grow with the value, so that each is known to 1.6 % and a million of
 * them take no more room than ten.
 *
 * ```text
 *   µs    0 … 63   one slot each
 *        64 … 127  64 slots of 1
 *       128 … 255  64 slots of 2
 *       …          64 slots of 2ⁿ
 * ```
 *
 * The counts lie in one array that threads can be handed and that is added up at the end. Pure. The idea is that of
 * HdrHistogram (Gil Tene).
 *
 * @module
 */

const PER_OCTAVE = 64;
const OCTAVE_BITS = 6;
/** The longest that is told apart, in µs: 2³¹ µs are 36 minutes. */
const OCTAVES = 26;
const SLOTS = PER_OCTAVE * OCTAVES;

/** A histogram of times in microseconds. */
export class Latencies {
  /** One count for each slot. */
  readonly counts: Float64Array;
  #max = 0;

  /** @param counts Those of another histogram, which are gone on with; none for an empty one. */
  constructor(counts?: ArrayLike<number>, max = 0) {
    this.counts = counts === undefined ? new Float64Array(SLOTS) : Float64Array.from(counts);
    if (this.counts.length !== SLOTS) throw new RangeError("These are no counts of a histogram");
    this.#max = max;
  }

  /** Notes a time in µs. */
  note(us: number): void {
    const slot = slotOf(us);
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
    if (us > this.#max) this.#max = us;
  }

  /** Adds those of another. */
  add(other: Latencies): void {
    other.counts.forEach((count, slot) => {
      this.counts[slot] = (this.counts[slot] ?? 0) + count;
    });
    this.#max = Math.max(this.#max, other.max);
  }

  /** How many there are. */
  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The longest, in µs, exactly. */
  get max(): number {
    return this.#max;
  }

  /** How many took up to 64 µs, 128 µs, 256 µs, …: pairs of an upper bound in µs and a count. */
  octaves(): [upToUs: number, count: number][] {
    return Array.from({ length: OCTAVES }, (_, octave) => {
      const slots = this.counts.subarray(octave * PER_OCTAVE, (octave + 1) * PER_OCTAVE);
      return [startOf((octave + 1) * PER_OCTAVE), slots.reduce((sum, count) => sum + count, 0)];
    });
  }

  /** What a share of all did not exceed, in µs, rounded up to its slot's end; 0 when there are none. */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let slot = 0; slot < SLOTS; slot++) {
      seen += this.counts[slot] ?? 0;
      if (seen >= rank) return Math.min(startOf(slot + 1), this.#max);
    }
    return 0;
  }
}

function slotOf(us: number): number {
  const whole = Math.max(0, Math.floor(us));
  if (whole < PER_OCTAVE) return whole;
  if (whole >= 2 ** 31) return SLOTS - 1;
  const shift = 31 - Math.clz32(whole) - OCTAVE_BITS;
  return (shift + 1) * PER_OCTAVE + (whole >> shift) - PER_OCTAVE;
}

/** The smallest time of a slot, in µs. */
function startOf(slot: number): number {
  if (slot < PER_OCTAVE) return slot;
  const octave = Math.floor(slot / PER_OCTAVE);
  return (slot % PER_OCTAVE + PER_OCTAVE) * 2 ** (octave - 1);
}
