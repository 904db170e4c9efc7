/**
 * How large an answer about the server may be, and how often it is measured.
 *
 * @module
 */

/** Connections that an `Inspection` lists at most: with their rooms they stay well below a frame's limit. */
export const INSPECTED_CONNECTIONS_MAX = 2_000;
/** Rooms that it names of each of them at most; the count is exact all the same. */
export const INSPECTED_ROOMS_MAX = 20;
/** Rooms whose own counts an `Inspection` tells at most: five screens of a list, 20 kB. */
export const INSPECTED_BUSY_ROOMS_MAX = 100;
/** Marks of operators that an `Inspection` tells: more than anybody makes in a quarter of an hour, 12 kB at most. */
export const MARKS_MAX = 32;
/** Characters of one: a line that can be read beside a chart. */
export const MARK_CHARS_MAX = 200;
/** How often the event loop's delay is measured, in ms: a stall that people notice is not missed. */
export const LOOP_TICK_MS = 50;
/** How long one message is followed to its members, in ms: who takes longer is slow, and counts as this. */
export const FANOUT_MS_MAX = 10_000;
/** Rest between two messages that are followed, in ms for each member: what following costs is a trifle of it. */
export const FANOUT_REST_MS_PER_MEMBER = 0.1;
