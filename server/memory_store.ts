/**
 * The store that keeps nothing on disk: the newest messages of each stream, in memory, until the end.
 *
 * It is bounded per stream by messages and by bytes, whichever comes first; the oldest go. Since memory is
 * as durable as it will ever be, an append is settled before it returns.
 *
 * @module
 */

import { MEMORY_BYTES_MAX, MEMORY_MESSAGES_MAX } from "./limits.ts";
import type { Append, MessageStore, Page, Range, Stored, StreamHead } from "./store_port.ts";

/** How much a memory store keeps of each stream. */
export interface MemoryBounds {
  /** Messages at most. */
  readonly messagesMax: number;
  /** Bytes at most, without the newest message. */
  readonly bytesMax: number;
}

const BOUNDS: MemoryBounds = { messagesMax: MEMORY_MESSAGES_MAX, bytesMax: MEMORY_BYTES_MAX };

/** Opens a store in memory. */
export function memoryStore(bounds: MemoryBounds = BOUNDS): MessageStore {
  const streams = new Map<string, MemoryStream>();
  return {
    durability: "none",
    epoch: crypto.randomUUID(),
    append(message: Append): void {
      let stream = streams.get(message.stream);
      if (stream === undefined) streams.set(message.stream, stream = new MemoryStream(bounds));
      stream.append(message.encode(stream.head + 1));
      message.settled();
    },
    head: (stream: string): number => streams.get(stream)?.head ?? 0,
    read: (stream: string, range: Range): Promise<Page> =>
      Promise.resolve(streams.get(stream)?.read(range) ?? { messages: [], more: false }),
    *streams(): Iterable<StreamHead> {
      for (const [stream, { head }] of streams) yield { stream, head };
    },
    [Symbol.asyncDispose](): Promise<void> {
      streams.clear();
      return Promise.resolve();
    },
  };
}

class MemoryStream {
  readonly #bounds: MemoryBounds;
  /** Kept bodies; those before `#first` are already gone. */
  #bodies: (Uint8Array | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  head = 0;

  constructor(bounds: MemoryBounds) {
    this.#bounds = bounds;
  }

  append(body: Uint8Array): void {
    this.#bodies.push(body);
    this.#bytes += body.length;
    this.head++;
    const { messagesMax, bytesMax } = this.#bounds;
    while (this.#kept > messagesMax || (this.#bytes > bytesMax && this.#kept > 1)) this.#forget();
  }

  read({ after, before, limit, bytesMax }: Range): Page {
    const oldest = this.head - this.#kept + 1;
    const low = Math.max(oldest, (after ?? 0) + 1);
    const high = Math.min(this.head, (before ?? Infinity) - 1);
    const messages: Stored[] = [];
    let bytes = 0;
    const forward = after !== undefined;
    const step = forward ? 1 : -1;
    let seq = forward ? low : high;
    for (; seq >= low && seq <= high && messages.length < limit; seq += step) {
      const body = this.#bodies[this.#first + seq - oldest];
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

  get #kept(): number {
    return this.#bodies.length - this.#first;
  }

  #forget(): void {
    this.#bytes -= this.#bodies[this.#first]?.length ?? 0;
    this.#bodies[this.#first++] = undefined;
    if (this.#first > 1_024 && this.#first * 2 > this.#bodies.length) {
      this.#bodies = this.#bodies.slice(this.#first);
      this.#first = 0;
    }
  }
}
