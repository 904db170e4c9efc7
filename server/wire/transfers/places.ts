/**
 * The places of files that come at once: who gets one next, and who has to give one up.
 *
 * @module
 */

import { type Coming, firstOf, gives } from "./crowd.ts";
import type { Incoming } from "./incoming.ts";
import { RECEIVED_AT_ONCE_MAX } from "./limits.ts";
import type { Progress } from "./progress.ts";
import { isMoving } from "./view.ts";

/** What is to be done. */
export type Turn =
  | { readonly kind: "nothing" }
  /** It gets a place: then look again. */
  | { readonly kind: "start"; readonly n: number }
  /** Somebody waits: look again in a while. `ends` gives its place up now. */
  | { readonly kind: "wait"; readonly ends: number | undefined };

/** Who has a place, and since when. */
export class Places {
  readonly #sinceMs = new Map<number, number>();
  /** Those that were told to give theirs up, and have not yet. */
  readonly #giving = new Set<number>();

  /** What is to be done, as all of them stand now. */
  look(
    all: readonly Incoming[],
    progressOf: (n: number) => Progress | undefined,
    nowMs: number,
  ): Turn {
    const moving = all.filter(isMoving);
    const have = new Set(moving.map(({ n }) => n));
    for (const n of this.#sinceMs.keys()) if (!have.has(n)) this.#sinceMs.delete(n);
    for (const n of this.#giving) if (!have.has(n)) this.#giving.delete(n);
    const next = firstOf(all.filter(({ state }) => state.kind === "queued"), moving);
    if (next === undefined) return { kind: "nothing" };
    if (moving.length < RECEIVED_AT_ONCE_MAX) {
      this.#sinceMs.set(next.n, nowMs);
      return { kind: "start", n: next.n };
    }
    if (this.#giving.size > 0) return { kind: "wait", ends: undefined };
    const coming = moving.map((transfer): Coming => ({
      transfer,
      progress: progressOf(transfer.n),
      ms: nowMs - (this.#sinceMs.get(transfer.n) ?? nowMs),
    }));
    const ends = gives(next, coming, nowMs)?.n;
    if (ends !== undefined) this.#giving.add(ends);
    return { kind: "wait", ends };
  }
}
