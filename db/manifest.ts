/**
 * The manifest: which segments are the store.
 *
 * ```text
 *    0          8      10     12       16       20       24          40       44       48       52    56
 *   ├──────────┼──────┼──────┼────────┼────────┼────────┼───────────┼────────┼────────┼────────┼─────┤
 *   │"manifest"│ ver  │ zero │incompat│ro-comp │ compat │ store id  │ number │ tail   │ count  │salt │
 *   ├──────────┴──────┴──────┴────────┴────────┴────────┴───────────┴────────┴────────┴────────┴─────┤
 *   │ count × 32 bytes: id u32 │ salt u32 │ first lsn u64 │ last lsn u64 │ end u32 │ zero u32          │
 *   ├────────────────────────────────────────────────────────────────────────────────────────────────┤
 *   │ crc u32 of all before                                                                            │
 *   └────────────────────────────────────────────────────────────────────────────────────────────────┘
 * ```
 *
 * - The rows are in LSN order, each range begins where the one before it ends, and nothing behind a row's `end` counts.
 * - A segment is part of the store if a row names it, or if it was not written by compaction and its id is
 *   `tail` or more: those continue the log after the last row. So a new segment needs no new manifest.
 * - Bit 0 of `compat`: the segment `tail` was there, durable and with the salt at 52, before the manifest was. So its
 *   absence is damage, and its records can be checked even if its header cannot be read. A store that was closed has
 *   no such segment, and no bit.
 * - A manifest is a new file each time, `<number>.manifest`; the one before it stays until the next. A torn one is
 *   therefore no harm, and no rename is needed. The highest valid number counts.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { FORMAT_VERSION } from "./limits.ts";
import { fileNumber } from "./numbers.ts";
import { storeIdBytes, storeIdText } from "./segment_header.ts";

/** A segment that is complete. */
export interface SegmentRow {
  readonly id: number;
  readonly salt: number;
  /** The LSNs that it stands for, both included. After compaction not all of them are there any more. */
  readonly firstLsn: number;
  readonly lastLsn: number;
  /** Where its last record ends, in bytes. */
  readonly end: number;
}

/** Which segments are the store. */
export interface Manifest {
  readonly store: string;
  /** Grows by one with each manifest. */
  readonly number: number;
  /** First id of the segments that continue the log after the last row. */
  readonly tail: number;
  /** Salt of the segment `tail`, if it was there when the manifest was written. */
  readonly tailSalt?: number | undefined;
  readonly rows: readonly SegmentRow[];
}

/** What a manifest file turns out to be. */
export type ManifestOutcome =
  | { readonly kind: "manifest"; readonly manifest: Manifest }
  | { readonly kind: "newer" }
  | { readonly kind: "invalid"; readonly reason: string };

const MAGIC = new TextEncoder().encode("manifest");
/** Bytes before the first row. */
export const MANIFEST_HEADER_BYTES = 56;
const ROW_BYTES = 32;
const HIGH = 0x1_0000_0000;
/** Flag in `compat`: the segment `tail` is there. */
const TAIL_IS_THERE = 1;

/** Encodes a manifest. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const bytes = new Uint8Array(MANIFEST_HEADER_BYTES + ROW_BYTES * manifest.rows.length + 4);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint16(8, FORMAT_VERSION, true);
  bytes.set(storeIdBytes(manifest.store), 24);
  view.setUint32(40, manifest.number, true);
  view.setUint32(44, manifest.tail, true);
  view.setUint32(48, manifest.rows.length, true);
  if (manifest.tailSalt !== undefined) {
    view.setUint32(20, TAIL_IS_THERE, true);
    view.setUint32(52, manifest.tailSalt, true);
  }
  let at = MANIFEST_HEADER_BYTES;
  for (const row of manifest.rows) {
    view.setUint32(at, row.id, true);
    view.setUint32(at + 4, row.salt, true);
    setLsn(view, at + 8, row.firstLsn);
    setLsn(view, at + 16, row.lastLsn);
    view.setUint32(at + 24, row.end, true);
    at += ROW_BYTES;
  }
  view.setUint32(at, crc32(bytes.subarray(0, at)), true);
  return bytes;
}

/**
 * Decodes a manifest file.
 *
 * @param number That of the file's name, if it has one: a copy under another name is not the manifest of that number.
 */
