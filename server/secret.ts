/**
 * Secrets that a peer must know: long enough, and compared without telling by the time it takes how much of a
 * guess was right.
 *
 * @module
 */

import { OPERATOR_TOKEN_CHARS_MIN } from "./limits.ts";

const encoder = new TextEncoder();

/** Whether `guess` is the secret. The time depends on the length of the guess alone. */
export function isSecret(guess: string, secret: string): boolean {
  const guessed = encoder.encode(guess);
  const wanted = encoder.encode(secret);
  let different = guessed.length ^ wanted.length;
  for (let at = 0; at < guessed.length; at++) {
    different |= (guessed[at] ?? 0) ^ (wanted[at % wanted.length] ?? 0);
  }
  return different === 0;
}

/** @throws {RangeError} When an operator's token could be guessed. */
export function refuseShortToken(token: string | undefined): void {
  if (token === undefined || token.length >= OPERATOR_TOKEN_CHARS_MIN) return;
  throw new RangeError(`An operator token has ${OPERATOR_TOKEN_CHARS_MIN} characters or more`);
}
