/**
 * Looks at a process's memory again and again: before, at its worst, and after.
 *
 * @module
 */

import { MEMORY_LOOK_MS } from "./numbers.ts";
import { memoryOf } from "./proc.ts";

/** What it was, in bytes. */
export interface MemoryCourse {
  readonly before: number;
  readonly peak: number;
  readonly after: number;
}

/** Looks from now on. What the kernel remembers as the peak counts, too: it misses nothing between two looks. */
export class MemoryWatch implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #pid: () => number;
  readonly #before: number;
  #peak = 0;
  #now = 0;

  constructor(pid: () => number) {
    this.#pid = pid;
    this.#look();
    this.#before = this.#now;
    this.#timer = setInterval(() => this.#look(), MEMORY_LOOK_MS);
  }

  /** Looks once more, and tells. */
  end(): MemoryCourse {
    this.#look();
    return { before: this.#before, peak: this.#peak, after: this.#now };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const memory = memoryOf(this.#pid());
    if (memory === undefined) return;
    this.#now = memory.resident;
    this.#peak = Math.max(this.#peak, memory.resident, memory.peak);
  }
}
