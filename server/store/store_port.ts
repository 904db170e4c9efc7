/**
 * What the server needs of a store, and nothing of how it is done.
 *
 * A *stream* is a room or a pair of users. The store gives each message its seq when it is appended,
 * and tells later that it is durable, as durable as the store is set. Until then nobody has seen it.
 *
 * @module
 */

import type { Distribution } from "../figures/samples.ts";
import type { Durability } from "../wire/mod.ts";

/** One message to store. */
export interface Append {
  /** Where it belongs. */
  readonly stream: string;
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
  /** Whose space it is to take: nobody has much of it while it is short. Without it nobody is told apart. */
  readonly payer?: string;
  /**
   * Gives the body once its seq is known. Called before `append` returns. What is settled by then is copied where it is kept:
   * its memory is used again.
   */
  encode(seq: number): Uint8Array;
  /** What is to be known when the message is: appended to another stream, and neither is there without the other. */
  readonly beside?: Beside | undefined;
  /** What keys are given together with it: neither is there without the other. */
  readonly puts?: readonly Put[];
  /** Whether it is taken also when the store or the disk is nearly full: it keeps order, and what people say is refused. */
  readonly goesOn?: boolean;
  /**
   * Called once: without an error when the message is durable, with one when it is not acknowledged; whether it may
   * be there all the same is the error's `outcome`. Calls come in the order of the appends, but for an append that
   * is refused at once. After a failure all later appends that were already taken fail too, so that seqs stay dense.
   */
  settled(error?: StorageError): void;
}

/** What a key is given; without a value, it is removed. */
export interface Put {
  /** The key. */
  readonly key: string;
  /** Its value from now on. */
  readonly value: Uint8Array | undefined;
}

/** What is appended together with something else. */
export interface Beside {
  /** Where it belongs. */
  readonly stream: string;
  /** Gives its body, from the seq of that which it stands beside, and its own. */
  encode(seq: number, own: number): Uint8Array;
}

/** Another body for a message that is there. Its seq and its time stay. */
export interface Replace {
  /** Where it belongs. */
  readonly stream: string;
  /** The message as it was read last: whoever replaces it twice at once must wait in between. */
  readonly stored: Stored;
  /** Its body from now on. */
  readonly body: Uint8Array;
  /** When it is replaced, in milliseconds since 1970. */
  readonly at: number;
  /** As with an append. */
  readonly payer?: string;
  /** What is to be known when the message is replaced: appended to other streams, each a different one, or nothing is done. */
  readonly beside: readonly Beside[];
  /** Whether the words that it had are to be in no file any more, as soon as that can be. */
  readonly erases: boolean;
  /** Whether it is taken also when the store or the disk is nearly full: it takes words away. */
  readonly takesAway: boolean;
  /** As with an append, in one order with these. */
  settled(error?: StorageError): void;
}

/** What became of something that the store did not acknowledge. */
export type StorageOutcome =
  /** It is not stored and never will be. */
  | "refused"
  /** It may be there when the store is opened again: the disk failed before it said so. */
  | "unknown";

/** The store did not acknowledge something. */
export class StorageError extends Error {
  /** Always `StorageError`. */
  override readonly name = "StorageError";
  /** What became of it. */
  readonly outcome: StorageOutcome;
  /** What whoever said it is told, when there is more to tell than that it was not stored. */
  readonly told: string | undefined;
  /** Whether the store is well, and this alone is one too many. */
  readonly isLimit: boolean;
  /** As what it is refused, when it is not for the store's sake. */
  readonly code: "storage" | "forbidden";

  /**
   * Makes an error.
   *
   * @param message The reason for people: a sentence without a full stop.
   * @param options What became of it (default: refused), the cause, what to tell, whether it is but a limit, and as what it is refused.
   */
  constructor(
    message: string,
    options: {
      outcome?: StorageOutcome;
      cause?: unknown;
      told?: string;
      isLimit?: boolean;
      code?: StorageError["code"];
    } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.outcome = options.outcome ?? "refused";
    this.told = options.told;
    this.isLimit = options.isLimit ?? false;
    this.code = options.code ?? "storage";
  }
}

/** A stored message: its body as it was appended. */
export interface Stored {
  /** Its number in the stream, from 1. */
  readonly seq: number;
  /** The bytes that were appended, or took their place. */
  readonly body: Uint8Array;
  /** Its time in the store, where it keeps one, in milliseconds since 1970. */
  readonly at?: number;
}

/** Which part of a stream to read: with `after` the oldest beyond it, else the newest, below `before`. */
export interface Range {
  /** Only larger seqs. */
  readonly after?: number;
  /** Only smaller seqs. */
  readonly before?: number;
  /** Messages at most. */
  readonly limit: number;
  /** Stops before the bodies exceed this many bytes in all, but gives at least one. */
  readonly bytesMax: number;
}

/** Seqs that follow each other, both included. */
export interface SeqRange {
  /** The first of them. */
  readonly from: number;
  /** The last of them. */
  readonly to: number;
}

/** Part of a stream, oldest first. `more`: it goes on in the direction in which it was asked. */
export interface Page {
  /** The messages. */
  readonly messages: readonly Stored[];
  /** Whether there are more in the direction asked. */
  readonly more: boolean;
  /** Between and beside them: messages that are damaged, and were acknowledged. */
  readonly lost?: readonly SeqRange[];
  /** Where to ask on, when that is not the page's last message in the direction asked. */
  readonly next?: number;
}

