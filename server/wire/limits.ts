/**
 * The protocol's constants: every number that both ends must agree on, with its unit and its reason.
 *
 * What only one server decides for itself (rates, lags, deadlines) stands in `server/limits.ts`.
 *
 * @module
 */

/** Version of the protocol, told in `Welcome.protocol`. It grows only when old clients would break. */
export const PROTOCOL_VERSION = 1;

/**
 * Largest frame body in bytes that a server accepts unless it is told otherwise: 1 MiB holds any
 * message and any page of history, and 10,000 hostile connections cannot make it 10 GB at once
 * because a splitter's buffer grows with the bytes that really came.
 */
export const FRAME_BYTES_DEFAULT: number = 1 << 20;

/**
 * Largest frame body in bytes that a server may be set to: below 16 MiB the first byte of a frame
 * is always `0x00`, and that byte is how frames are told from text.
 */
export const FRAME_BYTES_CEILING: number = 15 << 20;

/** Bytes of the length that stands before each frame's body. */
export const FRAME_HEADER_BYTES = 4;

/** The last moment that is a date in JavaScript, in ms since 1970: the end of a day in the year 275760. */
export const MOMENT_MS_MAX = 8.64e15;

/** Largest content of a message, in bytes of UTF-8: a long page of prose. */
export const CONTENT_BYTES_MAX: number = 8 << 10;

/** Longest `id` that a client may give a frame, in UTF-16 units: a UUID with a prefix fits. */
export const ID_CHARS_MAX = 64;

/** Longest name of a user or a room, in Unicode code points: it must fit beside a message on 80 columns. */
export const NAME_CHARS_MAX = 32;

/** Messages in a page of history when the client does not say. */
export const HISTORY_LIMIT_DEFAULT = 50;

/** Messages in a page of history at most: one page is held in memory and sent as one frame. */
export const HISTORY_LIMIT_MAX = 500;

/** Pages of a list that a client asks for at most: a server may say "more" for ever. */
export const LIST_PAGES_MAX = 200;

/** Rooms that a `Login.resume` may name: more than a person can follow. */
export const RESUME_ROOMS_MAX = 200;

/** Seconds that a room may be slowed to between two messages of one there: an hour; beyond it, a room is for announcements. */
export const SLOW_SECONDS_MAX = 3_600;

/** Days that a room may be set to keep what is said there: a hundred years; beyond it, one means for ever. */
export const RETAIN_DAYS_MAX = 36_500;

/** Seconds that somebody may be banned or muted for at most: ten years; beyond it, one means for ever. */
export const SANCTION_SECONDS_MAX = 315_360_000;

/** How often a client says that its user types, in ms: often enough that those who read see no gap, once for some ten words. */
export const TYPING_EACH_MS = 3_000;

/** A note that is so old says nothing any more, in ms: it would have been said again, twice. */
export const TYPING_LATE_MS = 6_000;

/** The room that everybody enters at login. */
export const LOBBY = "lobby";

/** How long a connection attempt may take, login included: a distant server under load needs seconds. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** How often an online client asks for a sign of life. */
export const HEARTBEAT_MS = 20_000;
/** How long a client waits at least when it is told to wait, in ms: a server may say 0 again and again. */
export const HOLD_MS_MIN = 10;
/** How long it waits at most, in ms, whatever it is told: then it asks again, once a minute. */
export const HOLD_MS_MAX = 60_000;
/** How long a connection must last to count as a good one, after which the next break is the first again, in ms. */
export const STEADY_MS = 5_000;
/** How often somebody else who shows one's own secret may take one's place, in so many ms: once it may be one's own connection, which came late. */
export const REPLACED_MAX = 3;
export const REPLACED_WITHIN_MS = 60_000;
/** Silence after which a connection counts as dead: three heartbeats. */
export const SILENCE_MS_MAX = 60_000;

/** Pages of whispers that were looked through in vain, after which a client's `history()` gives the empty page: 40,000 messages. */
export const HISTORY_STEPS_MAX = 20;
/** Pages of whispers with one user in which a client looks for its own: 10,000 messages, more than anybody misses. */
export const LOOKED_PAGES_MAX = 20;
/** How often a client asks for what it needs itself after a break: a hitch of the server passes, damage does not. */
export const OWN_TRIES_MAX = 3;
/** Users of whose whispers a client remembers the last seq: more than anybody writes to over one break. */
export const PARTNERS_MAX = 1_000;
/** Users whose whispers it asks for after a break, the latest: all at once, and a crowd comes back together. */
export const PARTNERS_ASKED_MAX = 20;
/** Whispers of one user that wait until the missed ones are told: nobody says more in a round trip. */
export const WHISPERS_HELD_MAX = 1_000;
/** How many may come in by one invitation: who has used it is remembered in it, and all of it is written at each use. */
export const INVITATION_USES_MAX = 1_000;
/** For how long an invitation may hold, in seconds: a year. A link that works for ever is one that nobody remembers. */
export const INVITATION_SECONDS_MAX = 31_536_000;

/**
 * Messages that a page may have heard and not taken in: a browser reads on, whatever its page does. Some seconds of a very busy room; above,
 * the line ends, and what was missed comes with the next one.
 */
export const HEARD_MAX = 20_000;

/**
 * Bytes that either side of `/ws?bytes` may send beyond what the other has said that it took: what a page holds at most of a file that comes
 * faster than it is put away, since a browser reads on. At a round trip of 100 ms it lets 10 MB/s through.
 */
export const BYTES_AHEAD_MAX: number = 1 << 20;
/** So many further bytes are taken before it is said: a message each 64 KiB would be many, and the last moment too late. */
export const BYTES_TOLD_EACH: number = BYTES_AHEAD_MAX / 4;
