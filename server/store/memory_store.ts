/**
 * The store that keeps nothing on disk: the newest messages of each stream, in memory, until the end.
 *
 * It is bounded per stream by messages and by bytes, whichever comes first, and then the oldest go; and over
 * all streams by bytes, and then the stream that was silent longest goes; a server takes a part of its memory for
 * that (`keepWithin`). Since memory is as durable as it will ever be, an append is settled before it returns.
 *
 * Bodies are copied into memory of their stream alone (`memory_bodies.ts`). What a stream and a message cost beside their
 * bytes is counted, since strangers make as many as they like.
 *
 * @module
 */

import {
  MEMORY_BYTES_MAX,
  MEMORY_BYTES_TOTAL_MAX,
  MEMORY_HEAD_BYTES,
  MEMORY_HEADS_MAX,
  MEMORY_MESSAGES_MAX,
  MEMORY_STREAM_BYTES,
  MEMORY_TOPICS_MAX,
} from "../limits.ts";
import { Bodies } from "./memory_bodies.ts";
import type { Clocks } from "../durable/believed_time.ts";
import { MemoryRetention } from "./memory_retention.ts";
import { RETAIN_KEYS } from "./streams.ts";
import { foldText } from "../wire/mod.ts";
import {
  type Append,
  type Beside,
  type KeptValues,
  type MessageStore,
  type Page,
  type Range,
  type Replace,
  type RoomFact,
  StorageError,
  type Stored,
} from "./store_port.ts";

/** How much a memory store keeps. */
export interface MemoryBounds {
  /** Messages of one stream at most. */
  readonly messagesMax: number;
  /** Bytes of one stream at most, without its newest message. */
  readonly bytesMax: number;
  /** Bytes of all streams at most: beyond, the stream that was silent longest is forgotten. */
  readonly bytesTotalMax: number;
  /** Forgotten streams whose seqs go on when something is said there again; older ones begin anew. */
  readonly headsMax: number;
}

const BOUNDS: MemoryBounds = {
  messagesMax: MEMORY_MESSAGES_MAX,
  bytesMax: MEMORY_BYTES_MAX,
  bytesTotalMax: MEMORY_BYTES_TOTAL_MAX,
  headsMax: MEMORY_HEADS_MAX,
};

/** What time it is, for what goes for its age. */
export interface MemoryClocks {
  /** Default: the real ones; tests turn theirs. */
  readonly clocks?: () => Clocks;
}

const realClocks = (): Clocks => ({ wallMs: Date.now(), steadyMs: performance.now() });

/** Opens a store in memory. */
export function memoryStore(
  { clocks = realClocks, ...bounds }: Partial<MemoryBounds> & MemoryClocks = {},
): MessageStore {
  const streams = new MemoryStreams({ ...BOUNDS, ...bounds });
  const topics = new MemoryTopics();
  const values = memoryValues((key) => {
    if (key.startsWith(RETAIN_KEYS)) retention.changed();
  });
  const retention = new MemoryRetention(streams, values, clocks);
  return {
    durability: "none",
    epoch: crypto.randomUUID(),
    before: { rooms: [], recent: () => ({ lastAt: 0, messages: [] }) },
    append: (message) => {
      for (const { key, value } of message.puts ?? []) values.write(key, value, () => {});
      streams.append(message);
    },
    replace: (change) => streams.replace(change),
    head: (stream) => streams.head(stream),
    // Nothing is on its way for longer than a call.
    newest: (stream) => streams.head(stream),
    first: (stream) => streams.first(stream),
    streams: (prefix) => streams.names(prefix),
    read: (stream, range) => Promise.resolve(streams.read(stream, range)),
    settled: () => Promise.resolve(),
    pendingMs: () => 0,
    rememberRoom: (room, settled) => {
      topics.remember(room);
      settled?.();
    },
    room: (key) => topics.of(key),
    roomKeys: () => topics.keys(),
    values,
    tend: () => retention.tend(),
    memoryBytes: () => streams.memoryBytes,
    keepWithin: (bytes) => streams.keepWithin(bytes),
    [Symbol.asyncDispose]: () => Promise.resolve(streams.clear()),
  };
}

