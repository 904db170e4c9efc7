/**
 * From what a caller wants written to the records that say it.
 *
 * Seqs and times are given out here, before anything is on disk: they hold if the records become durable, and
 * `StreamTable.rollBack` takes them back if not.
 *
 * @module
 */

import { StoreError } from "./errors.ts";
import { encodeCount, encodeName, encodePair, OVER_COUNT } from "./bodies.ts";
import { Kind, LOST, recordBytes } from "./format.ts";
import type { Draft } from "./group.ts";
import {
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  BODY_BYTES_MAX,
  DROP_SEQS_MAX,
  NAME_BYTES_MAX,
  SEQ_MAX,
  TIME_MAX,
} from "./limits.ts";
import type { Stream } from "./stream.ts";
import type { StreamTable } from "./streams.ts";

/** One part of a batch. */
export type Write =
  | {
    readonly kind: "append";
    readonly stream: string;
    readonly body: Uint8Array;
    readonly at: number;
    /** As with `Store.append`. */
    readonly latest?: number;
  }
  /** Another body for a message that is there and was read: `at` is its time. The rest as `Store.edit`. */
  | {
    readonly kind: "edit";
    readonly stream: string;
    readonly seq: number;
    readonly at: number;
    readonly body: Uint8Array;
  }
  | { readonly kind: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly kind: "delete"; readonly key: string };

/** The records of one all-or-nothing write, in the making. */
export class Drafts {
  readonly #streams: StreamTable;
  readonly records: Draft[] = [];
  /** Their length on disk. */
  bytes = 0;

  constructor(streams: StreamTable) {
    this.#streams = streams;
  }

  /** What streams had given out before, for `takeBack`; only batches need it. */
  #before: Map<Stream, { assigned: number; assignedAt: number; announced: boolean }> | undefined;

  readonly #ended: Stream[] = [];

