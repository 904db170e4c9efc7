/**
 * Repair: what is left of a damaged store, as a whole store in a new directory.
 *
 * The old directory is only read. Messages keep their seqs; those that are lost are marked as lost, so that
 * a stream stays dense and nothing is taken for something else. What is lost is said, and so is what may be: a store
 * that lost its last word on something shows an older one, and nobody can tell which.
 *
 * @module
 */

import { decodePair } from "./bodies.ts";
import type { Damage } from "./errors.ts";
import { LockedError, StoreError, systemCode } from "./errors.ts";
import { Kind } from "./format.ts";
import { FoundRecords } from "./found_records.ts";
import { Floors, FLOORS_KEY, floorsFault } from "./floors.ts";
import { type FoundStream, gather, type Gathered, type NameSource } from "./gathered.ts";
import { STREAMS_MAX } from "./limits.ts";
import { openStore, type ReadOptions } from "./open.ts";
import { refusedBy } from "./refusal.ts";
import { rivalries, type Rivalry } from "./rivals.ts";
import { salvage, type Salvaged } from "./salvage.ts";
import { diskStorage } from "./disk.ts";
import type { LockOutcome, Storage } from "./storage.ts";
import type { Store, Written } from "./store.ts";
import { realWorld, type World } from "./world.ts";

/** Messages that are lost, or that are doubtful, from the first to the last. */
export interface Lost {
  /** Name of the stream. */
  readonly stream: string;
  /** First seq. */
  readonly from: number;
  /** Last seq. */
  readonly to: number;
}

/** What may be lost beside what is lost for certain. */
export interface MaybeLost {
  /**
   * How many records at most of which nothing tells what they were: the newest messages of a stream, edits, deletions,
   * values of keys.
   */
  readonly records: number;
  /** Where there may have been more than can be counted: each a part of a sentence. */
  readonly unknown: readonly string[];
}

/** What is saved and may never have been acknowledged: it stands behind a gap at the end of the log. */
export interface Doubtful {
  /** How many records there are, with those that are left out because they would take the place of others. */
  readonly records: number;
  /** The messages of them that the new store has. */
  readonly messages: readonly Lost[];
}

/** A stream whose name had to be found elsewhere than in its own record. */
export interface Renamed {
  /** The name that it has now. */
  readonly stream: string;
  /** Where the name is from; with `nothing` it is made up. */
  readonly from: Exclude<NameSource, "record">;
}

/** What repair has saved, and what it could not. */
export interface RepairReport {
  /** How many messages the new store has. */
  readonly messages: number;
  /** How many keys the new store has. */
  readonly keys: number;
  /** Messages that are not there, though nothing that was found says that they were deleted. */
  readonly lost: readonly Lost[];
  /**
   * How many of them can be lost at most: no more than records are missing. When it is fewer than all of them, others
   * had been deleted, and it is the record of that which is lost.
   */
  readonly lostMost: number;
  /** Keys whose value is lost for certain. */
  readonly lostKeys: readonly string[];
  /** What may be lost beside that. */
  readonly maybe: MaybeLost;
  /** What may never have been acknowledged. */
  readonly doubtful: Doubtful;
  /** Streams whose names were found elsewhere, or not at all. */
  readonly renamed: readonly Renamed[];
  /** How many pairs of records contradict each other. */
  readonly rivalCount: number;
  /** The first of these pairs, a hundred at most. */
  readonly rivals: readonly Rivalry[];
  /** Where the old store is damaged. */
  readonly damages: readonly Damage[];
}

/** How to repair. */
export interface RepairOptions extends ReadOptions {
  /**
   * Tells the name of its stream from the body of a message, if the body says it: for a stream whose name is lost. It
   * must not throw, whatever the body is.
   */
  readonly nameOf?: (body: Uint8Array) => string | undefined;
}

