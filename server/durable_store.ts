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

import {
  DamageError,
  openStore,
  type Storage,
  type Store,
  StoreError,
  type World,
} from "../db/mod.ts";
import { decodeFact, encodeFact, Facts } from "./durable/facts.ts";
import { StoreMeter } from "./durable/meter.ts";
import { recentOf } from "./durable/recent.ts";
import { storageError, Waiting } from "./durable/waiting.ts";
import type {
  Append,
  Before,
  MessageStore,
  Page,
  Range,
  RoomFact,
  StoreFigures,
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
  /** Turns, pauses and chance. Default: the real ones; tests pass theirs. */
  readonly world?: World;
}

/** Names the history in the store's own keys. */
const EPOCH_KEY = "epoch";

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
  { durability, onTrouble = () => {}, clock = Date.now, storage, world }: DurableOptions,
): Promise<MessageStore> {
  const waiting = new Waiting();
  const meter = new StoreMeter();
  const facts = new Facts();
  const store = await openStore(directory, {
    durability,
    onTrouble,
    onSync: (ms) => meter.synced(ms),
    ...(storage === undefined ? {} : { storage }),
    ...(world === undefined ? {} : { world }),
    onCommit: (commit) => {
      if (commit.kind === "durable") {
        meter.committed(commit.lsn);
        waiting.settle(commit.lsn);
        facts.retry(store);
      } else waiting.reject(commit.lsn, commit.error);
    },
  });
  meter.begin(store.stat().lsn);
  try {
    const epoch = await epochOf(store);
    let recent = await recentOf(store);
    const before = {
      rooms: await roomsOf(store),
      recent: () => {
        const once = recent;
        recent = [];
        return once;
      },
    };
    return new DurableStore({
      store,
      waiting,
      facts,
      meter,
      durability,
      epoch,
      before,
      onTrouble,
      clock,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Parts {
  readonly store: Store;
  readonly waiting: Waiting;
  readonly facts: Facts;
  readonly meter: StoreMeter;
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
  /** Users are written down one after the other, so that who was seen twice keeps the first time. */
  #seeing: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.durability = parts.durability;
    this.epoch = parts.epoch;
    this.before = parts.before;
    this.#parts = parts;
  }

  append({ stream, at, encode, settled }: Append): void {
    const { store, waiting } = this.#parts;
    const write = () => store.append(stream, encode(store.nextSeq(stream)), { at });
    this.#take(write, waiting, settled);
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

  rememberRoom(room: RoomFact, settled?: Append["settled"]): void {
    const { store, facts, waiting } = this.#parts;
    const key = `room/${foldText(room.name)}`;
    if (settled === undefined) return facts.put(store, key, room);
    facts.forget(key);
    this.#take(() => store.put(key, encodeFact(room)), waiting, settled);
  }

  rememberUser(name: string): void {
    const now = this.#parts.clock();
    this.#seeing = this.#seeing.then(() => this.#seen(name, now)).catch(this.#parts.onTrouble);
  }

  pendingMs(): number {
    return this.#parts.store.pendingMs();
  }

  figures(): StoreFigures {
    const { store, meter } = this.#parts;
    return meter.figures(store.stat());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#seeing;
    await this.#parts.store.close();
  }

  async #seen(name: string, last: number): Promise<void> {
    const { store, facts } = this.#parts;
    const key = `user/${foldText(name)}`;
    const known = await facts.get(store, key) as { first?: number } | undefined;
    facts.put(store, key, { name, first: known?.first ?? last, last });
  }

  /** Lets `settled` wait for a write, or tells it at once that the store does not take it. */
  #take(write: () => { readonly lsn: number }, waiting: Waiting, settled: Append["settled"]): void {
    let lsn: number;
    try {
      ({ lsn } = write());
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return settled(storageError(error));
    }
    waiting.add(lsn, settled);
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
    const fact = decodeFact(await store.get(key)) as RoomFact | undefined;
    if (fact !== undefined) rooms.push(fact);
  }
  return rooms;
}
