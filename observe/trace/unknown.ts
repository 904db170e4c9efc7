/**
 * What is not known of a message's way, and why: gathered, so that a room of a thousand says each reason once.
 *
 * @module
 */

import type { Carried } from "./carried.ts";
import type { MarkedEnd } from "./marks.ts";
import type { MomentName } from "./moments.ts";

/** A reason, and for whom it holds. */
export interface Unknown {
  /** Why, as a sentence. */
  readonly why: string;
  /** Whom it concerns, each once; nobody when it holds for the whole way. */
  readonly users: readonly string[];
}

const NOT_WATCHED = "The kernel was not watched: only the server's own marks are known.";
const OTHER_PROGRAM =
  "When the other end's program sends and reads is not known: it runs on another machine, or is not watched.";
const NOT_SEEN =
  "The call that carried the last byte was not seen: it was before the observation, or was lost.";
const NO_RANGE = "The server does not say which bytes of the connection it is.";

/** Gathers what is not known. */
export class Unknowns {
  readonly #users = new Map<string, Set<string>>();

  /** Adds a reason. @param user Absent when it holds for the whole way. */
  say(user: string | undefined, why: string): void {
    const users = this.#users.get(why) ?? new Set();
    if (user !== undefined) users.add(user);
    this.#users.set(why, users);
  }

  /** Adds why a moment that calls tell of is not known, if it is not. */
  ofCarried(
    moment: MomentName,
    end: MarkedEnd,
    carried: Carried | undefined,
    kernel: { readonly why?: string; readonly lost?: number } | undefined,
    atOtherEnd: boolean,
  ): void {
    const isKnown = moment === "sent"
      ? carried?.entered !== undefined || carried?.done !== undefined
      : carried?.done !== undefined;
    if (isKnown) return;
    if (kernel === undefined) return this.say(undefined, NOT_WATCHED);
    if (kernel.why !== undefined) return this.say(undefined, kernel.why);
    const { lost = 0 } = kernel;
    if (lost > 0) {
      this.say(
        undefined,
        `Of the kernel's calls ${lost} were not kept, since there were too many.`,
      );
    }
    if (end.stream === undefined || end.remote === undefined) {
      return this.say(end.user, end.why ?? NO_RANGE);
    }
    this.say(end.user, atOtherEnd && carried === undefined ? OTHER_PROGRAM : NOT_SEEN);
  }

  /** All of them, in the order in which they were said. */
  all(): readonly Unknown[] {
    return [...this.#users].map(([why, users]) => ({ why, users: [...users] }));
  }
}
