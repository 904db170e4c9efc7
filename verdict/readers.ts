/**
 * Who reads too slowly, followed from one second to the next. Pure.
 *
 * ```text
 *             64 kB or more wait now and waited a second ago,
 *             and that is more than was taken meanwhile
 *   in time ─────────────────────────────────────────────────► slow
 *           ◄─────────────────────────────────────────────────
 *                       less than 64 kB wait
 * ```
 *
 * One moment says little: a fast reader's buffers may be full. And what waits for a slow one falls and rises, as its socket takes lumps: so who was
 * slow stays so until little waits.
 *
 * @module
 */

import type { SlowReader } from "./facts.ts";
import { READER_BYTES } from "./limits.ts";

/** A connection at one moment. */
export interface Reading {
  /** Who is told: a name, or the address of who has not logged in. */
  readonly who: string;
  /** Bytes that wait in the server. */
  readonly bytes: number;
  /** Bytes that its socket has taken since it is there. */
  readonly taken: number;
}

/** What was found at one look. */
export interface Read {
  /** For whom most waits: of those who are slow, if any is. */
  readonly slowest?: Pick<SlowReader, "who" | "bytes" | "isSlow">;
  /** Whether anybody was slow at the look before: what was said may have waited for that one until now. */
  readonly wasSlow: boolean;
}

/** Follows them. @typeParam K What a connection is known by as long as it is there. */
export class Readers<K> {
  /** Those for whom enough waited, with what they had taken; there are few. */
  #before = new Map<K, number>();
  #slow = new Set<K>();

  /** Looks at all of them. To be called once a second. */
  look(all: Iterable<readonly [K, Reading]>): Read {
    const before = this.#before;
    const slowBefore = this.#slow;
    this.#before = new Map();
    this.#slow = new Set();
    let slowest: Read["slowest"];
    for (const [key, { who, bytes, taken }] of all) {
      const isSlow = bytes >= READER_BYTES &&
        (slowBefore.has(key) || bytes > taken - (before.get(key) ?? -Infinity));
      if (bytes >= READER_BYTES) this.#before.set(key, taken);
      if (isSlow) this.#slow.add(key);
      const isMore = slowest === undefined ||
        (isSlow === slowest.isSlow ? bytes > slowest.bytes : isSlow);
      if (bytes > 0 && isMore) slowest = { who, bytes, isSlow };
    }
    return { ...(slowest === undefined ? {} : { slowest }), wasSlow: slowBefore.size > 0 };
  }
}
