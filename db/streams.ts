/**
 * The streams of a store: which seqs each has, and where they stand.
 *
 * ```text
 *   1 … first−1      gone, without an entry each
 *   first … last     there, gone or (only after damage) absent
 *   last+1 … assigned   given out by `append`, not durable yet, seen by no reader
 * ```
 *
 * Two rules make the order of what is applied almost unimportant, and deletion final:
 * a seq that is gone never comes back, and among the places of a seq the one applied last counts.
 *
 * @module
 */

import { StoreError } from "./errors.ts";
import {
  ABSENT,
  blockNumber,
  blockStart,
  fitsSmall,
  GONE,
  isSmall,
  Locations,
} from "./locations.ts";
import { Floors } from "./floors.ts";
import { SLOT_MAX, STREAMS_MAX } from "./limits.ts";
import { Slots } from "./slots.ts";
import { newStream, type Stream } from "./stream.ts";
import type { Tally } from "./tally.ts";

/** All streams, and how many live records each segment holds. */
export class StreamTable {
  readonly locations: Locations = new Locations();
  /** Live records by segment ordinal; shared with the keys. */
  readonly #live: Tally;
  readonly floors: Floors = new Floors();
  readonly #byName = new Map<string, Stream>();
  /** In the order in which they were made. A slot is never used again, so that nothing old is taken for new. */
  readonly #bySlot = new Slots<Stream>();
  /** The next slot. */
  #next = 0;
  /** Streams whose end is on its way to the log. */
  readonly #ending = new Set<Stream>();
  /** Streams whose name has another one by now: they must have ended before. */
  readonly #outlived = new Set<Stream>();
  /** Slots of streams that have ended, each with the ordinal of the segment that says so. */
  readonly #over = new Map<number, number>();
  readonly #max: number;
  #messages = 0;
  #known = 0;

  /**
   * @param live Where live records are counted, by segment ordinal.
   * @param max Streams that are made at most. More are believed where the log has them already.
   */
  constructor(live: Tally, max: number = STREAMS_MAX) {
    this.#live = live;
    this.#max = max;
  }

  /** How many messages are there, over all streams. */
  get messages(): number {
    return this.#messages;
  }

  /** How many streams there are, those whose name is on its way included. */
  size(): number {
    return this.#byName.size;
  }

  /** How many streams have a durable name. */
  known(): number {
    return this.#known;
  }

  /** The stream of a name, if there is one. */
  named(name: string): Stream | undefined {
    return this.#byName.get(name);
  }

  /** The stream of a slot, if there is one. */
  at(slot: number): Stream | undefined {
    return this.#bySlot.get(slot);
  }

