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
import type { Inspection } from "../wire/mod.ts";
import { type Counters, noCounts } from "./counters.ts";
import { Fanout } from "./fanout.ts";
import { type Figures, figuresOf, type Inspectable } from "./figures.ts";
import { inspectionOf } from "./inspection.ts";
import { LoopDelay } from "./loop_delay.ts";
import { Samples } from "./samples.ts";

/** Times in ms: from what nobody notices to what everybody does. */
const BOUNDS_MS = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];

/** What the instruments look at. */
export interface Observed {
  readonly hall: Hall;
  readonly store: MessageStore;
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

  constructor() {
    this.fanout = new Fanout(this.#fanoutMs);
  }

  /** Starts the timers. */
  start(): void {
    this.#loopDelay ??= new LoopDelay(this.#loopDelayMs, (now) => this.fanout.tick(now));
  }

  /** All figures now. */
  figures({ hall, store, connections, memory }: Observed): Figures {
    return figuresOf({
      counters: this.counters,
      connections: connections(),
      users: hall.size,
      rooms: hall.roomCount,
      uptimeMs: performance.now() - this.#started,
      loopDelayMs: this.#loopDelayMs.distribution(),
      fanoutMs: this.#fanoutMs.distribution(),
      memory: memory(),
      store: store.figures?.(),
    });
  }

  /** All figures now, and who is connected. */
  inspection(observed: Observed): Inspection {
    return inspectionOf({
      figures: this.figures(observed),
      connections: observed.connections(),
      rooms: observed.hall.rooms(),
      pid: observed.pid,
      originMs: performance.timeOrigin,
      at: sayableTime(Date.now()),
    });
  }

  [Symbol.dispose](): void {
    this.#loopDelay?.[Symbol.dispose]();
  }
}
