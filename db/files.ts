/**
 * Whole files on a `Storage`: write all, read all.
 *
 * Each kind of file has a length that it never exceeds. What is longer is damaged, and is not read: a file may claim to
 * be larger than all memory, and take nothing of the disk.
 *
 * @module
 */

import { NotAFileError, systemCode } from "./errors.ts";
import {
  HINT_BASE_BYTES_MAX,
  HINT_SHARE_MAX,
  MANIFEST_FILE_BYTES_MAX,
  SEGMENT_FILE_BYTES_MAX,
} from "./limits.ts";
import { NOT_READ } from "./read_around.ts";
import { Scratch } from "./scratch.ts";
import type { Storage, StorageFile } from "./storage.ts";

/** Writes all bytes at a position, however short the single writes turn out. */
export function writeAll(file: StorageFile, bytes: Uint8Array, at: number): void {
  let done = 0;
  while (done < bytes.length) {
    const taken = file.write(done === 0 ? bytes : bytes.subarray(done), at + done);
    if (taken <= 0) throw new Error(`The disk took none of ${bytes.length - done} bytes`);
    done += taken;
  }
}

/** What is wrong where a file should be. */
export const MISSING = "the file is missing";

/** What came of reading a file: its bytes, or what is wrong, as a sentence without a full stop. */
export type FileRead =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "missing" | "unreadable"; readonly reason: string };

/** How a whole file is read. */
export interface ReadWhole {
  /** Where it is read into. Default: new memory. */
  readonly scratch?: Scratch;
  /** Bytes that it can have at most. Default: what files of its kind can have. */
  readonly bytesMax?: number;
}

/** Reads a whole file; what the disk or its owner does not allow is an outcome, and names the file as damaged. */
export async function tryRead(
  storage: Storage,
  name: string,
  { scratch = new Scratch(), bytesMax = bytesMaxOf(name) }: ReadWhole = {},
): Promise<FileRead> {
  try {
    using file = storage.open(name);
    const size = file.size();
    if (size > bytesMax) {
      return {
        kind: "unreadable",
        reason: `the file has ${size} bytes, and at most ${bytesMax} are possible`,
      };
    }
    const bytes = scratch.take(size);
    return { kind: "bytes", bytes: bytes.subarray(0, await file.read(bytes, 0)) };
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { kind: "missing", reason: MISSING };
    const reason = unreadable(error);
    if (reason === undefined) throw error;
    return { kind: "unreadable", reason };
  }
}

/** Bytes that the hint of a segment can have at most. @param end Bytes of the segment. */
export function hintBytesMax(end: number): number {
  return HINT_BASE_BYTES_MAX + HINT_SHARE_MAX * end;
}

/** Bytes that a file of this name can have at most. */
function bytesMaxOf(name: string): number {
  if (name.endsWith(".manifest")) return MANIFEST_FILE_BYTES_MAX;
  return name.endsWith(".hint") ? hintBytesMax(SEGMENT_FILE_BYTES_MAX) : SEGMENT_FILE_BYTES_MAX;
}

/** Why a file cannot be read, when that is the file's own fault; `undefined` when it is something else's. */
export function unreadable(error: unknown): string | undefined {
  if (error instanceof NotAFileError) return error.message.slice(error.path.length + 1);
  return systemCode(error) === "EIO" ? NOT_READ : undefined;
}

/** Removes a file if it is there. */
export function removeFile(storage: Storage, name: string): void {
  try {
    storage.remove(name);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

/** Makes a file with these bytes, replacing one of that name. It is not durable. */
export function writeFile(storage: Storage, name: string, bytes: Uint8Array): void {
  removeFile(storage, name);
  using file = storage.create(name);
  writeAll(file, bytes, 0);
}

/**
 * Makes a new file with these bytes; durable when this resolves, and gone when it fails.
 *
 * @param onWhole Told when all bytes are written: from then on the file may be there after a crash, though this has failed.
 */
export async function writeNewFile(
  storage: Storage,
  name: string,
  bytes: Uint8Array,
  onWhole: () => void = () => {},
): Promise<void> {
  using file = storage.create(name);
  try {
    writeAll(file, bytes, 0);
    onWhole();
    await allOf(file.sync(), storage.syncDirectory());
  } catch (error) {
    giveUp(storage, name);
    throw error;
  }
}

/**
 * Waits for syncs that are under way at once: a slow disk takes for all of them about as long as for one. A failure is
 * thrown when none is under way any more.
 */
export async function allOf(...syncs: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(syncs)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}

/** Removes a file that was begun. That this may fail too must not hide why it is removed. */
export function giveUp(storage: Storage, name: string): void {
  try {
    removeFile(storage, name);
  } catch {
    // The file stays behind, and counts for nothing; the next opening removes it.
  }
}
