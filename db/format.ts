/**
 * One record: the unit of everything that the store writes.
 *
 * The log of records is the write-ahead log and the data at once: what makes a write durable is also what
 * is read later, so a message costs one write and no second place can disagree with it.
 *
 * ```text
 *    0        4        8  9  10    12       16       20          26          32       36       40
 *   ├────────┼────────┼──┼──┼─────┼────────┼────────┼───────────┼───────────┼────────┼────────┼──────┬─────┤
 *   │ crc    │ body   │k │f │left │ slot   │ seq    │ lsn (48)  │ at (48)   │ order  │ zero   │ body │ pad │
 *   └────────┴────────┴──┴──┴─────┴────────┴────────┴───────────┴───────────┴────────┴────────┴──────┴─────┘
 *   crc    CRC-32 of all that follows, pad included, begun with the segment's salt
 *   body   length of the body in bytes, 0 to 16 MiB
 *   k, f   kind (0 is none, so zeros are never a record) and flags
 *   left   records of its batch that still follow; a batch counts only when its last one (0) is there
 *   slot   number of the stream          seq  place in the stream, dense from 1
 *   lsn    place in the log: one more than the record before, in the order of writing
 *   at     time in ms since 1970, never falling within a stream
 *   order  the record's place in its group of writes, from 1: everything up to lsn − order was durable
 *          before this record was written. 0 says nothing. It is the proof that tells damage from a torn write.
 *   pad    zeros up to the next multiple of 8
 *
 *   A message "hi" in slot 7, seq 3, lsn 258, at 1000 ms, second of its group, in a segment of salt 0x01020304:
 *
 *   f8 e8 18 c5  02 00 00 00  01 00 00 00  07 00 00 00  03 00 00 00  02 01 00 00  00 00 e8 03
 *   00 00 00 00  02 00 00 00  00 00 00 00  68 69 00 00  00 00 00 00
 * ```
 *
 * Numbers are little-endian. The salt keeps text that imitates a record from being taken for one; it is no
 * secret to somebody who can read the files, and a CRC is no signature. Weak sides: 40 bytes a record are much
 * for short texts, and one record in 2^32 damaged ones passes.
 *
 * Encoding and decoding are pure. What a row of records means is `scan.ts`' and `catalog.ts`' business.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { BODY_BYTES_MAX, GRID_BYTES } from "./limits.ts";

/** Bytes of a record before its body. */
export const RECORD_HEADER_BYTES = 40;

/** What a record says. */
export const Kind = {
  /** The next message of a stream. */
  message: 1,
  /** Another body for a message that is there. */
  edit: 2,
  /**
   * Messages `seq` to `seq + count − 1` are gone; the body holds the count, and `at` is the stream's last time.
   * Flag `LOST`: by damage.
   */
  drop: 3,
  /** Stream `slot` has the name in the body. */
  stream: 4,
  /** A key and its value. */
  put: 5,
  /** A key is gone. */
  remove: 6,
} as const;

/** A record's kind as a number. */
export type RecordKind = (typeof Kind)[keyof typeof Kind];

/** Whether records of this kind hold the body of a message. */
export function isBody(kind: RecordKind): boolean {
  return kind === Kind.message || kind === Kind.edit;
}

/** Whether the index points at records of this kind. */
export function isIndexed(kind: RecordKind): boolean {
  return isBody(kind) || kind === Kind.put;
}

/** Flag of a drop: these messages were lost by damage, not deleted. */
export const LOST = 1;

/** Bytes with a view for numbers. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** What a record's header says, but for checksum and length. */
export interface RecordFields {
  readonly kind: RecordKind;
  readonly flags: number;
  readonly left: number;
  readonly slot: number;
  readonly seq: number;
  readonly lsn: number;
  readonly at: number;
  readonly order: number;
}

/** A record's header, decoded. */
export interface RecordHeader extends RecordFields {
  /** Length of the body in bytes. */
  readonly bodyBytes: number;
  /** Length of the whole record in bytes, pad included. */
  readonly bytes: number;
}

/** What stands at a position. */
export type Parsed =
  | { readonly kind: "record"; readonly record: RecordHeader }
  /** The block ends before the record does. */
  | { readonly kind: "short" }
  | { readonly kind: "invalid"; readonly reason: string };

const SHORT: Parsed = { kind: "short" };
const HIGH = 0x1_0000_0000;

