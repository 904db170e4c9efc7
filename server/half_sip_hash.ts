/**
 * HalfSipHash-1-3: a short hash under a secret, for tables whose keys strangers choose.
 *
 * It is the 32-bit sibling of SipHash by Aumasson and Bernstein, with one round for each word and three at
 * the end, as hash tables use it.
 *
 * @module
 */

const ROUNDS_END = 3;

/**
 * Hashes bytes to 32 bits.
 *
 * @param bytes What to hash.
 * @param secret Two random 32-bit numbers.
 */
export function halfSipHash(bytes: Uint8Array, secret: Uint32Array): number {
  const k0 = secret[0] ?? 0;
  const k1 = secret[1] ?? 0;
  let v0 = k0;
  let v1 = k1;
  let v2 = k0 ^ 0x6c796765;
  let v3 = k1 ^ 0x74656462;
  const words = bytes.length >>> 2;
  for (let i = 0; i <= words + ROUNDS_END; i++) {
    let word = 0;
    if (i < words) word = wordAt(bytes, i * 4);
    else if (i === words) word = wordAt(bytes, i * 4) | (bytes.length << 24);
    else if (i === words + 1) v2 ^= 0xff;
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
  }
  return (v1 ^ v3) >>> 0;
}

/** Four bytes as a number; those behind the end are zero. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
