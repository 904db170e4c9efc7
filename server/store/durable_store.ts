/**
 * The store that keeps what it acknowledged: the server's side of `db`.
 *
 * ```text
 *   append ─ seq, encode ─► db.append ─► lsn ─► waiting, in order      onCommit(lsn): settled, up to here
 * ```
 *
 * `db` knows streams and bytes; this file knows what they mean to a chat. Beside the streams it keeps `room/KEY`,
 * by the folded name: what is known of a room, as JSON. Unless somebody asked for a topic nobody waits for it, and
 * what a full disk refuses of it is written again when there is space. There may be very many rooms, so only those
 * that spoke last are read at the start, and each other one when somebody asks for it.
 *
 * @module
 */

import {
  DamageError,
  diskStorage,
  openStore,
  realWorld,
  type Store,
  type World,
  type Write,
} from "../../db/mod.ts";
import { rememberKeeping, roomsOf } from "../durable/beginning.ts";
import { Epoch } from "../durable/epoch.ts";
import { Eraser } from "../durable/eraser.ts";
import { encodeFact, Facts } from "../durable/facts.ts";
import type { Keeper } from "../durable/keeper.ts";
import { keptValues, writeOf } from "../durable/kept_values.ts";
import { type DurableOptions, keeperOf, segmentsFor } from "../durable/options.ts";
import { readPage } from "../durable/pages.ts";
import { StoreMeter } from "../durable/meter.ts";
import { recentOf } from "../durable/recent.ts";
import { Waiting } from "../durable/waiting.ts";
import type {
  Append,
  Before,
  KeptValues,
  MessageStore,
  Page,
  Range,
  Replace,
  RoomFact,
  StorageError,
  StoreFigures,
} from "./store_port.ts";
import { roomFactIn } from "./stored.ts";
import { ORDER_KEYS, RETAIN_KEYS, ROOM_KEYS, roomStream } from "./streams.ts";
import { afterNextLook, openFileAdvice } from "../transport/mod.ts";
import { type FoldedName, foldText } from "../wire/mod.ts";

/**
 * Beginnings of keys that earlier versions wrote: when a user was last here, which nobody asks for, and an epoch, which
 * was copied with the log.
 */
const FORGOTTEN_KEYS: readonly string[] = ["user/", "epoch"];

/** The real one, in which what has come in by now is known to the sockets. */
const WORLD: World = { ...realWorld, later: afterNextLook };

/**
 * Opens the store in a directory, and makes it if there is none.
 *
 * @throws {LockedError} When another process writes there.
 * @throws {DamageError} When acknowledged messages are damaged.
 * @throws {StoreError} When the directory holds something else, or a newer format.
 */
