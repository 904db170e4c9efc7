/**
 * The operator's token: who shows it may ask how the server stands.
 *
 * @module
 */

import { OPERATOR_TOKEN_CHARS_MIN } from "./limits.ts";

/** @throws {RangeError} When an operator's token could be guessed. */
export function refuseShortToken(token: string | undefined): void {
  if (token === undefined || token.length >= OPERATOR_TOKEN_CHARS_MIN) return;
  throw new RangeError(`An operator token has ${OPERATOR_TOKEN_CHARS_MIN} characters or more`);
}
