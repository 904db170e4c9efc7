/**
 * The figures of a second, as the dashboard's process tells them to its page.
 *
 * The page imports this file for its types only, so nothing of it reaches the browser.
 *
 * @module
 */

import type { Verdict } from "../../verdict/mod.ts";

/** The server in one second: what it counted in this second, and the state in which it was at its end. */
export interface ServerSecond {
  /** State: connections at the second's end, also of those who are not logged in. */
  readonly connections: number;
  /** Count in this second: messages that were said, in rooms and as whispers. */
  readonly taken: number;
  /** Count in this second: messages that were handed to members, one for each who gets it. */
  readonly delivered: number;
  /**
   * How late the server's event loop was in 99 of 100 cases, in milliseconds. Like all times here, of this second, and absent when there was
   * none; a server of before it told that tells what was so of late.
   */
  readonly loopDelayMs?: number;
  /** Milliseconds from the publication of a message until the last member has it; half of them, and 99 of 100. */
  readonly fanoutP50Ms?: number;
  readonly fanoutP99Ms?: number;
  /** State: resident memory. */
  readonly memoryBytes: number;
  /** State: bytes that wait for the member that lags most. */
  readonly lagBytes: number;
  /** State: who that is, when it is known. */
  readonly behind?: string;
  readonly store?: {
    /** Counts in this second: records written, and syncs that made them durable. */
    readonly appends: number;
    readonly syncs: number;
    /** Milliseconds of half the syncs, and of 99 in 100. */
    readonly syncP50Ms?: number;
    readonly syncP99Ms?: number;
    /** Of this second: records per sync; absent when nothing was synced. */
    readonly group?: number;
    /** State: bytes on the disk that count, and that compaction would free. */
    readonly liveBytes: number;
    readonly deadBytes: number;
  };
}

/**
 * The kernel in one second, for the watched process. Bytes are those of the process: sent to users.
 *
 * Where an observer tells less often than each second, a second has its part of the counts of a longer time, and is told
 * again when that is known; its states are those at the end of that time.
 */
export interface KernelSecond {
  /** Counts in this second: calls that moved bytes, and these bytes. */
  readonly sendCalls: number;
  readonly recvCalls: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Counts in this second by duration: slot i is [2^(i+7), 2^(i+8)) ns. Trailing zeros are left out. */
  readonly sendSlots: readonly number[];
  readonly recvSlots: readonly number[];
  /** The same by the time from the arrival of data to its reading. */
  readonly delaySlots: readonly number[];
  /** Count in this second: segments that were sent again. */
  readonly retransmits: number;
  /** State: bytes that wait in send buffers. */
  readonly unsent: number;
  /** State: what has come and is not read; absent where nobody can look. */
  readonly unread?: {
    /** How old the oldest of it is, in nanoseconds; absent when nothing waits, or it is not known. */
    readonly ageNs?: number;
    readonly bytes?: number;
  };
  /** State: the middle and the largest round trip of all connections, in microseconds; absent when none was measured. */
  readonly rttUs?: number;
  readonly rttMaxUs?: number;
  /** State: sockets that are open. */
  readonly sockets: number;
  /** Sum since the observation's start: events lost. */
  readonly lost: number;
  /** The same: calls that are in the sums and on no connection, for want of room; absent when there are none. */
  readonly unlisted?: number;
  /** The same: calls that are in no duration, since their beginning was not seen; absent when they are few. */
  readonly untimed?: number;
  /** Of this second: part of one processor that watching takes, when the kernel measures it. */
  readonly cost?: number;
}

/** One user in one second. `name` is absent for all who are not listed. */
export interface PersonSecond {
  readonly name?: string;
  /** Whether `name` is an address, because nobody said whose connection it is. */
  readonly unknown?: true;
  /** Bytes from and to the user. */
  readonly from: number;
  readonly to: number;
  /** System calls for them; only the kernel knows. */
  readonly calls?: number;
  readonly rttUs?: number;
  readonly unsent?: number;
  /** How old the oldest byte from them is that is not read, in nanoseconds; absent when nothing waits, or nobody can look. */
  readonly unreadNs?: number;
  /** Bytes that the server has for them and not written yet. */
  readonly lag?: number;
  /** They, or some of all others, read too slowly: see `SLOW_BYTES`. */
  readonly slow?: true;
  /** Bytes since the start. */
  readonly fromTotal: number;
  readonly toTotal: number;
}

/** One room in one second, all other rooms together, or all whispers. */
export interface RoomSecond {
  readonly kind: "room" | "others" | "whispers";
  /** Of a room alone. */
  readonly name?: string;
  /** Whether the server counted what follows, or it is concluded from what this client heard. */
  readonly origin: "server" | "estimate";
  /** Absent where nobody counted them: this client is not in the room. */
  readonly messages?: number;
  /** Messages handed to members: one for each who gets it. Only the server knows. */
  readonly delivered?: number;
  /** Bytes of these deliveries; absent where nobody knows of any bytes. */
  readonly bytes?: number;
  /** The same since the room was opened; only the server knows. */
  readonly bytesTotal?: number;
  /** The part of the kernel's calls that goes with these bytes: an estimate always. */
  readonly calls?: number;
}

/** Something that stands out on the time axis. */
export interface MarkSecond {
  /** When, in milliseconds since 1970: a mark of an operator is as exact as it was made, others as a second. */
  readonly at: number;
  readonly kind:
    | "marked"
    | "restarted"
    | "cutOff"
    | "rateLimited"
    | "loginsRefused"
    | "compacted";
  readonly text: string;
}

/** All figures of one second. What is absent is not known. */
export interface Second {
  /** Its end, in milliseconds since 1970. */
  readonly at: number;
  readonly users?: number;
  /** When the server was asked that, in milliseconds since 1970: at this second's end, or a little before. */
  readonly serverAt?: number;
  /** Messages that this client heard in its rooms; absent while it could hear none. */
  readonly heard?: number;
  /** The same since the start. */
  readonly heardTotal?: number;
  /** The chat client's own round trip. */
  readonly roundTripMs?: number;
  readonly server?: ServerSecond;
  readonly kernel?: KernelSecond;
  /** How the chat stood, and why. */
  readonly verdict?: Verdict;
  /** What is marked in it; absent when nothing is. */
  readonly marks?: readonly MarkSecond[];
  /** Those with the most bytes first; from the kernel where it is watched, else from the server. */
  readonly people: readonly PersonSecond[];
  readonly rooms: readonly RoomSecond[];
}