/** Whether everything is saved that was ever acknowledged, as far as can be known. */
export function isComplete(report: RepairReport): boolean {
  const { lost, lostKeys, maybe, doubtful, renamed, rivalCount } = report;
  return rivalCount === 0 && doubtful.records === 0 && lost.length === 0 && lostKeys.length === 0 &&
    maybe.records === 0 &&
    maybe.unknown.length === 0 && renamed.every(({ from }) => from !== "nothing");
}

/** Bytes of bodies that are handed to the new store before its disk is waited for. */
const GROUP_BYTES = 4 << 20;
/** Records that are handed over together at most. */
const GROUP_RECORDS = 1_000;

/**
 * Saves what is left of a store.
 *
 * @param from The damaged store's directory; no writer may have it open.
 * @param to A directory that is missing or empty.
 * @throws {StoreError} `not_empty`, `locked`, `not_a_store`, and whatever writing the new store throws.
 */
export async function repairStore(
  from: string,
  to: string,
  options: RepairOptions = {},
): Promise<RepairReport> {
  const storage = options.storage ?? diskStorage(from);
  const world = options.world ?? realWorld;
  const target = storage.at(to);
  if (target.exists() && (await target.list()).length > 0) {
    throw new StoreError("not_empty", `Cannot repair into ${to}: there is something in it`);
  }
  using _lock = lockOut(storage);
  const found = await salvage(storage);
  using records = new FoundRecords(storage, found);
  const readBody = (find: number): Promise<Uint8Array | undefined> =>
    Promise.resolve(records.read(find)?.body);
  const gathered = await gather(found, readBody, options.nameOf);
  const { streams, keys, lostKeys, nameless } = gathered;
  const streamsMax = Math.max(STREAMS_MAX, streams.length);
  await using store = await openStore(to, { storage: target, world, durability: "os", streamsMax });
  const lost: Lost[] = [];
  const doubted: Lost[] = [];
  for (const stream of streams) {
    lost.push(...await copyStream(stream, { found, records, store, world, doubted }));
  }
  // What was found and cannot be read any more is as missing as what was not found.
  const missing = found.missing + records.unread;
  const unreadable = await copyKeys(keys, records, store);
  await copyFloors(gathered, records, store);
  await store.flush();
  const { messages, keys: keyCount } = store.stat();
  const damages = [...found.damages, ...records.damages()];
  const count = lost.reduce((sum, one) => sum + one.to - one.from + 1, 0);
  return {
    messages,
    keys: keyCount,
    lost,
    lostMost: Math.min(count, missing),
    lostKeys: [...lostKeys, ...unreadable],
    // Every lost message and every lost name was one of the missing records.
    maybe: { records: Math.max(0, missing - count - nameless), unknown: found.unknown },
    doubtful: {
      records: found.order.reduce((sum, find) => sum + Number(found.doubtful.has(find)), 0),
      messages: doubted,
    },
    renamed: streams.flatMap(({ name, nameFrom }) =>
      nameFrom === "record" ? [] : [{ stream: name, from: nameFrom }]
    ),
    rivalCount: found.rivals.count,
    rivals: rivalries(found, gathered.names),
    // Whole records may still make no store; who was sent here by that is told why.
    damages: damages.length > 0 ? damages : await refusedBy(storage, options.forgotten),
  };
}

/**
 * Keeps writers out of a store while it is saved, unless none was ever there. Nothing is changed.
 *
 * @throws {LockedError} When another process has it open for writing.
 */
