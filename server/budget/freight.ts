/**
 * Pieces of files: carried behind all who converse, and only where the loop has just looked who has come.
 *
 * ```text
 *   look ─► who has come is heard ─► end of turn ─► pieces, one after the other, for ½ ms ─► look …
 *                                                   │ somebody who converses queues: one piece, no more
 * ```
 *
 * Between sockets that are always ready, reads and writes would follow each other for sixty turns of the loop before
 * the kernel is asked what else there is. So the time is by the clock since the last look, whoever used it: also what the
 * runtime spends in reading the next pieces counts. Of each connection one piece waits at most, since nobody reads from it
 * meanwhile, and whoever has waited longest is next: forty uploads take turns with each other, and not with a ping.
 *
 * Clock and loop are arguments.
 *
 * @module
 */

import { Fifo } from "../../ground/mod.ts";
import { CARRY_MS } from "./limits.ts";
import type { Loop } from "./turns.ts";

/** Gives pieces of files their turns. */
export class Freight {
  readonly #loop: Pick<Loop, "now" | "atEnd" | "afterLook">;
  readonly #othersWait: () => boolean;
  readonly #waiting = new Fifo<() => void>();
  /** Until when pieces are carried as they come. */
  #endMs = -Infinity;
  #asked = false;

  /** @param othersWait Whether anybody who converses queues. */
  constructor(loop: Pick<Loop, "now" | "atEnd" | "afterLook">, othersWait: () => boolean) {
    this.#loop = loop;
    this.#othersWait = othersWait;
  }

  /** Does `work`, which moves one piece, when its turn has come; at once while there is time left. */
  carry<T>(work: () => T): T | Promise<Awaited<T>> {
    const passes = this.#waiting.size === 0 && this.#hasTime();
    if (passes) return work();
    const { promise, resolve, reject } = Promise.withResolvers<Awaited<T>>();
    this.#waiting.push(() => {
      try {
        resolve(work() as Awaited<T>);
      } catch (error) {
        reject(error);
      }
    });
    this.#ask();
    return promise;
  }

  #hasTime(): boolean {
    return !this.#othersWait() && this.#loop.now() < this.#endMs;
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    // What has come with the look is heard in the same turn: pieces are behind it.
    this.#loop.afterLook(() => this.#loop.atEnd(this.#go));
  }

  readonly #go = (): void => {
    this.#asked = false;
    this.#endMs = this.#loop.now() + CARRY_MS;
    // One at least: who talks without end slows files, and does not stop them.
    do this.#waiting.shift()?.(); while (this.#waiting.size > 0 && this.#hasTime());
    if (this.#waiting.size > 0) this.#ask();
  };
}
