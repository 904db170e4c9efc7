/**
 * Whether an offer can be what is said in it.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import type { Offer } from "../../server/wire/transfers/mod.ts";
import { FROM_CHARS_MAX } from "./limits.ts";

/** Why an offer cannot be accepted, as a sentence; `undefined` when it can. @param bytesMax Of a file, at most. */
export function refusal(offer: Offer, bytesMax: number): string | undefined {
  const { size, sha256, from } = offer;
  if (!Number.isSafeInteger(size) || size < 0) return "The offered size is not a number of bytes.";
  if (size > bytesMax) {
    return `The file has ${prettyBytes(size)}, and at most ${prettyBytes(bytesMax)} are accepted.`;
  }
  if (sha256 !== undefined && !/^[\da-f]{64}$/i.test(sha256)) {
    return "The offered SHA-256 is not one.";
  }
  if (from.length > FROM_CHARS_MAX) return "The sender's name is too long.";
}