function lockOut(storage: Storage): Disposable | undefined {
  let outcome: LockOutcome;
  try {
    outcome = storage.lock("keep_out");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
  if (outcome.kind === "taken") throw new LockedError(storage.path, outcome);
  return outcome.lock;
}

/** What copying needs. */
interface CopyParts {
  readonly found: Salvaged;
  readonly records: FoundRecords;
  readonly store: Store;
  readonly world: World;
  /** Gets the messages that may never have been acknowledged. */
  readonly doubted: Lost[];
}

/** Adds messages of a stream to a list of stretches. */
function note(list: Lost[], stream: string, from: number, to: number): void {
  const before = list.at(-1);
  if (before?.stream === stream && before.to === from - 1) {
    list[list.length - 1] = { ...before, to };
  } else list.push({ stream, from, to });
}

/** Copies a stream, seq by seq, and says what of it is lost. */
async function copyStream(stream: FoundStream, parts: CopyParts): Promise<Lost[]> {
  const { found: { finds, doubtful }, records, store, world, doubted } = parts;
  const { name, last, sureLast, gone } = stream;
  const lost: Lost[] = [];
  const group = new HandOver();
  const lose = async (from: number, to: number): Promise<void> => {
    // What only the doubtful tell to have been need never have been.
    if (from <= sureLast) note(lost, name, from, Math.min(to, sureLast));
    await group.settle();
    await store.skip(name, to + 1, { lost: true });
  };
  let nextFind = 0;
  let nextGone = 0;
  for (let seq = 1; seq <= last;) {
    const dead = gone[nextGone];
    const find = stream.finds[nextFind];
    if (dead !== undefined && dead.from <= seq) {
      await group.settle();
      await store.skip(name, dead.to + 1, { lost: dead.lost });
      seq = dead.to + 1;
      nextGone++;
      continue;
    }
    if (find === undefined || finds.seq(find) > seq) {
      const there = find === undefined ? last + 1 : finds.seq(find);
      const end = Math.min(there, dead?.from ?? last + 1) - 1;
      await lose(seq, end);
      seq = end + 1;
      continue;
    }
    nextFind++;
    const read = records.read(find);
    if (read === undefined) await lose(seq, seq);
    else {
      const { record, body } = read;
      const edited = record.kind === Kind.edit;
      const written = store.append(name, body, { at: record.at, edited });
      if (written.seq !== seq) throw new Error(`Message ${seq} of '${name}' became ${written.seq}`);
      if (doubtful.has(find)) note(doubted, name, seq, seq);
      if (await group.add(written, body.length)) await world.pause(0);
    }
    seq++;
  }
  await group.settle();
  return lost;
}

/** Copies the keys, and says which cannot be read any more. */
async function copyKeys(
  keys: ReadonlyMap<string, number>,
  records: FoundRecords,
  store: Store,
): Promise<string[]> {
  const lost: string[] = [];
  const group = new HandOver();
  for (const [key, find] of keys) {
    if (key === FLOORS_KEY) continue;
    const read = records.read(find);
    const pair = read === undefined ? undefined : decodePair(read.body);
    if (pair?.key !== key) lost.push(key);
    else await group.add(store.put(key, pair.value), pair.value.length);
  }
  await group.settle();
  return lost;
}

/**
 * Copies how far the seqs of ended streams had come, so that they are not given out again. If the store's own note of
 * it is lost, what was found of those streams tells it.
 */
async function copyFloors(
  { keys, ended }: Gathered,
  records: FoundRecords,
  store: Store,
): Promise<void> {
  const find = keys.get(FLOORS_KEY);
  const read = find === undefined ? undefined : records.read(find);
  const kept = read === undefined ? undefined : decodePair(read.body)?.value;
  const isGood = kept !== undefined && floorsFault(kept) === undefined;
  if (!isGood && ended.length === 0) return;
  const floors = new Floors();
  if (isGood) floors.take(kept);
  for (const { name, last } of ended) floors.raise(name, last);
  await store.put(FLOORS_KEY, floors.encode()).done;
}

/** Writes under way: so many that the disk is used well, and each is waited for. */
class HandOver {
  #waiting: Promise<void>[] = [];
  #bytes = 0;

  /** Notes a write. Waits, and says so, when many are under way. */
  async add({ done }: Written, bytes: number): Promise<boolean> {
    this.#waiting.push(done);
    this.#bytes += bytes;
    if (this.#bytes < GROUP_BYTES && this.#waiting.length < GROUP_RECORDS) return false;
    await this.settle();
    return true;
  }

  /** Waits for all of them. @throws {StoreError} When one was refused. */
  async settle(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    await Promise.all(waiting);
  }
}
