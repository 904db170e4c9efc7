/**
 * The time that is believed when messages are deleted for their age: a wrong clock must not cost a single one.
 *
 * A clock may jump, and a machine may start with a wrong one. What cannot jump is the time that passes while the server
 * runs, so all that is asked of the clock is its distance from that:
 *
 * ```text
 *   distance = clock − time that has passed
 *   other than what is believed        not believed until it has been so, at every look, for hours
 *   lower than that meanwhile          counts all the same where it comes to deleting: then less is deleted
 *   higher by the slack or less        counts, too, as long as it is so: clocks are set right now and then
 * ```
 *
 * It goes on from where it was noted when the server ended (`noted_time.ts`), and never begins with the time of a
 * message: a wrong clock may have given it. So after a long time in which the server was away, what became too old
 * meanwhile goes hours later; and where nothing is noted, no clock is believed for as long. It only counts, and never
 * deletes.
 *
 * @module
 */

/** How far a clock is believed. */
export interface Belief {
  /** How far it may be ahead and be believed at once, in ms. */
  readonly slackMs: number;
  /** For how long it must have been another one to be believed, in ms. */
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
  /** Milliseconds since 1970, for deleting by. */
  readonly nowMs: number;
  /** By how much the clock is further than that, in ms; 0 when it is believed. */
  readonly aheadMs: number;
}

/** A distance that is not believed yet. */
interface Candidate {
  readonly sinceMs: number;
  readonly isHigher: boolean;
  /** The one of those since then that is the nearest to what is believed; the least when nothing is. */
  readonly distance: number;
}

/** Tells what time it is. */
export class BelievedTime {
  #belief: Belief;
  #distance: number | undefined;
  #candidate: Candidate | undefined;

  /** @param nowMs What time it is, as far as is known: milliseconds since 1970. */
  constructor(belief: Belief, nowMs: number | undefined, { steadyMs }: Clocks) {
    this.#belief = belief;
    this.#distance = nowMs === undefined ? undefined : nowMs - steadyMs;
  }

  /** The time now; `undefined` while none is believed. To be asked many times within `holdMs`. */
  look({ wallMs, steadyMs }: Clocks): Believed | undefined {
    const distance = wallMs - steadyMs;
    if (distance === this.#distance) this.#candidate = undefined;
    else this.#weigh(distance, steadyMs);
    if (this.#distance === undefined) return undefined;
    const believed = Math.min(distance, this.#distance + this.#belief.slackMs);
    return { nowMs: believed + steadyMs, aheadMs: distance - believed };
  }

  /** It may be ahead by another time from now on, in ms. */
  allow(slackMs: number): void {
    this.#belief = { ...this.#belief, slackMs };
  }

  /** What to note of it, in ms since 1970: the time that is believed, whatever the clock says just now. */
  noteAt(steadyMs: number): number | undefined {
    return this.#distance === undefined ? undefined : this.#distance + steadyMs;
  }

  /** The latest time that may have come; `Infinity` while none is believed. What is later was never true. */
  latestAt(steadyMs: number): number {
    const { slackMs } = this.#belief;
    return this.#distance === undefined ? Infinity : this.#distance + steadyMs + slackMs;
  }

  /** Another distance than is believed: is it to be, from now on? */
  #weigh(distance: number, steadyMs: number): void {
    const isHigher = distance > (this.#distance ?? -Infinity);
    const before = this.#candidate?.isHigher === isHigher ? this.#candidate : undefined;
    const { sinceMs, distance: nearest } = before ?? { sinceMs: steadyMs, distance };
    const near = isHigher ? Math.min(nearest, distance) : Math.max(nearest, distance);
    this.#candidate = { sinceMs, isHigher, distance: near };
    if (steadyMs - sinceMs < this.#belief.holdMs) return;
    this.#distance = near;
    this.#candidate = undefined;
  }
}
