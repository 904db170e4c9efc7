/**
 * What an observer tells: the language of everything above the kernel.
 *
 * An observation is one of five things, in this order: `start` once, then `io` (one call), `conn` (something that
 * happened to a connection) and `snapshot` (all figures so far) as they come, `end` once. A replayed recording gives the same.
 *
 * Times are nanoseconds of `CLOCK_MONOTONIC`, as numbers: exact for 104 days after the machine's start, then to 2 ns.
 * Figures are sums since the start of the observation; what happened between two snapshots is their difference.
 *
 * @module
 */

import type { Conn, ConnFigures } from "./connection.ts";
import type { Whom } from "./whom.ts";

/** Which way bytes went, seen from the process. */
export type Operation = "send" | "recv";

/** How the observer sits in the kernel. */
export type Backend = "kprobe" | "fentry" | "tracepoint";

/** A socket's address family. */
export type Family = "inet" | "inet6" | "unix" | "other";

/** The observation begins. */
export interface Start {
  /** Tells which observation this is. */
  readonly kind: "start";
  /** Nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** The same moment in milliseconds since 1970, to place the observation in time. */
  readonly at: number;
  /** The processes that were named, by their numbers as the observer sees them; none when they are not named so. */
  readonly pids: readonly number[];
  /** Whom it is of; absent where an older program recorded it: those processes alone. */
  readonly whom?: Whom;
  /** How the observer sits in the kernel. */
  readonly backend: Backend;
  /** What attaches, by name of the kernel's function or tracepoint. */
  readonly probes: readonly string[];
  /** What this backend cannot see here, each as a sentence. */
  readonly blind: readonly string[];
  /** Whether each call is told, or figures only; absent where an older program recorded it. */
  readonly events?: boolean;
}

/** One call that moved bytes or failed. Calls that would have had to wait are only counted. */
export interface Io {
  /** Tells which observation this is. */
  readonly kind: "io";
  /** When the call was done, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** The calling process (thread group). */
  readonly pid: number;
  /** The calling thread. */
  readonly tid: number;
  /** What the process is called; absent when a single one is watched, or nobody knows. */
  readonly comm?: string;
  /** Which way the bytes went. */
  readonly op: Operation;
  /** The kernel's function (`__sys_sendto`, `tcp_sendmsg`), or the system call (`sendto`) where that is what is known. */
  readonly func: string;
  /** Bytes moved; 0 when the call failed or the stream ended. */
  readonly bytes: number;
  /** The error's number (errno), when the call failed. */
  readonly errno?: number;
  /** Bytes that the caller asked for. */
  readonly requested?: number;
  /** The socket's file descriptor in the process. */
  readonly fd?: number;
  /** From entry to exit, in nanoseconds. Of a non-blocking call that is copying; of a blocking one also waiting. */
  readonly durationNs?: number;
  /** From the arrival of the oldest of these bytes to this read, in nanoseconds; absent when nobody knows when they came. */
  readonly delayNs?: number;
  /** The socket's cookie: the same for all calls on a socket, and never used again. 0 when unknown. */
  readonly socket: number;
  /** The socket's address family. */
  readonly family: Family;
  /** `ip:port`, `[ip]:port`, or `unix:…`; absent when unknown. */
  readonly local?: string;
  /** The other end, written like `local`. */
  readonly remote?: string;
  /** Where in the TCP stream the first of these bytes stands. The first byte of a connection is 0. */
  readonly offset?: number;
}

/** A log2 histogram of nanoseconds. `slots[i]` counts `[2^(i+7), 2^(i+8))`; the first starts at 0, the last has no end. */
export interface Histogram {
  /** Values counted. */
  readonly count: number;
  /** Their sum, in nanoseconds. */
  readonly sumNs: number;
  /** Counts by power of two. */
  readonly slots: readonly number[];
}

/**
 * How old bytes were when they were read: `byteUs / bytes` is their mean age in microseconds. Of a backlog ages are too high by at
 * most 1/32 of what its oldest byte had waited, and never too low.
 */
export interface ByteAges {
  /** Bytes that were read and of which is known when they had come. */
  readonly bytes: number;
  /** The sum of their ages, in microseconds. */
  readonly byteUs: number;
}

/** What has come and is not read, as of a snapshot. */
export interface UnreadData {
  /** How old the oldest of it is, in nanoseconds; absent when it came before anybody looked, and of totals when nothing waits. */
  readonly ageNs?: number;
  /** Bytes of TCP; absent for other sockets, of which they are not known. */
  readonly bytes?: number;
}

