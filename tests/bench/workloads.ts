/**
 * What is measured: the columns of the fan-out table, and the goals.
 *
 * A workload is pure data. `N×S wW` reads: N connections in one room, S of them talk, each with at
 * most W of its own messages in flight. One sender and a window of 1 is the hard case: nothing can
 * be batched, every delivery costs a write. A large window is the easy one: it shows what sharing
 * encoded bytes is worth. `idle` is no traffic at all: what does a mere connection cost?
 *
 * The goals are ratios to the C reference within one run, never absolute speeds: those are the
 * machine's. Memory and login time are absolute because users pay them.
 *
 * @module
 */

/** One column of the table. */
export interface Workload {
  /** Word for `--only`. */
  readonly name: string;
  /** Heading in the table. */
  readonly title: string;
  readonly receivers: number;
  /** 0: nobody talks. */
  readonly senders: number;
  readonly window: number;
  /** Rooms that everybody is dealt out to; one unless it is told. */
  readonly rooms?: number;
  /** How many of the connections read nothing once they are in. */
  readonly stalled?: number;
  /** Part of the geometric mean that the first goal is about. */
  readonly inMean: boolean;
}

function fanout(
  receivers: number,
  senders: number,
  options: { window: number; inMean: boolean },
): Workload {
  const { window, inMean } = options;
  return {
    name: `${receivers}x${senders}w${window}`,
    title: `${receivers}×${senders} w${window}`,
    receivers,
    senders,
    window,
    inMean,
  };
}

/** Ten thousand members, one message at a time: the workload with its own goals. */
export const crowd: Workload = fanout(10_000, 1, { window: 1, inMean: false });

/** Ten thousand connections that only log in. */
export const idle: Workload = {
  name: "idle",
  title: "10000 idle",
  receivers: 10_000,
  senders: 0,
  window: 1,
  inMean: false,
};

/** All, in the order of the table. */
export const workloads: readonly Workload[] = [
  fanout(100, 4, { window: 8, inMean: true }),
  fanout(100, 4, { window: 128, inMean: true }),
  fanout(1000, 4, { window: 8, inMean: true }),
  fanout(1000, 4, { window: 64, inMean: true }),
  fanout(1000, 1, { window: 1, inMean: true }),
  crowd,
  idle,
];

/** Columns of the comparison with other servers, beside those: many rooms, and one who reads nothing. */
export const moreWorkloads: readonly Workload[] = [
  {
    name: "rooms",
    title: "1000 rooms",
    receivers: 10_000,
    senders: 1_000,
    window: 1,
    rooms: 1_000,
    inMean: false,
  },
  {
    ...fanout(1000, 4, { window: 8, inMean: false }),
    name: "stalled",
    title: "1 stalled",
    stalled: 1,
  },
];

/** Bytes of text in one message. */
export const messageBytes = 200;

/** What the chat server is meant to reach. */
export const goals = {
  /** Geometric mean of the first five columns, of the C reference. */
  meanRatioMin: 1,
  crowdRatioMin: 0.95,
  /** The same in each column, of nats-server. */
  peerRatioMin: 1.2,
  /** The 99th percentile of the time until everybody has a message, in each column, of the C reference's. */
  p99RatioMax: 1.3,
  crowdPeakMiBMax: 120,
  idleKiBEachMax: 4,
  idleLoginSecondsMax: 0.5,
} as const;
