/**
 * The operator's token: who shows it may ask how the server stands.
 *
 * @module
 */

import { OPERATOR_TOKEN_CHARS_MIN } from "./limits.ts";

/** @throws {RangeError} When an operator's token could be guessed, or one for metrics. */
export function refuseShortTokens(operator: string | undefined, metrics: string | undefined): void {
  refuseShort(operator, "An operator token");
  refuseShort(metrics, "A token for metrics");
}

function refuseShort(token: string | undefined, what: string): void {
  if (token === undefined || token.length >= OPERATOR_TOKEN_CHARS_MIN) return;
  throw new RangeError(`${what} has ${OPERATOR_TOKEN_CHARS_MIN} characters or more`);
}
