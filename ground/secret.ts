/**
 * Secrets: made of chance, and compared without telling by the time it takes how much of a guess was right.
 *
 * @module
 */

/** How many random bytes make a token: nobody guesses 256 bits. */
const TOKEN_BYTES = 32;

const encoder = new TextEncoder();

/** 256 random bits, as they may stand in a URL, a cookie and a file: 43 characters. */
export function randomToken(): string {
  return crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
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
