/**
 * Whether a log can be written now, and the refusal when not.
 *
 * What is refused was never written. Of what a disk has failed to write, or to cut off again, nobody can say that.
 *
 * @module
 */

import { isFull, StoreError, systemCode } from "./errors.ts";
import type { Group } from "./group.ts";
import { PENDING_BYTES_MAX, PENDING_RECORDS_MAX } from "./limits.ts";

/** How it stands with writing. */
export type Writing =
  | { readonly kind: "open" }
  /** A failed write is being cut off. */
  | { readonly kind: "mending"; readonly error: StoreError }
  /** Nothing more is written until the store is opened again. */
  | { readonly kind: "failed"; readonly error: StoreError }
  | { readonly kind: "closed" };

/**
 * Refuses unless something can be appended. What is refused so was never written.
 *
 * @param closing Whether only what was appended is still written.
 * @throws {StoreError} Why not.
 */
export function refuseUnlessOpen(writing: Writing, closing: boolean): void {
  switch (writing.kind) {
    case "open":
      if (closing) throw new StoreError("closed", "Cannot append: the store is closing");
      return;
    case "mending":
    case "failed": {
      const { error } = writing;
      throw new StoreError(error.code, error.message, { cause: error });
    }
    case "closed":
      throw new StoreError("closed", "Cannot append: the store is closed");
    default:
      writing satisfies never;
  }
}

/** Refuses what does not fit into a group beside what waits in it. @throws {StoreError} `busy`. */
export function refuseWhenBusy(group: Group, records: number, bytes: number): void {
  if (group.records() === 0) return;
  const fits = group.bytes() + bytes <= PENDING_BYTES_MAX &&
    group.records() + records <= PENDING_RECORDS_MAX;
  if (fits) return;
  throw new StoreError(
    "busy",
    `Cannot append: ${group.records()} records (${group.bytes()} bytes) wait for the disk`,
  );
}

/** A write has failed, and what it left is being cut off. */
export function writeFailed(cause: unknown): StoreError {
  if (systemCode(cause) === "EFBIG") {
    return new StoreError("full", "Cannot store: a file may not become larger here", { cause });
  }
  return isFull(cause)
    ? new StoreError("full", "Cannot store: the disk is full", { cause })
    : new StoreError("failed", "Cannot store: the disk failed to write", { cause });
}

/** What a failed write left could not be cut off. */
export function cutOffFailed(cause: unknown): StoreError {
  const message = "Cannot store: the disk failed, and what it had written could not be cut off";
  return new StoreError("failed", message, { cause, outcome: "unknown" });
}

/** A sync has failed. */
export function syncFailed(cause: unknown): StoreError {
  const message = "Cannot store: the disk failed to sync; open the store again to go on";
  return new StoreError("failed", message, { cause, outcome: "unknown" });
}