/** One direction. */
export interface Flow {
  /** Calls that moved bytes. */
  readonly calls: number;
  /** Bytes that these calls moved. */
  readonly bytes: number;
  /** Calls with result 0: the stream's end, or nothing asked for. */
  readonly empty: number;
  /** Calls that would have had to wait. */
  readonly again: number;
  /** Calls that failed otherwise. */
  readonly errors: number;
  /** How long calls took, for those whose entry was seen. */
  readonly durations: Histogram;
}

/** All that is known of one socket. */
export interface SocketFigures {
  /** The socket's cookie, as in `Io`. */
  readonly socket: number;
  /** The socket's inode: `socket:[N]` of `/proc/PID/fd`; 0 unknown. */
  readonly inode: number;
  /** Who called last; 0 when nobody has yet, while data waits. */
  readonly pid: number;
  /** What that process is called; absent when a single one is watched, or nobody knows. */
  readonly comm?: string;
  /** The socket's address family. */
  readonly family: Family;
  /** IANA protocol number: 6 TCP, 17 UDP; 0 unknown or none. */
  readonly protocol: number;
  /** Its own address, written as in `Io`. */
  readonly local?: string;
  /** The other end. */
  readonly remote?: string;
  /** What the process sent. */
  readonly send: Flow;
  /** What the process received. */
  readonly recv: Flow;
  /** Arrival of data to its reading: of each read its oldest byte. */
  readonly delays: Histogram;
  /** How old its bytes were when they were read; absent where an older program recorded it. */
  readonly ages?: ByteAges;
  /** What waits now; absent when nothing does, or nobody can look. */
  readonly unread?: UnreadData;
  /** The first call seen, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly firstTs: number;
  /** The last call seen. */
  readonly lastTs: number;
  /** TCP has closed it. */
  readonly closed: boolean;
  /** TCP as of the last call; absent for other sockets. */
  readonly tcp?: {
    /** Smoothed round trip, in microseconds; 0 when not measured yet. */
    readonly rttUs: number;
    /** Segments that were sent again. */
    readonly retransmits: number;
    /** Bytes that wait in the send buffer. */
    readonly unsent: number;
    /** Bytes that are on their way. */
    readonly unacked: number;
  };
}

/** What watching costs in the kernel, from its own statistics: measured in samples, so to be divided by their time. */
export interface Cost {
  /** Runs of the kernel programs, while the kernel measured. */
  readonly runs: number;
  /** Nanoseconds that these took. */
  readonly ns: number;
  /** Nanoseconds in which the kernel measured; absent where an older program recorded it. */
  readonly measuredNs?: number;
}

/** All figures so far. */
export interface Snapshot {
  /** Tells which observation this is. */
  readonly kind: "snapshot";
  /** When it was taken, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** All that was sent, over all sockets. */
  readonly send: Flow;
  /** All that was received. */
  readonly recv: Flow;
  /** Arrival of data to its reading, over all sockets: of each read its oldest byte. */
  readonly delays: Histogram;
  /** How old all bytes were when they were read; absent where an older program recorded it. */
  readonly ages?: ByteAges;
  /** What waits now, on all sockets of the watched processes; absent where nobody can look. */
  readonly unread?: UnreadData;
  /** Calls that moved bytes, by function. */
  readonly functions: Readonly<Record<string, number>>;
  /** Sockets that are in the kernel's table. */
  readonly sockets: readonly SocketFigures[];
  /** Events that the kernel had to tell; received + lost = produced, once all are read. */
  readonly produced: number;
  /** Events that were read. */
  readonly received: number;
  /** Events that a full ring refused, plus calls that a probe is known to have missed. Always told. */
  readonly lost: number;
  /** Calls on sockets for which the table had no room: they are in the sums only. */
  readonly socketsFull: number;
  /** What happened to TCP connections; absent where this backend does not see it, or an older program recorded it. */
  readonly connections?: ConnFigures;
  /** Children that are not watched, because the table of processes had no room for them; absent when there are none. */
  readonly leftOut?: number;
  /** Calls that moved bytes and whose entry was not seen: how long they took is not known. Absent in older recordings. */
  readonly strays?: number;
  /** What watching costs; absent where the kernel does not say. */
  readonly cost?: Cost;
}

/** Why an observation ended. */
export type EndReason =
  /** The watched processes have ended. */
  | "exited"
  /** The time that was asked for is over. */
  | "time"
  /** Whoever observes wanted no more. */
  | "stopped"
  /** Only when replayed: the recording ends before the observation did, so there may have been more. */
  | "cut";

