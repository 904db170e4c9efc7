/**
 * Whether an offer can be what is said in it.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import type { Hindrance, Offer } from "../../server/wire/transfers/mod.ts";
import { FROM_CHARS_MAX } from "./limits.ts";

/** Why an offer cannot be accepted: a sentence for this side, a word for the sender. */
export interface Refusal {
  readonly kind: "refused";
  readonly reason: string;
  readonly hindrance: Hindrance;
}

/** Why an offer cannot be accepted; `undefined` when it can. @param bytesMax Of a file, at most. */
export function refusal(offer: Offer, bytesMax: number): Refusal | undefined {
  const { size, sha256, from } = offer;
  if (!Number.isSafeInteger(size) || size < 0) {
    return unable("The offered size is not a number of bytes.");
  }
  if (size > bytesMax) {
    const [has, most] = [prettyBytes(size), prettyBytes(bytesMax)];
    const reason = `The file has ${has}, and at most ${most} are accepted.`;
    return { kind: "refused", reason, hindrance: "too_large" };
  }
  if (sha256 !== undefined && !/^[\da-f]{64}$/i.test(sha256)) {
    return unable("The offered SHA-256 is not one.");
  }
  if (from.length > FROM_CHARS_MAX) return unable("The sender's name is too long.");
}

function unable(reason: string): Refusal {
  return { kind: "refused", reason, hindrance: "unable" };
}
