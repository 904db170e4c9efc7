/**
 * What a row of records means when its end is not known: the decision between "torn" and "damaged".
 *
 * A crash leaves the end of the last segment in any state: cut, full of zeros, with holes, with later
 * parts written and earlier ones not. All of that is *torn* and may be cut off, because nobody was told
 * that it is safe. A record that was acknowledged and can no longer be read is *damage*, and cutting it
 * off would lose what was promised. Bytes alone look the same in both cases; the proof is a later
 * record whose `order` says that the unreadable one was durable before it was written:
 *
 * ```text
 *   … n−2 │ n−1 │ ?????? │ … │ lsn m, order k        m − k ≥ n: n was durable, this is damage
 *                    p                                m − k < n: same unfinished group, cut at p
 * ```
 *
 * Limit, openly: damage to the last group of all, with nothing behind it, cannot be told from a torn write.
 *
 * Everything here is pure. Records must follow each other with LSNs that grow by one, which holds for
 * segments as first written; those that compaction wrote are never read by this rule.
 *
 * @module
 */

import { isAhead } from "./ahead.ts";
import {
  type Block,
  headerFault,
  lsnAt,
  parseRecord,
  RECORD_HEADER_BYTES,
  recordBytesAt,
  type RecordHeader,
} from "./format.ts";
import { GRID_BYTES, RESYNC_CHECKSUM_BYTES_MAX } from "./limits.ts";

/** What the end of a log turns out to be. */
export type Ending =
  /** Nothing stands behind the last record. */
  | { readonly kind: "clean" }
  /** Something stands there, and nothing proves that it was acknowledged. */
  | { readonly kind: "torn"; readonly offset: number; readonly reason: string }
  /** Something acknowledged stood there. */
  | { readonly kind: "damaged"; readonly offset: number; readonly reason: string };

/** What a log without a known end holds. */
export interface Tail {
  /** Where the last whole batch ends. */
  readonly end: number;
  /** LSN of the last record of the last whole batch; one less than expected when there is none. */
  readonly lastLsn: number;
  /** Highest LSN that some record proves durable; 0 when none does. */
  readonly durableLsn: number;
  readonly ending: Ending;
}

/**
 * Reads records from `start` as far as they follow each other.
 *
 * @param firstLsn LSN that the first record must have.
 * @param cutLsn Records from this LSN on do not count: the next segment holds them.
 */
export function readTail(
  block: Block,
  start: number,
  salt: number,
  firstLsn: number,
  cutLsn: number = Infinity,
): Tail {
  const size = block.bytes.length;
  let at = start;
  let lsn = firstLsn;
  let end = start;
  let lastLsn = firstLsn - 1;
  let durableLsn = 0;
  for (;;) {
    if (lsn >= cutLsn) return { end, lastLsn, durableLsn, ending: { kind: "clean" } };
    const parsed = parseRecord(block, at, size, salt);
    if (parsed.kind !== "record" || parsed.record.lsn !== lsn) {
      const reason = parsed.kind === "record"
        ? `record ${parsed.record.lsn} stands where ${lsn} must`
        : parsed.kind === "short"
        ? "a record is cut short"
        : parsed.reason;
      return { end, lastLsn, durableLsn, ending: judge(block, at, salt, lsn, reason) };
    }
    const { record } = parsed;
    if (record.order > 0) durableLsn = Math.max(durableLsn, record.lsn - record.order);
    at += record.bytes;
    if (record.left === 0) {
      end = at;
      lastLsn = lsn;
    }
    lsn++;
  }
}

/** Whether what stands at `at`, where record `lsn` is missing, is a torn end or damage. */
function judge(block: Block, at: number, salt: number, lsn: number, reason: string): Ending {
  const size = block.bytes.length;
  if (isZero(block.bytes, at) || isAhead(block.bytes, at)) return { kind: "clean" };
  const lsnMax = lsn + Math.ceil((size - at) / RECORD_HEADER_BYTES);
  const search: Search = { salt, lsnMin: lsn, lsnMax, budget: RESYNC_CHECKSUM_BYTES_MAX };
  for (let from = at;;) {
    const found = findRecord(block, from, search);
    if (found.kind === "none") return { kind: "torn", offset: at, reason };
    if (found.kind === "undecided") {
      return {
        kind: "damaged",
        offset: at,
        reason: `${reason}, and what follows imitates records`,
      };
    }
    const { record } = found;
    if (record.order > 0 && record.lsn - record.order >= lsn) {
      return {
        kind: "damaged",
        offset: at,
        reason:
          `${reason}, and record ${record.lsn} at byte ${found.at} proves that ${lsn} was durable`,
      };
    }
    from = found.at + record.bytes;
  }
}

/** What to look for behind an invalid record. */
export interface Search {
  readonly salt: number;
  readonly lsnMin: number;
  readonly lsnMax: number;
  /** Bytes of checksum work that may still be spent. */
  budget: number;
}

/** What the search finds. */
export type Found =
  | { readonly kind: "found"; readonly at: number; readonly record: RecordHeader }
  | { readonly kind: "none" }
  | { readonly kind: "undecided" };

/**
 * The first valid record at or after `from`, on the grid. Everything cheap is checked before the checksum,
 * so that random bytes cost nothing; what imitates records is paid from the budget.
 */
export function findRecord(block: Block, from: number, search: Search): Found {
  const { view, bytes } = block;
  const aligned = Math.ceil(from / GRID_BYTES) * GRID_BYTES;
  for (let at = aligned; at + RECORD_HEADER_BYTES <= bytes.length; at += GRID_BYTES) {
    const lsn = lsnAt(view, at);
    if (lsn < search.lsnMin || lsn > search.lsnMax) continue;
    if (headerFault(view, at) !== undefined) continue;
    search.budget -= recordBytesAt(view, at);
    if (search.budget < 0) return { kind: "undecided" };
    const parsed = parseRecord(block, at, bytes.length, search.salt);
    if (parsed.kind === "record") return { kind: "found", at, record: parsed.record };
  }
  return { kind: "none" };
}

/**
 * Where what was written behind `from` ends: behind the last record that is found, if only the room follows that was made
 * ahead; else where the block ends.
 */
export function endOfWritten(block: Block, from: number, salt: number): number {
  let end = from;
  const search = { salt, lsnMin: 1, lsnMax: Infinity, budget: RESYNC_CHECKSUM_BYTES_MAX };
  for (let found = findRecord(block, end, search); found.kind === "found";) {
    end = found.at + found.record.bytes;
    found = findRecord(block, end, search);
  }
  return isAhead(block.bytes, end) ? end : block.bytes.length;
}

function isZero(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