/** The observation is over. */
export interface End {
  /** Tells which observation this is. */
  readonly kind: "end";
  /** When it ended, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** Why it ended. */
  readonly reason: EndReason;
  /** The last figures. */
  readonly last: Snapshot;
}

/** One thing that an observer tells. */
export type Observation = Start | Io | Conn | Snapshot | End;

/** The observation in five numbers. */
export interface Summary {
  /** How the observer sat in the kernel. */
  readonly backend: Backend;
  /** Calls told. */
  readonly events: number;
  /** Calls that could not be told. */
  readonly lost: number;
  /** How long it watched, in milliseconds. */
  readonly durationMs: number;
  /** Bytes sent by the watched processes. */
  readonly bytesSent: number;
  /** Bytes received by them. */
  readonly bytesReceived: number;
}

/** A file that was synced to its disk, by fsync or fdatasync. */
export interface Sync {
  /** When it was done, in nanoseconds of `CLOCK_MONOTONIC`. */
  readonly ts: number;
  /** From entry to exit, in nanoseconds. */
  readonly durationNs: number;
  /** The file's descriptor in the process. */
  readonly fd: number;
  /** The calling process. */
  readonly pid: number;
  /** The calling thread. */
  readonly tid: number;
  /** The error's number (errno), when it failed. */
  readonly errno?: number;
}

/** What can be asked for. */
export interface ObserveOptions {
  /**
   * The processes, by their numbers as this process sees them; 1 to 32. Threads are included. The observation ends when all
   * of them have ended. Instead of them `comm`, `cgroups` or `all` can be said, which wait for others for ever.
   */
  readonly pids?: readonly number[];
  /** With `pids`: also the children that they have or get, and theirs. Default false. */
  readonly children?: boolean;
  /** All processes whose first thread is called so; the kernel knows the first 15 bytes of a name. */
  readonly comm?: string;
  /** All processes in these control groups (cgroup v2) and below: paths, or units of the system; 1 to 8. */
  readonly cgroups?: readonly string[];
  /** All processes of the machine, except this one. */
  readonly all?: boolean;
  /** `auto`: the first of kprobe, tracepoint, fentry that attaches here; fentry before tracepoint where calls are timed. */
  readonly backend?: Backend | "auto";
  /** Whether each call is told; otherwise figures only. Default true. */
  readonly events?: boolean;
  /**
   * Whether calls are timed where that costs something for every process of the machine: the tracepoint backend
   * has to look at each system call's entry for it. The other backends time calls anyway. Default: as `events`.
   */
  readonly durations?: boolean;
  /** Milliseconds between snapshots, 50 to 60,000. Default 1,000. */
  readonly intervalMs?: number;
  /** Ends the observation after so many milliseconds. */
  readonly durationMs?: number;
  /** Watch these kernel functions only: kprobe and fentry. Default all. */
  readonly functions?: readonly string[];
  /** How a call's end is seen: kprobe and fentry. `auto`: the first of socket, fexit, kretprobe that attaches. */
  readonly exit?: "auto" | "socket" | "fexit" | "kretprobe";
  /** Bytes of the ring between kernel and reader: a power of two from 4 KiB to 64 MiB. Default 1 MiB. */
  readonly ringBytes?: number;
  /** Wakes the reader for each event instead of looking 50 times a second: sooner, and dearer. Default false. */
  readonly lowLatency?: boolean;
  /**
   * Hears of each sync of a file, while the observation is iterated. Somebody has to look at each system call of the machine for
   * it, which costs each of them something; left out, nobody looks. Where it cannot be seen, `Start.blind` says so.
   */
  readonly onSync?: (sync: Sync) => void;
  /** Ends the observation. */
  readonly signal?: AbortSignal;
  /** Absolute path of libbpf, where it is in no usual place. */
  readonly library?: string;
}

/** A running or replayed observation. Iterate it once; dispose it to take everything out of the kernel. */
export interface Observer extends AsyncIterable<Observation>, AsyncDisposable {
  /** What this observation is of. */
  readonly start: Start;
  /** The observations in the groups in which they were read: cheaper than one by one. An empty group does not occur. */
  batches(): AsyncIterable<readonly Observation[]>;
  /** The figures now; of a replay as of the last observation that was taken. */
  snapshot(): Snapshot;
  /** The observation so far in few numbers. */
  summary(): Summary;
}
