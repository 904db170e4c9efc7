/**
 * One who gets a message, or its sender who gets the answer: which calls took the bytes, and when.
 *
 * Kept as numbers in one array, since there may be many of them: five for each call.
 *
 * @module
 */

import type { CarriedEnd, Follower } from "../link/carried.ts";
import type { Outbox } from "../link/outbox.ts";
import type { ByteSpan } from "../wire/mod.ts";
import type { End } from "./end.ts";
import { CALLS_MAX } from "./limits.ts";
import type { TraceTime } from "./trace_time.ts";

/** Numbers that are kept of each call. */
const PER_CALL = 5;

/** One call that took bytes of a message. */
export interface Call {
  readonly ms: number;
  /** All that it took of the connection's stream. */
  readonly stream: ByteSpan;
  /** What of the message it took, by its place where that waited. */
  readonly part: ByteSpan;
}

/** Follows bytes to one connection. */
export class Receiver implements Follower {
  readonly end: End;
  readonly #time: TraceTime;
  /** Until the end: there it is to be dropped. */
  #outbox: Outbox | undefined;
  readonly #calls: number[] = [];
  /** Where the bytes begin in the connection's stream, once that is known. */
  at: number | undefined;
  /** What became of them. */
  how: CarriedEnd | undefined;
  /** When the last of them were taken. */
  lastMs: number | undefined;

  constructor(end: End, outbox: Outbox, time: TraceTime) {
    this.end = end;
    this.#outbox = outbox;
    this.#time = time;
  }

  taken(call: ByteSpan, at: number, part: ByteSpan): void {
    this.at = at;
    this.lastMs = this.#time.now();
    if (this.#calls.length >= CALLS_MAX * PER_CALL) return;
    this.#calls.push(this.lastMs, call.from, call.to, part.from, part.to);
  }

  ended(how: CarriedEnd): void {
    this.how = how;
    this.#outbox = undefined;
  }

  /** Follows nothing more. */
  drop(): void {
    this.#outbox?.drop(this);
    this.#outbox = undefined;
  }

  /** The calls, in order. */
  calls(): Call[] {
    const calls: Call[] = [];
    for (let at = 0; at < this.#calls.length; at += PER_CALL) {
      const [ms = 0, from = 0, to = 0, partFrom = 0, partTo = 0] = this.#calls.slice(at);
      calls.push({ ms, stream: { from, to }, part: { from: partFrom, to: partTo } });
    }
    return calls;
  }
}
