/**
 * What a crew needs of connections, and of the turns in which they are heard, whatever they are made of.
 *
 * @module
 */

/** Who gets what comes over a connection. */
export interface Hearer {
  /**
   * Bytes have come: those from `from` to `to`, which stay valid for this call.
   *
   * @returns Where what is not whole begins; it comes again, with more behind it.
   */
  data(bytes: Uint8Array, from: number, to: number): number;
  /** It has ended. @param why A sentence, when something broke. */
  ended(why?: string): void;
}

/** A connection. */
export interface Socket {
  /** Writes bytes, behind those that were written before; they must not change any more. */
  write(bytes: Uint8Array<ArrayBuffer>): void;
  /** Bytes that wait to be written. */
  readonly unsent: number;
  /** Ends it at once. The hearer is told nothing more. Idempotent. */
  close(): void;
}

/** The connections of one thread to one server. */
export interface Sockets {
  /** Makes one. Rejects with an error whose message is a sentence. */
  dial(hearer: Hearer): Promise<Socket>;
  /**
   * Has turns until it is closed.
   *
   * @param turn Runs when something has come, or another thread has rung, or `soon` was called, or its time has come. It
   *   says in how many µs the next one must be at the latest.
   */
  run(turn: () => number): void;
  /** Sees to it that a turn comes. */
  soon(): void;
  /** Wakes another thread. */
  ring(thread: number): void;
  /** To be called when all connections are closed. */
  close(): Promise<void>;
}
