/**
 * How a store is to be opened, and what follows from that for its parts.
 *
 * @module
 */

import { SEGMENT_BYTES_DEFAULT, type Storage, type Store, type World } from "../../db/mod.ts";
import type { Eraser } from "./eraser.ts";
import { type Forgotten, Keeper } from "./keeper.ts";
import { STORE_BYTES_MIN, STORE_SEGMENTS_MIN } from "./limits.ts";
import { NotedTime } from "./noted_time.ts";

/** How to open a durable store. */
export interface DurableOptions {
  /** When a message counts as stored: after `fdatasync`, or after `write`. */
  readonly durability: "durable" | "os";
  /** Whether it is opened for a moment, by who is not its server: what is noted of how much is to be kept stays as it is. */
  readonly visits?: boolean;
  /** Hears of failures that lose no message: a compaction that failed, a damaged old message. */
  readonly onTrouble?: (error: unknown) => void;
  /** How old messages may become, in ms. What is older is deleted. Default: any age. */
  readonly retainMs?: number | undefined;
  /** Bytes that the store may take, 2 MB or more. Beyond that the oldest messages go. Default: what the disk has. */
  readonly bytesMax?: number | undefined;
  /** Streams at most: two for each room in which something was said, one for each pair who whisper. A further one is refused. Default: a million. */
  readonly streamsMax?: number;
  /** Hears when messages were deleted for their age or for space. */
  readonly onForgotten?: (forgotten: Forgotten) => void;
  /**
   * Hears that the clock went further ahead than can be believed, by ms, or that it is not known what time it is: for
   * hours nothing is deleted by it.
   */
  readonly onClockAhead?: (aheadMs: number | undefined) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Milliseconds that pass while the process runs, whatever is done to the clock. Default: `performance.now`. */
  readonly steady?: () => number;
  /** The disk. Default: the real one; tests pass theirs. */
  readonly storage?: Storage;
  /** Turns, pauses and chance. Default: the real ones; tests pass theirs. */
  readonly world?: World;
}

/** Segments so small that a store of limited size can lose its oldest one. */
export function segmentsFor(bytesMax: number | undefined): { readonly segmentBytes?: number } {
  if (bytesMax === undefined) return {};
  if (bytesMax < STORE_BYTES_MIN) {
    throw new RangeError(
      `Cannot keep a store to ${bytesMax} bytes: it takes ${STORE_BYTES_MIN} or more`,
    );
  }
  const share = Math.floor(bytesMax / STORE_SEGMENTS_MIN);
  return { segmentBytes: Math.min(share, SEGMENT_BYTES_DEFAULT) };
}

/** What keeps a store within its bounds. */
export function keeperOf(
  store: Store,
  storage: Storage,
  eraser: Eraser,
  options: DurableOptions,
): Keeper {
  const { retainMs, bytesMax, clock = Date.now, steady = () => performance.now() } = options;
  const { onForgotten = () => {}, onClockAhead = () => {}, onTrouble = () => {} } = options;
  return new Keeper({
    store,
    eraser,
    noted: new NotedTime(storage, onTrouble),
    keeping: { retainMs, bytesMax },
    disk: async () => await storage.space?.(),
    clocks: () => ({ wallMs: clock(), steadyMs: steady() }),
    onForgotten,
    onClockAhead,
    onTrouble,
  });
}
