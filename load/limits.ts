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

/** How long all logins may take, in ms: some time for the first, and some for each. */
export const LOGIN_MS_MAX = 60_000;
/** See `LOGIN_MS_MAX`: a hundred a second is less than the slowest server that is worth a measurement. */
export const LOGIN_EACH_MS = 10;

/** How long what is on the way is waited for when nothing is said any more, in ms: thrice what a stall takes. */
export const DRAIN_MS_MAX = 15_000;

/** The same of whoever has interrupted the measuring, in ms: as long as a person waits. */
export const INTERRUPTED_DRAIN_MS_MAX = 2_000;

/** How long after a connection that ended without a word one with a word is waited for, in ms. */
export const ENDED_MS = 300;

/** After the last message that is due: how long a surplus one has to show itself, in ms. */
export const GRACE_MS = 100;

/** How often an open loop over the runtime's sockets looks which messages are due, in ms: the finest that a timer gives. */
export const TICK_MS = 1;

/** How long a turn may wait for the next when nothing has come, in µs: so soon it is seen that the run goes on, or is over. */
export const IDLE_US = 1_000;

/** Intervals of the measured time of which times are told apart, at most: as many columns as a narrow terminal has. */
export const INTERVALS_MAX = 60;

/** How often a thread that has left looks whether the others have, in ms. */
export const LEAVE_LOOK_MS = 1;

/** How long threads may take to leave, in ms: closing ten thousand connections takes a busy machine so long. */
export const LEAVE_MS_MAX = 2_000;

/** First size of a WebSocket member's buffer, in bytes: it holds one message. */
export const READ_BYTES_FIRST: number = 4 << 10;

/** How much is read at once, in bytes: more would leave the cache. */
export const READ_BYTES_MAX: number = 256 << 10;

/** How much is put at once behind what is not whole, in bytes: a message of the usual size is whole by that. */
export const PIECE_BYTES: number = 1 << 10;

/** First size, in bytes, of what a member keeps of what is not whole: ten thousand must not take much. */
export const REST_BYTES_FIRST = 512;

/** Bytes that are not whole, at most: a frame at its largest must fit. */
export const REST_BYTES_MAX: number = 2 << 20;

/** Bytes that may wait to be sent of one member, before an open loop is given up: the server does not read. */
export const UNSENT_BYTES_MAX: number = 64 << 20;

/**
 * A closed loop says no more while so many bytes of a sender wait to be sent: they are on the way, and more of them would
 * take this machine's memory and time, and not the server's.
 */
export const AHEAD_BYTES_MAX: number = 1 << 20;

/** Bytes that may wait when a sign of life is added: who reads nothing and asks without end gets no answer. */
export const ASKED_BYTES_MAX: number = 4 << 10;

/** Gaps that a thread remembers, so that late messages are told from doubled ones: more than anybody reads about. */
export const GAPS_MAX: number = 16 << 10;

/** Bytes of the newest messages that a thread keeps of all rooms, to compare others with: they stay in the cache of one, mostly. */
export const ECHO_BYTES_MAX: number = 4 << 20;
/** The same of one room, in each of its two parts: as much as is read at once. */
export const ECHO_PART_BYTES_MAX: number = 256 << 10;
/** Below that it were too few messages for each room. */
export const ECHO_PART_BYTES_MIN: number = 16 << 10;
/** Messages in a part: the smallest have a hundred bytes. */
export const ECHO_MESSAGES_MAX = 2_048;
/** Members of a room in one thread from which on keeping messages is less work than reading them. */
export const ECHO_MEMBERS_MIN = 8;
/** So many bytes are compared at once at the least: asking C costs as much as reading two messages. */
export const ECHOED_BYTES_MIN: number = 1 << 10;

/** How many defects are told in words; the rest are counted. */
export const REPORTS_MAX = 5;

/** How much of a server's words is told, in UTF-16 units: two lines of a terminal. */
export const WORDS_MAX = 160;
