/**
 * SHA-256 of what lies on the disk, read in pieces.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";
import type { Handle } from "./disk.ts";
import { HASH_BYTES } from "./limits.ts";

/** What a long reading is told, and tells. */
export interface HashOptions {
  /** Ends the reading with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Bytes that have been read. */
  readonly onBytes?: ((done: number) => void) | undefined;
}

/** A hash of nothing yet. The state of one cannot be saved: whoever resumes reads again. */
export function newHash(): Hash {
  return createHash("sha256");
}

/** Adds a file's first `size` bytes to a hash; gives how many there were, fewer only at the file's end. */
export async function hashInto(
  hash: Hash,
  handle: Handle,
  size: number,
  { signal, onBytes }: HashOptions = {},
): Promise<number> {
  const piece = new Uint8Array(Math.min(HASH_BYTES, Math.max(1, size)));
  let done = 0;
  while (done < size) {
    signal?.throwIfAborted();
    const wanted = Math.min(piece.length, size - done);
    const { bytesRead } = await handle.read(piece, 0, wanted, done);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    done += bytesRead;
    onBytes?.(done);
  }
  return done;
}
