/**
 * Whether something may be said at all: not empty, not too long, and no reply to nothing.
 *
 * @module
 */

import { CONTENT_BYTES_MAX } from "../wire/mod.ts";
import type { Effect, Said } from "./types.ts";

/** The bytes of a JSON string beside its content, when there is no escape in it. */
const QUOTES = 2;

const encoder = new TextEncoder();

/** The refusal that it deserves, if it deserves one. */
export function refuseContent(said: Said): Effect | undefined {
  const { json } = said;
  const isEmpty = json === undefined ? said.content === "" : json.length === QUOTES;
  if (isEmpty) {
    return { do: "refuse", code: "invalid", msg: "A message cannot be empty." };
  }
  const tooLong = json === undefined
    ? isTooLong(said.content)
    : json.length - QUOTES > CONTENT_BYTES_MAX;
  if (tooLong) {
    const msg = `A message has at most ${CONTENT_BYTES_MAX} bytes.`;
    return { do: "refuse", code: "too_long", msg };
  }
  return undefined;
}

/** The refusal of a reply to what was never said. `head`: the newest message there. */
export function refuseReply({ reply }: Said, head: () => number): Effect | undefined {
  if (reply === undefined || (reply >= 1 && reply <= head())) return undefined;
  return { do: "refuse", code: "not_found", msg: "There is no such message to reply to." };
}

/** A UTF-16 unit is one to three bytes of UTF-8, so most content need not be encoded to be measured. */
function isTooLong(content: string): boolean {
  if (content.length > CONTENT_BYTES_MAX) return true;
  if (content.length * 3 <= CONTENT_BYTES_MAX) return false;
  return encoder.encode(content).length > CONTENT_BYTES_MAX;
}
