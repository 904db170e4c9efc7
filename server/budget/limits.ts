/**
 * What one connection may cost the others, each with its unit and the reason for its number.
 *
 * @module
 */

/** Bytes that one connection may send per second in the long run: a thousand people who type, or a fast import. */
export const BYTES_PER_SECOND: number = 2 << 20;
/** Bytes at once after a pause: a few frames of the largest usual size. */
export const BYTES_BURST: number = 8 << 20;

/** Messages of any kind, pings and refused ones included, per second: four times what requests are limited to. */
export const MESSAGES_PER_SECOND = 400;
/** The same, at once: a client that catches up with many rooms. */
export const MESSAGES_BURST = 1_000;

/** Work in ms of the event loop per second: the tenth part of it, so that ten who try hold it only together. */
export const WORK_MS_PER_SECOND = 100;
/** The same, at once: a login that brings a long history back. */
export const WORK_MS_BURST = 300;

/** What a purse holds at first, as a share of its burst: who comes anew, again and again, gains nothing by it. */
export const SHARE_AT_FIRST = 0.75;
/** Up to this share of its burst a connection is *light*, and may be served without queueing. */
export const SHARE_LIGHT = 0.1;

/** How long one connection is served before others have their turn, in ms: some hundred small messages. */
export const SLICE_MS = 0.5;
/** What is over sooner was work and not a wait for a core, in ms: a kernel takes it away for longer. */
export const UNDOUBTED_MS = 2;
/** How old a mark of the time on cores gets, in ms: asking for it costs 4 µs and more, with the number of threads. */
export const MARK_MS = 5;
/** How long light connections are served at once between two looks at what has come in, in ms; then they queue, too. */
export const AT_ONCE_MS = 10;
/** How long those who queue are served before the loop looks again, in ms: what a light one waits at most for them. */
export const QUEUE_MS = 8;
/** How long anybody is served before the loop looks at what has come in, in ms: as long as a turn of those who queue. */
export const LOOK_MS = 8;
/** How long chores take between two looks, in ms: half of what others wait. */
export const CHORES_MS = 4;
/**
 * How long pieces of files are carried before the loop looks again, in ms: some three to five pieces. A word waits for that, and
 * over the runtime's sockets a look costs a tenth of it.
 */
export const CARRY_MS = 0.5;
/** Of so many who queue, one is served that had more than its share: nobody is left out for ever. */
export const LAST_EVERY = 4;

/** What a socket's call costs the runtime beside our own code, in ms: measured, about 15 µs. */
export const CALL_MS = 0.015;
/** What a byte costs that is answered: read from the store, copied and written, in ms. Measured: 3 ns. */
export const ANSWER_MS_PER_BYTE = 3e-6;
/** What a message costs that is read from the store and looked at, in ms, whether it is answered or not. Measured: 4 to 10 µs. */
export const LOOKED_AT_MS = 0.005;
/** What asking the store for one message costs, in ms. Measured: 36 µs. */
export const STORE_READ_MS = 0.04;
/** What it costs to have somebody else told, in ms: its part of a write that it shares with other messages. */
export const DELIVERY_MS = 0.002;
/** What telling crowds may take of the loop per second, in ms, before it gets dearer: with what follows, half of it. */
export const CROWDS_MS_PER_SECOND = 300;
/** The same, at once. */
export const CROWDS_MS_BURST = 300;
/** Of so much, in ms, it is remembered what telling crowds took and what it was estimated to take. */
export const ESTIMATES_MS = 200;
/** How many times an estimate it takes at most, and what part of it at least: more was not the words' doing. */
export const ESTIMATE_FACTOR_MAX = 4;
/** With so much owed of it, telling a crowd costs twice as much, in ms; with twice that five times, and so on. */
export const DEARER_MS = 50;
/** What one speaker may have crowds told per second, in ms of the loop, while that is at its lowest price: a third of it. */
export const TELLING_MS_PER_SECOND = 100;
/** The same, at once. */
export const TELLING_MS_BURST = 300;
/** What accepting a connection and letting it go costs beside the turn that is measured, in ms. Measured: 45 to 55 µs. */
export const ACCEPT_MS = 0.05;
/** Work in ms per second that accepting may take: half of the loop when thousands come at once. */
export const ACCEPT_MS_PER_SECOND = 500;

/** What may be taken in any case between two looks at all that is held, in bytes: a large frame. */
export const HEADROOM_BYTES_MIN: number = 1 << 20;
