/**
 * Every number that the load generator sets for itself, with its unit and its reason.
 *
 * @module
 */

/** Members at most: more connections than one address has ports for, to one server. */
export const MEMBERS_MAX = 100_000;

/** Messages of one sender that may be on the way at most in a closed loop. */
export const IN_FLIGHT_MAX = 65_536;

/** Messages of all senders on the way at most, in both loops: for each there is a time and a count. */
export const IN_FLIGHT_TOTAL_MAX: number = 4 << 20;

/** Pairs of a member and a sender whom it hears, at most: for each there is a counter of 4 bytes. */
export const PAIRS_MAX: number = 64 << 20;

/** Threads at most: above it they meet each other more often than the server. */
export const THREADS_MAX = 16;

/** How long a run may be asked to last, in s. */
export const SECONDS_MAX = 86_400;

/** Logins under way at once, over all threads: below every server's queue of connections. */
export const LOGINS_OPEN_MAX = 128;

/** The same over WebSockets: a server answers fewer HTTP requests at once. */
export const WEB_SOCKETS_OPEN_MAX = 16;

/** How long threads may take to start, in ms: a busy machine compiles slowly. */
export const START_MS_MAX = 60_000;

/** How long one connection may take to be there, in ms: a busy server with a full queue needs seconds. */
export const CONNECT_MS_MAX = 10_000;

/** When nothing has arrived for so long, in ms, the run is over, and wrong. */
export const STALL_MS = 5_000;

/** After the last message that is due: how long a surplus one has to show itself, in ms. */
export const GRACE_MS = 100;

/** How often an open loop looks which messages are due, in ms: the finest that a timer gives. */
export const TICK_MS = 1;

/** First size of a member's buffer, in bytes: ten thousand members must not take much. */
export const READ_BYTES_FIRST: number = 4 << 10;

/** Largest size of a member's buffer, in bytes: a frame at its largest must fit. */
export const READ_BYTES_MAX: number = 2 << 20;

/** Above this size, in bytes, a buffer grows for a frame that does not fit and not for speed: it would leave the cache. */
export const READ_BYTES_ENOUGH: number = 64 << 10;

/** Bytes that may wait to be sent of one member, before the run is given up: the server does not read. */
export const UNSENT_BYTES_MAX: number = 64 << 20;

/** How many defects are told in words; the rest are counted. */
export const REPORTS_MAX = 5;
