/**
 * Repair: what is left of a damaged store, as a whole store in a new directory.
 *
 * The old directory is only read. Messages keep their seqs; those that are lost are marked as lost, so that
 * a stream stays dense and nothing is taken for something else. What was lost is said.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { LockedError, StoreError } from "./errors.ts";
import { SLICE_ENTRIES } from "./limits.ts";
import { ABSENT, GONE } from "./locations.ts";
import { openStore, type ReadOptions } from "./open.ts";
import { readSeqs } from "./pages.ts";
import { Reader } from "./reader.ts";
import { salvage, type Salvaged } from "./salvage.ts";
import { diskStorage, LOCK_NAME, type Storage } from "./storage.ts";
import type { Store } from "./store.ts";
import type { Stream } from "./streams.ts";
import { realWorld, type World } from "./world.ts";

/** Messages that are lost, from the first to the last. */
export interface Lost {
  /** Name of the stream. */
  readonly stream: string;
  /** First lost seq. */
  readonly from: number;
  /** Last lost seq. */
  readonly to: number;
}

/** What repair has saved, and what it could not. */
export interface RepairReport {
  /** How many messages the new store has. */
  readonly messages: number;
  /** How many keys the new store has. */
  readonly keys: number;
  /** What is lost for certain. */
  readonly lost: readonly Lost[];
  /** Where the old store is damaged. Older versions of messages and keys may show where newer ones were lost. */
  readonly damages: readonly Damage[];
}

/** Messages that are copied together. */
const PAGE = 500;

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
  options: ReadOptions = {},
): Promise<RepairReport> {
  const storage = options.storage ?? diskStorage(from);
  const world = options.world ?? realWorld;
  const target = storage.at(to);
  if (target.exists() && target.list().length > 0) {
    throw new StoreError("not_empty", `Cannot repair into ${to}: there is something in it`);
  }
  using _lock = lockOut(storage);
  const found = await salvage(storage);
  using _ = found.segments;
  await using store = await openStore(to, { storage: target, world, durability: "os" });
  const lost: Lost[] = [];
  for (const stream of found.catalog.streams.all()) {
    lost.push(...await copyStream(found, stream, store, world));
  }
  await copyKeys(found, store, world);
  await store.flush();
  const { messages, keys } = store.stat();
  return { messages, keys, lost, damages: found.damages };
}

/**
 * Keeps writers out of a store while it is saved, unless none was ever there. Nothing is changed.
 *
 * @throws {LockedError} When another process has it open for writing.
 */
function lockOut(storage: Storage): Disposable | undefined {
  if (!storage.exists() || !storage.list().includes(LOCK_NAME)) return undefined;
  const outcome = storage.lock("keep_out");
  if (outcome.kind === "taken") throw new LockedError(storage.path, outcome.pid);
  return outcome.lock;
}

/** Copies a stream, seq by seq, and says what of it is lost. */
async function copyStream(
  { catalog, segments }: Salvaged,
  stream: Stream,
  store: Store,
  world: World,
): Promise<Lost[]> {
  const { streams } = catalog;
  const { name } = stream;
  const lost: Lost[] = [];
  const lose = (from: number, to: number): void => void lost.push({ stream: name, from, to });
  await store.skip(name, stream.first);
  for (let seq = stream.first; seq <= stream.last;) {
    const mark = streams.ordinal(stream, seq);
    if (mark === GONE || mark === ABSENT) {
      const from = seq;
      while (seq <= stream.last && streams.ordinal(stream, seq) === mark) {
        if (++seq % SLICE_ENTRIES === 0) await world.pause(0);
      }
      if (mark === ABSENT) lose(from, seq - 1);
      await store.skip(name, seq, { lost: mark === ABSENT });
      continue;
    }
    const seqs: number[] = [];
    while (seq <= stream.last && seqs.length < PAGE && streams.ordinal(stream, seq) < GONE) {
      seqs.push(seq++);
    }
    for (const entry of await readSeqs({ streams, segments, world }, stream, seqs)) {
      if (entry.kind === "message") store.append(name, entry.body, { at: entry.at });
      else {
        lose(entry.seq, entry.seq);
        await store.skip(name, entry.seq + 1, { lost: true });
      }
    }
    await store.flush();
  }
  return lost;
}

async function copyKeys(
  { catalog, segments, complete }: Salvaged,
  store: Store,
  world: World,
): Promise<void> {
  const reader = new Reader({ world, catalog, segments, list: () => complete });
  for (const key of reader.keys()) {
    const value = await reader.get(key);
    if (value !== undefined) await store.put(key, value).done;
  }
}
