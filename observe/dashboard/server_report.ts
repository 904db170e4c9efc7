/**
 * What a chat server tells of itself, in the form in which the dashboard uses it.
 *
 * A server that lets us inspect it tells everything; of any other, a client can find out who is online and which rooms
 * there are, and that is a report as well. So there is one shape with much that may be absent.
 *
 * @module
 */

import type { Measured } from "../../verdict/mod.ts";
import type { ServerState } from "./page_messages.ts";

/** Whose connection it is, and how far behind. */
export interface ConnectionFact {
  /** Absent before the login. */
  readonly name?: string;
  /** `ip:port` of the peer, as the server sees it. */
  readonly remote: string;
  /** `ip:port` of the server's end. */
  readonly local?: string;
  /** Bytes that the server has for it and not written yet. */
  readonly lagBytes: number;
  /** Bytes that the server read from it and wrote to it, since it is there. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What was handed to members, counted since a beginning. */
export interface Delivered {
  readonly messages: number;
  /** One for each member who gets a message. */
  readonly copies: number;
  /** Bytes of these copies. */
  readonly bytes: number;
}

/** One room. */
export interface RoomFact {
  readonly name: string;
  readonly users: number;
  /** Since the room was opened. */
  readonly delivered?: Delivered;
}

/** Sums since the server's start, of which `differences.ts` makes counts of one second, and states, which stay what they are. */
export interface ServerTotals {
  /** State: how many there are. */
  readonly connections: number;
  /** Sums: messages that were said, and those that were handed to members. */
  readonly taken: number;
  readonly delivered: number;
  /** States, of late: 99 of 100 delays of the event loop, and half of and 99 of 100 fan-outs. */
  readonly loopDelayMs: number;
  readonly fanoutP50Ms: number;
  readonly fanoutP99Ms: number;
  /** States: resident memory, and what waits for the member that lags most. */
  readonly memoryBytes: number;
  readonly lagBytes: number;
  /** Whom these bytes wait for: a user, or the address of who has not logged in. */
  readonly behind?: string;
  readonly store?: {
    /** Sums: records written, and syncs. */
    readonly appends: number;
    readonly syncs: number;
    /** States: how long syncs took of late, and what is on the disk. */
    readonly syncP50Ms: number;
    readonly syncP99Ms: number;
    readonly liveBytes: number;
    readonly deadBytes: number;
  };
}

/** What a server counted since its start that is marked on the time axis. */
export interface Counted {
  readonly uptimeMs: number;
  readonly cutOff: number;
  readonly rateLimited: number;
  readonly loginsRefused: number;
  /** What operators marked lately. */
  readonly marks: readonly { readonly at: number; readonly by: string; readonly text: string }[];
}

/** A server's answer to "how are you?". */
export interface ServerReport {
  /** When it was asked, in milliseconds since 1970: what it says is true at this moment or later. */
  readonly at: number;
  /** Its process, by its number where it runs: another machine or container has numbers of its own. */
  readonly pid?: number;
  readonly users: number;
  readonly rooms: readonly RoomFact[];
  /** Since the server's start, where it counts that by room. */
  readonly delivered?: {
    readonly inRooms: Delivered;
    readonly whispered: Delivered;
    /** Whether `rooms` lists all. */
    readonly allRooms: boolean;
  };
  readonly connections?: readonly ConnectionFact[];
  readonly totals?: ServerTotals;
  readonly measured?: Measured;
  readonly counted?: Counted;
}

/** Asks a server for its figures. */
export interface Inspector {
  /** How much this one can tell; another object when that has changed. */
  readonly state: ServerState;
  /** Milliseconds between two questions. */
  readonly everyMs: number;
  /** The client has logged in anew: who was refused before may be let in now. */
  loggedIn(): void;
  /** Asks once. Rejects when there is no answer. */
  ask(): Promise<ServerReport>;
}
