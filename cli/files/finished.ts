/**
 * Which files were taken in, so that a sender who offers one again is told that it is here, at once and without reading it.
 *
 * Only what this sender brought itself, and only while it is as it was left.
 *
 * @module
 */

import type { Offer } from "../../server/wire/transfers/mod.ts";
import { lookAt } from "./disk.ts";
import { FINISHED_MAX } from "./limits.ts";

/** The last ones. */
export class Finished {
  readonly #files = new Map<string, { readonly path: string; readonly mark: string }>();

  /** A file is here. */
  async add(offer: Offer, path: string): Promise<void> {
    const mark = await markOf(path);
    if (mark === undefined) return;
    this.#files.delete(keyOf(offer));
    this.#files.set(keyOf(offer), { path, mark });
    const [oldest] = this.#files.keys();
    if (this.#files.size > FINISHED_MAX && oldest !== undefined) this.#files.delete(oldest);
  }

  /** Whether it still is, as it was. */
  async has(offer: Offer): Promise<boolean> {
    const file = this.#files.get(keyOf(offer));
    return file !== undefined && await markOf(file.path) === file.mark;
  }
}

function keyOf({ from, name, size, sha256 = "" }: Offer): string {
  return JSON.stringify([from, name, size, sha256]);
}

async function markOf(path: string): Promise<string | undefined> {
  const stats = await lookAt(path);
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeNs].join(":");
}
