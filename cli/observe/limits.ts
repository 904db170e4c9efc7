/**
 * The limits of `chat observe`: every number with its unit and its reason.
 *
 * @module
 */

/** Connections in the table at the end, unless told otherwise: a screen of them. */
export const TOP_DEFAULT = 20;
/** More, nobody reads; programs take `--json` with events. */
export const TOP_MAX = 10_000;

/**
 * Sockets that the table at the end remembers after the kernel's table has dropped them. Of more, those that moved
 * the least are forgotten first: 20,000 of 1 KB each.
 */
export const REMEMBERED_MAX = 20_000;

/** Seconds that `--duration` may ask for: a week, well within what clocks here hold exactly. */
export const DURATION_S_MAX = 604_800;

/** Milliseconds that whoever is being answered for Prometheus has at the end of an observation. */
export const METRICS_FAREWELL_MS = 1_000;
/** Connections at once of those who ask for figures: some collectors, each with one. Of more, the oldest is closed. */
export const ASKERS_MAX = 16;
/** Bytes of a request: more headers than a collector or a browser sends. */
export const ASK_BYTES_MAX = 16_384;
/** Milliseconds for a request and its answer: a collector does both in a few, and gives up after ten seconds itself. */
export const ASK_MS = 5_000;

/** Milliseconds for which the slowest call is shown, unless a slower one comes: long enough to look up what happened then. */
export const SLOWEST_KEPT_MS = 900_000;

/** Columns below which two histograms do not fit beside each other: their figures stand alone then. */
export const CHART_COLUMNS_MIN = 50;
/** Rows of a screen below which the table is worth more than the totals. */
export const TOTALS_ROWS_MIN = 9;
/** Rows of a screen from which on there is room for histograms above the table. */
export const CHART_ROWS_MIN = 18;
/** Rows of a screen from which on their bars are twice as high. */
export const TALL_ROWS_MIN = 36;
/** Columns of one histogram at most: wider, its bars look like a wall. */
export const CHART_COLUMNS_MAX = 72;

/** Processes that can be named at once, as the observer has it. Here too, since `--help` is not to load that. */
export const PIDS_MAX = 32;
/** Control groups that can be watched at once, as the observer has it. */
export const CGROUPS_MAX = 8;
/** The highest number that Linux gives a process. */
export const PID_MAX = 4_194_304;

/** Readers of an observer's socket at once: people who look at the same process, and their dashboards. */
export const READERS_MAX = 16;
/**
 * Bytes of calls that wait for one reader; what is more is lost and counted. 13,000 calls, a third of a second of a busy
 * server. They are shared: what waits for all is there once.
 */
export const READER_WAITING_BYTES = 4_194_304;
/** Calls that are kept or lost together: few enough to fit in what is left, many enough to be cheap. */
export const READER_GROUP_CALLS = 256;
/** Bytes that are handed to the system at once. */
export const READER_WRITE_BYTES = 262_144;
/** Milliseconds for which a reader may take nothing: who hangs for so long has been forgotten. */
export const READER_STALL_MS = 30_000;
/** Bytes that a reader may say to nobody; what is more stays with it. */
export const READER_SAYS_BYTES = 65_536;
/** Milliseconds that readers have to take the end of the observation. */
export const READERS_FAREWELL_MS = 2_000;
/** Milliseconds within which an observer says who it is: it does so at once, and what does not is something else. */
export const OBSERVER_SPEAKS_MS = 5_000;
/** Milliseconds between a connection that could not be accepted and the next try: its cause will persist for a while. */
export const ACCEPT_REST_MS = 100;

/** Calls of the kernel that are kept until the message is known that they belong to: 300 bytes each, some seconds of a busy server. */
export const CALLS_KEPT = 65_536;
/** Syncs that are kept as well: a minute of the fastest disk. */
export const SYNCS_KEPT = 4_096;
/** Bytes of the ring while a message is followed: a call that is lost is a step that is not known. */
export const TRACE_RING_BYTES = 8_388_608;
/** Seconds that a message is waited for, unless told otherwise. */
export const MESSAGE_S_DEFAULT = 60;
/** And at most: it is for somebody who sits there. */
export const MESSAGE_S_MAX = 3_600;
/** Seconds in which the slowest is looked for, unless told otherwise. */
export const SLOWEST_S_DEFAULT = 10;
/** Milliseconds between two questions whether it has been said. */
export const ASK_AGAIN_MS = 100;
/** Milliseconds after which the server is asked again to mark messages: it does so for ten minutes. */
export const MARK_AGAIN_MS = 60_000;
/** Milliseconds that those have who have not got the message yet: who needs longer is told to wait still. */
export const RECEIVERS_MS = 5_000;

/** Seconds for which calls are watched before the books are compared, unless told otherwise. */
export const BALANCE_S_DEFAULT = 5;
/** Milliseconds between two looks while they are compared: each look reads the table of sockets. */
export const BALANCE_LOOK_MS = 200;
/** How often a difference has to be the same to be one. */
export const BALANCE_ROUNDS = 4;
/** Milliseconds from one comparison to the next: a server tells its figures about once a second. */
export const BALANCE_AGAIN_MS = 1_000;
