/**
 * How long a message takes to everybody: from its publication until the last member's write has ended.
 *
 * ```text
 *   publish ── due? ─ no ─► nothing
 *               │ yes
 *               ▼
 *   each member's outbox watches its own place in the log; the last one to pass it ends the sample
 * ```
 *
 * One message is followed at a time, and the next one only after a rest that grows with the room, so that
 * a member costs the same whatever the size of the room: a tenth of a millisecond of rest. A member that reads
 * slowly holds a sample open for ten seconds at most; then that is its value. Who goes away without the message has not got it: the sample ends
 * with the last one who has.
 *
 * @module
 */

import type { CarriedEnd } from "../link/carried.ts";
import { FANOUT_MS_MAX, FANOUT_REST_MS_PER_MEMBER } from "./limits.ts";
import type { Samples } from "./samples.ts";

/**
 * Calls `passed` once for each member: when its socket has taken what was published last, or it is gone.
 *
 * @returns How many members are asked.
 */
export type Trace = (passed: (how: CarriedEnd) => void) => number;

/** Follows a message now and then. */
export class Fanout {
  readonly #samples: Samples;
  /** Whether the next message is to be followed. Read for every message, so it is a plain field. */
  due = false;
  #restUntilMs = 0;
  #startMs: number | undefined;
  #left = 0;
  /** How long it took to the last one who has it; `undefined` while nobody has. */
  #tookMs: number | undefined;

  /** @param samples Where times go, in ms. */
  constructor(samples: Samples) {
    this.#samples = samples;
  }

  /** Follows what was just published. */
  follow(trace: Trace): void {
    this.due = false;
    const start = performance.now();
    this.#startMs = start;
    this.#left = Infinity;
    this.#tookMs = undefined;
    let passed = 0;
    // A sample that was given up must not be ended by its stragglers.
    const asked = trace((how) => {
      passed++;
      if (this.#startMs !== start) return;
      if (how === "taken") this.#tookMs = performance.now() - start;
      if (--this.#left === 0) this.#end(this.#tookMs);
    });
    this.#left = asked - passed;
    this.#restUntilMs = start + asked * FANOUT_REST_MS_PER_MEMBER;
    if (this.#left === 0) this.#startMs = undefined;
  }

  /** To be called some times a second. */
  tick(nowMs: number): void {
    if (this.#startMs !== undefined) {
      if (nowMs - this.#startMs > FANOUT_MS_MAX) this.#end(FANOUT_MS_MAX);
    } else if (nowMs >= this.#restUntilMs) this.due = true;
  }

  /** @param ms `undefined`: nobody has it, and that took no time. */
  #end(ms: number | undefined): void {
    this.#startMs = undefined;
    if (ms !== undefined) this.#samples.add(ms);
  }
}
