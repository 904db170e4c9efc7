/**
 * The ways of messages while operators ask for them: who asks, by which clock, and what is kept.
 *
 * @module
 */

import type { TraceTime } from "./trace_time.ts";
import { Watchers } from "./watchers.ts";

/** Marks of messages. */
export class Tracing {
  readonly watchers: Watchers = new Watchers();
  readonly time: TraceTime;

  constructor(time: TraceTime) {
    this.time = time;
  }

  /** How many messages are kept. */
  get kept(): number {
    return 0;
  }

  /** How many were forgotten for others. */
  get forgotten(): number {
    return 0;
  }

  /** Somebody asks no more. @param one See `Watchers.set`. */
  leave(one: object): void {
    if (!this.watchers.any) return;
    this.watchers.delete(one);
  }

  /** To be called about once a second. */
  check(): void {
    if (this.watchers.any) this.watchers.sweep(this.time.now());
  }
}
