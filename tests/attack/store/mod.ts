/**
 * All attacks on the store. Adding one: a module with `run`, and its line here.
 *
 * ```text
 *   run({ seconds, seed, report, signal }) ─ makes faults until the time is up ─► report({ what, faults, wrong })
 * ```
 *
 * A fault is one way in which a disk or a kernel may fail, tried on a store of its own: a flipped bit, a system call
 * that fails, a crash after some of the writes. `wrong` has a sentence for each promise that was broken: acknowledged
 * data lost, doubled or served wrong, a stack trace, a loss that was not told of.
 *
 * @module
 */

/** What an attack on the store is told. */
export interface StoreOrders {
  /** How long it may go on, in seconds. It tries the most telling faults first. */
  readonly seconds: number;
  /** The same seed gives the same faults. */
  readonly seed: number;
  /** Tells of faults that were tried: as often as it likes, the sums are what counts. */
  readonly report: (row: StoreRow) => void;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** What some faults came to. */
export interface StoreRow {
  /** Which kind of faults, in a few words: rows of one kind are added up. */
  readonly what: string;
  /** How many were tried. */
  readonly faults: number;
  /** A sentence for each that broke a promise. */
  readonly wrong: readonly string[];
}

/** Carries out an attack on the store. */
export type StoreAttackRun = (orders: StoreOrders) => Promise<void>;

/** An attack on the store. */
export interface StoreAttack {
  /** Its word for `--only`. */
  readonly name: string;
  /** What it does. */
  readonly about: string;
  /** Loads its module: what one needs is not the others' business. */
  load(): Promise<StoreAttackRun>;
}

/** All of them, in the order in which they run. */
export const storeAttacks: readonly StoreAttack[] = [
  {
    name: "corrupt",
    about: "every bit and sector of a small store, and files missing, doubled, cut and swapped",
    load: async () => (await import("./corrupt.ts")).run,
  },
  {
    name: "crashes",
    about: "power failures at every call, what is not synced torn and in any order",
    load: async () => (await import("./crashes.ts")).run,
  },
  {
    name: "disk-faults",
    about: "each kind of failure at each call of a run and of an opening, and many at once",
    load: async () => (await import("./disk_faults.ts")).run,
  },
  {
    name: "calls",
    about: "each error at each system call of a real process, by strace",
    load: async () => (await import("./calls.ts")).run,
  },
];
