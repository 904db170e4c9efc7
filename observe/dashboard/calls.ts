/**
 * Calls, for whoever selects an area of the heat map: all of late in a ring of fixed size, and of before that the slowest.
 *
 * ```text
 *   slowest known ──────────────► all known ──► now
 *   a quarter of an hour ago      the ring: some seconds under load, hours without
 * ```
 *
 * @module
 */

import type { Io } from "../observation.ts";
import { latencyOf } from "./latency.ts";
import { CALLS_LISTED_MAX, CALLS_MAX } from "./limits.ts";
import type { Names } from "./names.ts";
import type { Answer, Asked, Call } from "./page_messages.ts";
import { SlowestCalls } from "./slowest_calls.ts";

/** An area of the heat map. */
export type Area = Omit<Extract<Asked, { type: "calls" }>, "type" | "id">;

/** Remembers calls. */
export class Calls {
  readonly #max: number;
  readonly #ring: Io[] = [];
  #next = 0;
  readonly #slowest = new SlowestCalls();

  constructor(max: number = CALLS_MAX) {
    this.#max = max;
  }

  /** Remembers a call, and forgets the oldest. */
  add(io: Io): void {
    this.#slowest.add(io);
    this.#ring[this.#next] = io;
    this.#next = (this.#next + 1) % this.#max;
  }

  /** All that are remembered, in no order. */
  all(): Iterable<Io> {
    return this.#ring;
  }

  /**
   * The calls in an area, the slowest first.
   *
   * @param wall Turns the kernel's nanoseconds into milliseconds since 1970.
   */
  in(area: Area, names: Names, wall: (ts: number) => number): Answer {
    // Each once, though one may be in the ring and among the slowest.
    const found = new Map<Io, number>();
    const oldest = this.#ring.length < this.#max ? this.#ring[0] : this.#ring[this.#next];
    const since = oldest === undefined ? Infinity : wall(oldest.ts);
    const look = (io: Io) => {
      const ns = latencyOf(io, area.measure);
      if (ns === undefined || ns < area.ge || ns >= area.lt) return;
      const at = wall(io.ts);
      if (at >= area.from && at < area.to) found.set(io, ns);
    };
    for (const io of this.#ring) look(io);
    if (area.from < since) { for (const io of this.#slowest.of(area.measure)) look(io); }
    const slowestFirst = [...found].sort(([, a], [, b]) => b - a);
    const calls = slowestFirst.slice(0, CALLS_LISTED_MAX).map(([io, ns]): Call => ({
      at: wall(io.ts),
      op: io.op,
      func: io.func,
      name: names.ownerOf(io).name,
      bytes: io.bytes,
      ns,
    }));
    const slowest = this.#slowest.since;
    return {
      kind: "calls",
      calls,
      count: found.size,
      bytes: slowestFirst.reduce((sum, [io]) => sum + io.bytes, 0),
      since: Math.min(since, area.to),
      slowestSince: Math.min(slowest === undefined ? Infinity : wall(slowest), since, area.to),
    };
  }
}
