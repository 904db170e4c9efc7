/**
 * The store that keeps what it acknowledged: the server's side of `db`.
 *
 * ```text
 *   append ─ seq, encode ─► db.append ─► lsn ─► waiting, in order      onCommit(lsn): settled, up to here
 * ```
 *
 * `db` knows streams and bytes; this file knows what they mean to a chat. Beside the streams it keeps two
 * kinds of keys, both JSON: `room/KEY` and `user/KEY`, by the folded name. They are conveniences (the list of
 * rooms, who was ever here), so nobody waits for them.
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
  const store = await openStore(directory, {
    durability,
    onTrouble,
    ...(storage === undefined ? {} : { storage }),
    onCommit: (commit) => {
      if (commit.kind === "durable") waiting.settle(commit.lsn);
      else waiting.reject(commit.lsn, commit.error);
    },
  });
  try {
    const epoch = await epochOf(store);
    const before = {
      rooms: await roomsOf(store),
      recent: await recentOf(store, clock() - RECENT_ID_MS),
    };
    return new DurableStore({ store, waiting, durability, epoch, before, onTrouble, clock });
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

interface Parts {
  readonly store: Store;
  readonly waiting: Waiting;
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
    try {
      this.#parts.store.put(key, encoder.encode(JSON.stringify(value)));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // A full disk is told by the messages that it refuses.
    }
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

/** The bodies of messages since `sinceMs`, of the streams that were spoken in since then. */
async function recentOf(store: Store, sinceMs: number): Promise<Uint8Array[]> {
  const bodies: Uint8Array[] = [];
  for (const { name, last, lastAt } of store.streams()) {
    if (lastAt < sinceMs) continue;
    let after = await store.seqAt(name, sinceMs) - 1;
    while (after < last && bodies.length < RECENT_MESSAGES_MAX) {
      const entries = await store.read(name, { after, limit: RECENT_PAGE });
      const newest = entries.at(-1);
      if (newest === undefined) break;
      for (const entry of entries) if (entry.kind === "message") bodies.push(entry.body);
      after = newest.seq;
    }
  }
  return bodies;
}

function parse(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined ? undefined : JSON.parse(decoder.decode(bytes));
}
