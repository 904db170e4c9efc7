/**
 * What sockets may cost, and how patient they are: each with its unit and reason.
 *
 * @module
 */

/** First and largest read buffer of a connection, in bytes: idle ones are many, busy ones few. */
export const READ_BYTES_FIRST = 512;
/** See `READ_BYTES_FIRST`. */
export const READ_BYTES_MAX: number = 64 << 10;
/** A buffer that was filled is followed by one so many times larger. */
export const READ_GROWTH = 4;

/** How long accepting rests after a failure, in ms: the cause is the machine, and it will persist. */
export const ACCEPT_REST_MS = 100;
