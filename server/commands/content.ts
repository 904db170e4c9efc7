/**
 * Whether something may be said at all: not empty, and not too long.
 *
 * @module
 */

import { CONTENT_BYTES_MAX } from "../wire/mod.ts";
import type { Effect } from "./types.ts";

const encoder = new TextEncoder();

/** The refusal that `content` deserves, if it deserves one. */
export function refuseContent(content: string): Effect | undefined {
  if (content === "") {
    return { do: "refuse", code: "invalid", msg: "A message cannot be empty." };
  }
  if (isTooLong(content)) {
    const msg = `A message has at most ${CONTENT_BYTES_MAX} bytes.`;
    return { do: "refuse", code: "too_long", msg };
  }
  return undefined;
}

/** A UTF-16 unit is one to three bytes of UTF-8, so most content need not be encoded to be measured. */
function isTooLong(content: string): boolean {
  if (content.length > CONTENT_BYTES_MAX) return true;
  if (content.length * 3 <= CONTENT_BYTES_MAX) return false;
  return encoder.encode(content).length > CONTENT_BYTES_MAX;
}
