/**
 * A line on standard error that says where a run stands; none where standard error is no terminal.
 *
 * @module
 */

import type { Plan, Progress } from "../../load/mod.ts";
import { amount } from "../observe/amounts.ts";
import { printError } from "../streams.ts";

/** Where a run stands, or that it is over and the same is measured with the trivial server. */
export type Told = Progress | { readonly kind: "ceiling" };

/** Begins the line. Disposing it takes it away. */
export function progressLine(
  plan: Plan,
): { readonly update: (progress: Told) => void } & Disposable {
  if (!Deno.stderr.isTerminal()) return { update: () => {}, [Symbol.dispose]: () => {} };
  return {
    update: (progress) => printError(`\r${progressText(plan, progress)}\x1b[K`),
    [Symbol.dispose]: () => printError("\r\x1b[K"),
  };
}

/** The line's text. Pure. */
export function progressText(plan: Plan, progress: Told): string {
  switch (progress.kind) {
    case "logging in":
      return `${progress.loggedIn} of ${plan.members} have logged in`;
    case "warming up":
      return "warming up";
    case "measuring": {
      const of = `${progress.seconds.toFixed(1)} of ${plan.seconds} s`;
      return `${of}: ${amount(progress.deliveriesPerS)} deliveries a second`;
    }
    case "draining":
      return "waiting until everybody has everything";
    case "ceiling":
      return "measuring what it reaches with a server that does next to nothing";
    default:
      return progress satisfies never;
  }
}
