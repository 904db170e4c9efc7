/**
 * What is measured: the columns of the tables.
 *
 * A workload is pure data. `N×S wW` reads: N connections in one room, S of them talk, each with at
 * most W of its own messages in flight. One sender and a window of 1 is the hard case: nothing can
 * be batched, every delivery costs a write. A large window is the easy one: it shows what sharing
 * encoded bytes is worth. `idle` is no traffic at all: what does a mere connection cost?
 *
 * What is to be reached in them stands in goals.ts.
 *
 * @module
 */

/** What a server must know for a workload, beside one room in which people talk. */
export type Ability = "rooms" | "whispers" | "text" | "moves" | "pages";

/** Columns that stand side by side. */
export type Block = "fan-out" | "idle" | "people" | "durable";

/** One column of a table. */
export interface Workload {
  /** Word for `--only`. */
  readonly name: string;
  /** Heading in the table. */
  readonly title: string;
  readonly block: Block;
  /** What it is, where the heading does not say it. */
  readonly about?: string;
  readonly receivers: number;
  /** 0: nobody talks. */
  readonly senders: number;
  readonly window: number;
  readonly needs?: Ability;
  /** Rooms that everybody is dealt out to; one unless it is told. */
  readonly rooms?: number;
  /** The rooms are as large as those of people: the k-th about 1/k of the first. */
  readonly zipf?: boolean;
  /** Everybody says the next when all have what all have said. */
  readonly inStep?: boolean;
  /** Each sender speaks to one other. */
  readonly whispers?: boolean;
  /** How many of the connections read nothing once they are in. */
  readonly stalled?: number;
  /** How many of them leave the room and come back, and how often a second together. */
  readonly movers?: number;
  readonly moves?: number;
  /** How many of them ask for one page of history after the other. */
  readonly readers?: number;
  /** Lines instead of the server's other protocol. */
  readonly speech?: "text";
  /** Part of the geometric mean that the first goal is about. */
  readonly inMean: boolean;
}

function talk(
  receivers: number,
  senders: number,
  options: { window: number; block?: Block; inMean?: boolean },
): Workload {
  const { window, block = "fan-out", inMean = false } = options;
  return {
    name: `${receivers}x${senders}w${window}`,
    title: `${receivers}×${senders} w${window}`,
    block,
    receivers,
    senders,
    window,
    inMean,
  };
}

/** Ten thousand members, one message at a time: the workload with its own goals. */
export const crowd: Workload = talk(10_000, 1, { window: 1 });

/** The workload that is measured again with one member who reads nothing. */
export const unstalled: Workload = talk(1000, 4, { window: 8, inMean: true });

/** Ten thousand connections that only log in. */
export const idle: Workload = {
  ...talk(10_000, 0, { window: 1, block: "idle" }),
  name: "idle",
  title: "10000 idle",
};

/** The fan-out benchmark's, in the order of the table. */
export const workloads: readonly Workload[] = [
  talk(100, 4, { window: 8, inMean: true }),
  talk(100, 4, { window: 128, inMean: true }),
  unstalled,
  talk(1000, 4, { window: 64, inMean: true }),
  talk(1000, 1, { window: 1, inMean: true }),
  crowd,
  idle,
];

/** One member reads nothing. */
export const stalled: Workload = {
  ...unstalled,
  name: "stalled",
  title: "1 stalled",
  about: `${unstalled.title}, and one more member who reads nothing`,
  block: "people",
  receivers: unstalled.receivers + 1,
  stalled: 1,
  inMean: false,
};

/** Pages of history are read while others talk. */
export const pages: Workload = {
  ...talk(104, 4, { window: 8, block: "people" }),
  name: "pages",
  title: "history",
  about: "100×4 w8, and 4 more members who ask for pages of 50 messages, one after the other",
  needs: "pages",
  readers: 4,
};

/** People leave the room and come back while others talk. */
export const moves: Workload = {
  ...talk(1100, 4, { window: 8, block: "people" }),
  name: "moves",
  title: "moves",
  about: "1000×4 w8, and 100 more members who leave the room and come back, 1,000 times a second",
  needs: "moves",
  movers: 100,
  moves: 1000,
};

/** How a chat is used, beside a single busy room. */
export const peopleWorkloads: readonly Workload[] = [
  {
    ...talk(10_000, 1_000, { window: 1, block: "people" }),
    name: "rooms",
    title: "1000 rooms",
    about: "10,000 members in 1,000 rooms of ten, one in each talks",
    needs: "rooms",
    rooms: 1_000,
  },
  {
    ...talk(10_000, 100, { window: 1, block: "people" }),
    name: "zipf",
    title: "Zipf rooms",
    about: "10,000 members in 1,000 rooms of Zipf's sizes; 1 % talk, and wait for each other",
    needs: "rooms",
    rooms: 1_000,
    zipf: true,
    inStep: true,
  },
  {
    ...talk(1000, 500, { window: 1, block: "people" }),
    name: "whispers",
    title: "whispers",
    about: "500 of 1,000 members whisper to one of the others each, one message at a time",
    needs: "whispers",
    whispers: true,
  },
  {
    ...unstalled,
    name: "text",
    title: "text",
    about: `${unstalled.title}, and everybody speaks lines of text; who speaks is not told its own`,
    block: "people",
    needs: "text",
    speech: "text",
    inMean: false,
  },
  stalled,
  moves,
  pages,
];

/** 64 talk: one message each at a time, the hard case for syncs, and several. */
export const durableWorkloads: readonly Workload[] = [1, 8].map((window) =>
  talk(100, 64, { window, block: "durable" })
);

/** All. */
export const allWorkloads: readonly Workload[] = [
  ...workloads,
  ...peopleWorkloads,
  ...durableWorkloads,
];

/** Bytes of text in one message. */
export const messageBytes = 200;
