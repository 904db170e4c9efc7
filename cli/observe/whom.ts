/**
 * Whom an observation is of, as its views say it. Recordings of older programs know named processes only. Pure.
 *
 * @module
 */

import { areSeveral, type Start, type Whom, whomText } from "../../observe/mod.ts";

function whomOf({ whom, pids }: Start): Whom {
  return whom ?? { kind: "processes", pids, children: false };
}

/** Whether processes have to be told apart. */
export function isOfSeveral(start: Start): boolean {
  return areSeveral(whomOf(start));
}

/** In a sentence: `process 4711`. */
export function whomLong(start: Start): string {
  return whomText(whomOf(start));
}

/** In the head of the screen: `pid 4711`. */
export function whomShortly(start: Start): string {
  const whom = whomOf(start);
  switch (whom.kind) {
    case "processes":
      return `pid ${whom.pids.join(", ")}${whom.children ? " + children" : ""}`;
    case "comm":
      return `all ${whom.comm}`;
    case "cgroup":
      return whom.cgroups.join(", ");
    case "all":
      return "all processes";
    default:
      return whom satisfies never;
  }
}
