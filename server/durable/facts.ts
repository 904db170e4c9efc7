/**
 * Small facts beside the messages: which rooms and users there are, as JSON under keys of the store.
 *
 * Nobody waits for them. What a full disk refuses is kept here, with its newest value, and written when
 * something could be written again; a bounded number, so that a crowd cannot fill the memory.
 *
 * @module
 */

import { type Store, StoreError } from "../../db/mod.ts";

/** Keys that wait for a full disk at most; of more, the oldest are given up. */
const FACTS_WAITING_MAX = 10_000;

const encoder = new TextEncoder();

/** Keys on their way to the disk, each with the newest value that it is to have. */
export class Facts {
  readonly #wanted = new Map<string, Uint8Array>();
  #refused = false;

  /** Writes a fact, now or when there is space. */
  put(store: Store, key: string, value: unknown): void {
    const bytes = encodeFact(value);
    this.#note(key, bytes);
    this.#write(store, key, bytes);
  }

  /** Lets a fact wait until something can be written again. */
  wait(key: string, value: unknown): void {
    this.#note(key, encodeFact(value));
    this.#refused = true;
  }

  /**
   * Somebody writes this key himself: what waits for it is out of date.
   *
   * @returns To be called when that is not written after all.
   */
  forget(key: string): () => void {
    const bytes = this.#wanted.get(key);
    this.#wanted.delete(key);
    return () => {
      if (bytes === undefined || this.#wanted.has(key)) return;
      this.#note(key, bytes);
      this.#refused = true;
    };
  }

  /** The value that a key has or is to have. */
  get(store: Store, key: string): Uint8Array | undefined {
    return this.#wanted.get(key) ?? store.getNow(key);
  }

  /** Something could be written: so now may what was refused. */
  retry(store: Store): void {
    if (!this.#refused) return;
    this.#refused = false;
    for (const [key, bytes] of this.#wanted) this.#write(store, key, bytes);
  }

  #note(key: string, bytes: Uint8Array): void {
    this.#wanted.delete(key);
    this.#wanted.set(key, bytes);
    if (this.#wanted.size <= FACTS_WAITING_MAX) return;
    for (const [oldest] of this.#wanted.entries().take(1)) this.#wanted.delete(oldest);
  }

  #write(store: Store, key: string, bytes: Uint8Array): void {
    const kept = () => {
      if (this.#wanted.get(key) === bytes) this.#wanted.delete(key);
    };
    try {
      store.put(key, bytes).done.then(kept, () => this.#refused = true);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // A full disk is told by the messages that it refuses.
      this.#refused = true;
    }
  }
}

/** A fact in bytes. */
export function encodeFact(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
