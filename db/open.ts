/**
 * Opening a store: lock, load, refuse or recover.
 *
 * @module
 */

import { type Damage, DamageError, isFull, LockedError, StoreError } from "./errors.ts";
import { lookBeside } from "./beside.ts";
import type { Commit } from "./commit.ts";
import { giveUp } from "./files.ts";
import { FullStore } from "./full_store.ts";
import { guarded } from "./guard.ts";
import { load, type Loaded } from "./load.ts";
import {
  SEGMENT_BYTES_DEFAULT,
  SEGMENT_BYTES_MAX,
  SEGMENT_BYTES_MIN,
  STREAMS_MAX,
} from "./limits.ts";
import { type Manifest, manifestName, manifestNumberOf } from "./manifest.ts";
import { manifestNumbers, putManifest } from "./manifest_files.ts";
import { memoryStorage } from "./memory.ts";
import { lastNear } from "./numbers.ts";
import { emptyManifest, recover } from "./recover.ts";
import { remainsOf } from "./remains.ts";
import { segmentIdOf } from "./segment_header.ts";
import { diskStorage } from "./disk.ts";
import { type Lock, LOCK_NAME, type Storage } from "./storage.ts";
import type { ReadOnlyStore } from "./reader.ts";
import { Snapshot } from "./snapshot.ts";
import { Engine } from "./engine.ts";
import type { Store } from "./store.ts";
import { realWorld, type World } from "./world.ts";

/** How to open a store. */
export interface OpenOptions {
  /**
   * When a write is acknowledged. `durable` (default): when it is on the disk. `os`: when the operating system has
   * it; it outlives the process but not a power failure. `none`: the store is in memory only, the directory is
   * not touched, and all is gone at `close`.
   */
  readonly durability?: "durable" | "os" | "none";
  /** Size in bytes at which a segment is ended, 256 to 2^30. Default: 64 MiB. */
  readonly segmentBytes?: number;
  /** Whether segments are compacted in the background. Default: yes. */
  readonly autoCompact?: boolean;
  /** Streams at most; a further one is refused before it is written. Default: a million. */
  readonly streamsMax?: number;
  /**
   * Beginnings of keys that nobody needs any more. They seem not to be there, take no memory, and compaction frees
   * them. Default: none.
   */
  readonly forgotten?: readonly string[];
  /** Called when writes have been acknowledged or rejected, in the order of the log. It must not throw. */
  readonly onCommit?: (commit: Commit) => void;
  /** Called when all that was appended so far begins to be written, in one group. It must not throw. */
  readonly onWriting?: () => void;
  /** Called when the disk has synced a segment, with how long that took in ms. It must not throw. */
  readonly onSync?: (ms: number) => void;
  /**
   * Called at closing when all that was ever acknowledged is on the disk, while the lock is still held; closing waits
   * for it. What it throws is told to `onTrouble`.
   */
  readonly onEnded?: () => Promise<void>;
  /** Called when something fails that rejects no write: a hint, a new segment, a compaction. It must not throw. */
  readonly onTrouble?: (error: unknown) => void;
  /** The disk. Default: the real one; tests pass theirs. */
  readonly storage?: Storage;
  /** Turns, pauses and chance. Default: the real ones; tests pass theirs. */
  readonly world?: World;
}

/** How to open a store for reading. */
export type ReadOptions = Pick<OpenOptions, "storage" | "world" | "forgotten">;

/**
 * Opens a store for reading and writing, and makes it if the directory is missing or empty. On a full disk it can be
 * read, and written as soon as there is room.
 *
 * @param directory The store's directory.
 * @throws {LockedError} When another process has it open for writing.
 * @throws {DamageError} When acknowledged data is damaged.
 * @throws {StoreError} `not_a_store` when the directory holds something else, `newer_format`.
 */
export async function openStore(directory: string, options: OpenOptions = {}): Promise<Store> {
  const segmentBytes = options.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
  if (!(segmentBytes >= SEGMENT_BYTES_MIN && segmentBytes <= SEGMENT_BYTES_MAX)) {
    throw new RangeError(
      `Cannot use segments of ${segmentBytes} bytes: ${SEGMENT_BYTES_MIN} to ${SEGMENT_BYTES_MAX} are possible`,
    );
  }
  const unguarded = options.durability === "none"
    ? memoryStorage(directory)
    : options.storage ?? diskStorage(directory);
  await refuseForeign(unguarded);
  await unguarded.make();
  await using stack = new AsyncDisposableStack();
  const outcome = unguarded.lock();
  if (outcome.kind === "taken") throw new LockedError(unguarded.path, outcome);
  const { storage, lock } = guarded(unguarded, stack.use(outcome.lock));
  let store: Store;
  try {
    store = await openForWriting(storage, lock, options);
  } catch (error) {
    if (!isFull(error)) throw error;
    store = await openFull(storage, lock, options);
  }
  stack.move();
  return store;
}

