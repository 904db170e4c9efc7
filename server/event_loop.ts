/**
 * The runtime's event loop, as budgets see it.
 *
 * @module
 */

import type { Loop } from "./budget/mod.ts";

/** Time, the end of a turn, and timers. */
export const EVENT_LOOP: Loop = {
  now: () => performance.now(),
  atEnd: setImmediate,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
