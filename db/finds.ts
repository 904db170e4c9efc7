/**
 * What was found of a damaged store: one entry for each whole record, in columns, because there may be millions.
 *
 * @module
 */

import { Kind, type RecordHeader } from "./format.ts";

/** A growing table of records. An entry is named by its number. */
export class Finds {
  size = 0;
  #lsn = new Float64Array(1024);
  #slot = new Uint32Array(1024);
  #seq = new Uint32Array(1024);
  #unit = new Uint32Array(1024);
  #source = new Uint32Array(1024);
  #kind = new Uint8Array(1024);
  /** What the few records say that are no messages: a name, a key, how many messages are gone. */
  readonly #texts = new Map<number, string>();
  readonly #counts = new Map<number, { readonly count: number; readonly flags: number }>();

  /** Takes a record that stands at `unit` × 8 of a source. */
  add(record: RecordHeader, source: number, unit: number): number {
    const index = this.size++;
    if (index === this.#lsn.length) this.#grow();
    this.#lsn[index] = record.lsn;
    this.#slot[index] = record.slot;
    this.#seq[index] = record.seq;
    this.#kind[index] = record.kind;
    this.#source[index] = source;
    this.#unit[index] = unit;
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

  /**
   * The entries in the order of the log, each LSN once.
   *
   * @param counts Whether an entry is to be looked at at all.
   * @param rank Of two that claim one LSN, the one whose source has the higher rank is right.
   */
  inOrder(counts: (index: number) => boolean, rank: (source: number) => number): Uint32Array {
    const all = new Uint32Array(this.size);
    let length = 0;
    for (let index = 0; index < this.size; index++) if (counts(index)) all[length++] = index;
    const order = all.subarray(0, length);
    const compare = (one: number, other: number): number =>
      this.lsn(one) - this.lsn(other) || rank(this.source(one)) - rank(this.source(other));
    if (order.some((index, i) => i > 0 && compare(order[i - 1] ?? 0, index) > 0)) {
      order.sort(compare);
    }
    return order.filter((index, i) => {
      const next = order[i + 1];
      const stands = next === undefined || this.lsn(next) !== this.lsn(index);
      // Compaction writes drops anew, wider ones, under the old LSN: both are right.
      return stands || this.kind(index) === Kind.drop;
    });
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
  }
}
