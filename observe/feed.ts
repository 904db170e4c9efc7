/**
 * Takes from a source one by one, and tells "nothing is ready" from "nothing will come".
 *
 * ```text
 *   a file     ready ready ready …              groups fill up
 *   a socket   ready ready │ nothing for now    what is there is handed out
 * ```
 *
 * Ready is what comes within the present turn of the event loop. What does not is still asked for, and is taken
 * later: nothing is read ahead but this one, and nothing is lost by giving up the wait.
 *
 * A source that is waiting for its own source cannot be closed before that one has answered. So closing waits only for a
 * moment; whoever hands in something that can hang ends it himself, too.
 *
 * @module
 */

import { FEED_CLOSE_MS_MAX } from "./limits.ts";

type Outcome<Item> = Promise<IteratorResult<Item, void> | undefined>;

/** A source that is read with patience or without. Each is asked for when the one before was given. */
export class Feed<Item> {
  readonly #source: AsyncGenerator<Item, void>;
  #isAsked = false;
  /** What came when nobody waited any more. */
  #kept: Outcome<Item> | undefined;
  #waiter: PromiseWithResolvers<IteratorResult<Item, void> | undefined> | undefined;
  #turn: Turn | undefined;

  constructor(source: AsyncGenerator<Item, void>) {
    this.#source = source;
  }

  /** The next one, however long it takes; `undefined` when the signal aborts before. */
  async next(signal: AbortSignal | undefined): Outcome<Item> {
    this.pause();
    using turn = new Turn(signal, undefined);
    return await this.#take(turn);
  }

  /**
   * The next one if it is ready; `undefined` when it is not, or when the signal aborts. A turn lasts until then or
   * until `pause`.
   */
  ready(signal: AbortSignal): Outcome<Item> {
    return this.#take(this.#turn ??= new Turn(signal, 0));
  }

  /** Ends the present turn: who asks next begins a new one. */
  pause(): void {
    this.#turn?.[Symbol.dispose]();
    this.#turn = undefined;
  }

  /** Closes the source; one that hangs is left to itself. */
  async close(): Promise<void> {
    this.pause();
    const closed = this.#source.return().then(() => undefined);
    using enough = new Turn(undefined, FEED_CLOSE_MS_MAX);
    const { promise, resolve } = Promise.withResolvers<undefined>();
    enough.whenOver(() => resolve(undefined));
    await Promise.race([closed, promise]);
  }

  /** One promise per item and no race: a recording has millions of them. */
  #take(turn: Turn): Outcome<Item> {
    if (this.#kept !== undefined) {
      const kept = this.#kept;
      this.#kept = undefined;
      return kept;
    }
    this.#waiter = Promise.withResolvers();
    const { promise } = this.#waiter;
    turn.whenOver(this.#giveUp);
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#source.next().then(this.#came, this.#failed);
    }
    return promise;
  }

  readonly #giveUp = (): void => {
    this.#waiter?.resolve(undefined);
    this.#waiter = undefined;
  };

  readonly #came = (next: IteratorResult<Item, void>): void => {
    this.#isAsked = false;
    if (this.#waiter === undefined) this.#kept = Promise.resolve(next);
    else this.#waiter.resolve(next);
    this.#waiter = undefined;
  };

  readonly #failed = (error: unknown): void => {
    this.#isAsked = false;
    if (this.#waiter === undefined) {
      this.#kept = Promise.reject(error);
      // Whoever asks next is told; it may be that nobody does.
      this.#kept.catch(() => {});
    } else this.#waiter.reject(error);
    this.#waiter = undefined;
  };
}

/** Over when an abort comes, or after so many milliseconds; after 0, in the next turn of the event loop. */
class Turn implements Disposable {
  readonly #signal: AbortSignal | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;
  #tell: (() => void) | undefined;
  readonly #end = (): void => {
    this.#isOver = true;
    this.#tell?.();
  };

  constructor(signal: AbortSignal | undefined, ms: number | undefined) {
    this.#signal = signal;
    this.#isOver = signal?.aborted ?? false;
    signal?.addEventListener("abort", this.#end);
    this.#timer = ms === undefined ? undefined : setTimeout(this.#end, ms);
  }

  /** Calls when it is over, at once if it is; who asked before is not called any more. */
  whenOver(tell: () => void): void {
    this.#tell = tell;
    if (this.#isOver) tell();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#end);
  }
}
