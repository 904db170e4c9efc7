/**
 * The event loop, as budgets see it: its turns are those of the transport, since they are what brings something to do.
 *
 * @module
 */

import process from "node:process";
import type { Loop } from "./budget/mod.ts";
import type { Transport } from "./transport/mod.ts";

/** Time, the turns of `transport`, and timers. */
export function eventLoopOf(transport: Pick<Transport, "now" | "atEnd" | "afterLook">): Loop {
  return {
    now: () => transport.now(),
    coreMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
    atEnd: (run) => transport.atEnd(run),
    afterLook: (run) => transport.afterLook(run),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