export async function durableStore(
  directory: string,
  options: DurableOptions,
): Promise<MessageStore> {
  const { durability, onTrouble = () => {}, world = WORLD } = options;
  using opened = new DisposableStack();
  const advice = options.storage === undefined ? opened.use(openFileAdvice()) : undefined;
  const storage = options.storage ?? diskStorage(directory, advice?.willNeed);
  const { steady = () => performance.now() } = options;
  const waiting = new Waiting();
  const meter = new StoreMeter();
  const facts = new Facts();
  const history = new Epoch(storage, onTrouble);
  let keeping: Keeper | undefined;
  const store = await openStore(directory, {
    durability,
    forgotten: FORGOTTEN_KEYS,
    onTrouble,
    onSync: (ms) => meter.synced(ms),
    onWriting: () => meter.onWriting?.(),
    onEnded: async () => {
      await Promise.all([history.ended(), keeping?.noteTime()]);
    },
    storage,
    ...segmentsFor(options.bytesMax),
    ...(options.streamsMax === undefined ? {} : { streamsMax: options.streamsMax }),
    world,
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
    const epoch = await history.begin(durability);
    const eraser = new Eraser({ store, steady, onTrouble });
    const keeper = keeperOf(store, storage, eraser, options);
    await keeper.begin();
    keeping = keeper;
    if (options.visits !== true) await rememberKeeping(store, options);
    let recent = await recentOf(store);
    const before = {
      rooms: await roomsOf(store, onTrouble),
      recent: () => {
        const once = recent;
        recent = { lastAt: 0, messages: [] };
        return once;
      },
    };
    return new DurableStore({
      store,
      opened: opened.move(),
      waiting,
      facts,
      meter,
      durability,
      epoch,
      before,
      keeper,
      eraser,
      bytesMax: options.bytesMax,
      clock: options.clock ?? Date.now,
      onTrouble,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface Parts {
  readonly store: Store;
  /** What it was opened with, and is closed behind it. */
  readonly opened: Disposable;
  readonly waiting: Waiting;
  readonly facts: Facts;
  readonly meter: StoreMeter;
  readonly durability: "durable" | "os";
  readonly epoch: string;
  readonly before: Before;
  readonly keeper: Keeper;
  readonly eraser: Eraser;
  /** How many bytes it may take, if that is limited. */
  readonly bytesMax: number | undefined;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly onTrouble: (error: unknown) => void;
}

class DurableStore implements MessageStore {
  readonly durability: "durable" | "os";
  readonly epoch: string;
  readonly before: Before;
  readonly values: KeptValues;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.durability = parts.durability;
    this.epoch = parts.epoch;
    this.before = parts.before;
    this.#parts = parts;
    this.values = keptValues(parts);
  }

  append(message: Append): void {
    const { store, waiting, keeper } = this.#parts;
    const { stream, at, payer, beside, puts = [], goesOn } = message;
    const seq = store.nextSeq(stream);
    const body = message.encode(seq);
    const added = beside?.encode(seq, store.nextSeq(beside.stream));
    const more = puts.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
    const refusal = keeper.take(body.length + (added?.length ?? 0) + more, payer, goesOn);
    if (refusal !== undefined) return message.settled(refusal);
    const latest = keeper.latestAt();
    const own = { kind: "append", stream, body, at, latest } as const;
    waiting.take(
      () => {
        if (added === undefined && puts.length === 0) {
          return store.append(stream, body, { at, latest });
        }
        const other = beside === undefined || added === undefined
          ? []
          : [{ kind: "append", stream: beside.stream, body: added, at, latest } as const];
        return store.batch([...other, own, ...puts.map(writeOf)]);
      },
      (error) => {
        if (puts.some(({ key }) => key.startsWith(RETAIN_KEYS))) keeper.roomChanged();
        message.settled(error);
      },
    );
  }

  onWriting(hear: () => void): void {
    this.#parts.meter.onWriting = hear;
  }

  replace({ stream, stored, body, at, payer, beside, erases, takesAway, settled }: Replace): void {
    const { store, waiting, keeper, eraser } = this.#parts;
    const { seq } = stored;
    const latest = keeper.latestAt();
    const added = beside.map(({ stream, encode }) => {
      const body = encode(seq, store.nextSeq(stream));
      return { kind: "append", stream, body, at, latest } as const;
    });
    const bytes = added.reduce((sum, { body }) => sum + body.length, body.length);
    if (takesAway) keeper.takeReserved(bytes);
    else {
      const refusal = keeper.take(bytes, payer);
      if (refusal !== undefined) return settled(refusal);
    }
    const edit = { kind: "edit", stream, seq, at: stored.at ?? at, body } as const;
    const writes: Write[] = [edit, ...added];
    const note = erases ? eraser.note(at) : undefined;
    if (note !== undefined) writes.push({ kind: "put", key: note[0], value: note[1] });
    const outcome = (error?: StorageError): void => {
      if (erases && error !== undefined) eraser.failed();
      settled(error);
    };
    waiting.take(
      () => {
        const taken = store.batch(writes);
        if (erases) eraser.taken();
        return taken;
      },
      outcome,
    );
  }

  head(stream: string): number {
    return this.#parts.store.stream(stream)?.last ?? 0;
  }

  newest(stream: string): number {
    return this.#parts.store.nextSeq(stream) - 1;
  }

  first(stream: string): number {
    return this.#parts.store.stream(stream)?.first ?? 1;
  }

  streams(prefix: string): Iterable<string> {
    const names: string[] = [];
    for (const { name } of this.#parts.store.streams()) {
      if (name.startsWith(prefix)) names.push(name);
    }
    return names;
  }

  retainFor(ms: number | undefined): void {
    const { store, keeper, bytesMax, onTrouble } = this.#parts;
    keeper.retainFor(ms ?? Infinity);
    void rememberKeeping(store, { retainMs: ms, bytesMax, onTrouble }).catch(onTrouble);
  }

  eraseSoon(settled: Append["settled"], deleted: readonly string[] = []): void {
    const { store, eraser, waiting, clock } = this.#parts;
    const note = eraser.note(clock());
    const writes: Write[] = deleted.map((key) => ({ kind: "delete", key }));
    if (note !== undefined) writes.push({ kind: "put", key: note[0], value: note[1] });
    if (writes.length === 0) {
      eraser.taken();
      return settled();
    }
    waiting.take(
      () => {
        const taken = store.batch(writes);
        eraser.taken();
        return taken;
      },
      (error) => {
        if (error !== undefined && note !== undefined) eraser.failed();
        settled(error);
      },
    );
  }

  read(stream: string, range: Range): Promise<Page> {
    const { store, onTrouble } = this.#parts;
    return readPage({
      read: (query) => store.read(stream, query),
      ends: () => store.stream(stream),
      onTrouble,
    }, range);
  }

  rememberRoom(room: RoomFact, settled?: Append["settled"]): void {
    const { store, facts, waiting, keeper } = this.#parts;
    const key = ROOM_KEYS + foldText(room.name);
    const fact = encodeFact(room);
    const refusal = keeper.take(key.length + fact.length);
    if (settled === undefined) {
      return refusal === undefined ? facts.put(store, key, room) : facts.wait(key, room);
    }
    if (refusal !== undefined) return settled(refusal);
    const notWritten = facts.forget(key);
    waiting.take(() => store.put(key, fact), (error) => {
      if (error !== undefined) notWritten();
      settled(error);
    });
  }

  room(key: string): RoomFact | undefined {
    const { store, facts, onTrouble } = this.#parts;
    try {
      return roomFactIn(facts.get(store, ROOM_KEYS + key), key);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      // The room's messages are there all the same; it has lost its topic.
      onTrouble(error);
      return undefined;
    }
  }

  roomKeys(): Iterable<string> {
    return [...this.#parts.store.keys(ROOM_KEYS)].map((key) => key.slice(ROOM_KEYS.length));
  }

  tend(mayForget: (key: string) => boolean = () => false): void {
    const { store, keeper, eraser } = this.#parts;
    eraser.tend();
    keeper.tend((key) => {
      const keys = [ROOM_KEYS, ORDER_KEYS, RETAIN_KEYS].find((keys) => key.startsWith(keys));
      if (keys === undefined) return false;
      const room = key.slice(keys.length);
      const count = store.stream(roomStream(room as FoldedName))?.count ?? 0;
      return count === 0 && mayForget(room);
    });
  }

  settled(): Promise<void> {
    return this.#parts.store.flush();
  }

  pendingMs(): number {
    return this.#parts.store.pendingMs();
  }

  figures(): StoreFigures {
    const { store, meter } = this.#parts;
    return meter.figures(store.stat());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { keeper, eraser, store, opened } = this.#parts;
    keeper.close();
    eraser.close();
    await store.close();
    opened[Symbol.dispose]();
    await Promise.all([keeper.idle(), eraser.idle()]);
  }
}
