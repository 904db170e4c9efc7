/**
 * What keeps a writer from harming a store that is not its own any more.
 *
 * The kernel's lock is on a file, not on a name. When somebody removes the lock file, or moves the directory away or
 * replaces it, another writer can begin while this one goes on. So the writer looks whether the names still lead
 * to what it holds: before it gives, moves or removes any name, and before it acknowledges anything
 * (`writer.ts`). A lock file that was moved away and back is the same file again; but whoever began meanwhile has written
 * a manifest of a higher number, and with the next one removed ours. So those two names are looked at as well. What a writer adds to a segment behind the back of the next one is harmless: that one has begun a
 * segment of its own, and what stands behind the end that it found counts for nothing.
 *
 * @module
 */

import { StoreError, type WriteOutcome } from "./errors.ts";
import type { ActiveSegment } from "./make_segment.ts";
import { manifestName, manifestNumberOf } from "./manifest.ts";
import { segmentName } from "./segment_header.ts";
import type { Lock, Storage, StorageFile } from "./storage.ts";

/** A directory whose names change only while nobody else writes there. */
export interface Guarded {
  readonly storage: Storage;
  /** The lock, which holds only as long as the newest manifest is the one that was written under it. */
  readonly lock: Lock;
}

/** Guards a directory. */
export function guarded(unguarded: Storage, locked: Lock): Guarded {
  /** Number of the newest manifest that was written under this lock, and of the one before it. */
  let newest: number | undefined;
  let before: number | undefined;
  const has = (number: number): boolean | undefined => unguarded.has?.(manifestName(number));
  const newestIsOurs = (): boolean =>
    newest === undefined || (has(newest) !== false && has(newest + 1) !== true);
  const lock: Lock = {
    holds: () => locked.holds() && newestIsOurs(),
    [Symbol.dispose]: () => locked[Symbol.dispose](),
  };
  const held = (): Storage => {
    if (!lock.holds()) throw lockLost(unguarded.path, "not_written");
    return unguarded;
  };
  const create = (name: string): StorageFile => {
    const file = held().create(name);
    const number = manifestNumberOf(name);
    if (number !== undefined) [before, newest] = [newest, number];
    return file;
  };
  const remove = (name: string): void => {
    held().remove(name);
    if (newest !== undefined && manifestNumberOf(name) === newest) newest = before;
  };
  const storage: Storage = {
    path: unguarded.path,
    exists: () => unguarded.exists(),
    make: () => unguarded.make(),
    list: () => unguarded.list(),
    open: (name) => unguarded.open(name),
    link: (name, to) => unguarded.link(name, to),
    filesMax: () => unguarded.filesMax?.() ?? Infinity,
    syncDirectory: () => unguarded.syncDirectory(),
    lock: (purpose) => unguarded.lock(purpose),
    at: (path) => unguarded.at(path),
    create,
    rename: (from, to) => held().rename(from, to),
    replace: (from, to) => held().replace(from, to),
    remove,
    removeLarge: async (name) => await held().removeLarge(name),
  };
  return { storage, lock };
}

/** Whether nobody else can be writing: the lock holds, and the segment's name leads to it. */
export function stillOurs(lock: Lock, { segment, file }: ActiveSegment): boolean {
  try {
    return lock.holds() && file.bears(segmentName(segment.id));
  } catch {
    // What cannot even be looked at is as good as lost.
    return false;
  }
}

/** Why a writer stops whose lock keeps nobody out any more. */
export function lockLost(path: string, outcome: WriteOutcome): StoreError {
  const message =
    `Cannot store: ${path}, its lock file, its last segment or its manifest was removed, moved or ` +
    "replaced; see that nobody else writes there, and open the store again to go on";
  return new StoreError("failed", message, { outcome });
}
