/**
 * The first 64 bytes of a segment file, and the name of the file.
 *
 * ```text
 *    0          8      10     12       16       20       24          40       44       48     54     60     64
 *   ├──────────┼──────┼──────┼────────┼────────┼────────┼───────────┼────────┼────────┼──────┼──────┼──────┤
 *   │"segment\n"│ ver  │flags │incompat│ro-comp │ compat │ store id  │ id     │ salt   │first │last  │ crc  │
 *   └──────────┴──────┴──────┴────────┴────────┴────────┴───────────┴────────┴────────┴──────┴──────┴──────┘
 *   flags bit 0: written by compaction. Such a segment counts only when the manifest names it.
 *   flags bit 1: `first` and `last` are the LSNs (48 bits) that it stands for, though not all of them are in it any
 *   more. Only compaction knows them beforehand; with them it can be told apart, without a manifest, what is dead and
 *   what is lost. Otherwise they are 0.
 *   incompat: a bit that is not known here means "do not open"; ro-comp: "open for reading only";
 *   compat: "go on". All three are 0 in version 1.
 * ```
 *
 * The header is durable before the first record is written, so a bad header before records is damage.
 * It does not say which LSN comes first: the first record does, and so a segment can be made ready before
 * it is known when it will be needed.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { FORMAT_VERSION } from "./limits.ts";
import { fileNumber } from "./numbers.ts";

/** Bytes before the first record. */
export const SEGMENT_HEADER_BYTES = 64;

const MAGIC = new TextEncoder().encode("segment\n");
const COMPACTED = 1;
const RANGED = 2;
const CRC_AT = 60;

/** What a segment's header says. */
export interface SegmentHeader {
  /** The store that the segment belongs to: 16 bytes as 32 hexadecimal digits. */
  readonly store: string;
  /** The segment's number, never used twice in a store. */
  readonly id: number;
  /** First value of the checksums of its records. */
  readonly salt: number;
  /** Whether compaction wrote it. */
  readonly compacted: boolean;
  /** The LSNs that it stands for, both included, if that was known when it was begun. */
  readonly range?: LsnRange | undefined;
}

/** LSNs, both included. */
export interface LsnRange {
  readonly firstLsn: number;
  readonly lastLsn: number;
}

/** What the first bytes of a file turn out to be. */
export type SegmentHeaderOutcome =
  | { readonly kind: "header"; readonly header: SegmentHeader }
  | { readonly kind: "newer" }
  | { readonly kind: "invalid"; readonly reason: string };

/** Encodes a header. */
export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(8, FORMAT_VERSION, true);
  const { range } = header;
  view.setUint16(10, (header.compacted ? COMPACTED : 0) | (range ? RANGED : 0), true);
  if (range !== undefined) {
    setLsn(view, 48, range.firstLsn);
    setLsn(view, 54, range.lastLsn);
  }
  bytes.set(storeIdBytes(header.store), 24);
  view.setUint32(40, header.id, true);
  view.setUint32(44, header.salt, true);
  view.setUint32(CRC_AT, crc32(bytes.subarray(0, CRC_AT)), true);
  return bytes;
}

/** Makes a header that of the same segment in another store, whatever else it says. */
export function renameStore(header: Uint8Array, store: string): void {
  const view = new DataView(header.buffer, header.byteOffset, SEGMENT_HEADER_BYTES);
  header.set(storeIdBytes(store), 24);
  view.setUint32(CRC_AT, crc32(header.subarray(0, CRC_AT)), true);
}

/** Decodes the first bytes of a segment file. */
export function decodeSegmentHeader(bytes: Uint8Array): SegmentHeaderOutcome {
  if (bytes.length < SEGMENT_HEADER_BYTES) return invalid("the header is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, SEGMENT_HEADER_BYTES);
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return invalid("this is no segment");
  if (crc32(bytes.subarray(0, CRC_AT)) !== view.getUint32(CRC_AT, true)) {
    return invalid("the header's checksum does not fit");
  }
  if (view.getUint16(8, true) > FORMAT_VERSION || view.getUint32(12, true) !== 0) {
    return { kind: "newer" };
  }
  const flags = view.getUint16(10, true);
  const range = { firstLsn: lsnOf(view, 48), lastLsn: lsnOf(view, 54) };
  return {
    kind: "header",
    header: {
      store: storeIdText(bytes.subarray(24, 40)),
      id: view.getUint32(40, true),
      salt: view.getUint32(44, true),
      compacted: (flags & COMPACTED) !== 0,
      range: (flags & RANGED) !== 0 ? range : undefined,
    },
  };
}

/** Name of the file of a segment. */
export function segmentName(id: number): string {
  return `${String(id).padStart(8, "0")}.segment`;
}

/** The number in a segment file's name, if it is one. */
export function segmentIdOf(name: string): number | undefined {
  const match = /^(\d{8,10})\.segment$/.exec(name);
  return match?.[1] === undefined ? undefined : fileNumber(match[1]);
}

/** A store's id as text. */
export function storeIdText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A store's id as 16 bytes. */
export function storeIdBytes(text: string): Uint8Array {
  return Uint8Array.from(
    { length: 16 },
    (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

function setLsn(view: DataView, at: number, lsn: number): void {
  view.setUint32(at, lsn % 2 ** 32, true);
  view.setUint16(at + 4, Math.floor(lsn / 2 ** 32), true);
}

function lsnOf(view: DataView, at: number): number {
  return view.getUint16(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function invalid(reason: string): SegmentHeaderOutcome {
  return { kind: "invalid", reason };
}