/** Loads what is there and makes it ready for writing, or begins a store. */
async function openForWriting(
  storage: Storage,
  lock: Lock,
  options: OpenOptions,
): Promise<Store> {
  const world = options.world ?? realWorld;
  const loaded = await loadOrMake(storage, world, options);
  using stack = new DisposableStack();
  stack.use(loaded.segments);
  if (loaded.damages.length > 0) {
    throw new DamageError(`Cannot open the store in ${storage.path}`, loaded.damages);
  }
  const recovered = await recover(storage, world, loaded);
  stack.move();
  return new Engine({
    storage,
    world,
    loaded,
    recovered,
    lock,
    durability: options.durability === "os" ? "os" : "durable",
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES_DEFAULT,
    autoCompact: options.autoCompact ?? true,
    onCommit: options.onCommit ?? (() => {}),
    onWriting: options.onWriting ?? (() => {}),
    onSync: options.onSync ?? (() => {}),
    onEnded: options.onEnded ?? (() => Promise.resolve()),
    onTrouble: options.onTrouble ?? (() => {}),
  });
}

/**
 * Opens a store for which the disk has no room now.
 *
 * @throws {StoreError} `full` when there is none yet that could be read.
 */
async function openFull(storage: Storage, lock: Lock, options: OpenOptions): Promise<Store> {
  const { world = realWorld, forgotten = [], onTrouble = () => {} } = options;
  const onEnded = options.onEnded ?? (() => Promise.resolve());
  const loaded = await load({ storage, forgotten, forWriting: false });
  if (loaded === undefined) {
    throw new StoreError("full", `Cannot begin a store in ${storage.path}: the disk is full`);
  }
  if (loaded.damages.length > 0) {
    loaded.segments[Symbol.dispose]();
    throw new DamageError(`Cannot open the store in ${storage.path}`, loaded.damages);
  }
  const view = new Snapshot(storage, world, loaded);
  const open = (): Promise<Store> => openForWriting(storage, lock, options);
  return new FullStore({ storage, world, lock, view, open, onEnded, onTrouble });
}

/**
 * Opens a store for reading, as it is now; also beside the process that writes it. Later writes are not seen.
 *
 * @param directory The store's directory.
 * @throws {StoreError} `not_a_store`, `newer_format`, `busy` when the writer changes it too fast to be read.
 * @throws {DamageError} When acknowledged data is damaged.
 */
export async function openReadOnly(
  directory: string,
  options: ReadOptions = {},
): Promise<ReadOnlyStore> {
  const storage = options.storage ?? diskStorage(directory);
  const world = options.world ?? realWorld;
  const { loaded, damages } = await lookBeside(storage, () => loadOnce(storage, options));
  if (loaded === undefined) {
    throw new DamageError(`Cannot open the store in ${storage.path}`, damages);
  }
  return new Snapshot(storage, world, loaded);
}

/** Loads a store that somebody else may be writing; what is damaged is not kept open. */
async function loadOnce(
  storage: Storage,
  { forgotten = [] }: ReadOptions,
): Promise<{ readonly loaded: Loaded | undefined; readonly damages: readonly Damage[] }> {
  const loaded = storage.exists()
    ? await load({ storage, forgotten, forWriting: false })
    : undefined;
  if (loaded === undefined) {
    const remains = storage.exists() ? await remainsOf(storage, await storage.list()) : [];
    if (remains.length === 0) throw notAStore(storage);
    return { loaded, damages: remains };
  }
  const { damages, segments } = loaded;
  if (damages.length === 0) return { loaded, damages };
  segments[Symbol.dispose]();
  return { loaded: undefined, damages };
}

/** Loads the store that is there, or begins one. */
async function loadOrMake(
  storage: Storage,
  world: World,
  { forgotten = [], streamsMax = STREAMS_MAX }: OpenOptions,
): Promise<Loaded> {
  const options = { storage, forgotten, streamsMax, forWriting: true };
  const found = await load(options);
  const names = await storage.list();
  if (found !== undefined) {
    if (isBegun(found.manifest, names)) return found;
    found.segments[Symbol.dispose]();
  } else {
    const remains = await remainsOf(storage, names);
    if (remains.length > 0) {
      throw new DamageError(`Cannot open the store in ${storage.path}`, remains);
    }
  }
  // First starts that were cut off have left these: the next one has number 1 again.
  for (const number of manifestNumbers(names)) giveUp(storage, manifestName(number));
  const numbers = manifestNumbers(await storage.list());
  await putManifest(storage, emptyManifest(world, 1 + lastNear(0, numbers)));
  const made = await load(options);
  if (made === undefined) throw notAStore(storage);
  return made;
}

/**
 * Whether more than a first manifest is there. The start that has written that one may have been killed before it was durable,
 * and a disk that failed to sync it says on the next try that it did: so it is written again before anything is built on it.
 */
function isBegun({ rows, tailSalt }: Manifest, names: readonly string[]): boolean {
  return rows.length > 0 || tailSalt !== undefined ||
    names.some((name) => segmentIdOf(name) !== undefined);
}

/** Refuses a directory in which there is something, and nothing of a store; before anything is made in it. */
async function refuseForeign(storage: Storage): Promise<void> {
  if (!storage.exists()) return;
  const names = (await storage.list()).filter((name) => name !== LOCK_NAME);
  const ours = names.some((name) =>
    segmentIdOf(name) !== undefined || manifestNumberOf(name) !== undefined
  );
  if (names.length > 0 && !ours) {
    throw notAStore(storage, ", and other files are there: none is made among them");
  }
}

function notAStore({ path }: Storage, more = ""): StoreError {
  return new StoreError("not_a_store", `There is no store in ${path}${more}`);
}
