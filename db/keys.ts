/**
 * Where the values of keys stand: a hash index with open addressing.
 *
 * ```text
 *   refs      u32    0 = free, 1 = was taken, else where the key's text stands in the chunks, plus 2
 *   units     u32    offset of the value's record in its segment, in units of 8 bytes
 *   ordinals  u16    the segment
 *   chunks    64 KiB each:  u16 length │ key in UTF-8 │ u16 length │ …
 * ```
 *
 * - The texts are kept and compared, so two keys with one hash are still two keys, without a read.
 * - The hash is HalfSipHash-1-3 under a secret of this process: keys are chosen by strangers, and with a
 *   known hash they could make every lookup as long as the table.
 * - It grows without standing still: a second table is filled by a few entries with every change, and
 *   lookups ask both until the first is empty. Texts of removed keys go with the old table.
 *
 * @module
 */

import { decodeName, encodeName } from "./bodies.ts";
import { halfSipHash } from "./siphash.ts";
import type { Tally } from "./tally.ts";

const FREE = 0;
const TAKEN = 1;
const FIRST_REF = 2;
const SLOTS_FIRST = 64;
const CHUNK_BYTES = 0x1_0000;
/** Old entries looked at with each change: the old table is empty long before the new one is full. */
const MOVES = 16;

/** Where a value's record stands. */
export interface Place {
  readonly ordinal: number;
  readonly unit: number;
}

/** One table with its texts. */
interface Table {
  readonly refs: Uint32Array;
  readonly units: Uint32Array;
  readonly ordinals: Uint16Array;
  readonly chunks: Uint8Array[];
  /** Bytes used in the last chunk. */
  chunkUsed: number;
  /** Slots that are not free. */
  filled: number;
}

/** The keys of a store. */
export class KeyTable {
  readonly #live: Tally;
  readonly #secret: Uint32Array;
  #table: Table = newTable(SLOTS_FIRST);
  /** The table before it, while its entries are being moved. */
  #old: Table | undefined;
  #moved = 0;
  #size = 0;

  /**
   * @param live Where live records are counted.
   * @param secret Two random 32-bit numbers.
   */
  constructor(live: Tally, secret: Uint32Array) {
    this.#live = live;
    this.#secret = secret;
  }

  /** How many keys there are. */
  size(): number {
    return this.#size;
  }

  /** Where a key's value stands. */
  get(key: string): Place | undefined {
    const text = encodeName(key);
    const hash = halfSipHash(text, this.#secret);
    for (const table of this.#tables()) {
      const slot = find(table, text, hash);
      if (slot >= 0) return { ordinal: table.ordinals[slot] ?? 0, unit: table.units[slot] ?? 0 };
    }
    return undefined;
  }

  /** Notes where a key's value stands now. */
  set(key: string, ordinal: number, unit: number): void {
    const text = encodeName(key);
    const hash = halfSipHash(text, this.#secret);
    this.#forget(text, hash);
    this.#live.add(ordinal);
    insert(this.#table, text, hash, ordinal, unit);
    this.#size++;
    this.#grow();
  }

  /** Forgets a key. */
  delete(key: string): void {
    const text = encodeName(key);
    this.#forget(text, halfSipHash(text, this.#secret));
    this.#grow();
  }

  /**
   * The keys that begin with `prefix`, as they are now, in no order. A key that is removed while this
   * is iterated may still come.
   */
  *keys(prefix: string): Generator<string> {
    const start = encodeName(prefix);
    for (const table of this.#tables().map((table) => ({ ...table, refs: table.refs.slice() }))) {
      for (const ref of table.refs) {
        if (ref < FIRST_REF) continue;
        const text = textAt(table, ref);
        if (!start.every((byte, i) => text[i] === byte)) continue;
        const key = decodeName(text);
        if (key !== undefined) yield key;
      }
    }
  }

  #tables(): Table[] {
    return this.#old === undefined ? [this.#table] : [this.#table, this.#old];
  }

  #forget(text: Uint8Array, hash: number): void {
    for (const table of this.#tables()) {
      const slot = find(table, text, hash);
      if (slot < 0) continue;
      this.#live.subtract(table.ordinals[slot] ?? 0);
      table.refs[slot] = TAKEN;
      this.#size--;
    }
  }

  /** Moves some entries of the old table, or begins a new table when this one is three quarters full. */
  #grow(): void {
    if (this.#old !== undefined) {
      this.#move(this.#old);
    } else if (this.#table.filled * 4 > this.#table.refs.length * 3) {
      this.#old = this.#table;
      this.#moved = 0;
      this.#table = newTable(
        this.#size * 4 > this.#old.refs.length ? this.#old.refs.length * 2 : this.#old.refs.length,
      );
    }
  }

  #move(old: Table): void {
    const end = Math.min(this.#moved + MOVES, old.refs.length);
    for (let slot = this.#moved; slot < end; slot++) {
      const ref = old.refs[slot] ?? FREE;
      if (ref < FIRST_REF) continue;
      const text = textAt(old, ref);
      const hash = halfSipHash(text, this.#secret);
      insert(this.#table, text, hash, old.ordinals[slot] ?? 0, old.units[slot] ?? 0);
      old.refs[slot] = TAKEN;
    }
    this.#moved = end;
    if (end === old.refs.length) this.#old = undefined;
  }
}

function newTable(slots: number): Table {
  return {
    refs: new Uint32Array(slots),
    units: new Uint32Array(slots),
    ordinals: new Uint16Array(slots),
    chunks: [],
    chunkUsed: CHUNK_BYTES,
    filled: 0,
  };
}

/** The slot of a key, or −1. */
function find(table: Table, text: Uint8Array, hash: number): number {
  const mask = table.refs.length - 1;
  for (let slot = hash & mask;; slot = (slot + 1) & mask) {
    const ref = table.refs[slot] ?? FREE;
    if (ref === FREE) return -1;
    if (ref !== TAKEN && equal(textAt(table, ref), text)) return slot;
  }
}

/** Puts in a key that is not there. */
function insert(table: Table, text: Uint8Array, hash: number, ordinal: number, unit: number): void {
  const mask = table.refs.length - 1;
  let slot = hash & mask;
  while (table.refs[slot] !== FREE) slot = (slot + 1) & mask;
  table.refs[slot] = keep(table, text);
  table.ordinals[slot] = ordinal;
  table.units[slot] = unit;
  table.filled++;
}

/** Copies a key's text into the chunks and says where it stands. */
function keep(table: Table, text: Uint8Array): number {
  const need = 2 + text.length;
  if (table.chunkUsed + need > CHUNK_BYTES - FIRST_REF) {
    table.chunks.push(new Uint8Array(CHUNK_BYTES));
    table.chunkUsed = 0;
  }
  const number = table.chunks.length - 1;
  const chunk = table.chunks[number];
  if (chunk === undefined) throw new RangeError(`There is no chunk ${number}`);
  const at = table.chunkUsed;
  chunk[at] = text.length & 0xff;
  chunk[at + 1] = text.length >>> 8;
  chunk.set(text, at + 2);
  table.chunkUsed += need;
  return number * CHUNK_BYTES + at + FIRST_REF;
}

function textAt(table: Table, ref: number): Uint8Array {
  const place = ref - FIRST_REF;
  const chunk = table.chunks[Math.floor(place / CHUNK_BYTES)] ?? new Uint8Array(2);
  const at = place % CHUNK_BYTES;
  const length = (chunk[at] ?? 0) | ((chunk[at + 1] ?? 0) << 8);
  return chunk.subarray(at + 2, at + 2 + length);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
