/**
 * The next segment, made ready in the background, so that changing to it costs the commit path no sync.
 *
 * While it cannot be made (no inode, no descriptor, no room) it is tried for again and again, but not with each write;
 * and of a row of failures the first is told.
 *
 * @module
 */

import { SPARE_TRY_MS } from "./limits.ts";
import type { ActiveSegment } from "./make_segment.ts";

/** What a spare needs. */
export interface SpareParts {
  /** Makes a new segment, durable and empty. */
  readonly makeSegment: () => Promise<ActiveSegment>;
  /** Told when that fails: it rejects no write. */
  readonly onTrouble: (error: unknown) => void;
  /** Milliseconds from a fixed point that never runs backward. */
  readonly now: () => number;
}

/** At most one segment that is made and not yet written to. */
export class Spare {
  readonly #parts: SpareParts;
  #made: ActiveSegment | undefined;
  #making: Promise<void> | undefined;
  /** When the last try failed, if none has succeeded since. */
  #failedMs: number | undefined;

  constructor(parts: SpareParts) {
    this.#parts = parts;
  }

  /** Whether there is one. */
  get ready(): boolean {
    return this.#made !== undefined;
  }

  /** Whether the last try to make one has failed. */
  get failed(): boolean {
    return this.#failedMs !== undefined;
  }

  /** Makes one ready, if there is none. */
  prepare(): Promise<void> {
    if (this.#made !== undefined) return Promise.resolve();
    this.#making ??= this.#make().finally(() => this.#making = undefined);
    return this.#making;
  }

  /** The same, unless that has failed just now. */
  prepareSoon(): Promise<void> {
    const waits = this.#failedMs !== undefined &&
      this.#parts.now() - this.#failedMs < SPARE_TRY_MS;
    return waits ? Promise.resolve() : this.prepare();
  }

  /** Gives it away, if it is ready. */
  take(): ActiveSegment | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }

  /** Waits for one that is being made, and closes its file. */
  async close(): Promise<void> {
    await this.#making;
    this.#made?.file.close();
  }

  async #make(): Promise<void> {
    const { makeSegment, onTrouble, now } = this.#parts;
    try {
      this.#made = await makeSegment();
      this.#failedMs = undefined;
    } catch (error) {
      const isFirst = this.#failedMs === undefined;
      this.#failedMs = now();
      if (isFirst) onTrouble(error);
    }
  }
}
