/**
 * The real disk, led by the hand of a test: it can be full or nearly full, take little at a time, fail to sync, and
 * hold back the sync of what a test is interested in.
 *
 * @module
 */

import { diskStorage } from "../../../db/disk.ts";
import type { Storage, StorageFile } from "../../../db/storage.ts";
import { within } from "../../harness.ts";

const decoder = new TextDecoder();
/** How large a disk is that is said to be nearly full. */
const DISK_BYTES = 1 << 30;

/** A directory on such a disk. */
export class HandDisk {
  /** To be given to the store. */
  readonly storage: Storage;
  /** How many bytes more can be written before it is full. */
  fullAfter: number = Infinity;
  /** Which part of it is free, from 0 to 1, for whoever measures it; `undefined`: what really is. */
  freePart: number | undefined;
  /** How many bytes a write takes at most. */
  writeBytesMax: number = Infinity;
  /** How many writes took less than they were given. */
  shortWrites = 0;
  /** Whether syncs fail. */
  broken = false;
  #held: { readonly text: string; readonly arrived: () => void; gate: Promise<void> } | undefined;

  constructor(path: string) {
    const real = diskStorage(path);
    this.storage = {
      ...real,
      create: (name) => this.#led(real.create(name)),
      open: (name) => real.open(name),
      space: () => {
        const { freePart } = this;
        if (freePart === undefined) return real.space?.() ?? Promise.resolve(undefined);
        return Promise.resolve({ free: DISK_BYTES * freePart, total: DISK_BYTES });
      },
    };
  }

  /** From now on, syncs after a write that holds `text` wait until they are released. */
  hold(text: string): Disposable & { arrived(): Promise<void>; release(): void } {
    const arrived = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    this.#held = { text, arrived: arrived.resolve, gate: gate.promise };
    const release = () => {
      this.#held = undefined;
      gate.resolve();
    };
    return {
      arrived: () => within(arrived.promise, `The sync of '${text}'`),
      release,
      // No server waits for it where a test has failed.
      [Symbol.dispose]: release,
    };
  }

  #led(file: StorageFile): StorageFile {
    /** Since the last sync: more than one write, when room is made ahead of the log. */
    let written = "";
    return {
      ...file,
      write: (bytes, at) => {
        if (this.fullAfter === 0) throw systemError("ENOSPC");
        const taken = file.write(
          bytes.subarray(0, Math.min(this.writeBytesMax, this.fullAfter)),
          at,
        );
        this.fullAfter -= taken;
        if (taken < bytes.length) this.shortWrites++;
        written += decoder.decode(bytes);
        return taken;
      },
      sync: async () => {
        if (this.broken) throw systemError("EIO");
        const held = this.#held;
        const synced = written;
        written = "";
        if (held !== undefined && synced.includes(held.text)) {
          held.arrived();
          await held.gate;
        }
        if (this.broken) throw systemError("EIO");
        await file.sync();
      },
    };
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}, by the hand of the test`), { code });
}