export function decodeManifest(bytes: Uint8Array, number?: number): ManifestOutcome {
  if (bytes.length < MANIFEST_HEADER_BYTES + 4) return invalid("it is cut short");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const crcAt = bytes.length - 4;
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) return invalid("this is no manifest");
  if (crc32(bytes.subarray(0, crcAt)) !== view.getUint32(crcAt, true)) {
    return invalid("its checksum does not fit");
  }
  if (view.getUint16(8, true) > FORMAT_VERSION || view.getUint32(12, true) !== 0) {
    return { kind: "newer" };
  }
  const count = view.getUint32(48, true);
  if (MANIFEST_HEADER_BYTES + count * ROW_BYTES !== crcAt) {
    return invalid("its length does not fit");
  }
  const manifest = readManifest(bytes);
  if (number !== undefined && manifest.number !== number) {
    return invalid(`it is a copy of manifest ${manifest.number}`);
  }
  return { kind: "manifest", manifest };
}

/**
 * What stands in the bytes of a manifest, whether they are good or not: of a damaged one, each part is only a hint.
 *
 * @param bytes At least the header.
 */
export function readManifest(bytes: Uint8Array): Manifest {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: SegmentRow[] = [];
  for (let at = MANIFEST_HEADER_BYTES; at + ROW_BYTES <= bytes.length - 4; at += ROW_BYTES) {
    rows.push({
      id: view.getUint32(at, true),
      salt: view.getUint32(at + 4, true),
      firstLsn: lsn(view, at + 8),
      lastLsn: lsn(view, at + 16),
      end: view.getUint32(at + 24, true),
    });
  }
  const tailIsThere = (view.getUint32(20, true) & TAIL_IS_THERE) !== 0;
  return {
    store: storeIdText(bytes.subarray(24, 40)),
    number: view.getUint32(40, true),
    tail: view.getUint32(44, true),
    ...(tailIsThere ? { tailSalt: view.getUint32(52, true) } : {}),
    rows,
  };
}

/** What a disk writes at once: of it there is all or nothing after a power failure. */
const SECTOR_BYTES = 512;

/**
 * Whether the bytes of a damaged manifest were all written once. One that broke off when the power failed ends too early,
 * or lacks a sector: zeros stand there. What is damaged so that it looks like that cannot be told from it.
 */
export function wasWritten(bytes: Uint8Array): boolean {
  if (bytes.length < MANIFEST_HEADER_BYTES + 4) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const crcAt = MANIFEST_HEADER_BYTES + view.getUint32(48, true) * ROW_BYTES;
  if (crcAt + 4 > bytes.length || view.getUint32(crcAt, true) === 0) return false;
  for (let at = 0; at < crcAt; at += SECTOR_BYTES) {
    if (bytes.subarray(at, at + SECTOR_BYTES).every((byte) => byte === 0)) return false;
  }
  return true;
}

/**
 * The LSNs that no row stands for, between the first record of all and the last row; `undefined` when there are none.
 * Every segment keeps its range through compaction, so a gap means that a segment is missing.
 */
export function gapIn(rows: readonly SegmentRow[]): { from: number; to: number } | undefined {
  let expected = 1;
  for (const { firstLsn, lastLsn } of rows) {
    if (firstLsn !== expected) return { from: expected, to: firstLsn - 1 };
    expected = lastLsn + 1;
  }
  return undefined;
}

/** Name of the file of a manifest. */
export function manifestName(number: number): string {
  return `${String(number).padStart(8, "0")}.manifest`;
}

/** The number in a manifest file's name, if it is one. */
export function manifestNumberOf(name: string): number | undefined {
  const match = /^(\d{8,10})\.manifest$/.exec(name);
  return match?.[1] === undefined ? undefined : fileNumber(match[1]);
}

function setLsn(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % HIGH, true);
  view.setUint32(at + 4, Math.floor(value / HIGH), true);
}

function lsn(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * HIGH + view.getUint32(at, true);
}

function invalid(reason: string): ManifestOutcome {
  return { kind: "invalid", reason };
}
