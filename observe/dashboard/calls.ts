/**
 * The last calls, for whoever selects an area of the heat map: a ring of fixed size.
 *
 * @module
 */

import type { Io } from "../observation.ts";
import { CALLS_LISTED_MAX, CALLS_MAX } from "./limits.ts";
import type { Names } from "./names.ts";
import type { Answer, Asked, Call, Measure } from "./page_messages.ts";

/** An area of the heat map. */
export type Area = Omit<Extract<Asked, { type: "calls" }>, "type" | "id">;

/** Remembers calls. */
export class Calls {
  readonly #max: number;
  readonly #ring: Io[] = [];
  #next = 0;

  constructor(max: number = CALLS_MAX) {
    this.#max = max;
  }

  /** Remembers a call, and forgets the oldest. */
  add(io: Io): void {
    this.#ring[this.#next] = io;
    this.#next = (this.#next + 1) % this.#max;
  }

  /**
   * The calls in an area, the slowest first.
   *
   * @param wall Turns the kernel's nanoseconds into milliseconds since 1970.
   */
  in(area: Area, names: Names, wall: (ts: number) => number): Answer {
    const found: { readonly io: Io; readonly ns: number }[] = [];
    let bytes = 0;
    for (const io of this.#ring) {
      const ns = latencyOf(io, area.measure);
      if (ns === undefined || ns < area.ge || ns >= area.lt) continue;
      const at = wall(io.ts);
      if (at < area.from || at >= area.to) continue;
      bytes += io.bytes;
      found.push({ io, ns });
    }
    found.sort((a, b) => b.ns - a.ns);
    const calls = found.slice(0, CALLS_LISTED_MAX).map(({ io, ns }): Call => ({
      at: wall(io.ts),
      op: io.op,
      func: io.func,
      name: names.ownerOf(io).name,
      bytes: io.bytes,
      ns,
    }));
    const oldest = this.#ring.length < this.#max ? this.#ring[0] : this.#ring[this.#next];
    const since = oldest === undefined ? Infinity : wall(oldest.ts);
    return { kind: "calls", calls, count: found.length, bytes, since: Math.min(since, area.to) };
  }
}

function latencyOf(io: Io, measure: Measure): number | undefined {
  if (measure === "delay") return io.delayNs;
  return io.op === measure ? io.durationNs : undefined;
}
