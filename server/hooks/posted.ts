/**
 * What is kept of how far an outgoing hook is. Pure.
 *
 * ```text
 *   posted/<folded name> ─► {"seq": 12, "missed": 0}
 * ```
 *
 * @module
 */

import { POSTED_KEYS } from "../store/streams.ts";
import type { FoldedName } from "../wire/mod.ts";

/** How far a hook is. */
export interface PostedSoFar {
  /** The last message that is done with. */
  readonly seq: number;
  /** How many were not posted. */
  readonly missed: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Its key in the store. */
export function postedKey(name: FoldedName): string {
  return POSTED_KEYS + name;
}

/** How far a hook is, in bytes. */
export function encodePosted({ seq, missed }: PostedSoFar): Uint8Array {
  return encoder.encode(JSON.stringify({ seq, missed }));
}

/** How far a hook is, by stored bytes; `undefined` when they do not say that. */
export function postedIn(bytes: Uint8Array): PostedSoFar | undefined {
  try {
    const { seq, missed } = Object(JSON.parse(decoder.decode(bytes)));
    const isWhole = [seq, missed].every((one) => Number.isSafeInteger(one) && one >= 0);
    return isWhole ? { seq, missed } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
