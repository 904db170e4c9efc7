/**
 * The next segment, made ready in the background, so that changing to it costs the commit path no sync.
 *
 * @module
 */

import type { ActiveSegment } from "./make_segment.ts";

/** At most one segment that is made and not yet written to. */
export class Spare {
  readonly #make: () => Promise<ActiveSegment>;
  readonly #onTrouble: (error: unknown) => void;
  #made: ActiveSegment | undefined;
  #making: Promise<void> | undefined;

  /**
   * @param make Makes a new segment, durable and empty.
   * @param onTrouble Told when that fails: it rejects no write.
   */
  constructor(make: () => Promise<ActiveSegment>, onTrouble: (error: unknown) => void) {
    this.#make = make;
    this.#onTrouble = onTrouble;
  }

  /** Whether there is one. */
  get ready(): boolean {
    return this.#made !== undefined;
  }

  /** Makes one ready, if there is none. What fails is told, and tried again when this is called again. */
  prepare(): Promise<void> {
    if (this.#made !== undefined) return Promise.resolve();
    this.#making ??= this.#make()
      .then((made) => void (this.#made = made), this.#onTrouble)
      .finally(() => this.#making = undefined);
    return this.#making;
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
}
