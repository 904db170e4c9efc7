/**
 * The way of one message through a server and the kernel: joined, split, and said. Pure, so that a page can do it, too.
 *
 * @example Where the time went
 * ```ts
 * import assert from "node:assert/strict";
 * import { blameOf, chainOf } from "./mod.ts";
 *
 * const chain = chainOf({
 *   room: "lobby",
 *   seq: 42,
 *   clock: { kind: "machine", ns: 9_000_000 },
 *   from: { user: "anna" },
 *   read: 1_000_000,
 *   accepted: 1_100_000,
 *   given: 1_200_000,
 *   durable: 5_200_000,
 *   published: 5_300_000,
 *   receivers: [{ user: "ben", writes: [{ at: 5_400_000 }], done: true }],
 *   left: 0,
 *   unknown: [],
 * }, undefined);
 * const { totalNs, parts, worst } = blameOf(chain);
 * assert.deepEqual([totalNs, parts.disk, worst], [4_400_000, 4_100_000, "disk"]);
 * ```
 *
 * @module
 */

export { type Blame, blameOf } from "./blame.ts";
export { type Balance, Books, type Counted, type Difference } from "./books.ts";
export { CallIndex, type Carried, type Place, plainAddress } from "./carried.ts";
export { type Branch, type Chain, chainOf, type KernelView } from "./chain.ts";
export type {
  MarkedEnd,
  MarkedMessage,
  MarkedReceiver,
  MarkedWrite,
  Range,
  SyncCall,
} from "./marks.ts";
export { type MomentName, type Moments, type Part, PARTS, type Step } from "./moments.ts";
export type { Unknown } from "./unknown.ts";
export { blameSentence, partWords, stepWords, waitWords } from "./words.ts";
