/**
 * Gathers a segment's hint while its records are read in order.
 *
 * Runs come out without sorting: a stream's messages follow each other, so each either prolongs the run of
 * its stream or (an edit, a hole) begins a new one. Within a stream the runs keep the order of the log,
 * so the last word on a seq stays the last. Of a key the last word counts, and before it stands one value that it had in this segment
 * before, if there was any: else nobody who opens the store by hints would know that something in the file is dead.
 *
 * @module
 */

import { decodeCount, decodeName, decodePair } from "./bodies.ts";
import { type Block, bodyOf, Kind, type RecordHeader } from "./format.ts";
import type { Hint } from "./hint.ts";
import { GRID_BYTES } from "./limits.ts";
import { blockNumber } from "./locations.ts";

interface Gathered {
  readonly runs: { readonly seq: number; readonly units: number[] }[];
  readonly samples: { readonly block: number; at: number; readonly before: number }[];
  bytes: number;
  lastAt: number;
}

/** A hint in the making. */
export class HintBuilder {
  readonly #streams = new Map<number, Gathered>();
  readonly #names = new Map<number, string>();
  readonly #gaps: { slot: number; seq: number; count: number }[] = [];
  readonly #keys = new Map<string, number>();
  /** Where the first value stands of each key that was given another one, or removed. */
  readonly #dead = new Map<string, number>();

  /** Takes the next record of the segment, which stands at `offset` in it and at `at` in the block. */
  add(record: RecordHeader, block: Block, at: number, offset: number): void {
    switch (record.kind) {
      case Kind.message:
      case Kind.edit:
        return this.#place(record, offset / GRID_BYTES);
      case Kind.drop:
        this.#gaps.push({
          slot: record.slot,
          seq: record.seq,
          count: decodeCount(bodyOf(block, at, record)) ?? 0,
        });
        this.#note(record);
        return;
      case Kind.stream:
        this.#names.set(record.slot, decodeName(bodyOf(block, at, record)) ?? "");
        return;
      case Kind.put: {
        const pair = decodePair(bodyOf(block, at, record));
        if (pair !== undefined) this.#setKey(pair.key, offset / GRID_BYTES);
        return;
      }
      case Kind.remove:
        return this.#setKey(decodeName(bodyOf(block, at, record)) ?? "", 0);
      default:
        record.kind satisfies never;
    }
  }

  /** The hint of what was added. */
  build(): Hint {
    const streams = [...this.#streams];
    return {
      names: [...this.#names].map(([slot, name]) => ({ slot, name })),
      runs: streams.flatMap(([slot, { runs }]) => runs.map((run) => ({ slot, ...run }))),
      samples: streams.flatMap(([slot, { samples }]) => samples.map((one) => ({ slot, ...one }))),
      totals: streams.map(([slot, { bytes, lastAt }]) => ({ slot, bytes, lastAt })),
      gaps: this.#gaps,
      keys: [...this.#dead, ...this.#keys].map(([key, unit]) => ({ key, unit })),
    };
  }

  #setKey(key: string, unit: number): void {
    const before = this.#keys.get(key) ?? 0;
    if (before > 0 && !this.#dead.has(key)) this.#dead.set(key, before);
    this.#keys.set(key, unit);
  }

  #place(record: RecordHeader, unit: number): void {
    const stream = this.#stream(record.slot);
    const run = stream.runs.at(-1);
    if (run !== undefined && run.seq + run.units.length === record.seq) run.units.push(unit);
    else stream.runs.push({ seq: record.seq, units: [unit] });
    const block = blockNumber(record.seq);
    const sample = stream.samples.at(-1);
    // An edit stands behind later messages and has the time of its own, which is lower.
    if (sample?.block === block) sample.at = Math.min(sample.at, record.at);
    else stream.samples.push({ block, at: record.at, before: stream.bytes });
    if (record.kind === Kind.message) stream.bytes += record.bodyBytes;
    this.#note(record);
  }

  #note(record: RecordHeader): void {
    const stream = this.#stream(record.slot);
    stream.lastAt = Math.max(stream.lastAt, record.at);
  }

  #stream(slot: number): Gathered {
    const found = this.#streams.get(slot);
    if (found !== undefined) return found;
    const made: Gathered = { runs: [], samples: [], bytes: 0, lastAt: 0 };
    this.#streams.set(slot, made);
    return made;
  }
}
