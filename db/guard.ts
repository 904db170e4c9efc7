/**
 * What keeps a writer from harming a store that is not its own any more.
 *
 * The kernel's lock is on a file, not on a name. When somebody removes the lock file, or moves the directory away or
 * replaces it, another writer can begin while this one goes on. So the writer looks whether the names still lead
 * to what it holds: before it gives, moves or removes any name, and before it acknowledges anything
 * (`writer.ts`). What a writer adds to a segment behind the back of the next one is harmless: that one has begun a
 * segment of its own, and what stands behind the end that it found counts for nothing.
 *
 * @module
 */

import { StoreError, type WriteOutcome } from "./errors.ts";
import type { ActiveSegment } from "./make_segment.ts";
import { segmentName } from "./segment_header.ts";
import type { Lock, Storage } from "./storage.ts";

/** The same directory, whose names change only while the lock holds. */
export function guarded(storage: Storage, lock: Lock): Storage {
  const held = (): Storage => {
    if (!lock.holds()) throw lockLost(storage.path, "not_written");
    return storage;
  };
  return {
    path: storage.path,
    exists: () => storage.exists(),
    make: () => storage.make(),
    list: () => storage.list(),
    open: (name) => storage.open(name),
    link: (name, to) => storage.link(name, to),
    filesMax: () => storage.filesMax?.() ?? Infinity,
    syncDirectory: () => storage.syncDirectory(),
    lock: (purpose) => storage.lock(purpose),
    at: (path) => storage.at(path),
    create: (name) => held().create(name),
    rename: (from, to) => held().rename(from, to),
    remove: (name) => held().remove(name),
    removeLarge: async (name) => await held().removeLarge(name),
  };
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
    `Cannot store: ${path}, its lock file or its last segment was removed, moved or ` +
    "replaced; see that nobody else writes there, and open the store again to go on";
  return new StoreError("failed", message, { outcome });
}
