/**
 * How much is kept of the ways of messages, and for how long they are marked.
 *
 * @module
 */

/** For how long messages are marked for an operator who asks no more, in ms: who forgets it costs ten minutes. */
export const MARKING_MS = 600_000;
/** Connections for whose sake messages are marked at once, at most: operators are few. */
export const WATCHERS_MAX = 64;
/** Messages whose ways are kept at most: some minutes of a lively chat, a second of a load. About 1 kB each. */
export const WAYS_MAX = 4_096;
/** Messages that are marked in a second: more than people say. Of what programs say beyond that, some are passed over. */
export const WAYS_PER_SECOND = 2_048;
/** Receivers of one message that are followed at most: enough to see who is slow, and few where a room is large. */
export const RECEIVERS_MAX = 64;
/** Of all messages together so many are followed in a second; whoever talks faster is not slowed much for it. */
export const RECEIVERS_PER_SECOND = 16_384;
/** Receivers of one message that are followed even then. */
export const RECEIVERS_MIN = 4;
/** Receivers of all messages that are kept, about 200 bytes each: 13 MB. */
export const RECEIVERS_KEPT_MAX = 65_536;
/** Members of a room that are looked at for those who are slow, who are followed first. */
export const LOOKED_AT_MAX = 1_024;
/** Calls that are kept of one receiver: who takes a message in more parts is told the first of them. */
export const CALLS_MAX = 16;
