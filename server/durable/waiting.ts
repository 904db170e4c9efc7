/**
 * Writes that are taken and not yet settled, in the order of the log.
 *
 * The store tells how far it is durable, as a place in the log; everything up to there is settled, in
 * order, without a promise for each.
 *
 * @module
 */

import { StoreError } from "../../db/mod.ts";
import { type Append, StorageError } from "../store/store_port.ts";

/** A write and whom to tell. */
interface Write {
  readonly lsn: number;
  readonly settled: Append["settled"];
}

/** The queue of unsettled writes. */
export class Waiting {
  #writes: Write[] = [];
  #first = 0;

  /** Writes something: `settled` waits for it, or is told at once that the store does not take it. */
  take(write: () => { readonly lsn: number }, settled: Append["settled"]): void {
    let lsn: number;
    try {
      ({ lsn } = write());
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return settled(storageError(error));
    }
    this.#writes.push({ lsn, settled });
  }

  /** Everything up to `lsn` is durable. */
  settle(lsn: number): void {
    for (let next = this.#next(); next && next.lsn <= lsn; next = this.#next()) {
      this.#first++;
      next.settled();
    }
    if (this.#first === this.#writes.length) {
      this.#writes = [];
      this.#first = 0;
    }
  }

  /** Nothing after `lsn` will ever be. */
  reject(lsn: number, error: StoreError): void {
    this.settle(lsn);
    const rejected = this.#writes.slice(this.#first);
    this.#writes = [];
    this.#first = 0;
    const why = storageError(error);
    for (const { settled } of rejected) settled(why);
  }

  #next(): Write | undefined {
    return this.#writes[this.#first];
  }
}

const TOO_MANY_TOLD =
  "This server keeps as many rooms and conversations as it can. Nothing was sent.";

/** The store's refusal in the words of the server's port. */
function storageError(error: StoreError): StorageError {
  const outcome = error.outcome === "unknown" ? "unknown" : "refused";
  const limit = error.code === "too_many" ? { isLimit: true, told: TOO_MANY_TOLD } : {};
  return new StorageError(error.message, { outcome, cause: error, ...limit });
}
