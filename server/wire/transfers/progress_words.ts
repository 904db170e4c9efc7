/**
 * Tells senders how much of their files is here: what went into a socket is not what has arrived.
 *
 * So many words a second go out in all, and whoever was told the longest ago comes first. A word that has not been
 * answered is not followed by another one: nothing piles up on a slow line.
 *
 * @module
 */

import type { Client } from "../client_types.ts";
import { isLost } from "./carry.ts";
import { PROGRESS_PER_SECOND_MAX } from "./limits.ts";

/** A file that comes. */
export interface Arriving {
  readonly n: number;
  /** The server's name of its offer. */
  readonly id: string;
  /** Bytes of it that are here. */
  readonly done: number;
}

/** Says what is here. */
export class ProgressWords {
  readonly #client: Pick<Client, "status" | "tellProgress">;
  /** Transfer → what was said last, whoever was told last at the end. */
  readonly #said = new Map<number, number>();
  readonly #asking = new Set<number>();
  #silent = false;

  constructor(client: Pick<Client, "status" | "tellProgress">) {
    this.#client = client;
  }

  /** Says what is new. To be called about once a second. */
  look(arriving: readonly Arriving[]): void {
    const here = new Set(arriving.map(({ n }) => n));
    for (const n of this.#said.keys()) if (!here.has(n)) this.#said.delete(n);
    if (this.#silent || this.#client.status.kind !== "online") return;
    const order = [...this.#said.keys()];
    const due = arriving
      .filter(({ n, done }) => !this.#asking.has(n) && done !== (this.#said.get(n) ?? 0))
      .sort((one, other) => order.indexOf(one.n) - order.indexOf(other.n));
    for (const one of due.slice(0, PROGRESS_PER_SECOND_MAX)) void this.#tell(one);
  }

  async #tell({ n, id, done }: Arriving): Promise<void> {
    this.#said.delete(n);
    this.#said.set(n, done);
    this.#asking.add(n);
    try {
      await this.#client.tellProgress(id, done);
    } catch (error) {
      if (!isLost(error)) throw error;
      // An older server does not know such words.
      if ("code" in error && error.code === "unknown_type") this.#silent = true;
    } finally {
      this.#asking.delete(n);
    }
  }
}