/** Wraps bytes for encoding and decoding. */
export function blockOf(bytes: Uint8Array): Block {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Length on disk of a record with such a body. */
export function recordBytes(bodyBytes: number): number {
  return Math.ceil((RECORD_HEADER_BYTES + bodyBytes) / GRID_BYTES) * GRID_BYTES;
}

/** Writes a record at `at` and returns where it ends. The block must have the room. */
export function encodeRecord(
  block: Block,
  at: number,
  fields: RecordFields,
  body: Uint8Array,
  salt: number,
): number {
  const { bytes, view } = block;
  const end = at + recordBytes(body.length);
  view.setUint32(at + 4, body.length, true);
  view.setUint8(at + 8, fields.kind);
  view.setUint8(at + 9, fields.flags);
  view.setUint16(at + 10, fields.left, true);
  view.setUint32(at + 12, fields.slot, true);
  view.setUint32(at + 16, fields.seq, true);
  view.setUint32(at + 20, fields.lsn % HIGH, true);
  view.setUint16(at + 24, Math.floor(fields.lsn / HIGH), true);
  view.setUint32(at + 26, fields.at % HIGH, true);
  view.setUint16(at + 30, Math.floor(fields.at / HIGH), true);
  view.setUint32(at + 32, fields.order, true);
  view.setUint32(at + 36, 0, true);
  bytes.set(body, at + RECORD_HEADER_BYTES);
  bytes.fill(0, at + RECORD_HEADER_BYTES + body.length, end);
  sign(block, at, end, salt);
  return end;
}

/**
 * Gives a record that was copied to another segment that segment's checksum. It stands alone from then on:
 * outside of its batch, which is known to be whole, and without proof, which held for its old neighbours.
 */
export function resignRecord(block: Block, at: number, end: number, salt: number): void {
  block.view.setUint16(at + 10, 0, true);
  block.view.setUint32(at + 32, 0, true);
  sign(block, at, end, salt);
}

/** Reads the record at `at` in a block that ends at `end`, and checks all that can be checked about it alone. */
export function parseRecord(block: Block, at: number, end: number, salt: number): Parsed {
  const { bytes, view } = block;
  if (at + RECORD_HEADER_BYTES > end) return SHORT;
  const fault = headerFault(view, at);
  if (fault !== undefined) return { kind: "invalid", reason: fault };
  const size = recordBytesAt(view, at);
  if (at + size > end) return SHORT;
  if (crc32(bytes.subarray(at + 4, at + size), salt) !== view.getUint32(at, true)) {
    return { kind: "invalid", reason: "the checksum does not fit" };
  }
  return { kind: "record", record: readHeader(view, at) };
}

/** Reads the header of a record that is known to be valid. */
export function readHeader(view: DataView, at: number): RecordHeader {
  const bodyBytes = view.getUint32(at + 4, true);
  return {
    kind: view.getUint8(at + 8) as RecordKind,
    flags: view.getUint8(at + 9),
    left: view.getUint16(at + 10, true),
    slot: view.getUint32(at + 12, true),
    seq: view.getUint32(at + 16, true),
    lsn: lsnAt(view, at),
    at: view.getUint16(at + 30, true) * HIGH + view.getUint32(at + 26, true),
    order: view.getUint32(at + 32, true),
    bodyBytes,
    bytes: recordBytes(bodyBytes),
  };
}

/** The LSN that stands in a header which may not be one. */
export function lsnAt(view: DataView, at: number): number {
  return view.getUint16(at + 24, true) * HIGH + view.getUint32(at + 20, true);
}

/** Length of the record at `at`, from a header which may not be one. */
export function recordBytesAt(view: DataView, at: number): number {
  return recordBytes(view.getUint32(at + 4, true));
}

/** What is wrong with a header by itself; cheap, so that it stands before the checksum. */
export function headerFault(view: DataView, at: number): string | undefined {
  const kind = view.getUint8(at + 8);
  if (kind < Kind.message || kind > Kind.remove) return "there is no record of this kind";
  if (view.getUint8(at + 9) > (kind === Kind.drop ? LOST : 0)) return "a flag is unknown";
  if (view.getUint32(at + 36, true) !== 0) return "bytes that must be zero are not";
  if (view.getUint32(at + 4, true) > BODY_BYTES_MAX) return "the length is beyond the limit";
  return undefined;
}

/** The body of the record at `at`, as a view into the block. */
export function bodyOf(block: Block, at: number, record: RecordHeader): Uint8Array {
  const start = at + RECORD_HEADER_BYTES;
  return block.bytes.subarray(start, start + record.bodyBytes);
}

function sign(block: Block, at: number, end: number, salt: number): void {
  block.view.setUint32(at, crc32(block.bytes.subarray(at + 4, end), salt), true);
}
