/**
 * Work that may be long and for which nobody waits: what is left to be done when somebody has gone, say.
 *
 * ```text
 *   do ─► its steps, for 4 ms in all between two looks ─ more to do? ─► look at what has come in ─► its steps …
 * ```
 *
 * What is short is done at once, before `do` returns. When many go at once, or one who had much, the rest waits in the order
 * in which it came, and whoever has come meanwhile is heard in between. Clock and loop are arguments.
 *
 * @module
 */

import { Fifo } from "../../ground/mod.ts";
import { CHORES_MS } from "./limits.ts";
import type { Loop } from "./turns.ts";

/** Does chores. */
export class Chores {
  readonly #loop: Pick<Loop, "now" | "afterLook">;
  readonly #waiting = new Fifo<Iterator<void>>();
  #current: Iterator<void> | undefined;
  /** Milliseconds that chores took since the last look. */
  #spentMs = 0;
  #asked = false;
  #doing = false;
  #stopped = false;

  constructor(loop: Pick<Loop, "now" | "afterLook">) {
    this.#loop = loop;
  }

  /** Does all steps, now or soon. A step is what is not worth dividing; what one throws is the caller's of that time. */
  do(steps: Iterator<void>): void {
    if (this.#stopped) return;
    this.#waiting.push(steps);
    if (!this.#asked && !this.#doing) this.#work();
  }

  /** Does nothing any more: what is left concerns nobody. */
  stop(): void {
    this.#stopped = true;
    this.#current = undefined;
    while (this.#waiting.shift() !== undefined);
  }

  readonly #looked = (): void => {
    this.#asked = false;
    if (this.#stopped) return;
    this.#spentMs = 0;
    this.#work();
  };

  #work(): void {
    const startMs = this.#loop.now();
    const leftMs = CHORES_MS - this.#spentMs;
    this.#doing = true;
    try {
      while (this.#step() && this.#loop.now() - startMs < leftMs);
    } finally {
      this.#doing = false;
      this.#spentMs += this.#loop.now() - startMs;
      const more = this.#current !== undefined || this.#waiting.size > 0;
      if (!this.#stopped && (more || this.#spentMs >= CHORES_MS)) this.#ask();
    }
  }

  #ask(): void {
    this.#asked = true;
    this.#loop.afterLook(this.#looked);
  }

  /** @returns Whether there was one to be done. */
  #step(): boolean {
    const steps = this.#current ?? this.#waiting.shift();
    // Gone before it is done: a step that throws is not tried again.
    this.#current = undefined;
    if (steps === undefined) return false;
    if (!steps.next().done && !this.#stopped) this.#current = steps;
    return true;
  }
}