  /** All streams whose name is durable, in the order of their slots. */
  *all(): Generator<Stream> {
    for (const stream of this.#bySlot.values()) if (stream.known) yield stream;
  }

  /**
   * The stream of a name, made under the next slot if it is new.
   *
   * @throws {StoreError} `too_many` when there may be no further one.
   */
  obtain(name: string): Stream {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    if (this.#byName.size >= this.#max || this.#next > SLOT_MAX) {
      throw new StoreError("too_many", `Cannot begin a stream: the store has ${this.#max} already`);
    }
    return this.#make(this.#next, name);
  }

  /** Notes a durable name, or says why it cannot be. */
  learn(slot: number, name: string): string | undefined {
    const before = this.#bySlot.get(slot);
    if (before !== undefined && before.name !== name) {
      return `stream ${slot} cannot have the name '${name}'`;
    }
    const known = this.#byName.get(name);
    if (before === undefined && known !== undefined) this.#outlived.add(known);
    const stream = before ?? this.#make(slot, name);
    if (!stream.known) this.#known++;
    stream.announced = stream.known = true;
    return undefined;
  }

  /** Takes back every seq, name and end that was given out and is not durable. */
  rollBack(): void {
    const unknown: Stream[] = [];
    for (const stream of this.#bySlot.values()) {
      if (!stream.known) unknown.push(stream);
      stream.assigned = stream.last;
      stream.assignedAt = stream.lastAt;
      stream.announced = stream.known;
    }
    for (const stream of unknown.reverse()) this.discard(stream);
    for (const stream of this.#ending) this.reopen(stream);
  }

  /** Forgets a stream whose name was never written. */
  discard(stream: Stream): void {
    if (stream.known || this.#bySlot.get(stream.slot) !== stream) return;
    if (this.#byName.get(stream.name) === stream) this.#byName.delete(stream.name);
    this.#bySlot.delete(stream.slot);
    if (stream.slot === this.#next - 1) this.#next--;
  }

  /** Whether a stream holds nothing and nothing is on its way to it. */
  isIdle(stream: Stream): boolean {
    return stream.known && stream.live === 0 && stream.absent === 0 &&
      stream.assigned === stream.last && this.#byName.get(stream.name) === stream;
  }

  /** Begins to end an idle stream: whoever appends under its name from now on begins another one. */
  close(stream: Stream): void {
    this.#byName.delete(stream.name);
    this.#ending.add(stream);
    this.floors.raise(stream.name, stream.last);
  }

  /** Its end was not written after all. */
  reopen(stream: Stream): void {
    if (this.#ending.delete(stream)) this.#byName.set(stream.name, stream);
  }

  /** A stream is over: the record that says so stands in the segment of this ordinal. */
  end(stream: Stream, ordinal: number): void {
    this.drop(stream, stream.first, stream.last + 1 - stream.first);
    this.floors.raise(stream.name, stream.last);
    for (const block of stream.blocks) this.locations.release(block);
    stream.blocks = [];
    if (this.#byName.get(stream.name) === stream) this.#byName.delete(stream.name);
    this.#bySlot.delete(stream.slot);
    this.#ending.delete(stream);
    this.#outlived.delete(stream);
    this.#over.set(stream.slot, ordinal);
    this.#known--;
  }

  /** The ordinal of the segment that says that a slot's stream is over, if one does. */
  overIn(slot: number): number | undefined {
    return this.#over.get(slot);
  }

  /** The record that says so stands in another segment now, or nothing of the stream is left. */
  moveOver(slot: number, ordinal: number | undefined): void {
    if (ordinal === undefined) this.#over.delete(slot);
    else this.#over.set(slot, ordinal);
  }

  /** Streams whose name was given to another one, though nothing says that they are over: that is damage. */
  outlived(): Iterable<Stream> {
    return this.#outlived;
  }

  /** Notes where a seq's record stands. */
  place(stream: Stream, seq: number, ordinal: number, unit: number): void {
    if (seq < stream.first) return;
    if (seq > stream.last) this.#extend(stream, seq);
    const block = this.#block(stream, seq);
    const before = this.locations.ordinal(block, seq);
    if (before === GONE) return;
    if (before === ABSENT) {
      stream.absent--;
      stream.live++;
      this.#messages++;
    } else {
      this.#live.subtract(before);
    }
    this.#live.add(ordinal);
    this.locations.set(block, seq, ordinal, unit);
  }

  /**
   * Notes where the records of `count` seqs stand that follow each other.
   *
   * @param units Their places, the first of which stands at `at`.
   */
  placeAll(
    stream: Stream,
    seq: number,
    ordinal: number,
    { units, at, count }: { units: ArrayLike<number>; at: number; count: number },
  ): void {
    const end = seq + count;
    const fresh = Math.max(seq, stream.last + 1, stream.first);
    for (let old = seq; old < Math.min(fresh, end); old++) {
      this.place(stream, old, ordinal, units[at + old - seq] ?? 0);
    }
    if (fresh >= end) return;
    // What was never there cannot be gone or stand elsewhere, so it goes block by block.
    this.#extend(stream, end - 1);
    for (let from = fresh; from < end;) {
      const to = Math.min(end, blockStart(blockNumber(from) + 1));
      const places = { units, at: at + from - seq, count: to - from };
      this.locations.setAll(this.#block(stream, from), from, ordinal, places);
      from = to;
    }
    stream.absent -= end - fresh;
    stream.live += end - fresh;
    this.#messages += end - fresh;
    this.#live.add(ordinal, end - fresh);
  }

  /** Notes time and size of a message as first written. */
  measure(stream: Stream, seq: number, at: number, bytes: number): void {
    this.sample(stream, blockNumber(seq), at, stream.sum);
    stream.sum += bytes;
    stream.lastAt = Math.max(stream.lastAt, at);
  }

  /** Notes the time of a message of a block, and the bytes before the block unless they are known. */
  sample(stream: Stream, number: number, at: number, sum: number): void {
    const block = stream.blocks[number - stream.firstBlock];
    if (block !== undefined) this.locations.sample(block, at, sum);
  }

  /** Notes that `seq` is the first of its block that is there, and its time. */
  noteTime(stream: Stream, seq: number, at: number): void {
    this.locations.setTime(this.#block(stream, seq), at);
  }

  /** Time of a block's first message; NaN when it is not known. */
  timeOf(stream: Stream, number: number): number {
    const block = stream.blocks[number - stream.firstBlock];
    return block === undefined ? NaN : this.locations.time(block);
  }

  /** Bytes of the stream's bodies before a block; 0 when it is not known. */
  sumBefore(stream: Stream, number: number): number {
    const block = stream.blocks[number - stream.firstBlock];
    return block === undefined ? 0 : this.locations.sum(block);
  }

  /** Notes that `count` seqs from `from` on are gone. */
  drop(stream: Stream, from: number, count: number): void {
    const end = from + count;
    // Where everything is gone, what was never there needs no place to be so.
    const isAll = from <= stream.first && end > stream.last && end > stream.first;
    if (!isAll && end - 1 > stream.last) this.#extend(stream, end - 1);
    for (let seq = Math.max(from, stream.first); seq < Math.min(end, stream.last + 1); seq++) {
      const block = this.#block(stream, seq);
      const before = this.locations.ordinal(block, seq);
      if (before === GONE) continue;
      if (before === ABSENT) {
        stream.absent--;
      } else {
        stream.live--;
        this.#messages--;
        this.#live.subtract(before);
      }
      this.locations.set(block, seq, GONE, 0);
    }
    if (isAll) {
      stream.last = end - 1;
      stream.assigned = Math.max(stream.assigned, stream.last);
    }
    if (from <= stream.first && end > stream.first) this.#forget(stream, end);
  }

  /** The segment's ordinal or the mark of a seq, which may be any number. */
  ordinal(stream: Stream, seq: number): number {
    if (seq > stream.last) return ABSENT;
    if (seq < stream.first) return GONE;
    return this.locations.ordinal(this.#block(stream, seq), seq);
  }

  /** The stream of a message that is there. @throws {StoreError} `not_found` when it is not. */
  present(name: string, seq: number): Stream {
    const stream = this.#byName.get(name);
    const ordinal = stream === undefined ? GONE : this.ordinal(stream, seq);
    if (stream === undefined || ordinal === GONE || ordinal === ABSENT) {
      throw new StoreError("not_found", `There is no message ${seq} in stream '${name}'`);
    }
    return stream;
  }

  /** The offset in bytes of a seq's record. */
  offset(stream: Stream, seq: number): number {
    return this.locations.unit(this.#block(stream, seq), seq) * 8;
  }

  #make(slot: number, name: string): Stream {
    const stream = newStream(name, slot);
    this.#next = Math.max(this.#next, slot + 1);
    this.#bySlot.set(slot, stream);
    this.#byName.set(name, stream);
    return stream;
  }

  /** The block of a seq, which must be from `first` to `last`. */
  #block(stream: Stream, seq: number): number {
    const block = stream.blocks[blockNumber(seq) - stream.firstBlock];
    if (block === undefined) throw new RangeError(`Stream ${stream.slot} has no block for ${seq}`);
    return block;
  }

  #extend(stream: Stream, seq: number): void {
    this.#extendBlocks(stream, seq);
    stream.absent += seq - Math.max(stream.last, stream.first - 1);
    stream.last = seq;
    if (stream.assigned < seq) stream.assigned = seq;
  }

  /** Makes a block for every seq up to this one; all but the last are large. */
  #extendBlocks(stream: Stream, seq: number): void {
    const wanted = blockNumber(seq) - stream.firstBlock + 1;
    const last = stream.blocks.at(-1);
    const grows = last !== undefined && isSmall(last) &&
      (stream.blocks.length < wanted || !fitsSmall(seq));
    if (grows) stream.blocks[stream.blocks.length - 1] = this.locations.enlarge(last);
    while (stream.blocks.length < wanted) {
      const isLast = stream.blocks.length === wanted - 1;
      const block = this.locations.allocate(isLast && fitsSmall(seq));
      // A list of one takes a tenth of the memory of one that was grown.
      if (stream.blocks.length === 0) stream.blocks = [block];
      else stream.blocks.push(block);
    }
  }

  /** Makes `first` the first seq and gives back the blocks before it. */
  #forget(stream: Stream, first: number): void {
    stream.first = first;
    const blocks = Math.min(blockNumber(first) - stream.firstBlock, stream.blocks.length);
    for (const block of stream.blocks.splice(0, blocks)) this.locations.release(block);
    stream.firstBlock = blockNumber(first);
  }
}
