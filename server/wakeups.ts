/**
 * Gathers what has something to send, and wakes it once per turn of the event loop.
 *
 * A burst of a hundred messages read in one turn then costs each member one write instead of a hundred.
 * This is the difference between 0.1 and several million deliveries a second.
 *
 * ```text
 *   end of turn ─► outboxes: an answer each ─► crowds, one after the other, for 8 ms ─► a look at what has come in ─► …
 * ```
 *
 * - A crowd is as many writes as it has members: after some milliseconds the loop looks who has come meanwhile, answers
 *   that one first, and goes on where it stopped.
 * - How long that takes is measured, and corrects the price of saying something to a crowd (see `budget/price.ts`).
 * - What is said to a crowd in the meantime goes out with what its members have not been woken for, and who was woken
 *   already is woken again when all other crowds have had theirs.
 *
 * @module
 */

import { type Loop, Price } from "./budget/mod.ts";
import { WAKE_MS } from "./limits.ts";

/** What can be woken: an outbox. */
export interface Wakeable {
  wake(): void;
}

/** Many that are woken one after the other. */
export interface Crowd {
  /** All of them now; those who leave or come while it is gone through are missed or met. */
  woken(): Iterable<Wakeable>;
}

/** The sets of those to wake at the end of this turn. */
export class Wakeups {
  readonly #loop: Pick<Loop, "now" | "atEnd" | "afterLook">;
  /** What it costs to have a crowd told something. */
  readonly price: Price;
  #waiting = new Set<Wakeable>();
  readonly #crowds = new Set<Crowd>();
  /** What is left of the crowd that is being woken. */
  #walk: Iterator<Wakeable> | undefined;
  #scheduled = false;
  /** Whether a crowd waits until the loop has looked. */
  #looking = false;

  constructor(loop: Pick<Loop, "now" | "atEnd" | "afterLook">) {
    this.#loop = loop;
    this.price = new Price(loop.now());
  }

  /** Wakes `one` at the end of this turn. */
  add(one: Wakeable): void {
    this.#waiting.add(one);
    this.#schedule();
  }

  /** Wakes all of a crowd, at the end of this turn or, behind others, of one of the next. */
  addAll(crowd: Crowd): void {
    this.#crowds.add(crowd);
    if (!this.#looking) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#loop.atEnd(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#scheduled = false;
    this.#wakeOnes();
    if (!this.#looking) this.#wakeCrowds();
  };

  readonly #looked = (): void => {
    this.#looking = false;
    this.#wakeOnes();
    this.#wakeCrowds();
  };

  #wakeOnes(): void {
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Set();
    for (const one of waiting) one.wake();
  }

  #wakeCrowds(): void {
    const startMs = this.#loop.now();
    let nowMs = startMs;
    for (let one = this.#next(); one !== undefined; one = this.#next()) {
      one.wake();
      nowMs = this.#loop.now();
      if (nowMs - startMs < WAKE_MS) continue;
      this.#looking = true;
      this.#loop.afterLook(this.#looked);
      break;
    }
    // What is more than that was a wait for a core, and not work.
    if (nowMs > startMs) this.price.measure(Math.min(nowMs - startMs, WAKE_MS));
  }

  #next(): Wakeable | undefined {
    for (;;) {
      if (this.#walk === undefined) {
        const [crowd] = this.#crowds;
        if (crowd === undefined) return undefined;
        this.#crowds.delete(crowd);
        this.#walk = crowd.woken()[Symbol.iterator]();
      }
      const next = this.#walk.next();
      if (!next.done) return next.value;
      this.#walk = undefined;
    }
  }
}
