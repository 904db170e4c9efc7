/**
 * Which records survive compaction, and in which form.
 *
 * - A message, edit or value survives if the index points at this very record.
 * - A name survives, and so does the record that says that its stream is over, until a run holds everything of
 *   that stream: it begins with the oldest segment and goes as far as that record.
 * - A *drop* always survives, because it is what tells "deleted" from "lost", and because it keeps the
 *   message dead even if an older segment still holds it. It is widened over all neighbours that are gone too,
 *   and then stands for their drops as well: a stream that is trimmed from below keeps one drop in each output.
 *   Dropping is final and its order means nothing, so a drop may be widened into what came later.
 * - A *removal of a key* survives while an older segment may hold a value of the key.
 *
 * @module
 */

import { decodeCount, decodeName, decodePair, encodeCount, OVER_COUNT } from "./bodies.ts";
import type { Catalog } from "./catalog.ts";
import { type Block, bodyOf, Kind, type RecordHeader } from "./format.ts";
import { DROP_SEQS_MAX, GRID_BYTES } from "./limits.ts";
import { GONE } from "./locations.ts";
import type { Segment } from "./segments.ts";
import type { Stream } from "./stream.ts";

/** What becomes of a record. */
export type Survival =
  | { readonly kind: "copy" }
  | { readonly kind: "dead" }
  /** It is written with another seq and body. */
  | {
    readonly kind: "rewrite";
    readonly seq: number;
    readonly at: number;
    readonly body: Uint8Array;
  };

const COPY: Survival = { kind: "copy" };
const DEAD: Survival = { kind: "dead" };

/** Decides for the records of one run, in the order of the log. */
export class Survivors {
  readonly #catalog: Catalog;
  readonly #fromOldest: boolean;
  /** Ordinals of the segments of the run. */
  readonly #run: ReadonlySet<number>;
  /** Slots of streams that are over: of these nothing is left, … */
  readonly left: number[] = [];
  /** … and of these the output says so. */
  readonly over: number[] = [];
  readonly #names = new Set<number>();
  readonly #removed = new Set<string>();
  /** Stretches of each stream that a drop in the output covers. */
  readonly #covered = new Map<number, { from: number; to: number }[]>();

  /**
   * @param run The segments of the run.
   * @param fromOldest Whether no segment is older.
   */
  constructor(catalog: Catalog, run: readonly Segment[], fromOldest: boolean) {
    this.#catalog = catalog;
    this.#run = new Set(run.map(({ ordinal }) => ordinal));
    this.#fromOldest = fromOldest;
  }

  /** What becomes of the record that stands at `offset` in the segment and at `at` in the block. */
  judge(
    record: RecordHeader,
    block: Block,
    at: number,
    where: { readonly segment: Segment; readonly offset: number },
  ): Survival {
    const { streams, keys } = this.#catalog;
    const { ordinal } = where.segment;
    switch (record.kind) {
      case Kind.message:
      case Kind.edit: {
        const stream = streams.at(record.slot);
        const here = stream !== undefined && streams.ordinal(stream, record.seq) === ordinal &&
          streams.offset(stream, record.seq) === where.offset;
        return here ? COPY : DEAD;
      }
      case Kind.drop: {
        const stream = streams.at(record.slot);
        const count = decodeCount(bodyOf(block, at, record));
        if (count === OVER_COUNT) return this.#over(record.slot);
        // Of a stream that is over the record that says so is enough.
        if (stream === undefined || count === undefined) return DEAD;
        return this.#drop(stream, record.seq, record.seq + count);
      }
      case Kind.stream:
        if (this.#names.has(record.slot) || this.#isLeft(record.slot)) return DEAD;
        this.#names.add(record.slot);
        return COPY;
      case Kind.put: {
        const key = decodePair(bodyOf(block, at, record))?.key;
        const place = key === undefined ? undefined : keys.get(key);
        const here = place?.ordinal === ordinal && place.unit * GRID_BYTES === where.offset;
        return here ? COPY : DEAD;
      }
      case Kind.remove: {
        const key = decodeName(bodyOf(block, at, record));
        const needed = key !== undefined && !this.#fromOldest && !this.#removed.has(key) &&
          keys.get(key) === undefined;
        if (needed) this.#removed.add(key);
        return needed ? COPY : DEAD;
      }
      default:
        return record.kind satisfies never;
    }
  }

  /** Whether nothing of a stream that is over is left outside of the run: then nothing need be known of it. */
  #isLeft(slot: number): boolean {
    const ordinal = this.#catalog.streams.overIn(slot);
    return ordinal !== undefined && this.#fromOldest && this.#run.has(ordinal);
  }

  #over(slot: number): Survival {
    const left = this.#isLeft(slot);
    (left ? this.left : this.over).push(slot);
    return left ? DEAD : COPY;
  }

  #drop(stream: Stream, from: number, to: number): Survival {
    const covered = this.#covered.get(stream.slot) ?? [];
    if (covered.some((one) => one.from <= from && to <= one.to)) return DEAD;
    const wide = this.#widen(stream, from, to);
    this.#covered.set(stream.slot, [...covered, wide]);
    return {
      kind: "rewrite",
      seq: wide.from,
      at: stream.lastAt,
      body: encodeCount(wide.to - wide.from),
    };
  }

  #widen(stream: Stream, from: number, to: number): { from: number; to: number } {
    const { streams } = this.#catalog;
    const gone = (seq: number): boolean => streams.ordinal(stream, seq) === GONE;
    const lowest = Math.max(stream.first, from - DROP_SEQS_MAX);
    while (from > lowest && gone(from - 1)) from--;
    if (from <= stream.first) from = 1;
    const highest = Math.min(stream.last + 1, to + DROP_SEQS_MAX);
    while (to < highest && gone(to)) to++;
    return { from, to };
  }
}
