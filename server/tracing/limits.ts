/**
 * How much is kept of the ways of messages, and for how long they are marked.
 *
 * @module
 */

/** For how long messages are marked for an operator who asks no more, in ms: who forgets it costs ten minutes. */
export const MARKING_MS = 600_000;
/** Connections for whose sake messages are marked at once, at most: operators are few. */
export const WATCHERS_MAX = 64;
