/**
 * `Inspect`: how the server stands, for operators only.
 *
 * @module
 */

import type { Inspect } from "../wire/mod.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Asks for the figures. */
export function inspect(asker: UserView, _hall: HallView, _message: Inspect): readonly Effect[] {
  if (asker.operator) return [{ do: "inspect" }];
  const msg = "Only who has logged in with the operator token may ask this.";
  return [{ do: "refuse", code: "auth_failed", msg }];
}
