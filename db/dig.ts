/**
 * Digging through a segment: every record in it that is whole, wherever it stands.
 *
 * Nothing about the file is believed but checksums. Where a record should be and none is, every position of the grid is
 * tried, so damage costs what it has hit and no more. A record may be signed with the salt of any segment of the
 * store: then its block has come from elsewhere, and its content is as good.
 *
 * When the header is lost the salt is asked of the records themselves (`salt.ts`): two that follow each other and tell
 * the same one have proved it. Of a single one nothing can be proved, so it is not taken.
 *
 * Everything here is pure.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { isAhead } from "./ahead.ts";
import type { Damage } from "./errors.ts";
import {
  type Block,
  headerFault,
  lsnAt,
  readHeader,
  RECORD_HEADER_BYTES,
  recordBytesAt,
  type RecordHeader,
} from "./format.ts";
import { GRID_BYTES, RESYNC_CHECKSUM_BYTES_MAX } from "./limits.ts";
import { saltOf } from "./salt.ts";

/** Records up to this many bytes are looked for even when the budget of the search is spent: that stays linear. */
const CHEAP_BYTES = 16 << 10;

/** Sees a record that stands at `offset`, and the salt that it is signed with. */
export type See = (record: RecordHeader, offset: number, salt: number) => void;

/** What to dig through. */
export interface Ground {
  /** Name of the file, for what is damaged. */
  readonly file: string;
  readonly block: Block;
  /** Where the first record should stand. */
  readonly start: number;
  /** Where the last record should end, if that is known. */
  readonly end: number | undefined;
  /** The segment's own salt, if it is known. */
  readonly salt: number | undefined;
  /** The salts of all segments of the store. */
  readonly known: ReadonlySet<number>;
}

/**
 * Shows every whole record of a segment to `see`, in the order of the file.
 *
 * @returns What of the file is no record.
 */
export function dig(ground: Ground, see: See): Damage[] {
  const { file, block, start } = ground;
  const size = block.bytes.length;
  const damages: Damage[] = [];
  const search = { ...ground, budget: RESYNC_CHECKSUM_BYTES_MAX };
  /** Where the last record ends that was found. */
  let end = start;
  for (let at = start; at < size;) {
    const own = recordAt(search, at);
    if (own !== undefined) {
      const record = readHeader(block.view, at);
      see(record, at, own);
      end = at += record.bytes;
      continue;
    }
    // Behind the last record that is room for more; behind anything else nobody knows what it was.
    if (at === end && end >= (ground.end ?? 0) && isAhead(block.bytes, at)) break;
    if (isZero(block.bytes, at)) {
      damages.push({ file, offset: at, bytes: size - at, reason: "nothing but zeros" });
      break;
    }
    const reason = reasonAt(block, at);
    let next = at + GRID_BYTES - at % GRID_BYTES;
    while (next < size && recordAt(search, next) === undefined) next += GRID_BYTES;
    next = Math.min(next, size);
    const more = search.budget < 0
      ? "; what follows imitates records, so long ones were not looked for"
      : "";
    damages.push({ file, offset: at, bytes: next - at, reason: `${reason}${more}` });
    at = next;
  }
  return damages;
}

/**
 * The salt of a segment whose header is lost: one that is known already, or one that two records prove.
 *
 * @param likely A salt that need not be right.
 */
export function solveSalt(
  block: Block,
  known: ReadonlySet<number>,
  likely: number | undefined,
): number | undefined {
  let budget = RESYNC_CHECKSUM_BYTES_MAX;
  const tell = (at: number): number | undefined => {
    if (!isPlausible(block, at)) return undefined;
    budget -= recordBytesAt(block.view, at);
    return saltOf(block, at);
  };
  for (let at = 0; at + RECORD_HEADER_BYTES <= block.bytes.length && budget > 0; at += GRID_BYTES) {
    const salt = tell(at);
    if (salt === undefined) continue;
    if (known.has(salt) || salt === likely) return salt;
    const next = at + recordBytesAt(block.view, at);
    if (tell(next) === salt && lsnAt(block.view, next) > lsnAt(block.view, at)) return salt;
  }
  return undefined;
}

/** The salt of the record at `at`, if there is a whole one. */
function recordAt(search: Ground & { budget: number }, at: number): number | undefined {
  const { block, salt, known } = search;
  if (!isPlausible(block, at)) return undefined;
  const { bytes, view } = block;
  const size = recordBytesAt(view, at);
  if (size > search.budget && size > CHEAP_BYTES) return undefined;
  search.budget -= size;
  const covered = bytes.subarray(at + 4, at + size);
  if (salt !== undefined && crc32(covered, salt) === view.getUint32(at, true)) {
    // Good records are no search, and cost nothing.
    search.budget += size;
    return salt;
  }
  const other = saltOf(block, at);
  return known.has(other) ? other : undefined;
}

/** Whether a header that may be one stands at `at`, of a record that ends within the block. */
function isPlausible({ bytes, view }: Block, at: number): boolean {
  return at + RECORD_HEADER_BYTES <= bytes.length && headerFault(view, at) === undefined &&
    at + recordBytesAt(view, at) <= bytes.length;
}

function reasonAt({ bytes, view }: Block, at: number): string {
  if (at + RECORD_HEADER_BYTES > bytes.length) return "a record is cut short";
  const fault = headerFault(view, at);
  if (fault !== undefined) return fault;
  const cut = at + recordBytesAt(view, at) > bytes.length;
  return cut ? "a record is cut short" : "the checksum does not fit";
}

function isZero(bytes: Uint8Array, from: number): boolean {
  for (let i = from; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}
