/**
 * From where on something is slow, and from where on it fails.
 *
 * @module
 */

/** Milliseconds up to which an answer is felt as immediate: 0.1 s is the usual limit in the study of interfaces. */
export const SLOW_MS = 100;
/** Milliseconds up to which somebody's train of thought holds: 1 s is the usual limit. */
export const FAILING_MS = 1_000;
/** Milliseconds of lateness from which on the loop, and not the disk, may be what is waited for: less is everyday. */
export const LATE_MS = 50;
/** Milliseconds without an answer to a question that is asked each second: two may be lost on the way, a third is none. */
export const SILENT_MS = 3_000;
/** Bytes that wait for a reader from which on it may be a slow one: a quarter of a second of a very busy room. */
export const READER_BYTES: number = 64 << 10;
/** The same as a part of what gets it cut off, where nobody follows it from second to second. */
export const READER_SHARE: number = 1 / 8;
/** Segments that were sent again in a second from which on the network loses some; a few are lost anywhere. */
export const RESENT_MIN = 10;
/** The same as a part of all calls that sent something. */
export const RESENT_SHARE = 0.02;
/** Of the slowest answers: which part of all, and so whose time is taken apart. */
export const SLOWEST_SHARE = 0.01;
