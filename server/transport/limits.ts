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

/**
 * Memory of a connection that speaks TLS beside its bytes: its keys, one record in each direction, and the objects between. Measured:
 * 60 to 65 KiB.
 */
export const TLS_BYTES: number = 64 << 10;
/** The same by OpenSSL. Measured: 25 to 40 KiB. */
export const OPENSSL_BYTES: number = 32 << 10;
/** Largest record of TLS, in bytes of what is said. */
export const RECORD_BYTES: number = 16 << 10;
/** Pieces in which the first words of TLS may come while their turn has not: they are one packet, or two. */
export const FIRST_PIECES_MAX = 16;
/**
 * What is given to OpenSSL at once to decrypt, in bytes: what it keeps its buffers in never gets smaller again, so it is never to be
 * larger than this and a third, whatever comes at once.
 */
export const OPENSSL_PIECE_BYTES: number = 4 << 10;
/** What is encrypted at most before the wire below is asked whether it takes it, in bytes: twice what is said at once. */
export const SEALED_BYTES_MAX: number = 256 << 10;
/**
 * Answers of TLS itself, such as to other keys, that may wait for a peer, in bytes: one that asks for them and takes none has no use for
 * them.
 */
export const TLS_ANSWERS_BYTES_MAX: number = 64 << 10;
/** How long a connection that is closed may take to send TLS's farewell, in ms: whoever does not take it, is not told. */
export const LAST_RECORDS_MS = 1_000;

/** How long accepting rests after a failure, in ms: the cause is the machine, and it will persist. */
export const ACCEPT_REST_MS = 100;

/** Silence after which the kernel asks whether a peer is there, in s: a text client cannot be asked otherwise. */
export const KEEP_ALIVE_IDLE_S = 60;
/** Time between two such questions, in s. */
export const KEEP_ALIVE_EACH_S = 15;
/** Unanswered questions after which a peer counts as gone: two minutes in all, as for a silent one that speaks frames. */
export const KEEP_ALIVE_COUNT = 4;
/** When a peer that vanished without a word counts as gone, in s. */
export const VANISHED_S: number = KEEP_ALIVE_IDLE_S + KEEP_ALIVE_EACH_S * KEEP_ALIVE_COUNT;
/** How long the kernel waits until a peer has confirmed what was sent, in ms: as long as it may be silent. */
export const USER_TIMEOUT_MS = 120_000;

/** Events that are asked for at once: more wait in the kernel, in their order. */
export const EVENTS_MAX = 1_024;
/** Connections that are accepted before others have their turn: as much work as anybody does in one. */
export const ACCEPTED_AT_ONCE_MAX = 16;
/** How long the thread sleeps in the kernel when nothing has come, in µs: a conversation goes on by then, mostly. */
export const NAP_US = 100;
/** Naps in a row before the runtime waits instead, which costs two changes of threads. */
export const NAPS_MAX = 3;
/** How long the runtime's own sockets and signals wait while ours are busy, in ms: as long as anybody's turn. */
export const RUNTIME_WAITS_MS = 8;
/** How long a thread that only dials is held in the kernel, in µs: what the runtime's timers may be late by. */
export const HELD_US_MAX = 1_000;
/** Buffers of each size that are kept for the next reads: as many as are handled at once, mostly. */
export const READ_BUFFERS_KEPT = 16;
/** Bytes of a file that are passed on at once, unseen: a fifth of a millisecond, of which a fifth is what a piece costs of any size. */
export const PARCEL_BYTES_MAX: number = 512 << 10;
/** Empty pipes that are kept for the next pieces: as many as are under way at once, mostly. */
export const PIPES_KEPT = 4;
