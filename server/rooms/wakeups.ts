/**
 * Gathers what has something to send, and wakes it once per turn of the event loop.
 *
 * A burst of a hundred messages read in one turn then costs each member one write instead of a hundred.
 * This is the difference between 0.1 and several million deliveries a second.
 *
 * ```text
 *   end of turn ─► outboxes: an answer each ─► crowds, one after the other ─► a look at what has come in ─► …
 *                  └─ 8 ms between two looks ┘  └─ and 8 ms ─────────────┘
 * ```
 *
 * - A crowd is as many writes as it has members: after some milliseconds the loop looks who has come meanwhile, answers
 *   that one first, and goes on where it stopped. The same holds for those who are told something for them alone, when
 *   they are many: however few each turn wakes, a loop that always has more to do would not look by itself.
 * - Whoever has more to be sent than fits into a write goes on with the crowds: of three thousand whose writes end in one
 *   turn, each next write is as much work as the first.
 * - How long telling crowds takes is measured, and corrects the price of saying something to a crowd (see `budget/price.ts`).
 * - What is said to a crowd in the meantime goes out with what its members have not been woken for, and who was woken
 *   already is woken again when all other crowds have had theirs.
 *
 * @module
 */

import { type Loop, Price } from "../budget/mod.ts";
import { Fifo } from "../../ground/mod.ts";
import { WAKE_MS } from "../limits.ts";

/** What can be woken: an outbox. */
export interface Wakeable {
  wake(): void;
  /** Whether it is to be woken at the end of this turn. It is noted here, since a set of a thousand costs more than they do. */
  isDue?: boolean;
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
  readonly #due = new Fifo<Wakeable>();
  readonly #crowds = new Set<Crowd>();
  /** Those whose write has ended. */
  readonly #goingOn = new Set<Wakeable>();
  /** What is left of the crowd that is being woken. */
  #walk: Iterator<Wakeable> | undefined;
  #scheduled = false;
  /** Milliseconds since the last look in which outboxes were woken for what is theirs alone, and crowds. */
  #onesMs = 0;
  #crowdsMs = 0;
  /** Whether somebody waits until the loop has looked. */
  #looking = false;

  constructor(loop: Pick<Loop, "now" | "atEnd" | "afterLook">) {
    this.#loop = loop;
    this.price = new Price(loop.now());
  }

  /** Wakes `one` at the end of this turn. */
  add(one: Wakeable): void {
    if (one.isDue === true) return;
    one.isDue = true;
    this.#due.push(one);
    this.#schedule();
  }

  /** Wakes all of a crowd, at the end of this turn or, behind others, of one of the next. */
  addAll(crowd: Crowd): void {
    this.#crowds.add(crowd);
    if (!this.#looking) this.#schedule();
  }

  /** Wakes `one`, whose write has ended, with the crowds: what else there is for it goes out then. */
  goOn(one: Wakeable): void {
    this.#goingOn.add(one);
    if (!this.#looking) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#loop.atEnd(this.#endTurn);
  }

  readonly #endTurn = (): void => {
    this.#scheduled = false;
    this.#wake();
  };

  readonly #looked = (): void => {
    this.#looking = false;
    this.#onesMs = 0;
    this.#crowdsMs = 0;
    this.#wake();
  };

  #wake(): void {
    this.#wakeOnes();
    if (!this.#looking) this.#wakeCrowds();
    const hadTime = Math.max(this.#onesMs, this.#crowdsMs) >= WAKE_MS;
    // Who is left was out of time, though the sum of many small times may be a little less than the whole.
    if (this.#looking || (!hadTime && (this.#scheduled || !this.#hasMore))) return;
    this.#looking = true;
    this.#loop.afterLook(this.#looked);
  }

  get #hasMore(): boolean {
    return this.#walk !== undefined || this.#due.size > 0 || this.#crowds.size > 0 ||
      this.#goingOn.size > 0;
  }

  #wakeOnes(): void {
    const leftMs = WAKE_MS - this.#onesMs;
    if (this.#due.size === 0 || leftMs <= 0) return;
    const startMs = this.#loop.now();
    let tookMs = 0;
    for (let one = this.#due.shift(); one !== undefined; one = this.#due.shift()) {
      one.isDue = false;
      one.wake();
      tookMs = this.#loop.now() - startMs;
      if (tookMs >= leftMs) break;
    }
    this.#onesMs += tookMs;
  }

  /** Wakes members of crowds, and in between those whose write has ended. */
  #wakeCrowds(): void {
    const endMs = this.#loop.now() + WAKE_MS - this.#crowdsMs;
    let nowMs = this.#loop.now();
    let toldMs = 0;
    for (let goesOn = true; nowMs < endMs; goesOn = !goesOn) {
      const going = goesOn ? this.#nextGoingOn() : undefined;
      const told = going === undefined ? this.#next() : undefined;
      const one = told ?? going ?? this.#nextGoingOn();
      if (one === undefined) break;
      one.wake();
      const tookMs = this.#loop.now() - nowMs;
      nowMs += tookMs;
      this.#crowdsMs += tookMs;
      if (told !== undefined) toldMs += tookMs;
    }
    // What is more than that was a wait for a core, and not work.
    if (toldMs > 0) this.price.measure(Math.min(toldMs, WAKE_MS));
  }

  #nextGoingOn(): Wakeable | undefined {
    const [one] = this.#goingOn;
    if (one !== undefined) this.#goingOn.delete(one);
    return one;
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
