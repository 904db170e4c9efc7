/**
 * A store that was opened for reading only, as it was then.
 *
 * Its files stay open, so it does not matter that a writer goes on, and that compaction removes some of them.
 *
 * @module
 */

import { backUp, type BackupOptions, type BackupReport } from "./backup.ts";
import type { Loaded } from "./load.ts";
import { newStoreId } from "./make_segment.ts";
import { Reader, type ReadOnlyStore } from "./reader.ts";
import type { Storage } from "./storage.ts";
import type { World } from "./world.ts";

/** Reads a store as it was. */
export class Snapshot extends Reader implements ReadOnlyStore {
  readonly #storage: Storage;
  readonly #world: World;
  readonly #loaded: Loaded;

  /** @param loaded A store without damage, whose files are kept open. Disposing this closes them. */
  constructor(storage: Storage, world: World, loaded: Loaded) {
    const { catalog, segments, complete } = loaded;
    super({ world, catalog, segments, list: () => complete });
    this.#storage = storage;
    this.#world = world;
    this.#loaded = loaded;
  }

  backup(directory: string, options: BackupOptions = {}): Promise<BackupReport> {
    const { manifest: { store, number, rows }, segments, complete } = this.#loaded;
    // What the manifest names is durable. The last one is copied anyway: the writer may still have it open.
    const finished = new Set(rows.map(({ id }) => id).filter((id) => id !== complete.at(-1)?.id));
    const unfinished = new Set(complete.map(({ id }) => id)).difference(finished);
    const tail = complete.reduce((highest, { id }) => Math.max(highest, id), 0) + 1;
    return backUp({
      ...options,
      from: this.#storage,
      to: this.#storage.at(directory),
      manifest: {
        store: options.anew === true ? newStoreId(this.#world) : store,
        number,
        tail,
        rows: complete,
      },
      segments,
      unfinished,
    });
  }
}
