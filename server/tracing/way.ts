/**
 * The way of one message: what was marked of it so far. Times are in ms of the clock of marks.
 *
 * @module
 */

import type { ByteSpan, FoldedName, RoomName } from "../wire/mod.ts";
import type { End } from "./end.ts";
import type { Receiver } from "./receiver.ts";

/** What is known of a message when it is taken. */
export interface WayBegun {
  readonly room: RoomName;
  readonly key: FoldedName;
  readonly from: End;
  /** Where it lies in what its sender sent, if that can be told. */
  readonly stream: ByteSpan | undefined;
  readonly readMs: number | undefined;
  readonly acceptedMs: number;
}

/** Marks of one message. */
export class Way {
  readonly begun: WayBegun;
  /** Its number in its room; 0 before it has one. */
  seq = 0;
  givenMs: number | undefined;
  durableMs: number | undefined;
  publishedMs: number | undefined;
  /** Where it lies in the room's logs of frames and of lines. */
  log: ByteSpan | undefined;
  lines: ByteSpan | undefined;
  receivers: readonly Receiver[] = [];
  /** How many more get it; and whether more of them would be followed if less were said. */
  left = 0;
  hurried = false;
  answer: Receiver | undefined;
  /** Whether it is kept no more: then nothing more is marked of it. */
  isOver = false;

  constructor(begun: WayBegun) {
    this.begun = begun;
  }

  /** For how long it was under way in ms, or is if somebody has not got all of it yet. */
  tookMs(nowMs: number): number {
    const { readMs, acceptedMs } = this.begun;
    return this.#endMs(nowMs) - (readMs ?? acceptedMs);
  }

  #endMs(nowMs: number): number {
    let endMs = this.publishedMs ?? nowMs;
    for (const { how, lastMs = 0 } of this.receivers) {
      if (how === undefined) return nowMs;
      endMs = Math.max(endMs, lastMs);
    }
    return endMs;
  }

  /** Lets go of what it follows. */
  end(): void {
    this.isOver = true;
    for (const receiver of this.receivers) receiver.drop();
    this.answer?.drop();
  }
}