  /** All parts of a batch. Returns the seqs of its messages. */
  addAll(writes: readonly Write[]): number[] {
    const seqs: number[] = [];
    for (const write of writes) {
      switch (write.kind) {
        case "append": {
          this.#remember(write.stream);
          seqs.push(this.message(write.stream, write.body, write.at, write));
          break;
        }
        case "edit": {
          const { stream, seq, at, body } = write;
          this.edit(this.#streams.present(stream, seq), seq, at, body);
          break;
        }
        case "put":
          this.put(write.key, write.value);
          break;
        case "delete":
          this.remove(write.key);
          break;
        default:
          write satisfies never;
      }
    }
    const { length } = this.records;
    if (length < 1 || length > BATCH_RECORDS_MAX || this.bytes > BATCH_BYTES_MAX) {
      throw new RangeError(
        `Cannot write ${length} records of ${this.bytes} bytes at once: a batch has 1 to ${BATCH_RECORDS_MAX} of at most ${BATCH_BYTES_MAX}`,
      );
    }
    return seqs;
  }

  /** Notes what a stream has given out so far. */
  #remember(name: string): void {
    const stream = this.#streams.named(name);
    this.#before ??= new Map();
    if (stream !== undefined && !this.#before.has(stream)) this.#before.set(stream, { ...stream });
  }

  /** Takes back the seqs of a batch that will not be written. */
  takeBack(): void {
    for (const stream of this.#ended) this.#streams.reopen(stream);
    for (const [stream, { assigned, assignedAt, announced }] of this.#before ?? []) {
      Object.assign(stream, { assigned, assignedAt, announced });
      if (!announced) this.#streams.discard(stream);
    }
  }

  /** The next message of a stream, which is made if it is new. Returns its seq. */
  message(
    name: string,
    body: Uint8Array,
    at: number,
    { edited = false, latest = Infinity }: { edited?: boolean; latest?: number } = {},
  ): number {
    checkBody(body.length);
    if (!(Number.isSafeInteger(at) && at >= 0 && at <= TIME_MAX)) {
      throw new RangeError(`Cannot append at time ${at}`);
    }
    const given = this.#streams.named(name)?.assigned ?? this.#streams.floors.of(name);
    if (given >= SEQ_MAX) throw usedUp(name);
    const stream = this.#announced(name);
    const seq = ++stream.assigned;
    const before = stream.assignedAt;
    stream.assignedAt = before > latest ? at : Math.max(before, at);
    // An edit without the message that it replaces is what compaction leaves of the two.
    const kind = edited ? Kind.edit : Kind.message;
    this.#add({ kind, slot: stream.slot, seq, at: stream.assignedAt, body });
    return seq;
  }

  /** Gives up the seqs of a stream below `to` that are not given out yet. */
  skip(name: string, to: number, lost: boolean): void {
    if (to > SEQ_MAX + 1) throw new RangeError(`Cannot give up number ${to - 1} of '${name}'`);
    this.#remember(name);
    const stream = this.#announced(name);
    // Where nothing is there, no seq needs a place to be gone: one record says it of all.
    const isEmpty = stream.first > stream.last && stream.assigned <= stream.last;
    while (stream.assigned + 1 < to) {
      const from = stream.assigned + 1;
      const count = Math.min(to - from, isEmpty ? Infinity : DROP_SEQS_MAX);
      this.drop(stream, from, count, lost ? LOST : 0);
      stream.assigned += count;
    }
  }

  /** Another body for a message that is there, whose time was `at`. */
  edit(stream: Stream, seq: number, at: number, body: Uint8Array): void {
    checkBody(body.length);
    this.#add({ kind: Kind.edit, slot: stream.slot, seq, at, body });
  }

  /** `count` messages from `seq` on are gone. */
  drop(stream: Stream, seq: number, count: number, flags = 0): void {
    // With that count it would end the stream, and beyond 32 bits begin it anew.
    const isPossible = seq >= 1 && count >= 1 && count < OVER_COUNT && seq + count <= 2 ** 32;
    if (!isPossible) throw new RangeError(`Cannot drop ${count} messages from ${seq} on`);
    const body = encodeCount(count);
    // With the time of the last message, so that later ones are not put before it when it is gone.
    const at = stream.lastAt;
    this.#add({ kind: Kind.drop, slot: stream.slot, seq, at, body, flags });
  }

  /** An idle stream is over. */
  end(stream: Stream): void {
    const body = encodeCount(OVER_COUNT);
    this.#add({ kind: Kind.drop, slot: stream.slot, seq: 1, at: stream.lastAt, body });
    this.#streams.close(stream);
    this.#ended.push(stream);
  }

  /** A key and its value. */
  put(key: string, value: Uint8Array): void {
    checkName(key);
    const body = encodePair(key, value);
    checkBody(body.length);
    this.#add({ kind: Kind.put, slot: 0, seq: 0, at: 0, body });
  }

  /** A key is gone. */
  remove(key: string): void {
    checkName(key);
    this.#add({ kind: Kind.remove, slot: 0, seq: 0, at: 0, body: encodeName(key) });
  }

  #announced(name: string): Stream {
    const known = this.#streams.named(name);
    if (known?.announced) return known;
    checkName(name);
    const floor = this.#streams.floors.of(name);
    if (floor >= SEQ_MAX) throw usedUp(name);
    const stream = this.#streams.obtain(name);
    if (known === undefined) (this.#before ??= new Map()).set(stream, { ...stream });
    stream.announced = true;
    this.#add({ kind: Kind.stream, slot: stream.slot, seq: 0, at: 0, body: encodeName(name) });
    if (floor > stream.assigned) {
      this.drop(stream, 1, floor);
      stream.assigned = floor;
    }
    return stream;
  }

  #add(draft: Draft): void {
    this.records.push(draft);
    this.bytes += recordBytes(draft.body.length);
  }
}

function usedUp(name: string): StoreError {
  return new StoreError("too_many", `Cannot append to '${name}': its numbers are used up`);
}

function checkBody(bytes: number): void {
  if (bytes > BODY_BYTES_MAX) {
    throw new RangeError(`Cannot store ${bytes} bytes: a body has at most ${BODY_BYTES_MAX}`);
  }
}

function checkName(name: string): void {
  const bytes = encodeName(name).length;
  if (bytes === 0 || bytes > NAME_BYTES_MAX || !name.isWellFormed()) {
    throw new RangeError(
      `Cannot use '${name}' as a name or key: it must be text of 1 to ${NAME_BYTES_MAX} bytes`,
    );
  }
}
