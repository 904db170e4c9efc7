/**
 * What an observer tells of the lives of TCP connections: part of the language of `observation.ts`.
 *
 * Other sockets have no such life: they are told of by their calls alone.
 *
 * @module
 */

import type { Family } from "./observation.ts";

/** What happened to a connection. */
export type ConnWhat =
  /** One that the process opened stands; `lastedNs` since it was begun. */
  | "connect"
  /** One that it wanted to open does not come to stand; `lastedNs` since it was begun, `errno` why. */
  | "failed"
  /** The process uses one for the first time that the other end opened; `lastedNs` since it stood. */
  | "accept"
  /** TCP has closed it; `lastedNs` since it stood. */
  | "close"
  /** A segment was sent again. */
  | "retransmit"
  /** It was broken off from here. */
  | "reset_sent"
  /** It was broken off by the other end. */
  | "reset_received"
  /** Connections were turned away because a queue of them was full, somewhere in this network namespace: `count`. */
  | "overflow";

/** One of the two ends of a connection. */
export type ConnEnd = "here" | "there";

/** Something that happened to a TCP connection of a watched process. */
export interface Conn {
  /** Tells which observation this is. */
  readonly kind: "conn";
  /** When, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** What happened. */
  readonly what: ConnWhat;
  /** Whose connection it is; absent for `overflow`, as is all that follows but `count`. */
  readonly pid?: number;
  /** What that process was called when it got the connection. */
  readonly comm?: string;
  /** The socket's cookie, as in `Io`. */
  readonly socket?: number;
  /** The socket's address family. */
  readonly family?: Family;
  /** Its own address, written as in `Io`. */
  readonly local?: string;
  /** The other end. */
  readonly remote?: string;
  /** Who opened it; absent when it stood before the observation. */
  readonly openedBy?: ConnEnd;
  /** Who ended it first; at `close`. */
  readonly closedBy?: ConnEnd;
  /** How long it took or lasted, by `what`; absent when its beginning was not seen. */
  readonly lastedNs?: number;
  /** The socket's error, if it has one. */
  readonly errno?: number;
  /** Bytes that TCP has sent on it so far, each counted once. */
  readonly sent?: number;
  /** Bytes that TCP has received on it so far, read or not. */
  readonly received?: number;
  /** Segments sent again so far. */
  readonly retransmits?: number;
  /** Smoothed round trip, in microseconds; absent when not measured. */
  readonly rttUs?: number;
  /** How many, of `overflow`. */
  readonly count?: number;
}

/** Sums over the connections of the watched processes. */
export interface ConnFigures {
  /** Opened by them. */
  readonly connects: number;
  /** Not opened, although they wanted to. */
  readonly failed: number;
  /** Taken up by them. */
  readonly accepts: number;
  /** Closed. */
  readonly closes: number;
  /** Segments sent again. */
  readonly retransmits: number;
  /** Broken off from here. */
  readonly resetsSent: number;
  /** Broken off by the other end. */
  readonly resetsReceived: number;
  /** Turned away by full queues, in the whole network namespace; absent where the kernel does not say. */
  readonly overflows?: number;
  /** What happened and was not told, because the ring was full. */
  readonly lost: number;
}
