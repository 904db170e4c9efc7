/**
 * What was found of a damaged store: one entry for each whole record, in columns, because there may be millions.
 *
 * @module
 */

import { crc32 } from "node:zlib";
import { OVER_COUNT } from "./bodies.ts";
import { type Block, bodyOf, Kind, type RecordHeader } from "./format.ts";
import type { Rivals } from "./rivals.ts";

/** What is made of all the entries. */
export interface InOrder {
  /** Whether an entry can count; one that cannot may still contradict one that does. */
  readonly counts: (index: number) => boolean;
  /** Of two that claim one LSN, the one with the higher rank is right. */
  readonly rank: (index: number) => number;
  /** Whether an entry was surely part of the log, where it stands: only such ones can contradict each other. */
  readonly isSure: (index: number) => boolean;
  /** Told of the entries that contradict each other. */
  readonly rivals: Rivals;
}

/** A growing table of records. An entry is named by its number. */
export class Finds {
  size = 0;
  #lsn = new Float64Array(1024);
  #slot = new Uint32Array(1024);
  #seq = new Uint32Array(1024);
  #unit = new Uint32Array(1024);
  #source = new Uint32Array(1024);
  #kind = new Uint8Array(1024);
  #said = new Uint32Array(1024);
  /** What the few records say that are no messages: a name, a key, how many messages are gone. */
  readonly #texts = new Map<number, string>();
  readonly #counts = new Map<number, { readonly count: number; readonly flags: number }>();

  /** Takes a record that stands at `unit` × 8 of a source. @param said Checksum of what it says, by `saidAt`. */
  add(record: RecordHeader, source: number, unit: number, said: number): number {
    const index = this.size++;
    if (index === this.#lsn.length) this.#grow();
    this.#lsn[index] = record.lsn;
    this.#slot[index] = record.slot;
    this.#seq[index] = record.seq;
    this.#kind[index] = record.kind;
    this.#source[index] = source;
    this.#unit[index] = unit;
    this.#said[index] = said;
    return index;
  }

  /** Notes the name or key of an entry. */
  setText(index: number, text: string): void {
    this.#texts.set(index, text);
  }

  /** Notes how many messages an entry says are gone. */
  setCount(index: number, count: number, flags: number): void {
    this.#counts.set(index, { count, flags });
  }

  lsn(index: number): number {
    return this.#lsn[index] ?? 0;
  }

  slot(index: number): number {
    return this.#slot[index] ?? 0;
  }

  seq(index: number): number {
    return this.#seq[index] ?? 0;
  }

  kind(index: number): number {
    return this.#kind[index] ?? 0;
  }

  source(index: number): number {
    return this.#source[index] ?? 0;
  }

  unit(index: number): number {
    return this.#unit[index] ?? 0;
  }

  text(index: number): string | undefined {
    return this.#texts.get(index);
  }

  count(index: number): { readonly count: number; readonly flags: number } | undefined {
    return this.#counts.get(index);
  }

  /** Whether an entry is a body for a seq. */
  isMessage(index: number): boolean {
    const kind = this.#kind[index];
    return kind === Kind.message || kind === Kind.edit;
  }

  /** The entries in the order of the log, each LSN once. */
  inOrder({ counts, rank, isSure, rivals }: InOrder): Uint32Array {
    const order = Uint32Array.from({ length: this.size }, (_, index) => index);
    const counted = Uint8Array.from(order, (index) => Number(counts(index)));
    const compare = (one: number, other: number): number =>
      this.lsn(one) - this.lsn(other) || (counted[one] ?? 0) - (counted[other] ?? 0) ||
      rank(one) - rank(other);
    if (order.some((index, i) => i > 0 && compare(order[i - 1] ?? 0, index) > 0)) {
      order.sort(compare);
    }
    const stays = new Uint8Array(order.length);
    /** The right one of those that claim one LSN: the last of them. */
    let right = 0;
    for (let i = order.length - 1; i >= 0; i--) {
      const index = order[i] ?? 0;
      if (i === order.length - 1 || this.lsn(index) !== this.lsn(right)) {
        right = index;
        stays[i] = counted[index] ?? 0;
        continue;
      }
      // Compaction writes drops anew, wider ones, under the old LSN: both are right.
      if (this.kind(index) === Kind.drop) stays[i] = counted[index] ?? 0;
      const differ = counted[right] === 1 && !this.agree(index, right);
      if (differ && isSure(index) && isSure(right)) rivals.add(right, index);
    }
    return order.filter((_, i) => stays[i] === 1);
  }

  /** Whether two entries under one LSN, or for one seq, can be copies of one record. */
  agree(one: number, other: number): boolean {
    if (this.kind(one) !== this.kind(other)) return false;
    if (this.kind(one) !== Kind.drop) return this.#said[one] === this.#said[other];
    // Compaction makes drops wider, so two copies of one have the seqs of the first in common.
    if (this.slot(one) !== this.slot(other)) return false;
    const [a, b] = [this.count(one)?.count ?? 0, this.count(other)?.count ?? 0];
    if (a === OVER_COUNT || b === OVER_COUNT) return a === b;
    return this.seq(one) < this.seq(other) + b && this.seq(other) < this.seq(one) + a;
  }

  #grow(): void {
    const wider = <T extends Float64Array | Uint32Array | Uint8Array>(column: T, grown: T): T => {
      grown.set(column);
      return grown;
    };
    const length = this.size * 2;
    this.#lsn = wider(this.#lsn, new Float64Array(length));
    this.#slot = wider(this.#slot, new Uint32Array(length));
    this.#seq = wider(this.#seq, new Uint32Array(length));
    this.#unit = wider(this.#unit, new Uint32Array(length));
    this.#source = wider(this.#source, new Uint32Array(length));
    this.#kind = wider(this.#kind, new Uint8Array(length));
    this.#said = wider(this.#said, new Uint32Array(length));
  }
}

/**
 * A checksum of what the record at `at` says: of stream, seq, time and body, and not of salt and group, which a copy of it
 * has of its own, nor of its LSN.
 */
export function saidAt(block: Block, at: number, record: RecordHeader): number {
  const head = crc32(block.bytes.subarray(at + 12, at + 20));
  const time = crc32(block.bytes.subarray(at + 26, at + 32), head);
  return crc32(bodyOf(block, at, record), time);
}
