/**
 * Reads a complete segment record by record, in pieces that let the event loop turn.
 *
 * Where a complete segment ends is known, so anything in it that is no valid record is damage, never a torn
 * write. Reading goes on behind damage if a later record can be found, so that everything which is still
 * good is seen, and each damaged stretch is named; so it does around what the disk does not give.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { Faults } from "./faults.ts";
import { type Block, blockOf, parseRecord, recordBytesAt, type RecordHeader } from "./format.ts";
import { RESYNC_CHECKSUM_BYTES_MAX, SCAN_CHUNK_BYTES } from "./limits.ts";
import type { SegmentRow } from "./manifest.ts";
import { NOT_READ, readAround, type ReadAt, type Unread } from "./read_around.ts";
import { findRecord } from "./scan.ts";
import { SEGMENT_HEADER_BYTES, segmentName } from "./segment_header.ts";

/** Sees a record: it stands at `at` in the block and at `offset` in the segment. May say what is wrong with it. */
export type Visit = (
  record: RecordHeader,
  block: Block,
  at: number,
  offset: number,
) => string | undefined | void;

/** Why a walk through a block ended. */
type Stop =
  | { readonly kind: "drained" }
  /** The record at the end of the walk reaches beyond the block. */
  | { readonly kind: "short" }
  | { readonly kind: "invalid"; readonly reason: string };

/**
 * Shows every valid record of a segment to `visit`, in order.
 *
 * @returns What is damaged.
 */
export async function scanSegment(read: ReadAt, row: SegmentRow, visit: Visit): Promise<Damage[]> {
  const file = segmentName(row.id);
  const damages: Damage[] = [];
  const faults = new Faults(file);
  let offset = SEGMENT_HEADER_BYTES;
  let lsn = row.firstLsn - 1;
  let chunk = SCAN_CHUNK_BYTES;

  const walk = (block: Block): { at: number; stop: Stop } => {
    const size = block.bytes.length;
    for (let at = 0;;) {
      if (at === size) return { at, stop: { kind: "drained" } };
      const parsed = parseRecord(block, at, size, row.salt);
      if (parsed.kind !== "record") return { at, stop: parsed };
      const { record } = parsed;
      if (record.lsn <= lsn || record.lsn > row.lastLsn) {
        const reason = `record ${record.lsn} stands between ${lsn} and ${row.lastLsn}`;
        return { at, stop: { kind: "invalid", reason } };
      }
      lsn = record.lsn;
      faults.note(visit(record, block, at, offset + at), offset + at, record.bytes);
      at += record.bytes;
    }
  };

  while (offset < row.end) {
    const asked = Math.min(chunk, row.end - offset);
    const { block } = await readBlock(read, offset, asked);
    const { at, stop } = walk(block);
    offset += at;
    const early = block.bytes.length < asked;
    if (stop.kind === "drained" && !early) continue;
    if (stop.kind === "short" && !early && offset - at + asked < row.end) {
      // The next block begins with this record and is large enough for it.
      chunk = Math.max(SCAN_CHUNK_BYTES, recordBytesAtOr(block, at));
      continue;
    }
    const fault = stop.kind === "invalid"
      ? stop.reason
      : early
      ? "the file ends too early"
      : "a record is cut short";
    const { block: rest, unread } = await readBlock(read, offset, row.end - offset);
    const found = findRecord(rest, 0, {
      salt: row.salt,
      lsnMin: lsn + 1,
      lsnMax: row.lastLsn,
      budget: RESYNC_CHECKSUM_BYTES_MAX,
    });
    const next = found.kind === "found" ? offset + found.at : row.end;
    const wasRead = unread.every(({ from, to }) => to <= offset || from >= next);
    damages.push({ file, offset, bytes: next - offset, reason: wasRead ? fault : NOT_READ });
    offset = next;
  }
  return [...damages, ...faults.damages()].sort((a, b) => a.offset - b.offset);
}

/** Length of the record at `at`, if the block holds its length. */
function recordBytesAtOr(block: Block, at: number): number {
  return at + 8 <= block.bytes.length ? recordBytesAt(block.view, at) : 0;
}

async function readBlock(
  read: ReadAt,
  at: number,
  bytes: number,
): Promise<{ readonly block: Block; readonly unread: readonly Unread[] }> {
  const buffer = new Uint8Array(bytes);
  const { got, unread } = await readAround(read, buffer, at);
  return { block: blockOf(buffer.subarray(0, got)), unread };
}
