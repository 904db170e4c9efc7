/**
 * The time that was believed last, in a file of its own beside the log.
 *
 * It never stands in the log: a dump from anywhere could bring any time then, and with it the end of all messages. So
 * neither a backup nor a repair has one, and whoever opens one believes no clock for some hours.
 *
 * ```text
 *   CLOCK        "1764000000000\n"
 *   CLOCK.part   the next one, until it has taken that name; believed when it is whole and the other one is not there
 * ```
 *
 * A file that is damaged counts as missing. No hour hangs on it: it only says when messages may go. So the change of the name is
 * not waited for: a power failure may leave the note before this one, and never none.
 *
 * @module
 */

import type { Storage } from "../../db/mod.ts";

/** The name of the file. */
export const CLOCK_FILE = "CLOCK";
const PART_FILE = `${CLOCK_FILE}.part`;
/** All of the file, so that a part of a number is not taken for one. */
const FORM = /^(\d{1,16})\n$/;
const FILE_BYTES_MAX = 17;

/** Notes what time it is, and knows it again. Everything happens while the store's lock is held. */
export class NotedTime {
  readonly #storage: Storage;
  readonly #onTrouble: (error: unknown) => void;
  /** The note that is under way. */
  #last: Promise<void> = Promise.resolve();

  /** @param onTrouble Hears why it cannot be noted or read. */
  constructor(storage: Storage, onTrouble: (error: unknown) => void) {
    this.#storage = storage;
    this.#onTrouble = onTrouble;
  }

  /** What was noted last, in ms since 1970; `undefined` when nothing was, or it cannot be read. */
  async read(): Promise<number | undefined> {
    const names = await this.#storage.list();
    for (const name of [CLOCK_FILE, PART_FILE]) {
      const noted = names.includes(name) ? await this.#readFile(name) : undefined;
      if (noted !== undefined) return noted;
    }
    return undefined;
  }

  /** Notes a time, after all that were to be noted before. Never rejects. */
  note(ms: number): Promise<void> {
    return this.#last = this.#last.then(() => this.#write(ms));
  }

  async #write(ms: number): Promise<void> {
    try {
      const names = await this.#storage.list();
      if (names.includes(PART_FILE)) this.#storage.remove(PART_FILE);
      {
        using file = this.#storage.create(PART_FILE);
        const bytes = new TextEncoder().encode(`${Math.max(0, Math.floor(ms))}\n`);
        for (let at = 0; at < bytes.length;) {
          const taken = file.write(bytes.subarray(at), at);
          if (taken <= 0) throw new Error(`The disk took none of ${PART_FILE}`);
          at += taken;
        }
        await file.sync();
      }
      this.#storage.replace(PART_FILE, CLOCK_FILE);
    } catch (error) {
      this.#onTrouble(error);
    }
  }

  async #readFile(name: string): Promise<number | undefined> {
    try {
      using file = this.#storage.open(name);
      const bytes = new Uint8Array(FILE_BYTES_MAX + 1);
      const size = await file.read(bytes, 0);
      const digits = FORM.exec(new TextDecoder().decode(bytes.subarray(0, size)))?.[1];
      return digits === undefined ? undefined : Number(digits);
    } catch (error) {
      this.#onTrouble(error);
      return undefined;
    }
  }
}
