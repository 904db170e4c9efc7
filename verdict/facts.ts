/**
 * What a verdict is found from, and what it says: the figures of one second, of which any may be unknown.
 *
 * @module
 */

import type { Quantiles, Slot, SplitSlot } from "./slots.ts";

/** How it stands: nobody notices anything, everybody does, or it does not do what it is for. */
export type State = "good" | "slow" | "failing";

/** Whose fault it is. */
export type Cause = "network" | "loop" | "disk" | "fanout" | "receiver" | "server";

/** Who reads most slowly. */
export interface SlowReader {
  /** A name, or the address of who has not logged in. */
  readonly who: string;
  /** Bytes that wait in the server. */
  readonly bytes: number;
  /** Bytes that the kernel has taken already, and the reader has not, where a kernel tells. */
  readonly inKernel?: number;
  /** Bytes from which on the connection is cut off, where that is known. */
  readonly bytesMax?: number;
  /** Whether it is slow, where that is followed from second to second: see `Readers`. */
  readonly isSlow?: boolean;
  /** Whether more waits in the kernel than was taken in this second: it is slow, though nothing may wait in the server yet. */
  readonly isStuck?: boolean;
}

/** What only a kernel can tell. */
export interface KernelFacts {
  /** What 99 of 100 reads had waited for since the data had arrived, in ms; absent when nothing was read. */
  readonly waitedMs?: number;
  /** How old the oldest byte is that has arrived and was not read, in ms. */
  readonly oldestMs?: number;
  /** The middle of all connections' round trips, and the longest, in ms; and whose that is. */
  readonly rttMs?: number;
  readonly rttMaxMs?: number;
  readonly rttMaxOf?: string;
  /** Segments that were sent again, and calls that sent something. */
  readonly resent?: number;
  readonly sendCalls?: number;
  /** Part of one processor that watching takes. */
  readonly cost?: number;
  /** Observations that were lost since the start. */
  readonly lost?: number;
}

/** What got lost in this second. */
export interface Losses {
  /** Connections that were cut off because they read too slowly. */
  readonly cutOff: number;
  /** Connections that were turned away because the server was full. */
  readonly turnedAway: number;
  /** Segments that were sent again, where a kernel tells. */
  readonly resent?: number;
  /** Observations that were lost since the start, where a kernel tells. */
  readonly unseen?: number;
}

/** One second's figures. */
export interface Facts {
  /** Milliseconds for which a server that is asked each second has not answered. */
  readonly silentMs?: number;
  /** Times from the read of what was said until the socket had taken the answer. */
  readonly acks?: readonly SplitSlot[];
  /** How late the event loop was. */
  readonly loop?: readonly Slot[];
  /** From the publication of a message until the last member's socket has taken it. */
  readonly fanout?: readonly Slot[];
  /** How long the disk took for what was to be durable, as the loop heard of it. */
  readonly syncs?: readonly Slot[];
  /** Milliseconds for which the disk has owed an answer. */
  readonly diskOwesMs?: number;
  /** Whether the store refused what it was given last. */
  readonly storeFailed?: boolean;
  readonly slowest?: SlowReader;
  /** Whether anybody read too slowly a second ago. */
  readonly wasSlow?: boolean;
  readonly losses?: Pick<Losses, "cutOff" | "turnedAway">;
  readonly kernel?: KernelFacts;
}

/** How it stands, and why. */
export interface Verdict {
  readonly state: State;
  readonly cause?: Cause;
  /** One sentence or two, for people. The first word is the state. */
  readonly sentence: string;
  /** What else is wrong, a sentence each. */
  readonly also: readonly string[];
  /** How long a sender waits for the answer, as far as it is seen from here; absent when nothing was said. */
  readonly ack?: Quantiles;
  /** Where the slowest of them spent that time, in ms; a part that nobody can tell from here is absent. */
  readonly parts: Readonly<Partial<Record<Cause | "answer" | "kernel", number>>>;
  readonly slowest?: SlowReader;
  readonly losses?: Losses;
  /** Part of one processor that watching takes, where a kernel tells. */
  readonly cost?: number;
}
