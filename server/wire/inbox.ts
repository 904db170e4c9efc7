/**
 * The events of a client on their way to whoever iterates it: a bounded queue with one reader.
 *
 * Two policies, because a client may be used for its answers alone:
 * - somebody iterates: when the queue is full, `room()` waits, the reading of the socket with it, and in
 *   the end the server notices a slow reader. Nothing is lost here.
 * - nobody iterates: the oldest event goes. Otherwise a script that only says things would stop hearing
 *   their acknowledgements.
 *
 * @module
 */

/** Events that may wait for the reader: some seconds of a busy room. */
export const INBOX_EVENTS_MAX = 10_000;

/** A bounded queue as an async iterable. */
export class Inbox<T> implements AsyncIterable<T> {
  readonly #max: number;
  #events: T[] = [];
  /** Index of the oldest event: shifting an array of thousands would cost each time. */
  #first = 0;
  #iterated = false;
  #ended = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriter: (() => void) | undefined;

  constructor(max: number = INBOX_EVENTS_MAX) {
    this.#max = max;
  }

  /** Adds an event. After `end` it is dropped. */
  push(event: T): void {
    if (this.#ended) return;
    if (!this.#iterated && this.#size >= this.#max) this.#shift();
    this.#events.push(event);
    this.#wakeReader?.();
  }

  /** Whether whoever adds has to wait. */
  get full(): boolean {
    return this.#iterated && this.#size >= this.#max && !this.#ended;
  }

  /** Resolves when the queue has room, at once when nobody iterates. */
  async room(): Promise<void> {
    while (this.full) {
      await new Promise<void>((resolve) => this.#wakeWriter = resolve);
    }
  }

  /** No event comes any more: the iteration ends after those that wait. */
  end(): void {
    this.#ended = true;
    this.#wakeReader?.();
    this.#wakeWriter?.();
  }

  /** @throws {Error} When somebody iterates already: events have one reader. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    if (this.#iterated) throw new Error("Cannot iterate a client twice at the same time");
    this.#iterated = true;
    try {
      for (;;) {
        while (this.#size > 0) yield this.#shift();
        if (this.#ended) return;
        await new Promise<void>((resolve) => this.#wakeReader = resolve);
      }
    } finally {
      this.#iterated = false;
      this.#wakeWriter?.();
    }
  }

  get #size(): number {
    return this.#events.length - this.#first;
  }

  #shift(): T {
    const event = this.#events[this.#first++] as T;
    if (this.#first > 1_024 && this.#first * 2 > this.#events.length) {
      this.#events = this.#events.slice(this.#first);
      this.#first = 0;
    }
    if (this.#size < this.#max / 2) this.#wakeWriter?.();
    return event;
  }
}
