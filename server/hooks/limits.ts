/**
 * What hooks may cost.
 *
 * @module
 */

/** Hooks of a server at most: all of them are in memory, a kilobyte each, and a team has a few dozen. */
export const HOOKS_MAX = 1_000;
/** Largest body of `POST /hooks/TOKEN` in bytes: a group of some hundred alerts fits, and so do all requests at once into memory. */
export const HOOK_BODY_BYTES_MAX: number = 256 << 10;
/** Longest URL that is posted to, in characters: what all servers and proxies take. */
export const HOOK_URL_CHARS_MAX = 2_000;
/** Longest text that messages are matched with, in characters. */
export const HOOK_MATCH_CHARS_MAX = 200;
/** Alerts of a group that are told one by one; of the others, how many they are. */
export const ALERTS_TOLD_MAX = 20;
