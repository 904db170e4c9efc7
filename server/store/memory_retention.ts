/**
 * What goes from rooms for its age where nothing is kept on disk: looked at as often as a store on disk does, and at once when a
 * room was set otherwise.
 *
 * It is judged by the time that is believed (`durable/believed_time.ts`): a clock that jumps empties no room. Some at a time go
 * in each turn, so that nobody waits.
 *
 * @module
 */

import { BelievedTime, type Clocks } from "../durable/believed_time.ts";
import {
  CLOCK_HOLD_MS,
  CLOCK_SLACK_MS_MAX,
  RETAIN_LOOK_MS_MAX,
  RETAIN_LOOKS,
} from "../durable/limits.ts";
import { DAY_MS, retentionsIn } from "../durable/retentions.ts";
import { MEMORY_EXPIRED_AT_ONCE } from "../limits.ts";
import type { KeptValues, Page, Range } from "./store_port.ts";
import { messageIn } from "./stored.ts";
import { RETAIN_KEYS, ROOM_STREAMS } from "./streams.ts";

/** Where the messages are. */
export interface Expiring {
  first(stream: string): number;
  read(stream: string, range: Range): Page;
  /** Forgets the messages of a stream below a seq. */
  forget(stream: string, before: number): void;
}

/** Lets go what is too old. */
export class MemoryRetention {
  readonly #streams: Expiring;
  readonly #values: Pick<KeptValues, "keys" | "value">;
  readonly #clocks: () => Clocks;
  readonly #time: BelievedTime;
  #lookAtMs = -Infinity;

  constructor(
    streams: Expiring,
    values: Pick<KeptValues, "keys" | "value">,
    clocks: () => Clocks,
  ) {
    this.#streams = streams;
    this.#values = values;
    this.#clocks = clocks;
    const now = clocks();
    // A room keeps a day at least, and a clock is believed ahead by a part of that.
    const slackMs = Math.min(CLOCK_SLACK_MS_MAX, DAY_MS / RETAIN_LOOKS);
    this.#time = new BelievedTime({ slackMs, holdMs: CLOCK_HOLD_MS }, now.wallMs, now);
  }

  /** A room was set otherwise. */
  changed(): void {
    this.#lookAtMs = -Infinity;
  }

  /** Lets some go. To be called now and then. */
  tend(): void {
    const now = this.#clocks();
    if (now.steadyMs < this.#lookAtMs) return;
    this.#lookAtMs = now.steadyMs + RETAIN_LOOK_MS_MAX;
    const believed = this.#time.look(now);
    if (believed === undefined) return;
    const { keys, value } = this.#values;
    let left = MEMORY_EXPIRED_AT_ONCE;
    for (const [room, ms] of retentionsIn(keys(RETAIN_KEYS), value)) {
      left -= this.#expire(ROOM_STREAMS + room, believed.nowMs - ms, left);
      if (left > 0) continue;
      // The rest in the next turn.
      return this.changed();
    }
  }

  /** @returns How many went. */
  #expire(stream: string, since: number, limit: number): number {
    const first = this.#streams.first(stream);
    const { messages } = this.#streams.read(stream, {
      after: first - 1,
      limit,
      bytesMax: Infinity,
    });
    const young = messages.findIndex((stored) => (messageIn(stored)?.at ?? -Infinity) >= since);
    const gone = young < 0 ? messages.length : young;
    if (gone > 0) this.#streams.forget(stream, first + gone);
    return gone;
  }
}
