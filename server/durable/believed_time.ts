/**
 * The time that is believed when messages are deleted for their age: a wrong clock must not cost a single one.
 *
 * A clock may jump, and a machine may start with a wrong one. What cannot jump is the time that passes while the server
 * runs, so all that is asked of the clock is its distance from that:
 *
 * ```text
 *   distance = clock − time that has passed
 *   lower than what is believed    believed at once: then less is deleted
 *   higher by the slack or less    believed as long as it is so: clocks are set right now and then
 *   higher than that               not believed until it has been so, at every look, for hours
 * ```
 *
 * It begins with the newest message: it was said at that time, or the clock was wrong before. So after a long time in
 * which the server was away, what became too old meanwhile goes hours later. It only counts, and never deletes.
 *
 * @module
 */

/** How far a clock is believed. */
export interface Belief {
  /** How far it may be ahead and be believed at once, in ms. */
  readonly slackMs: number;
  /** For how long it must have been ahead to be believed, in ms. */
  readonly holdMs: number;
}

/** Two clocks, read at once. */
export interface Clocks {
  /** Milliseconds since 1970, as the machine's clock says: it may jump either way. */
  readonly wallMs: number;
  /** Milliseconds since any moment: it never falls, and passes as time does. */
  readonly steadyMs: number;
}

/** What time it is, as far as can be believed. */
export interface Believed {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** By how much the clock is further than that, in ms; 0 when it is believed. */
  readonly aheadMs: number;
}

/** Tells what time it is. */
export class BelievedTime {
  readonly #belief: Belief;
  #distance: number;
  /** The least of the higher distances since they began. */
  #higher: { readonly sinceMs: number; readonly distance: number } | undefined;

  /** @param newestAt Time of the newest message, in ms since 1970; `undefined` when there is none. */
  constructor(belief: Belief, newestAt: number | undefined, { wallMs, steadyMs }: Clocks) {
    this.#belief = belief;
    this.#distance = Math.min(newestAt ?? wallMs, wallMs) - steadyMs;
  }

  /** The time now. To be asked many times within `holdMs`. */
  look({ wallMs, steadyMs }: Clocks): Believed {
    const { slackMs, holdMs } = this.#belief;
    const distance = wallMs - steadyMs;
    if (distance <= this.#distance) {
      this.#distance = distance;
      this.#higher = undefined;
    } else {
      const { sinceMs = steadyMs, distance: least = distance } = this.#higher ?? {};
      this.#higher = { sinceMs, distance: Math.min(least, distance) };
      if (steadyMs - sinceMs >= holdMs) {
        this.#distance = this.#higher.distance;
        this.#higher = undefined;
      }
    }
    const believed = Math.min(distance, this.#distance + slackMs);
    return { nowMs: believed + steadyMs, aheadMs: distance - believed };
  }
}
