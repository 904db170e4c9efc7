/**
 * What the log adds up to: streams, keys, and how much of each segment is still of use.
 *
 * Records are applied in LSN order, one by one (`apply`) or a whole segment by its hint (`applyHint`); both
 * lead to the same state. The writer applies what has become durable with the very function that recovery
 * uses, so "what is seen now" and "what is seen after a restart" cannot drift apart.
 *
 * @module
 */

import { decodeCount, decodeName, decodePair, OVER_COUNT } from "./bodies.ts";
import { type Block, bodyOf, Kind, type RecordHeader } from "./format.ts";
import { eachOf, type Hint } from "./hint.ts";
import { KeyTable } from "./keys.ts";
import { GRID_BYTES } from "./limits.ts";
import type { Stream } from "./stream.ts";
import { StreamTable } from "./streams.ts";
import { Tally } from "./tally.ts";

/** What of the log counts, and how much of it there may be. */
export interface CatalogOptions {
  /** Beginnings of keys that nobody needs any more. Default: none. */
  readonly forgotten?: readonly string[];
  /** Streams at most. Default: `STREAMS_MAX`. */
  readonly streamsMax?: number;
}

/** The state that the log adds up to. */
export class Catalog {
  readonly live: Tally = new Tally();
  readonly streams: StreamTable;
  readonly keys: KeyTable;

  /** @param options What of the log counts, and how much of it there may be. */
  constructor({ forgotten, streamsMax }: CatalogOptions = {}) {
    this.streams = new StreamTable(this.live, streamsMax);
    this.keys = new KeyTable(this.live, forgotten);
  }

  /**
   * Applies the record that stands at `offset` of a segment and at `at` of the block.
   *
   * @returns What is wrong with it, when it makes no sense.
   */
  apply(
    record: RecordHeader,
    block: Block,
    at: number,
    where: { readonly ordinal: number; readonly offset: number },
  ): string | undefined {
    const unit = where.offset / GRID_BYTES;
    switch (record.kind) {
      case Kind.message:
      case Kind.edit: {
        const stream = this.streams.at(record.slot);
        if (stream === undefined || record.seq === 0) return noStream(record.slot);
        this.streams.place(stream, record.seq, where.ordinal, unit);
        // An edit keeps the time of its message; its size does not count.
        this.streams.measure(
          stream,
          record.seq,
          record.at,
          record.kind === Kind.message ? record.bodyBytes : 0,
        );
        return undefined;
      }
      case Kind.drop: {
        const stream = this.streams.at(record.slot);
        const count = decodeCount(bodyOf(block, at, record));
        if (stream === undefined || record.seq === 0) return noStream(record.slot);
        if (count === undefined) return "a drop without a count";
        if (count === OVER_COUNT) return void this.streams.end(stream, where.ordinal);
        this.streams.drop(stream, record.seq, count);
        stream.lastAt = Math.max(stream.lastAt, record.at);
        return undefined;
      }
      case Kind.stream: {
        const name = decodeName(bodyOf(block, at, record));
        return name === undefined
          ? "a name that is not UTF-8"
          : this.streams.learn(record.slot, name);
      }
      case Kind.put: {
        const pair = decodePair(bodyOf(block, at, record));
        if (pair === undefined) return "a value without a key";
        this.keys.set(pair.key, where.ordinal, unit);
        return undefined;
      }
      case Kind.remove: {
        const key = decodeName(bodyOf(block, at, record));
        if (key === undefined) return "a key that is not UTF-8";
        this.keys.delete(key);
        return undefined;
      }
      default:
        return record.kind satisfies never;
    }
  }

  /**
   * Applies a whole segment.
   *
   * @returns What is wrong with it, when it makes no sense.
   */
  applyHint(hint: Hint, ordinal: number): string | undefined {
    const { streams } = this;
    for (const { slot, name } of hint.names) {
      const fault = streams.learn(slot, name);
      if (fault !== undefined) return fault;
    }
    // What is gone from the first seq on goes first: a stream that begins high needs no place for what was never there.
    for (const { slot, seq, count } of hint.gaps) {
      const stream = count === OVER_COUNT ? undefined : streams.at(slot);
      if (stream !== undefined && seq > 0 && seq <= stream.first) streams.drop(stream, seq, count);
    }
    let fault: string | undefined;
    const of = (slot: number): Stream | undefined => {
      const stream = streams.at(slot);
      if (stream === undefined) fault ??= noStream(slot);
      return stream;
    };
    const each = eachOf(hint);
    each.run((slot, seq, places) => {
      const stream = of(slot);
      if (seq === 0) fault ??= noStream(slot);
      else if (stream !== undefined) streams.placeAll(stream, seq, ordinal, places);
    });
    each.sample((slot, block, at, before) => {
      const stream = of(slot);
      if (stream !== undefined) streams.sample(stream, block, at, stream.sum + before);
    });
    each.total((slot, bytes, lastAt) => {
      const stream = of(slot);
      if (stream === undefined) return;
      stream.sum += bytes;
      stream.lastAt = Math.max(stream.lastAt, lastAt);
    });
    if (fault !== undefined) return fault;
    for (const { slot, seq, count } of hint.gaps) {
      const stream = streams.at(slot);
      if (stream === undefined || seq === 0) return noStream(slot);
      if (count === OVER_COUNT) streams.end(stream, ordinal);
      else streams.drop(stream, seq, count);
    }
    for (const { key, unit } of hint.keys) {
      if (unit === 0) this.keys.delete(key);
      else this.keys.set(key, ordinal, unit);
    }
    return undefined;
  }

  /** The streams in which seqs are neither there nor gone, which only damage can cause. */
  *holed(): Generator<Stream> {
    for (const stream of this.streams.all()) if (stream.absent > 0) yield stream;
  }
}

function noStream(slot: number): string {
  return `there is no stream ${slot}`;
}
