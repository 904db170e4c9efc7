/**
 * Waits for the next piece of an iterable, but neither for ever nor past a signal, and gives the caller a turn in
 * between.
 *
 * An iterable that is left waiting is told to end and not waited for: its own reading ends with its connection.
 *
 * @module
 */

/** What waiting gave. */
export type Pulled<T> =
  | { readonly kind: "piece"; readonly piece: T }
  | { readonly kind: "end" }
  /** Nothing yet: pull again, and the same piece is waited for. */
  | { readonly kind: "idle" }
  | { readonly kind: "aborted" };

/** Pieces that are pulled one by one. Disposing it ends the iterable. */
export class Puller<T> implements AsyncDisposable {
  readonly #iterator: AsyncIterator<T>;
  readonly #aborted: Promise<{ readonly kind: "aborted" }>;
  readonly #listening = new AbortController();
  #pending: Promise<Pulled<T>> | undefined;

  constructor(pieces: AsyncIterable<T>, signal: AbortSignal | undefined) {
    this.#iterator = pieces[Symbol.asyncIterator]();
    const { promise, resolve } = Promise.withResolvers<{ readonly kind: "aborted" }>();
    this.#aborted = promise;
    if (signal?.aborted) resolve({ kind: "aborted" });
    signal?.addEventListener("abort", () => resolve({ kind: "aborted" }), {
      signal: this.#listening.signal,
    });
  }

  /** Waits for the next piece at most so many milliseconds. @throws What the iterable throws. */
  async pull(ms: number): Promise<Pulled<T>> {
    this.#pending ??= this.#next();
    const idle = Promise.withResolvers<{ readonly kind: "idle" }>();
    const timer = setTimeout(() => idle.resolve({ kind: "idle" }), ms);
    try {
      const pulled = await Promise.race([this.#aborted, this.#pending, idle.promise]);
      if (pulled.kind !== "idle" && pulled.kind !== "aborted") this.#pending = undefined;
      return pulled;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening.abort();
    // Why an iterable that nobody wants any more failed is of no use.
    const ended = Promise.resolve(this.#iterator.return?.()).catch(() => {});
    if (this.#pending === undefined) await ended;
    else this.#pending.catch(() => {});
  }

  async #next(): Promise<Pulled<T>> {
    const { done, value } = await this.#iterator.next();
    return done ? { kind: "end" } : { kind: "piece", piece: value };
  }
}
