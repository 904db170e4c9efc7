/**
 * What a member needs of a connection, whatever it is made of.
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

/** Makes connections to one server. Rejects with an error whose message is a sentence. */
export type Dial = (hearer: Hearer) => Promise<Socket>;
