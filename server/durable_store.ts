/**
 * The store that keeps what it acknowledged: the server's side of `db`.
 *
 * ```text
 *   append ─ seq, encode ─► db.append ─► lsn ─► waiting, in order      onCommit(lsn): settled, up to here
 * ```
 *
 * `db` knows streams and bytes; this file knows what they mean to a chat. Beside the streams it keeps two
 * kinds of keys, both JSON: `room/KEY` and `user/KEY`, by the folded name. They are conveniences (the list of
 * rooms, who was ever here), so nobody waits for them; what a full disk refuses of them is written again when
 * there is space.
 *
 * @module
 */

import { DamageError, openStore, type Storage, type Store, StoreError } from "../db/mod.ts";
import { RECENT_ID_MS, RECENT_MESSAGES_MAX } from "./limits.ts";
import {
  type Append,
  type Before,
  type MessageStore,
  type Page,
  type Range,
  type RoomFact,
  StorageError,
} from "./store_port.ts";
import { foldText } from "./wire/mod.ts";

/** How to open a durable store. */
export interface DurableOptions {
  /** When a message counts as stored: after `fdatasync`, or after `write`. */
  readonly durability: "durable" | "os";
  /** Hears of failures that lose no message: a compaction that failed, a damaged old message. */
  readonly onTrouble?: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** The disk. Default: the real one; tests pass theirs. */
  readonly storage?: Storage;
}

/** Names the history in the store's own keys. */
const EPOCH_KEY = "epoch";
/** Messages read at once when the store is opened. */
const RECENT_PAGE = 1_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Opens the store in a directory, and makes it if there is none.
 *
 * @throws {LockedError} When another process writes there.
 * @throws {DamageError} When acknowledged messages are damaged.
 * @throws {StoreError} When the directory holds something else, or a newer format.
 */
