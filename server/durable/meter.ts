/**
 * How the durable store is doing: what its commits and syncs come to.
 *
 * The store tells how far it is durable, as a place in the log; from one such place to the next is one group. What
 * is live and what is dead is asked of the store only when somebody wants to know.
 *
 * @module
 */

import type { StoreStat } from "../../db/mod.ts";
import { Samples } from "../figures/samples.ts";
import type { StoreFigures } from "../store/store_port.ts";

/** Records of a group: from one message of a quiet evening to what a busy second brings. */
const GROUP_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096];
/** Times of a sync in ms: from a fast disk's to one that has fallen ill. */
const SYNC_BOUNDS_MS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000];

/** Counts what the store reports. */
export class StoreMeter {
  readonly #groups = new Samples(GROUP_BOUNDS);
  readonly #syncs = new Samples(SYNC_BOUNDS_MS);
  #firstLsn = 0;
  #lsn = 0;
  /** Hears that a group begins to be written, where somebody wants to know. */
  onWriting: (() => void) | undefined;

  /** The store holds everything up to `lsn` already. */
  begin(lsn: number): void {
    this.#firstLsn = lsn;
    this.#lsn = lsn;
  }

  /** Everything up to `lsn` is durable. */
  committed(lsn: number): void {
    this.#groups.add(lsn - this.#lsn);
    this.#lsn = lsn;
  }

  /** The disk has synced. */
  synced(ms: number): void {
    this.#syncs.add(ms);
  }

  /** All of it, with what the store says of itself. The store counts records, so bytes are estimates. */
  figures({ segments }: Pick<StoreStat, "segments">): StoreFigures {
    let liveBytes = 0;
    let bytes = 0;
    for (const segment of segments) {
      const share = segment.records === 0 ? 1 : segment.live / segment.records;
      liveBytes += Math.round(segment.bytes * share);
      bytes += segment.bytes;
    }
    return {
      records: this.#lsn - this.#firstLsn,
      groupRecords: this.#groups.distribution(),
      syncMs: this.#syncs.distribution(),
      liveBytes,
      deadBytes: bytes - liveBytes,
      segments: segments.length,
    };
  }
}
