/**
 * How much is profiled.
 *
 * @module
 */

/** A profile that is asked for by a signal, in seconds: long enough for what happens now and then, short enough to wait for. */
export const SIGNALLED_SECONDS = 10;
/** The longest that is taken on purpose, in seconds. */
export const SECONDS_MAX = 3_600;
/** A profile of the whole run ends after so many seconds at the latest: a server may run for a year. */
export const WHOLE_SECONDS_MAX = 600;
/** How often it is looked where the program is, in microseconds: what that costs is a few hundredths of a core. */
export const INTERVAL_US = 1_000;
/** Looks in one profile at most: each is some 40 bytes of memory until it is written, and 10 in the file. */
export const LOOKS_MAX = 600_000;
/** Entries of a list that are written at once: who talks meanwhile waits for the text of so many. */
export const WRITTEN_AT_ONCE = 2_000;
/** Names that are tried for a file before one gives up: two in one second are two signals in one second. */
export const NAMES_MAX = 9;
/** How much of a file's name is told, in UTF-16 units: any that a system allows, and no more. */
export const NAME_TOLD_MAX = 255;
