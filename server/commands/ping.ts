/**
 * `Ping` is answered; `Pong` is only a sign of life, which any frame is.
 *
 * @module
 */

import type { Effect } from "./types.ts";

/** Answers. */
export function ping(): readonly Effect[] {
  return [{ do: "reply", message: { type: "Pong" } }];
}

/** Does nothing. */
export function pong(): readonly Effect[] {
  return [];
}
