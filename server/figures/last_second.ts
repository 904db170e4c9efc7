/**
 * The last whole second's times, for who asks how the server stands and does not ask each second: what `/metrics` says.
 *
 * @module
 */

import {
  type Facts,
  type Slot,
  slotsBetween,
  splitsBetween,
  type SplitSlot,
} from "../../verdict/mod.ts";

/** How long it is, in ms. */
const SECOND_MS = 1_000;

/** Countings since the start. */
export interface Countings {
  readonly acks: readonly SplitSlot[];
  readonly loop: readonly Slot[];
  readonly fanout: readonly Slot[];
  readonly syncs: readonly Slot[];
}

/** Knows it. */
export class LastSecond {
  readonly #count: () => Countings;
  #before: Countings;
  #sinceMs: number;
  #times: Countings;

  /** @param count Counts what there is up to now. */
  constructor(count: () => Countings, nowMs: number) {
    this.#count = count;
    this.#before = this.#times = count();
    this.#sinceMs = nowMs;
  }

  /** What happened in it. */
  get times(): Pick<Facts, keyof Countings> {
    return this.#times;
  }

  /** To be called some times a second. @returns Whether a second has ended. */
  tick(nowMs: number): boolean {
    if (nowMs - this.#sinceMs < SECOND_MS) return false;
    const [before, now] = [this.#before, this.#count()];
    this.#sinceMs = nowMs;
    this.#before = now;
    this.#times = {
      acks: splitsBetween(before.acks, now.acks),
      loop: slotsBetween(before.loop, now.loop),
      fanout: slotsBetween(before.fanout, now.fanout),
      syncs: slotsBetween(before.syncs, now.syncs),
    };
    return true;
  }
}
