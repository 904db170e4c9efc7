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
/** Messages that wait for an outgoing hook at most: of more, the oldest are not posted. They are in the store, not in memory. */
export const HOOK_WAITING_MAX = 1_000;
/** Messages of a room that are read at once for a hook. */
export const HOOK_PAGE_MESSAGES = 100;
/** Posts at once, of all hooks together: each is a socket. One hook posts one message at a time, in order. */
export const HOOK_POSTS_AT_ONCE = 16;
/** How long a post may take, from looking its name up to the answer, in ms: whoever works longer than that answers first. */
export const HOOK_POST_MS_MAX = 10_000;
/** How often a message is posted that its receiver refuses by a number (4xx): another try seldom changes that. */
export const HOOK_REFUSED_TRIES_MAX = 3;
/** The first wait before a message is posted again, in ms: a receiver that was restarted is back within a few of them. */
export const HOOK_RETRY_FIRST_MS = 250;
/** The longest such wait, in ms: a receiver that was away for a night is tried again within it. */
export const HOOK_RETRY_LONGEST_MS = 300_000;
/** Bytes of an answer that are looked at: its first line and some headers. */
export const HOOK_ANSWER_BYTES_MAX: number = 8 << 10;
