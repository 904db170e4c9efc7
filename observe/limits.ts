/**
 * The observer's limits, each with its unit and reason.
 *
 * @module
 */

/** Processes that can be named at once: as many as one types. Their children have a table of their own. */
export const PIDS_MAX = 32;
/** Control groups watched at once: the kernel program asks for each, at every call of every process. */
export const CGROUPS_MAX = 8;
/** Bytes of a process' name that the kernel keeps. */
export const COMM_BYTES_MAX = 15;
/**
 * Looks through all processes for the children of those that are named: each finds those that the look before had no parent
 * for. Families are seldom deeper, and what is born meanwhile the kernel program sees.
 */
export const FAMILY_LOOKS_MAX = 16;

/** Bytes of the ring: 9,000 events, a quarter of a second at 36,000 calls a second, and 50 looks happen in that time. */
export const RING_BYTES = 1_048_576;
/** A page: the smallest ring that the kernel makes. */
export const RING_BYTES_MIN = 4096;
/** More would not be memory well spent: a reader that far behind never comes back. */
export const RING_BYTES_MAX = 67_108_864;

/** Sockets in the kernel's table. 600 bytes each, taken on need. */
export const SOCKETS_MAX = 16_384;

/** Milliseconds between two looks at the ring: half of it is the average delay of an event. */
export const LOOK_MS = 20;

/** Milliseconds between snapshots. */
export const INTERVAL_MS = 1000;
/** More often, reading the table would cost more than watching. */
export const INTERVAL_MS_MIN = 50;
/** Less often, nobody would believe that it is alive. */
export const INTERVAL_MS_MAX = 60_000;

/** Milliseconds after which a socket that TCP does not look after (unix, UDP) and that is silent leaves the table. */
export const SILENT_SOCKET_MS = 60_000;

/**
 * Texts of addresses that are kept, one a place: 2,000 connections seldom share one. To make a text
 * takes up to 0.5 µs.
 */
export const ADDRESSES_KEPT = 4096;

/** Observations in one group of a replay: as many as a look at a busy ring gives. */
export const REPLAY_GROUP_MAX = 256;
/**
 * Longest pause of a replay in milliseconds: a recording has a snapshot at least this often, unless
 * it is damaged.
 */
export const REPLAY_PAUSE_MS_MAX: number = INTERVAL_MS_MAX;

/**
 * Characters of a recording's longest line: a snapshot of a full table of sockets has a quarter of them.
 */
export const RECORDING_LINE_MAX = 67_108_864;
/** Milliseconds that closing waits for lines that hang: those that only finish what they do need less. */
export const FEED_CLOSE_MS_MAX = 100;

/** Milliseconds that a low-latency reader waits at most for the kernel's word: so it also looks at the clock. */
export const FOLLOW_WAIT_MS = 100;

/** Milliseconds for the last events to get into the ring: calls that were being counted need microseconds. */
export const DRAIN_MS_MAX = 200;

/** Names of processes that are kept: more processes than this seldom talk. */
export const NAMES_KEPT = 4096;
/** Milliseconds after which a name is read again: a program that was started a moment ago is called like its shell until then. */
export const NAMES_OLD_MS = 1_000;

/** Bytes of the ring for the lives of connections: 2,000 events, which is as many connections as come and go in 50 ms at worst. */
export const CONN_RING_BYTES = 262_144;
