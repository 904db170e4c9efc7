/**
 * What one connection may spend: bytes, messages and work, each earned back over time.
 *
 * ```text
 *   used    0 ───────── 0.1 ──────────────────────── 1 ─────────────►
 *           light:      heavy: it queues, behind     over: it is not read any more
 *           at once     all who have used less       until it has earned that back
 * ```
 *
 * A purse pays for everything that its connection causes: what it says, also what is refused, and what it is
 * answered. What was done is paid afterwards and may be owed, so nothing is too large and nothing is free. Bytes and work
 * are also paid from the pools that it shares with others, and what those have used counts as its own: a hundred purses at
 * one place are no hundred times as much. Pure: the clock is an argument, and nothing here knows a socket.
 *
 * @module
 */

import { type Rate, TokenBucket } from "../../ground/mod.ts";
import type { Pool } from "./pool.ts";
import {
  ACCEPT_MS_PER_SECOND,
  BYTES_BURST,
  BYTES_PER_SECOND,
  MESSAGES_BURST,
  MESSAGES_PER_SECOND,
  SHARE_AT_FIRST,
  SHARE_LIGHT,
  WORK_MS_BURST,
  WORK_MS_PER_SECOND,
} from "./limits.ts";

/** What a purse earns of each of the three. */
export interface Earnings {
  readonly bytes: Rate;
  readonly messages: Rate;
  /** Milliseconds of the event loop. */
  readonly workMs: Rate;
}

/** What a connection earns unless it is told otherwise. */
export const EARNINGS: Earnings = {
  bytes: { perSecond: BYTES_PER_SECOND, burst: BYTES_BURST },
  messages: { perSecond: MESSAGES_PER_SECOND, burst: MESSAGES_BURST },
  workMs: { perSecond: WORK_MS_PER_SECOND, burst: WORK_MS_BURST },
};

/** The same, where frames may be so large: one of them is no reason to be slowed down. */
export function earningsFor(frameBytesMax: number): Earnings {
  const burst = Math.max(BYTES_BURST, frameBytesMax * 2);
  return { ...EARNINGS, bytes: { ...EARNINGS.bytes, burst } };
}

/** What accepting connections earns: as much work at once as in a second. */
export const ACCEPTING: Earnings = {
  ...EARNINGS,
  workMs: { perSecond: ACCEPT_MS_PER_SECOND, burst: ACCEPT_MS_PER_SECOND },
};

/** Something that was done for a connection. What is left out is 0. */
export interface Cost {
  readonly bytes?: number;
  readonly messages?: number;
  readonly workMs?: number;
}

/** What it has of each of the three, and may have. */
interface Holdings {
  readonly earnings: Earnings;
  readonly bytes: TokenBucket;
  readonly messages: TokenBucket;
  readonly workMs: TokenBucket;
}

const NO_POOLS: readonly Pool[] = [];

/** One connection's money. */
export class Purse {
  /** `undefined`: it is rich. */
  readonly #holdings: Holdings | undefined;
  #pools = NO_POOLS;

  /**
   * @param earnings `undefined`: it is rich, and only its turns are counted.
   * @param share What it holds at first, as a share of its burst.
   */
  constructor(earnings: Earnings | undefined, nowMs: number, share: number = SHARE_AT_FIRST) {
    if (earnings === undefined) return;
    const { bytes, messages, workMs } = earnings;
    this.#holdings = {
      earnings,
      bytes: new TokenBucket(bytes, nowMs, bytes.burst * share),
      messages: new TokenBucket(messages, nowMs, messages.burst * share),
      workMs: new TokenBucket(workMs, nowMs, workMs.burst * share),
    };
  }

  /** Whether it pays nothing, so that no clock need be asked. */
  get isRich(): boolean {
    return this.#holdings === undefined;
  }

  /** Pays for its bytes and its work from these, too: from each once. */
  join(pools: readonly Pool[]): void {
    const further = pools.filter((pool) => !this.#pools.includes(pool));
    if (further.length > 0) this.#pools = [...this.#pools, ...further];
  }

  /** Pays for what was done. */
  spend(nowMs: number, { bytes = 0, messages = 0, workMs = 0 }: Cost): void {
    const holdings = this.#holdings;
    if (holdings === undefined) return;
    if (bytes > 0) holdings.bytes.spend(nowMs, bytes);
    if (messages > 0) holdings.messages.spend(nowMs, messages);
    if (workMs > 0) holdings.workMs.spend(nowMs, workMs);
    for (const pool of this.#pools) pool.spend(nowMs, { bytes, workMs });
  }

  /** Milliseconds until nothing is owed any more. */
  msUntilEarned(nowMs: number): number {
    const holdings = this.#holdings;
    if (holdings === undefined) return 0;
    let poolsMs = 0;
    for (const pool of this.#pools) poolsMs = Math.max(poolsMs, pool.msUntilEarned(nowMs));
    return Math.max(
      poolsMs,
      holdings.bytes.msUntil(nowMs, 0),
      holdings.messages.msUntil(nowMs, 0),
      holdings.workMs.msUntil(nowMs, 0),
    );
  }

  /** How much of what it may spend at once is spent: 0 is nothing, 1 is all, above 1 it owes. */
  used(nowMs: number): number {
    if (this.#holdings === undefined) return 0;
    const { earnings, bytes, messages, workMs } = this.#holdings;
    const left = Math.min(
      bytes.tokens(nowMs) / earnings.bytes.burst,
      messages.tokens(nowMs) / earnings.messages.burst,
      workMs.tokens(nowMs) / earnings.workMs.burst,
    );
    let used = 1 - left;
    for (const pool of this.#pools) used = Math.max(used, pool.used(nowMs));
    return used;
  }

  /** Whether it has used little of late, and may be served without queueing. */
  isLight(nowMs: number): boolean {
    return this.used(nowMs) <= SHARE_LIGHT;
  }
}