export async function durableStore(
  directory: string,
  { durability, onTrouble = () => {}, clock = Date.now, storage }: DurableOptions,
): Promise<MessageStore> {
  const waiting = new Waiting();
  const facts = new Facts();
  const store = await openStore(directory, {
    durability,
    onTrouble,
    ...(storage === undefined ? {} : { storage }),
    onCommit: (commit) => {
      if (commit.kind === "durable") {
        waiting.settle(commit.lsn);
        facts.retry(store);
      } else waiting.reject(commit.lsn, commit.error);
    },
  });
  try {
    const epoch = await epochOf(store);
    const before = {
      rooms: await roomsOf(store),
      recent: await recentOf(store, clock()),
    };
    return new DurableStore({ store, waiting, facts, durability, epoch, before, onTrouble, clock });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Appends that are not settled yet, in the order of the log. */
class Waiting {
  #appends: { readonly lsn: number; readonly settled: Append["settled"] }[] = [];
  #first = 0;

  add(lsn: number, settled: Append["settled"]): void {
    this.#appends.push({ lsn, settled });
  }

  /** Everything up to `lsn` is durable. */
  settle(lsn: number): void {
    for (let next = this.#next(); next && next.lsn <= lsn; next = this.#next()) {
      this.#first++;
      next.settled();
    }
    if (this.#first === this.#appends.length) {
      this.#appends = [];
      this.#first = 0;
    }
  }

  /** Nothing after `lsn` will ever be. */
  reject(lsn: number, error: StoreError): void {
    this.settle(lsn);
    const rejected = this.#appends.slice(this.#first);
    this.#appends = [];
    this.#first = 0;
    const why = new StorageError(error.message, { cause: error });
    for (const { settled } of rejected) settled(why);
  }

  #next(): { readonly lsn: number; readonly settled: Append["settled"] } | undefined {
    return this.#appends[this.#first];
  }
}

/** Keys on their way to the disk, each with the newest value that it is to have. */
class Facts {
  readonly #wanted = new Map<string, Uint8Array>();
  #refused = false;

  put(store: Store, key: string, value: unknown): void {
    const bytes = encoder.encode(JSON.stringify(value));
    this.#wanted.set(key, bytes);
    this.#write(store, key, bytes);
  }

  /** Something could be written: so now may what was refused. */
  retry(store: Store): void {
    if (!this.#refused) return;
    this.#refused = false;
    for (const [key, bytes] of this.#wanted) this.#write(store, key, bytes);
  }

  #write(store: Store, key: string, bytes: Uint8Array): void {
    const kept = () => {
      if (this.#wanted.get(key) === bytes) this.#wanted.delete(key);
    };
    try {
      store.put(key, bytes).done.then(kept, () => this.#refused = true);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // A full disk is told by the messages that it refuses.
      this.#refused = true;
    }
  }
}

interface Parts {
  readonly store: Store;
  readonly waiting: Waiting;
  readonly facts: Facts;
  readonly durability: "durable" | "os";
  readonly epoch: string;
  readonly before: Before;
  readonly onTrouble: (error: unknown) => void;
  readonly clock: () => number;
}

class DurableStore implements MessageStore {
  readonly durability: "durable" | "os";
  readonly epoch: string;
  readonly before: Before;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.durability = parts.durability;
    this.epoch = parts.epoch;
    this.before = parts.before;
    this.#parts = parts;
  }

  append({ stream, at, encode, settled }: Append): void {
    const { store, waiting } = this.#parts;
    let lsn: number;
    try {
      const body = encode(store.nextSeq(stream));
      ({ lsn } = store.append(stream, body, { at }));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return settled(new StorageError(error.message, { cause: error }));
    }
    waiting.add(lsn, settled);
  }

  head(stream: string): number {
    return this.#parts.store.stream(stream)?.last ?? 0;
  }

  async read(stream: string, { after, before, limit, bytesMax }: Range): Promise<Page> {
    const { store, onTrouble } = this.#parts;
    const forward = after !== undefined;
    const entries = await store.read(stream, {
      limit,
      ...(forward ? { after } : before === undefined ? {} : { before }),
    });
    if (!forward) entries.reverse();
    const messages: { seq: number; body: Uint8Array }[] = [];
    let bytes = 0;
    let last: number | undefined;
    for (const entry of entries) {
      if (entry.kind === "message") {
        bytes += entry.body.length;
        if (bytes > bytesMax && messages.length > 0) break;
        messages.push({ seq: entry.seq, body: entry.body });
      } else onTrouble(new DamageError("A message cannot be read", [entry.damage]));
      last = entry.seq;
    }
    const info = store.stream(stream);
    const more = last !== undefined && info !== undefined &&
      (forward ? last < info.last : last > info.first);
    return { messages: forward ? messages : messages.reverse(), more };
  }

  rememberRoom(room: RoomFact): void {
    this.#put(`room/${foldText(room.name)}`, room);
  }

  rememberUser(name: string): void {
    void this.#seen(name).catch(this.#parts.onTrouble);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.store.close();
  }

  async #seen(name: string): Promise<void> {
    const { store, clock } = this.#parts;
    const key = `user/${foldText(name)}`;
    const last = clock();
    const known = parse(await store.get(key)) as { first?: number } | undefined;
    this.#put(key, { name, first: known?.first ?? last, last });
  }

  #put(key: string, value: unknown): void {
    const { store, facts } = this.#parts;
    facts.put(store, key, value);
  }
}

async function epochOf(store: Store): Promise<string> {
  const known = await store.get(EPOCH_KEY);
  if (known !== undefined) return decoder.decode(known);
  const epoch = crypto.randomUUID();
  await store.put(EPOCH_KEY, encoder.encode(epoch)).done;
  return epoch;
}

async function roomsOf(store: Store): Promise<RoomFact[]> {
  const rooms: RoomFact[] = [];
  for (const key of store.keys("room/")) {
    const fact = parse(await store.get(key)) as RoomFact | undefined;
    if (fact !== undefined) rooms.push(fact);
  }
  return rooms;
}

/**
 * The bodies of the newest messages, of all streams: those young enough to be repeated, or when these are too
 * many, those of a shorter time. The newest count most: they are what a client repeats that lost its connection.
 */
async function recentOf(store: Store, now: number): Promise<Uint8Array[]> {
  for (let spanMs = RECENT_ID_MS;; spanMs /= 2) {
    const tails = await tailsSince(store, now - spanMs);
    const count = tails.reduce((sum, { from, last }) => sum + last + 1 - from, 0);
    if (count > RECENT_MESSAGES_MAX && spanMs > 1) continue;
    const bodies: Uint8Array[] = [];
    for (const tail of tails) await readTail(store, tail, bodies);
    return bodies;
  }
}

/** The end of a stream. */
interface Tail {
  readonly name: string;
  readonly from: number;
  readonly last: number;
}

/** What was said since then, of the streams in which something was. */
async function tailsSince(store: Store, sinceMs: number): Promise<Tail[]> {
  const tails: Tail[] = [];
  for (const { name, last, lastAt } of store.streams()) {
    if (lastAt >= sinceMs) tails.push({ name, from: await store.seqAt(name, sinceMs), last });
  }
  return tails;
}

async function readTail(store: Store, { name, from, last }: Tail, into: Uint8Array[]) {
  for (let after = from - 1; after < last && into.length < RECENT_MESSAGES_MAX;) {
    const entries = await store.read(name, { after, limit: RECENT_PAGE });
    const newest = entries.at(-1);
    if (newest === undefined) return;
    for (const entry of entries) if (entry.kind === "message") into.push(entry.body);
    after = newest.seq;
  }
}

function parse(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined ? undefined : JSON.parse(decoder.decode(bytes));
}
