/**
 * The space of a directory for files that come, shared among them: what one of them still needs is not there for another.
 *
 * @module
 */

import prettyBytes from "pretty-bytes";
import { freeBytes } from "./disk.ts";
import { FREE_BYTES_KEPT } from "./limits.ts";

/** Free bytes for a directory, if known. */
export type Free = (path: string) => Promise<number | undefined>;

/** Space that a file has for itself. Disposing it gives back what was not used. */
export interface Reservation extends Disposable {
  /** So many bytes more are on the disk. */
  use(bytes: number): void;
  /** Why no more may be written, though it was reserved: others fill the disk, too. */
  lack(): Promise<string | undefined>;
}

/** What files that come need of one file system. */
export class Space {
  readonly #free: Free;
  #reserved = 0;
  /** One asks at a time: of two that fit only alone, the first one gets the space. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param free Tells free bytes. */
  constructor(free: Free = freeBytes) {
    this.#free = free;
  }

  /** Reserves space, or says as a sentence why there is not enough. Asked before the first byte, so that it is told at once. */
  reserve(path: string, bytes: number): Promise<Reservation | string> {
    const next = this.#last.then(() => this.#take(path, bytes));
    this.#last = next.catch(() => {});
    return next;
  }

  async #take(path: string, bytes: number): Promise<Reservation | string> {
    this.#reserved += bytes;
    let left = bytes;
    const release = (count: number): void => {
      const given = Math.min(left, count);
      left -= given;
      this.#reserved -= given;
    };
    const available = await this.#free(path);
    const missing = FREE_BYTES_KEPT + this.#reserved - (available ?? Infinity);
    if (bytes > 0 && missing > 0) {
      release(bytes);
      const [lacking, kept] = [prettyBytes(missing), prettyBytes(FREE_BYTES_KEPT)];
      return `There is not enough space in ${path}: ${lacking} are missing (${kept} stay free).`;
    }
    return {
      use: release,
      lack: async () => {
        const free = await this.#free(path);
        if (free === undefined || free >= FREE_BYTES_KEPT) return undefined;
        return `The disk is full: less than ${prettyBytes(FREE_BYTES_KEPT)} are free.`;
      },
      [Symbol.dispose]: () => release(left),
    };
  }
}
