/**
 * A disk with a bad place: whatever read touches it fails, all else is good.
 *
 * @module
 */

import type { StorageFile } from "../../../db/storage.ts";
import { SimDisk } from "../../db/sim/disk.ts";

/** The bytes of a file that cannot be read. */
export interface BadPlace {
  readonly file: string;
  readonly from: number;
  readonly to: number;
}

/** A simulated disk of which one place cannot be read. */
export class BadDisk extends SimDisk {
  readonly #bad: BadPlace;

  constructor(files: ReadonlyMap<string, Uint8Array>, bad: BadPlace) {
    super(files);
    this.#bad = bad;
  }

  override open(name: string): StorageFile {
    const file = super.open(name);
    const { from, to } = this.#bad;
    if (name !== this.#bad.file) return file;
    const meet = (into: Uint8Array, at: number): void => {
      if (at < to && at + into.length > from) {
        throw Object.assign(new Error("EIO: simulated"), { code: "EIO" });
      }
    };
    return {
      ...file,
      read: async (into, at) => {
        meet(into, at);
        return await file.read(into, at);
      },
      readNow: (into, at) => {
        meet(into, at);
        return file.readNow(into, at);
      },
      [Symbol.dispose]: () => file.close(),
    };
  }
}
