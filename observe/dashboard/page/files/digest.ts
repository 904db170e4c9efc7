/**
 * SHA-256 of files, a slice at a time: what browsers have themselves wants all of it in memory, and is not given at addresses without
 * encryption.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";

/** SHA-256 of a file of the reader's, in hexadecimal, of a slice at a time. */
export async function digestOf(file: Blob, sliceBytes: number): Promise<string> {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += sliceBytes) {
    hash.update(new Uint8Array(await file.slice(at, at + sliceBytes).arrayBuffer()));
  }
  return hexOf(hash.digest());
}

/** In hexadecimal. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
