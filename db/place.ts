/**
 * Where the log goes on: the segment that is written to, the one before it until it is complete, and the one after it,
 * which is made while there is still room.
 *
 * ```text
 *   complete │ ending: its last sync is under way │ active, up to `base` │ spare: ready and empty
 * ```
 *
 * While no spare can be made the active segment grows beyond its size, but not beyond what opening and repair take.
 *
 * @module
 */

import { StoreError } from "./errors.ts";
import { SEGMENT_FILE_BYTES_MAX, SEGMENT_OVER_BYTES_MAX } from "./limits.ts";
import type { ActiveSegment } from "./make_segment.ts";
import { SEGMENT_HEADER_BYTES } from "./segment_header.ts";
import type { Segment } from "./segments.ts";
import { Spare, type SpareParts } from "./spare.ts";

/** What a place needs. */
export interface PlaceParts extends SpareParts {
  readonly segmentBytes: number;
}

/** The end of the log. */
export class Place {
  readonly #segmentBytes: number;
  readonly #spare: Spare;
  #active: ActiveSegment;
  /** The segment before the active one, until the sync that completes it has returned. */
  #ending: Segment | undefined;
  #base: number;
  /** Bytes that the active segment may have. */
  #bytesMax: number;
  #rollWanted = false;

  /** @param active The segment to write to, from its `end` on. */
  constructor(parts: PlaceParts, active: ActiveSegment) {
    this.#segmentBytes = parts.segmentBytes;
    this.#spare = new Spare(parts);
    this.#active = active;
    this.#base = active.segment.end;
    // What an earlier process has left may be larger than what is asked for now.
    this.#bytesMax = bytesMaxFrom(Math.max(this.#segmentBytes, this.#base));
    this.#prepareInTime();
  }

  /** The segment that is written to. */
  get active(): ActiveSegment {
    return this.#active;
  }

  /** Where in it the next group will stand. */
  get base(): number {
    return this.#base;
  }

  /** Whether a segment is being ended. */
  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** The segments that are not complete, in the order of the log. */
  unsealed(): readonly [Segment, ...Segment[]] {
    const { segment } = this.#active;
    return this.#ending === undefined ? [segment] : [this.#ending, segment];
  }

  /** Whether nothing stands in any segment that is not complete. */
  isEmpty(): boolean {
    return this.#ending === undefined && this.#base === SEGMENT_HEADER_BYTES;
  }

  /** Whether the next group belongs into the next segment, and that is ready. */
  wantsRoll(): boolean {
    const due = this.#rollWanted || this.#base >= this.#segmentBytes;
    return due && this.#spare.ready;
  }

  /**
   * Refuses a group of so many bytes that does not fit, because no next segment could be made.
   *
   * @param onRoom Called when there is room again.
   * @throws {StoreError} `full`, or `busy` while the first try is under way.
   */
  admit(bytes: number, onRoom: () => void): void {
    if (this.#base + bytes <= this.#bytesMax) return;
    const isFull = this.#spare.failed;
    void this.#spare.prepareSoon().then(() => {
      if (this.#spare.ready) onRoom();
    });
    throw isFull
      ? new StoreError("full", "Cannot store: no further file can be made")
      : new StoreError("busy", "Cannot append: the next segment is being made");
  }

  /**
   * Makes the next group begin a segment, whatever room there is in this one.
   *
   * @returns `begun` when one was begun meanwhile, `none` when none can be made.
   */
  async wantRoll(): Promise<"wanted" | "begun" | "none"> {
    const active = this.#active;
    await this.#spare.prepare();
    if (this.#active !== active) return "begun";
    if (!this.#spare.ready) return "none";
    this.#rollWanted = true;
    return "wanted";
  }

  /** There is nothing that a new segment would be needed for. */
  forgetRoll(): void {
    this.#rollWanted = false;
  }

  /** So many bytes were written. */
  advance(bytes: number): void {
    this.#base += bytes;
  }

  /** The active segment gets no more; it is not complete before its last sync. */
  endActive(): void {
    this.#ending = this.#active.segment;
  }

  /** The segment that was being ended is complete. */
  ended(): void {
    this.#ending = undefined;
  }

  /** Goes to where the group that begins with this LSN will stand. */
  begin(firstLsn: number): void {
    const next = this.wantsRoll() ? this.#spare.take() : undefined;
    if (next !== undefined) {
      this.#active = next;
      next.segment.firstLsn = firstLsn;
      next.segment.lastLsn = firstLsn - 1;
      this.#rollWanted = false;
      this.#base = SEGMENT_HEADER_BYTES;
      this.#bytesMax = bytesMaxFrom(this.#segmentBytes);
    }
    this.#prepareInTime();
  }

  /** Closes the files. */
  async close(): Promise<void> {
    this.#active.file.close();
    await this.#spare.close();
  }

  #prepareInTime(): void {
    if (this.#base * 2 >= this.#segmentBytes) void this.#spare.prepareSoon();
  }
}

/** Bytes that a segment may have that is to have so many. */
function bytesMaxFrom(bytes: number): number {
  return Math.min(bytes + SEGMENT_OVER_BYTES_MAX, SEGMENT_FILE_BYTES_MAX);
}