/** Small values under keys. Whoever writes them bounds their number. @param onWritten Hears of each that is written. */
function memoryValues(onWritten: (key: string) => void): KeptValues {
  const values = new Map<string, Uint8Array>();
  return {
    keys: (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    value: (key) => values.get(key),
    has: (key) => values.has(key),
    write: (key, value, settled, _goesOn, beside = []) => {
      for (const put of [{ key, value }, ...beside]) {
        if (put.value === undefined) values.delete(put.key);
        else values.set(put.key, put.value);
        onWritten(put.key);
      }
      settled();
    },
  };
}

/** What rooms are about: a room that is forgotten for another one comes back with its topic. */
class MemoryTopics {
  readonly #rooms = new Map<string, RoomFact>();

  keys(): string[] {
    return [...this.#rooms.keys()];
  }

  of(key: string): RoomFact | undefined {
    return this.#rooms.get(key);
  }

  remember(room: RoomFact): void {
    const key = foldText(room.name);
    this.#rooms.delete(key);
    if (room.topic === undefined) return;
    this.#rooms.set(key, room);
    const [oldest] = this.#rooms.keys();
    if (this.#rooms.size > MEMORY_TOPICS_MAX && oldest !== undefined) this.#rooms.delete(oldest);
  }
}

class MemoryStreams {
  #bounds: MemoryBounds;
  /** The stream that was silent longest comes first. */
  readonly #streams = new Map<string, MemoryStream>();
  /** The heads of streams that were forgotten: their seqs go on. */
  readonly #forgotten = new Map<string, number>();
  #latest: MemoryStream | undefined;
  #bytes = 0;

  constructor(bounds: MemoryBounds) {
    this.#bounds = bounds;
  }

  append(message: Append): void {
    const { stream: name, beside } = message;
    if (beside !== undefined) this.#appendBeside(beside, this.head(name) + 1);
    const stream = this.#touch(name);
    this.#append(stream, message.encode(stream.head + 1));
    message.settled();
  }

  replace({ stream: name, stored: { seq }, body, beside, settled }: Replace): void {
    const stream = this.#streams.get(name);
    this.#bytes -= stream?.cost ?? 0;
    const isThere = stream?.replace(seq, body) ?? false;
    this.#bytes += stream?.cost ?? 0;
    if (stream !== undefined && this.#bytes > this.#bounds.bytesTotalMax) this.#shrink(stream);
    if (!isThere) return settled(new StorageError(`There is no message ${seq} in '${name}'`));
    for (const one of beside) this.#appendBeside(one, seq);
    settled();
  }

  #appendBeside(beside: Beside, seq: number): void {
    const stream = this.#touch(beside.stream);
    this.#append(stream, beside.encode(seq, stream.head + 1));
  }

  #append(stream: MemoryStream, body: Uint8Array): void {
    this.#bytes -= stream.cost;
    stream.append(body);
    this.#bytes += stream.cost;
    if (this.#bytes > this.#bounds.bytesTotalMax) this.#shrink(stream);
  }

  /** Bytes of memory that streams take, and what is known of those that were forgotten. */
  get memoryBytes(): number {
    return this.#bytes + this.#forgotten.size * MEMORY_HEAD_BYTES;
  }

  keepWithin(bytes: number): void {
    this.#bounds = { ...this.#bounds, bytesTotalMax: Math.min(bytes, this.#bounds.bytesTotalMax) };
    if (this.#latest !== undefined) this.#shrink(this.#latest);
  }

  head(stream: string): number {
    return this.#streams.get(stream)?.head ?? this.#forgotten.get(stream) ?? 0;
  }

  names(prefix: string): string[] {
    return [...this.#streams.keys()].filter((name) => name.startsWith(prefix));
  }

  first(stream: string): number {
    return this.#streams.get(stream)?.first ?? this.head(stream) + 1;
  }

  read(stream: string, range: Range): Page {
    return this.#streams.get(stream)?.read(range) ?? { messages: [], more: false };
  }

  /** Forgets the messages of a stream below a seq. */
  forget(name: string, before: number): void {
    const stream = this.#streams.get(name);
    if (stream === undefined) return;
    this.#bytes -= stream.cost;
    stream.forget(before);
    this.#bytes += stream.cost;
  }

  clear(): void {
    this.#streams.clear();
  }

  /** The stream of that name, now the latest. */
  #touch(name: string): MemoryStream {
    const known = this.#streams.get(name);
    if (known !== undefined && known === this.#latest) return known;
    const stream = known ?? new MemoryStream(this.#bounds, this.head(name));
    if (known === undefined) this.#bytes += stream.cost;
    this.#streams.delete(name);
    this.#streams.set(name, stream);
    this.#forgotten.delete(name);
    return this.#latest = stream;
  }

  /** Forgets streams and then the oldest messages of `kept`, but its newest, until all fit. */
  #shrink(kept: MemoryStream): void {
    this.#forgetOthers(kept);
    this.#bytes -= kept.cost;
    while (this.#bytes + kept.cost > this.#bounds.bytesTotalMax && kept.forgetOldest());
    this.#bytes += kept.cost;
  }

  #forgetOthers(kept: MemoryStream): void {
    for (const [name, stream] of this.#streams) {
      if (stream === kept || this.#bytes <= this.#bounds.bytesTotalMax) return;
      this.#streams.delete(name);
      this.#forgotten.set(name, stream.head);
      this.#bytes -= stream.cost;
      const [oldest] = this.#forgotten.keys();
      const full = this.#forgotten.size > this.#bounds.headsMax;
      if (full && oldest !== undefined) this.#forgotten.delete(oldest);
    }
  }
}

class MemoryStream {
  readonly #bounds: Pick<MemoryBounds, "messagesMax" | "bytesMax">;
  readonly #bodies = new Bodies();
  /** The newest seq. */
  head: number;

  constructor(bounds: MemoryBounds, head: number) {
    this.#bounds = bounds;
    this.head = head;
  }

  /** The oldest seq that is there. */
  get first(): number {
    return this.head - this.#bodies.size + 1;
  }

  /** Bytes of memory that it takes. */
  get cost(): number {
    return MEMORY_STREAM_BYTES + this.#bodies.memoryBytes;
  }

  append(body: Uint8Array): void {
    this.#bodies.push(body);
    this.head++;
    this.#forgetTooMany();
  }

  /** Gives a message another body. @returns Whether it is there. */
  replace(seq: number, body: Uint8Array): boolean {
    const isThere = this.#bodies.replace(seq - this.first, body);
    this.#forgetTooMany();
    return isThere;
  }

  #forgetTooMany(): void {
    const bodies = this.#bodies;
    const { messagesMax, bytesMax } = this.#bounds;
    while (bodies.size > messagesMax || (bodies.bytes > bytesMax && bodies.size > 1)) {
      bodies.shift();
    }
  }

  read({ after, before, limit, bytesMax }: Range): Page {
    const oldest = this.first;
    const low = Math.max(oldest, (after ?? 0) + 1);
    const high = Math.min(this.head, (before ?? Infinity) - 1);
    const messages: Stored[] = [];
    let bytes = 0;
    const forward = after !== undefined;
    const step = forward ? 1 : -1;
    let seq = forward ? low : high;
    for (; seq >= low && seq <= high && messages.length < limit; seq += step) {
      const body = this.#bodies.at(seq - oldest);
      if (body === undefined) break;
      bytes += body.length;
      if (bytes > bytesMax && messages.length > 0) break;
      messages.push({ seq, body });
    }
    return {
      messages: forward ? messages : messages.reverse(),
      more: seq >= low && seq <= high,
    };
  }

  /** Forgets what is below a seq. */
  forget(before: number): void {
    while (this.#bodies.size > 0 && this.first < before) this.#bodies.shift();
  }

  /** Forgets its oldest message; `false` when that is its newest, too. */
  forgetOldest(): boolean {
    if (this.#bodies.size < 2) return false;
    this.#bodies.shift();
    return true;
  }
}
