/**
 * What a connection needs of the budget: to be served in its turn, and to pay.
 *
 * @module
 */

import type { Pool } from "./pool.ts";
import type { Cost } from "./purse.ts";

/** One connection's account. */
export interface Account {
  /**
   * Does `work` when its turn has come, and charges the time that it takes. Of one account, one thing is done at a time.
   *
   * @returns The result of `work`: at once if it was done at once, else a promise.
   */
  serve<T>(work: () => T): T | Promise<Awaited<T>>;
  /**
   * The same for a piece of a file: behind all who converse, and paid by nobody, since it waits for its receiver already.
   */
  carry<T>(work: () => T): T | Promise<Awaited<T>>;
  /** The same for its end: in turn, but whatever it owes, and behind all whose work fits into a slice. */
  end<T>(work: () => T): T | Promise<Awaited<T>>;
  /** The same for what is dear, and nothing for whoever asks for it: behind all who converse, and all ends. */
  serveDear<T>(work: () => T): T | Promise<Awaited<T>>;
  /** Whether what is being served has had its slice, and must ask for another turn. */
  readonly sliceSpent: boolean;
  /** Milliseconds for which its next turn waits, since it owes for what was done: until that is earned back. 0 when it owes nothing. */
  readonly owedMs: number;
  /** Milliseconds that never run backward, on the clock by which it is served. */
  now(): number;
  /** Pays for what is done beside the time that is served. */
  spend(cost: Cost): void;
  /** Pays for its bytes and its work from what it shares with others, too. */
  join(pools: readonly Pool[]): void;
  /** Lets whatever waits be done at once; nothing waits any more. Idempotent. */
  close(): void;
}

/** An account of somebody who is served at once and pays nothing. */
export const FREE: Account = {
  serve: (work) => work(),
  carry: (work) => work(),
  end: (work) => work(),
  serveDear: (work) => work(),
  sliceSpent: false,
  owedMs: 0,
  now: () => performance.now(),
  spend: () => {},
  join: () => {},
  close: () => {},
};
