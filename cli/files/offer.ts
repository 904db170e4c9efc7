/**
 * An offered file as the receiver sees it, and the question whether an offer can be what is said in it.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import { FROM_CHARS_MAX } from "./limits.ts";

/** What somebody offers. */
export interface Offer {
  /** Who offers it; with the server's address, if one directory is used for several servers. */
  readonly from: string;
  /** The name as it was offered: not to be used for anything but `cleanName`. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** SHA-256 of the whole file, in hexadecimal. Without it a transfer cannot be resumed. */
  readonly sha256?: string | undefined;
}

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
