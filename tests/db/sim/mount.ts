/**
 * A process's view of a simulated disk: when the process is killed, its calls reach nothing any more.
 *
 * @module
 */

import type { Storage, StorageFile } from "../../../db/storage.ts";
import type { SimDisk } from "./disk.ts";

/** A disk as one process sees it. */
export interface Mount {
  readonly storage: Storage;
  /** Kills the process: every later call fails, and its lock is free. */
  kill(): void;
}

/** Gives a process a view of a disk. */
export function mount(disk: SimDisk): Mount {
  let alive = true;
  let lock: Disposable | undefined;
  const live = (): SimDisk => {
    if (!alive) throw Object.assign(new Error("The process is dead"), { code: "EKILLED" });
    return disk;
  };
  const wrap = (file: StorageFile): StorageFile => ({
    read: async (into, at) => live() && await file.read(into, at),
    readNow: (into, at) => live() && file.readNow(into, at),
    write: (bytes, at) => live() && file.write(bytes, at),
    sync: async () => live() && await file.sync(),
    truncate: (size) => live() && file.truncate(size),
    size: () => live() && file.size(),
    bears: (name) => live() && file.bears(name),
    close: () => file.close(),
    [Symbol.dispose]: () => file.close(),
  } as StorageFile);
  return {
    storage: {
      path: disk.path,
      exists: () => live().exists(),
      make: () => live().make(),
      list: async () => await live().list(),
      create: (name) => wrap(live().create(name)),
      open: (name) => wrap(live().open(name)),
      rename: (from, to) => live().rename(from, to),
      replace: (from, to) => live().replace(from, to),
      remove: (name) => live().remove(name),
      removeLarge: async (name) => await live().removeLarge(name),
      link: (name, to) => live().link(name, to),
      syncDirectory: async () => await live().syncDirectory(),
      lock: () => {
        const outcome = live().lock();
        if (outcome.kind === "held") lock = outcome.lock;
        return outcome;
      },
      at: (path) => live().at(path),
    },
    kill: () => {
      alive = false;
      lock?.[Symbol.dispose]();
    },
  };
}
