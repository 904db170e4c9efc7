/**
 * The server's figures, added up when somebody asks: counters, and one walk over the connections.
 *
 * Pure but for what it is handed. The walk takes about a millisecond for ten thousand connections, which is
 * why `Inspect` is limited to one a second; whoever may reach `/metrics` is trusted not to hammer it.
 *
 * @module
 */

import type { Connection } from "../link/connection.ts";
import type { StoreFigures } from "../store/store_port.ts";
import type { SpokenWay } from "../wire/mod.ts";
import type { AckFigures } from "./acknowledgements.ts";
import type { Counters } from "./counters.ts";
import type { Distribution } from "./samples.ts";

/** A connection, as far as it is of interest here. */
export type Inspectable = Pick<
  Connection,
  "link" | "remote" | "local" | "speech" | "user" | "roomNames"
>;

/** What the figures are made of. */
export interface Sources {
  readonly counters: Counters;
  readonly connections: Iterable<Inspectable>;
  readonly users: number;
  readonly rooms: number;
  readonly uptimeMs: number;
  readonly loopDelayMs: Distribution;
  readonly fanoutMs: Distribution;
  readonly acks: AckFigures;
  readonly memory: { readonly rss: number; readonly heapUsed: number };
  readonly store: StoreFigures | undefined;
  /** For how many ms the store has owed an answer, and whether it refused what it was given last. */
  readonly storePendingMs: number;
  readonly storeFailed: boolean;
  /** Bytes that may wait for somebody before the connection is cut off. */
  readonly lagBytesMax: number;
}

/** All figures at one moment. */
export interface Figures extends Omit<Sources, "connections" | "counters"> {
  /** Those of ended connections, and of open ones. */
  readonly counters: Readonly<Counters>;
  readonly connections: Record<SpokenWay, number>;
  /** Bytes that wait for all, and for the one who is farthest behind. */
  readonly lag: number;
  readonly lagMax: number;
}

/** Adds up. */
export function figuresOf({ connections: open, ...sources }: Sources): Figures {
  const counters = { ...sources.counters };
  const connections = { frames: 0, text: 0, websocket: 0, unknown: 0 };
  let lag = 0;
  let lagMax = 0;
  for (const { link, speech } of open) {
    connections[speech]++;
    counters.bytesIn += link.bytesIn;
    counters.bytesOut += link.outbox.bytesOut;
    const waits = link.outbox.lag;
    lag += waits;
    lagMax = Math.max(lagMax, waits);
  }
  return { ...sources, counters, connections, lag, lagMax };
}
