/**
 * HalfSipHash-1-3 with 64 bits of output, of a pair of texts: a short hash under a secret, for tables whose keys
 * strangers choose.
 *
 * It is the 32-bit sibling of SipHash by Aumasson and Bernstein, with one round for each word and three at the end of
 * each half, as hash tables use it. A word is two units of UTF-16 here, and the lengths of both texts stand at the
 * end, so that no two pairs give the same words.
 *
 * @module
 */

const ROUNDS_END = 3;

/**
 * Hashes a pair of texts.
 *
 * @param secret Two random 32-bit numbers.
 * @param into Gets the 64 bits, as two numbers.
 */
export function halfSipHash(
  one: string,
  other: string,
  secret: Uint32Array,
  into: Uint32Array,
): void {
  const k0 = secret[0] ?? 0;
  const k1 = secret[1] ?? 0;
  let v0 = k0;
  let v1 = k1 ^ 0xee;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const ofOne = (one.length + 1) >>> 1;
  const words = ofOne + ((other.length + 1) >>> 1);
  const last = words + 1 + 2 * ROUNDS_END;
  for (let i = 0; i <= last; i++) {
    let word = 0;
    if (i < ofOne) word = wordAt(one, i * 2);
    else if (i < words) word = wordAt(other, (i - ofOne) * 2);
    else if (i === words) word = one.length;
    else if (i === words + 1) word = other.length;
    else if (i === words + 2) v2 ^= 0xee;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = rotate(v1, 5) ^ v0;
    v0 = rotate(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotate(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotate(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotate(v1, 13) ^ v2;
    v2 = rotate(v2, 16);
    v0 ^= word;
    if (i !== last - ROUNDS_END) continue;
    into[0] = v1 ^ v3;
    v1 ^= 0xdd;
  }
  into[1] = v1 ^ v3;
}

/** Two units as a number; one behind the end is zero. */
function wordAt(text: string, at: number): number {
  return text.charCodeAt(at) | (at + 1 < text.length ? text.charCodeAt(at + 1) << 16 : 0);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
