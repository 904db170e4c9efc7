/**
 * How late the event loop is: a timer that should fire every 50 ms and notes by how much it did not.
 *
 * A turn that takes 300 ms makes every peer wait 300 ms, and shows up here. Timers are exact to about a
 * millisecond, so an idle loop shows that much. The timer costs nothing that could be measured, and runs
 * only in a server whose figures can be asked for.
 *
 * @module
 */

import { LOOP_TICK_MS } from "./limits.ts";
import type { Samples } from "./samples.ts";

/** Measures the delay of the event loop until it is stopped. */
export class LoopDelay implements Disposable {
  readonly #samples: Samples;
  readonly #onTick: (nowMs: number) => void;
  #dueMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Starts measuring.
   *
   * @param samples Where delays go, in ms.
   * @param onTick Called with each tick, for what else is to be looked after that often.
   */
  constructor(samples: Samples, onTick: (nowMs: number) => void) {
    this.#samples = samples;
    this.#onTick = onTick;
    this.#arm(performance.now());
  }

  /** Whoever is asked how late it is while the timer is overdue says that, too, and not a second later. */
  look(): void {
    const now = performance.now();
    if (now < this.#dueMs + LOOP_TICK_MS) return;
    clearTimeout(this.#timer);
    this.#tick();
  }

  /** Stops. Idempotent. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #arm(nowMs: number): void {
    this.#dueMs = nowMs + LOOP_TICK_MS;
    this.#timer = setTimeout(this.#tick, LOOP_TICK_MS);
  }

  readonly #tick = (): void => {
    const now = performance.now();
    this.#samples.add(Math.max(0, now - this.#dueMs));
    this.#arm(now);
    this.#onTick(now);
  };
}
