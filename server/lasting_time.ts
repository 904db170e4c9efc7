/**
 * The time by which what holds for a while is said and is over: bans, mutes, invitations.
 *
 * A clock may go ahead for a moment and be set right again. By such a one whoever is banned would come in, a ban of a minute would hold for a
 * year, and all that ends some day would be deleted. So a clock that jumps ahead is followed only when it has stayed there for a while, by
 * a clock that nobody sets; one that is set back is followed at once.
 *
 * ```text
 *   now    the clock; ahead by more than the slack, what it was, until it has stayed so for minutes        what is said and judged
 *   sure   the least that it has been for an hour of this process; before that, no time at all             what is deleted
 * ```
 *
 * What is over is kept until that is sure: should a clock have been wrong for longer, or from the start on, it holds again.
 *
 * @module
 */

import { BelievedTime, type Clocks } from "./durable/believed_time.ts";
import { LASTING_HOLD_MS, LASTING_SLACK_MS, LASTING_SURE_MS } from "./limits.ts";

/** While the clocks go alike it is enough to weigh them that often, in ms: each login asks several times. */
const WEIGH_MS = 1_000;
/** Two clocks that are read one after the other, in whole milliseconds and in parts of them, differ by less when none was set. */
const NOISE_MS = 2;

/** Tells it. To be asked now and then. */
export class LastingTime {
  readonly #wallMs: () => number;
  readonly #steadyMs: () => number;
  readonly #now: BelievedTime;
  readonly #sure: BelievedTime;
  /** The clocks as they were weighed last, when the one was believed. */
  #weighed: Clocks | undefined;

  /**
   * @param wallMs Milliseconds since 1970, as the machine's clock says.
   * @param steadyMs Milliseconds since any moment, by a clock that nobody sets.
   */
  constructor(wallMs: () => number, steadyMs: () => number) {
    this.#wallMs = wallMs;
    this.#steadyMs = steadyMs;
    const at = this.#look();
    const belief = { slackMs: LASTING_SLACK_MS, holdMs: LASTING_HOLD_MS };
    this.#now = new BelievedTime(belief, at.wallMs, at);
    this.#sure = new BelievedTime({ slackMs: 0, holdMs: LASTING_SURE_MS }, undefined, at);
  }

  /** What time it is, in ms since 1970. */
  now(): number {
    const wallMs = this.#wallMs();
    const steadyMs = this.#steadyMs();
    if (this.#goAlike(wallMs, steadyMs)) return wallMs;
    const at = { wallMs, steadyMs };
    const isAhead = (this.#now.look(at)?.aheadMs ?? 0) > 0;
    this.#weighed = isAhead ? undefined : at;
    return isAhead ? Math.floor(this.#now.noteAt(steadyMs) ?? wallMs) : wallMs;
  }

  /** What time it is at least, for certain; `-Infinity` while that is not known. */
  sure(): number {
    return this.#sure.look(this.#look())?.nowMs ?? -Infinity;
  }

  #look(): Clocks {
    return { wallMs: this.#wallMs(), steadyMs: this.#steadyMs() };
  }

  /** Whether as much time has passed by both clocks since they were weighed, and that is not long ago. */
  #goAlike(wallMs: number, steadyMs: number): boolean {
    if (this.#weighed === undefined) return false;
    const passedMs = steadyMs - this.#weighed.steadyMs;
    const difference = wallMs - this.#weighed.wallMs - passedMs;
    return passedMs < WEIGH_MS && Math.abs(difference) < NOISE_MS;
  }
}
