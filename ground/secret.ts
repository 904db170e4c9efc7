/**
 * Secrets: made of chance, and compared without telling by the time it takes how much of a guess was right.
 *
 * @module
 */

/** How many random bytes make a token: nobody guesses 256 bits. */
const TOKEN_BYTES = 32;

/** Tokens whose chance is asked for at once: asking costs more than the bytes. */
const TOKENS_AT_ONCE = 32;

const encoder = new TextEncoder();
const chance = new Uint8Array(TOKENS_AT_ONCE * TOKEN_BYTES);
let used: number = chance.length;

/** 256 random bits, as they may stand in a URL, a cookie and a file: 43 characters. */
export function randomToken(): string {
  if (used === chance.length) {
    crypto.getRandomValues(chance);
    used = 0;
  }
  const bytes = chance.subarray(used, used += TOKEN_BYTES);
  const token = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  // What was given out is nowhere else.
  bytes.fill(0);
  return token;
}

/** Whether `guess` is the secret. The time depends on the length of the guess alone. */
export function sameSecret(guess: string, secret: string): boolean {
  const guessed = encoder.encode(guess);
  const wanted = encoder.encode(secret);
  let different = guessed.length ^ wanted.length;
  for (let at = 0; at < guessed.length; at++) {
    different |= (guessed[at] ?? 0) ^ (wanted[at % wanted.length] ?? 0);
  }
  return different === 0;
}
