/**
 * The eraser: sees to it that words which were edited or deleted are soon in no file of the store any more.
 *
 * ```text
 *   an edit ─► in one batch with it: the note that something is due ─► a minute ─► compaction of what holds dead records
 *                                                                                     └► the note is taken away
 * ```
 *
 * A body that was replaced stays in its segment until that is compacted, and the store compacts by itself only where it pays.
 * So each segment in which anything is dead is copied without it, and the one that is written to is ended first if need be.
 * What goes for its age is noted so, too, and may stay an hour. The note outlives a kill: whoever opens the store next goes on with it. `chat db stat` shows it, and `chat db verify` counts
 * the bodies that are left.
 *
 * What is not reached: backups, which are other directories; a segment in which something is damaged, until the store is
 * repaired; and what a disk keeps below its files.
 *
 * @module
 */

import { DamageError, type Store } from "../../db/mod.ts";
import { ERASING_KEY } from "../store/stored.ts";
import { ERASE_AFTER_MS, ERASE_BYTES_PER_SECOND, ERASE_RETRY_MS } from "./limits.ts";

/** What an eraser needs. */
export interface EraserParts {
  readonly store: Pick<Store, "compact" | "delete" | "getNow">;
  /** Milliseconds that pass while the process runs. */
  readonly steady: () => number;
  readonly onTrouble: (error: unknown) => void;
}

/** Takes old words out of a store's files. */
export class Eraser {
  readonly #parts: EraserParts;
  /** When to begin, by the steady clock; `undefined` when nothing is due. */
  #dueAtMs: number | undefined;
  #busy: Promise<void> | undefined;
  #closing = false;
  /** Whether the note stands in the store, or is on its way there. */
  #noted: boolean;

  constructor(parts: EraserParts) {
    this.#parts = parts;
    this.#noted = this.#isNoted();
    if (this.#noted) this.#dueAtMs = parts.steady() + ERASE_AFTER_MS;
  }

  /** What has to be written together with a change that makes something due; nothing when that stands there already. */
  note(at: number): readonly [key: string, value: Uint8Array] | undefined {
    if (this.#noted) return undefined;
    return [ERASING_KEY, new TextEncoder().encode(JSON.stringify({ since: at }))];
  }

  /**
   * A change has been taken, with its note; it may still fail, which costs one compaction for nothing.
   *
   * @param afterMs When it is to begin at the latest.
   */
  taken(afterMs: number = ERASE_AFTER_MS): void {
    this.#noted = true;
    this.#dueAtMs = Math.min(this.#dueAtMs ?? Infinity, this.#parts.steady() + afterMs);
  }

  /** A change was not written after all, and neither was a note. */
  failed(): void {
    this.#noted = this.#isNoted();
  }

  /** Begins if something is due. To be called now and then; it never waits and never throws. */
  tend(): void {
    const { steady } = this.#parts;
    if (this.#closing || this.#busy !== undefined) return;
    if (this.#dueAtMs === undefined || steady() < this.#dueAtMs) return;
    this.#dueAtMs = undefined;
    this.#busy = this.#erase()
      .catch((error) => {
        // What closing has stopped is no trouble, and is gone on with at the next start.
        if (this.#closing) return;
        this.#dueAtMs = steady() + ERASE_RETRY_MS;
        this.#parts.onTrouble(error);
      })
      .finally(() => this.#busy = undefined);
  }

  /** Does nothing from now on. The store may close. */
  close(): void {
    this.#closing = true;
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    await this.#busy;
  }

  async #erase(): Promise<void> {
    const { store } = this.#parts;
    await store.compact({ reach: "dead", bytesPerSecond: ERASE_BYTES_PER_SECOND });
    // What came meanwhile may stand in what was copied before it.
    if (this.#dueAtMs !== undefined || this.#closing) return;
    this.#noted = false;
    await store.delete(ERASING_KEY).done;
  }

  #isNoted(): boolean {
    try {
      return this.#parts.store.getNow(ERASING_KEY) !== undefined;
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      // Something was noted, whatever it said.
      return true;
    }
  }
}
