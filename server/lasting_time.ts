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

/** Tells it. To be asked now and then. */
export class LastingTime {
  readonly #clocks: () => Clocks;
  readonly #now: BelievedTime;
  readonly #sure: BelievedTime;

  constructor(clocks: () => Clocks) {
    this.#clocks = clocks;
    const at = clocks();
    const belief = { slackMs: LASTING_SLACK_MS, holdMs: LASTING_HOLD_MS };
    this.#now = new BelievedTime(belief, at.wallMs, at);
    this.#sure = new BelievedTime({ slackMs: 0, holdMs: LASTING_SURE_MS }, undefined, at);
  }

  /** What time it is, in ms since 1970. */
  now(): number {
    const at = this.#clocks();
    const isAhead = (this.#now.look(at)?.aheadMs ?? 0) > 0;
    return isAhead ? Math.floor(this.#now.noteAt(at.steadyMs) ?? at.wallMs) : at.wallMs;
  }

  /** What time it is at least, for certain; `-Infinity` while that is not known. */
  sure(): number {
    return this.#sure.look(this.#clocks())?.nowMs ?? -Infinity;
  }
}
