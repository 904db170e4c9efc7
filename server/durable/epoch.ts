/**
 * The epoch: the name of a history in which no seq was ever given to two messages.
 *
 * It stands in a file of its own beside the log, and never in the log: what is copied out of a log goes on from an
 * earlier moment, and gives seqs out again that others have seen. So neither a backup nor a repair has an epoch, and
 * whoever opens one begins a new epoch. The file says more than the name: that it is there says that nothing which
 * was acknowledged can have been lost.
 *
 * ```text
 *   durable:  opened ── the file stays ─────────────────────────────────────────── closed
 *   os:       opened ── the file is removed ── words that a crash may take ── all synced ── the file is there again
 * ```
 *
 * So after an end in which the system may have lost what it promised, the file is missing. A file that cannot be read
 * counts as missing: a new epoch costs clients a longer catching up, an old one that is not true costs them messages.
 *
 * @module
 */

import type { Storage } from "../../db/mod.ts";

/** The name of the file. */
export const EPOCH_FILE = "EPOCH";

/** All bytes of the file: a name and a line feed, so that a part of it is not taken for the whole. */
const FORM = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\n$/;
const FILE_BYTES = 37;

/** The epoch of one opening of a store. Everything happens while the store's lock is held. */
export class Epoch {
  readonly #storage: Storage;
  readonly #onTrouble: (error: unknown) => void;
  #name: string | undefined;

  /** @param onTrouble Hears why the epoch cannot be kept: the next opening begins a new one. */
  constructor(storage: Storage, onTrouble: (error: unknown) => void) {
    this.#storage = storage;
    this.#onTrouble = onTrouble;
  }

  /**
   * The epoch of a store that has just been opened.
   *
   * @param durability With `os`, from now on until `ended` the epoch holds for this opening only.
   */
  async begin(durability: "durable" | "os"): Promise<string> {
    const kept = await this.#read();
    const name = this.#name = kept ?? crypto.randomUUID();
    if (durability === "os") await this.#remove();
    else if (kept === undefined) await this.#keep(name);
    return name;
  }

  /** The log has ended, and all of it is on the disk. */
  async ended(): Promise<void> {
    if (this.#name !== undefined && await this.#read() !== this.#name) await this.#keep(this.#name);
  }

  async #read(): Promise<string | undefined> {
    if (!(await this.#storage.list()).includes(EPOCH_FILE)) return undefined;
    try {
      using file = this.#storage.open(EPOCH_FILE);
      const bytes = new Uint8Array(FILE_BYTES + 1);
      const size = await file.read(bytes, 0);
      return FORM.exec(new TextDecoder().decode(bytes.subarray(0, size)))?.[1];
    } catch (error) {
      this.#onTrouble(error);
      return undefined;
    }
  }

  /** @throws What the disk says: an epoch that stays although words may be lost would hide that. */
  async #remove(): Promise<void> {
    if (!(await this.#storage.list()).includes(EPOCH_FILE)) return;
    this.#storage.remove(EPOCH_FILE);
    await this.#storage.syncDirectory();
  }

  async #keep(name: string): Promise<void> {
    try {
      await this.#remove();
      using file = this.#storage.create(EPOCH_FILE);
      const bytes = new TextEncoder().encode(`${name}\n`);
      for (let at = 0; at < bytes.length;) {
        const taken = file.write(bytes.subarray(at), at);
        if (taken <= 0) throw new Error(`The disk took none of ${EPOCH_FILE}`);
        at += taken;
      }
      await file.sync();
      await this.#storage.syncDirectory();
    } catch (error) {
      this.#onTrouble(error);
    }
  }
}
