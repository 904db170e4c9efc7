/**
 * What strangers can cause as often as they like, told seldom enough that a log bears it.
 *
 * ```text
 *   event  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
 *   told   ▁ ▁ ▁ ▁ ▁          ▁(9)          ▁(12)     at first each, then one in ten seconds, with how many it stands for
 * ```
 *
 * However many addresses they come from, the log grows by some 8,640 lines a day for each kind. Everything else is told
 * as it comes. Pure: the clock is an argument.
 *
 * @module
 */

import { TokenBucket } from "../ground/mod.ts";
import type { ServerEvent } from "./events.ts";
import { TOLD_BURST, TOLD_PER_SECOND } from "./limits.ts";

/** Events of which there may be any number, by what they count. */
const COUNTED = {
  refused: "times",
  full: "times",
  crowded: "connections",
  guessed: "guesses",
  misproved: "times",
} as const;

type Seldom = Extract<ServerEvent, { readonly kind: keyof typeof COUNTED }>;

interface Told {
  readonly bucket: TokenBucket;
  /** How many were not told since. */
  untold: number;
}

/** Chooses which events are told. */
export class ToldSeldom {
  readonly #told = new Map<string, Told>();

  /** What to tell of an event, with those that were not told before it; `undefined` when it is only counted. */
  tell(event: ServerEvent, nowMs: number): ServerEvent | undefined {
    if (!isSeldom(event)) return event;
    const told = this.#of(event.kind, nowMs);
    const count = told.untold + countOf(event);
    if (!told.bucket.take(nowMs)) {
      told.untold = count;
      return undefined;
    }
    told.untold = 0;
    return { ...event, [COUNTED[event.kind]]: count };
  }

  #of(kind: string, nowMs: number): Told {
    const known = this.#told.get(kind);
    if (known !== undefined) return known;
    const rate = { perSecond: TOLD_PER_SECOND, burst: TOLD_BURST };
    const made = { bucket: new TokenBucket(rate, nowMs), untold: 0 };
    this.#told.set(kind, made);
    return made;
  }
}

function isSeldom(event: ServerEvent): event is Seldom {
  return event.kind in COUNTED;
}

function countOf(event: Seldom): number {
  switch (event.kind) {
    case "refused":
    case "full":
    case "misproved":
      return event.times;
    case "crowded":
      return event.connections;
    case "guessed":
      return event.guesses;
    default:
      return event satisfies never;
  }
}
