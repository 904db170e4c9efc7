/**
 * `Inspect`: how the server stands, for operators only.
 *
 * @module
 */

import { MARK_CHARS_MAX } from "../figures/limits.ts";
import type { Inspect } from "../wire/mod.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** What is no character of a line: a mark is shown beside a chart. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/u;

/** Asks for the figures, and may mark this moment. */
export function inspect(asker: UserView, _hall: HallView, { mark }: Inspect): readonly Effect[] {
  if (!asker.operator) {
    const msg = "Only who has logged in with the operator token may ask this.";
    return [{ do: "refuse", code: "auth_failed", msg }];
  }
  if (mark === undefined) return [{ do: "inspect" }];
  if (mark.trim() !== "" && mark.length <= MARK_CHARS_MAX && !CONTROLS.test(mark)) {
    return [{ do: "inspect", mark }];
  }
  const msg = `A mark is one line of 1 to ${MARK_CHARS_MAX} characters.`;
  return [{ do: "refuse", code: "invalid", msg }];
}
