/**
 * What a server tells operators of the way of one message: when each step was done, and at which bytes of which connection. Nothing of
 * what it says.
 *
 * ```text
 *   sender's stream ─► read ─► accepted ─► given ─► durable ─► published ─► writes: each receiver's stream
 *      [from, to)                           to the disk         log [from, to)        [from, to)
 * ```
 *
 * @module
 */

import type { SpokenWay } from "./inspection.ts";
import type { Reply } from "./server_messages.ts";

/** Bytes of a stream or of a log, counted from its beginning. */
export interface ByteSpan {
  /** The first of them. */
  from: number;
  /** Behind the last of them. */
  to: number;
}

/** The clock of all times of an answer, read when the answer was made. */
export interface TraceClock {
  /**
   * `machine`: `CLOCK_MONOTONIC` of the server's machine, as the kernel and its observers have it. `process`: a clock of the server's
   * own, which never stands still or goes back; whoever asks knows it as exactly as an answer takes to come.
   */
  kind: "machine" | "process";
  /** What it shows, in ns. */
  ns: number;
  /** What the wall clock shows, in milliseconds since 1970. */
  at: number;
}

/** One call by which the kernel took bytes of a connection. */
export interface TraceWrite {
  /** When it had taken them, in ns. */
  at: number;
  /** The bytes of the connection's stream that it took, the message's among them; left out where they cannot be told. */
  stream?: ByteSpan;
  /** The bytes of the room's log among them, as far as they are the message's. */
  log?: ByteSpan;
}

/** One end of a message's way: a connection. Addresses are `IP:PORT` (`[IPv6]:PORT`), as the kernel sees them. */
export interface TraceEnd {
  /** Who is logged in over it. */
  user: string;
  /** The other end; left out where there is none, as of a hook. */
  remote?: string;
  /** This end. */
  local?: string;
  /** In which way it speaks; `unknown` where there is no connection. */
  speech: SpokenWay;
  /** Whether it is encrypted. */
  secure?: boolean;
  /** Where the message lies in the connection's stream; left out where that cannot be told. */
  stream?: ByteSpan;
  /** Why something of this is left out: a sentence. */
  why?: string;
}

/** Who gets a message, and how. */
export interface TraceReceiver extends TraceEnd {
  /** The calls that took the message, in order; more than one where the kernel took it in parts. */
  writes: TraceWrite[];
  /** Whether all of it was taken. */
  done: boolean;
}

/** Additive, for operators: whether messages are marked; the answer to `Trace` with `on`. */
export interface Tracing extends Reply {
  /** Tells which message this is. */
  type: "Tracing";
  /** Whether they are, for the asker's sake. */
  on: boolean;
  /** In which room alone. */
  room?: string;
  /** For how many seconds still, unless it is asked again. */
  seconds?: number;
  /** The clock, now. */
  clock: TraceClock;
  /** How many messages are kept at present. */
  kept: number;
  /** How many were forgotten, the oldest first, because there are more than are kept. */
  forgotten: number;
}

/** Additive, for operators: the way of one message; the answer to `Trace`. All times are in ns of `clock`. */
export interface TraceReport extends Reply {
  /** Tells which message this is. */
  type: "TraceReport";
  /** The message's room. */
  room: string;
  /** Its number there. */
  seq: number;
  /** The clock of all times, now. */
  clock: TraceClock;
  /** Who said it, and where it lies in what was read from there. */
  from: TraceEnd;
  /** When its last byte was read from the connection. */
  read?: number;
  /** When its turn had come and it was taken. */
  accepted: number;
  /** When the write and sync of the group that it is in began. */
  given?: number;
  /** When the server knew that it is as durable as configured. */
  durable?: number;
  /** When it stood in the room's log. */
  published?: number;
  /** The call that took the sender's `Ack`. */
  answered?: TraceWrite;
  /** Where it lies in the room's log of frames. */
  log?: ByteSpan;
  /** Where it lies in the room's log of lines, which those read who speak text. */
  lines?: ByteSpan;
  /** Who got it: 64 at most, of whom those come first that could not take it at once; few while very much is said. */
  receivers: TraceReceiver[];
  /** How many more got it. */
  left: number;
  /** What is not known of its way: sentences. */
  unknown: string[];
}

/** Any message by which a server tells of the way of messages. */
export type ServerTraceMessage = Tracing | TraceReport;
