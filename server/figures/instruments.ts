/**
 * The instruments of a running server: what is counted in passing, measured by timers, and added up on demand.
 *
 * Timers run only where somebody can ask: with a door for HTTP, or with an operator.
 *
 * @module
 */

import type { Hall } from "../rooms/hall.ts";
import type { MessageStore } from "../store/store_port.ts";
import { sayableTime } from "../wall_time.ts";
import { type Read, Readers, type Reading, type Verdict, verdict } from "../../verdict/mod.ts";
import type { Inspection } from "../wire/mod.ts";
import type { Acknowledgements } from "./acknowledgements.ts";
import { BOUNDS_MS } from "./buckets.ts";
import { type Counters, noCounts } from "./counters.ts";
import { Fanout } from "./fanout.ts";
import { type Figures, figuresOf, type Inspectable } from "./figures.ts";
import { inspectionOf } from "./inspection.ts";
import { LastSecond } from "./last_second.ts";
import { LoopDelay } from "./loop_delay.ts";
import type { Marks } from "./marks.ts";
import { Samples } from "./samples.ts";

/** What the instruments look at. */
export interface Observed {
  readonly hall: Hall;
  readonly store: MessageStore;
  readonly acks: Acknowledgements;
  readonly marks: Marks;
  readonly storeFailed: () => boolean;
  readonly lagBytesMax: () => number;
  readonly connections: () => Iterable<Inspectable>;
  /** The process: its number, and its memory in bytes. */
  readonly pid: number;
  readonly memory: () => { readonly rss: number; readonly heapUsed: number };
}

/** All instruments. Disposing them stops their timers. */
export class Instruments implements Disposable {
  readonly counters: Counters = noCounts();
  readonly fanout: Fanout;
  readonly startMs: number = Date.now();
  readonly #loopDelayMs = new Samples(BOUNDS_MS);
  readonly #fanoutMs = new Samples(BOUNDS_MS);
  readonly #started = performance.now();
  #loopDelay: LoopDelay | undefined;
  #lastSecond: LastSecond | undefined;
  /** Who reads too slowly, as of the last second's end. */
  readonly #readers = new Readers<object>();
  #read: Read = { wasSlow: false };

  constructor() {
    this.fanout = new Fanout(this.#fanoutMs);
  }

  /** Starts the timers. */
  start({ acks, store, connections }: Pick<Observed, "acks" | "store" | "connections">): void {
    const second = new LastSecond(() => ({
      acks: acks.figures().slots,
      loop: this.#loopDelayMs.slots(),
      fanout: this.#fanoutMs.slots(),
      syncs: store.figures?.()?.syncMs.slots ?? [],
    }), performance.now());
    this.#lastSecond = second;
    this.#loopDelay ??= new LoopDelay(this.#loopDelayMs, (now) => {
      this.fanout.tick(now);
      if (second.tick(now)) this.#read = this.#readers.look(readingsOf(connections()));
    });
  }

  /** How it stands, by the last second: what can be said of it without a kernel. */
  verdict({ lagBytesMax, storePendingMs, storeFailed }: Figures): Verdict {
    const { slowest, wasSlow } = this.#read;
    return verdict({
      ...this.#lastSecond?.times,
      diskOwesMs: storePendingMs,
      storeFailed,
      wasSlow,
      ...(slowest === undefined ? {} : { slowest: { ...slowest, bytesMax: lagBytesMax } }),
    });
  }

  /** All figures now. */
  figures(
    { hall, store, connections, memory, acks, storeFailed, lagBytesMax }: Observed,
  ): Figures {
    this.#loopDelay?.look();
    return figuresOf({
      counters: this.counters,
      connections: connections(),
      users: hall.size,
      rooms: hall.roomCount,
      uptimeMs: performance.now() - this.#started,
      loopDelayMs: this.#loopDelayMs.distribution(),
      fanoutMs: this.#fanoutMs.distribution(),
      acks: acks.figures(),
      memory: memory(),
      store: store.figures?.(),
      storePendingMs: store.pendingMs(),
      storeFailed: storeFailed(),
      lagBytesMax: lagBytesMax(),
    });
  }

  /** All figures now, and who is connected. */
  inspection(observed: Observed): Inspection {
    return inspectionOf({
      figures: this.figures(observed),
      connections: observed.connections(),
      rooms: observed.hall.rooms(),
      marks: observed.marks.newest,
      pid: observed.pid,
      originMs: performance.timeOrigin,
      at: sayableTime(Date.now()),
    });
  }

  [Symbol.dispose](): void {
    this.#loopDelay?.[Symbol.dispose]();
  }
}

/** How each stands; whose it is stands in no metric. */
function* readingsOf(connections: Iterable<Inspectable>): Iterable<readonly [object, Reading]> {
  for (const { link } of connections) {
    const { lag: bytes, bytesOut: taken } = link.outbox;
    yield [link, { who: "one reader", bytes, taken }];
  }
}
