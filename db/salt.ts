/**
 * Which salt a record was signed with, from the record alone.
 *
 * A CRC is linear: what the salt adds to the checksum of `n` bytes depends on the salt and on `n`, and not on the bytes.
 *
 * ```text
 *   crc(bytes, salt) xor crc(bytes, 0) = Aⁿ · salt        A: what one byte does to the register, an invertible matrix
 * ```
 *
 * So a record that is whole tells its salt, even if the header of its segment is lost. Any bytes tell *some* salt:
 * only one that is known already, or that a second record tells too, proves anything.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { type Block, recordBytesAt } from "./format.ts";

/** A linear map of 32 bits: what each single bit becomes. */
type Matrix = Uint32Array;

const POLYNOMIAL = 0xedb8_8320;
/** Enough doublings for the longest record: 2^25 bytes. */
const DOUBLINGS = 26;

/** The inverse of what 2^i bytes do to the register. */
const INVERSES: readonly Matrix[] = inverses();

/**
 * The salt of a record, if the record is whole.
 *
 * @param at Where the record stands; the block must hold all of it.
 */
export function saltOf({ bytes, view }: Block, at: number): number {
  const covered = bytes.subarray(at + 4, at + recordBytesAt(view, at));
  return unshift((view.getUint32(at, true) ^ crc32(covered)) >>> 0, covered.length);
}

/** What the register was before so many bytes. */
function unshift(register: number, bytes: number): number {
  let value = register;
  for (let i = 0; i < DOUBLINGS; i++) {
    const matrix = INVERSES[i];
    if ((bytes >>> i) & 1 && matrix !== undefined) value = apply(matrix, value);
  }
  return value;
}

function apply(matrix: Matrix, value: number): number {
  let result = 0;
  for (let bit = 0; bit < 32; bit++) {
    if ((value >>> bit) & 1) result ^= matrix[bit] ?? 0;
  }
  return result >>> 0;
}

function inverses(): Matrix[] {
  const table = Uint32Array.from({ length: 256 }, (_, index) => {
    let register = index;
    for (let bit = 0; bit < 8; bit++) {
      register = register & 1 ? (register >>> 1) ^ POLYNOMIAL : register >>> 1;
    }
    return register;
  });
  // The highest byte of each entry is its own, so it tells which entry one byte has mixed in.
  const byHighest = new Uint8Array(256);
  table.forEach((entry, index) => byHighest[entry >>> 24] = index);
  const back = (register: number): number => {
    const index = byHighest[register >>> 24] ?? 0;
    return (((register ^ (table[index] ?? 0)) << 8) | index) >>> 0;
  };
  let matrix = Uint32Array.from({ length: 32 }, (_, bit) => back((1 << bit) >>> 0));
  return Array.from({ length: DOUBLINGS }, () => {
    const power = matrix;
    matrix = power.map((column) => apply(power, column));
    return power;
  });
}