/** What is known of a room beside its messages. */
export interface RoomFact {
  /** Its name as it was first written. */
  readonly name: string;
  /** What it is about. */
  readonly topic?: string;
  /** The tag of who set that. Earlier versions did not write it down. */
  readonly topicTag?: string;
}

/** A message that carried an id. */
export interface Identified {
  /** Where it lies. */
  readonly stream: string;
  /** Its number there. */
  readonly seq: number;
  /** Whose it is. */
  readonly from: string;
  /** What its sender called it. */
  readonly id: string;
  /** When it was taken, in milliseconds since 1970. */
  readonly at: number;
  /** A number that stands for its words (`words_number.ts`), if they are known: they may be deleted when it is repeated. */
  readonly words?: number;
}

/** Messages that carried an id. */
export interface Recent {
  /** Time of the last one in milliseconds since 1970; 0 when there is none. */
  readonly lastAt: number;
  /** All of them, oldest first. To be gone through once. */
  readonly messages: Iterable<Identified>;
}

/** What a store held when it was opened. */
export interface Before {
  /** The rooms that were remembered and in which something was said last: not all, there may be very many. */
  readonly rooms: readonly RoomFact[];
  /**
   * The messages with an id of the last time before the store's newest one: somebody may still send them again. They
   * are given once and then forgotten, since they are many.
   */
  recent(): Recent;
}

/** How a store is doing, since it was opened. */
export interface StoreFigures {
  /** Records that became durable: messages, and what is remembered beside them. */
  readonly records: number;
  /** How many records were written together. */
  readonly groupRecords: Distribution;
  /** How long the disk took for each sync, in ms. */
  readonly syncMs: Distribution;
  /** Bytes of what still counts, an estimate. */
  readonly liveBytes: number;
  /** Bytes that compaction would free, an estimate. */
  readonly deadBytes: number;
  /** Files that messages are in. */
  readonly segments: number;
}

/** Small values under keys, which the server keeps beside the messages: what is known of accounts, say. */
export interface KeptValues {
  /** The keys that begin so, as they are now, in no order. */
  keys(prefix: string): Iterable<string>;
  /** The value that a key had when it was last durable; `undefined` when there is none, or when it is damaged. */
  value(key: string): Uint8Array | undefined;
  /** Whether a key has a value, be it damaged. */
  has(key: string): boolean;
  /**
   * Gives a key a value; without one, removes it. `settled` is called as for an append. Never blocks.
   *
   * @param goesOn As for an append.
   * @param beside What other keys are given together with it: neither is there without the other.
   */
  write(
    key: string,
    value: Uint8Array | undefined,
    settled: Append["settled"],
    goesOn?: boolean,
    beside?: readonly Put[],
  ): void;
}

/** Where messages are kept. */
export interface MessageStore extends AsyncDisposable {
  /** What `settled` promises. */
  readonly durability: Durability;
  /** Names this history: seqs of another epoch mean nothing here. */
  readonly epoch: string;
  /** What was there when it was opened. */
  readonly before: Before;
  /** Takes a message. Never blocks. */
  append(message: Append): void;
  /** Has `hear` called whenever all that was taken so far begins to be written, where it comes to a disk. */
  onWriting?(hear: () => void): void;
  /** Gives a message another body: readers get it as soon as it is durable. Never blocks. */
  replace(change: Replace): void;
  /** The stream's newest durable seq; 0 when it is empty. */
  head(stream: string): number;
  /** The newest seq that was given there, durable or on its way; 0 when there is none. */
  newest(stream: string): number;
  /** The lowest seq of a stream that may still be there: all below went for their age or for space. */
  first(stream: string): number;
  /** The names of the streams that begin so, as they are now. */
  streams(prefix: string): Iterable<string>;
  /** Reads durable messages. */
  read(stream: string, range: Range): Promise<Page>;
  /** Remembers a room: in its time, or, when somebody is to be told, as an append is. */
  rememberRoom(room: RoomFact, settled?: Append["settled"]): void;
  /** What is kept beside the messages. */
  readonly values: KeptValues;
  /** What is remembered of a room, by its folded name. */
  room(key: string): RoomFact | undefined;
  /** The folded names of the rooms of which anything is remembered, as they are now. */
  roomKeys(): Iterable<string>;
  /**
   * Resolves when all that it was given up to now is durable or refused, and has been told so. It never rejects: a store that fails, or
   * closes, refuses what waits.
   */
  settled(): Promise<void>;
  /** For how many ms the write has waited that waits longest for the disk; 0 when none does. */
  pendingMs(): number;
  /**
   * Looks after itself, in the background. To be called now and then. A store that need not leaves this out.
   *
   * @param mayForget Whether a room in which nothing is left to read, by its folded name, may be forgotten when space is
   * short. It is forgotten if so.
   */
  tend?(mayForget?: (key: string) => boolean): void;
  /** Bytes of memory that its messages take. A store that keeps none there leaves this out. */
  memoryBytes?(): number;
  /** Keeps its messages within so many bytes of memory from now on. A store that keeps none there leaves this out. */
  keepWithin?(bytes: number): void;
  /** Messages may become so old from now on, in ms; `undefined` for any age. A store that keeps none on a disk leaves this out. */
  retainFor?(ms: number | undefined): void;
  /**
   * What was deleted up to now, values of keys too, is to be in no file any more as soon as that can be. `settled` is called when it is
   * certain that it will be. A store without files leaves this out.
   *
   * @param deleted Keys that are removed together with that.
   */
  eraseSoon?(settled: Append["settled"], deleted?: readonly string[]): void;
  /** How it is doing. A store that has nothing to tell leaves this out. */
  figures?(): StoreFigures;
}
