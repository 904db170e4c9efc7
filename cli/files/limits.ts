/**
 * The limits of files on a disk: every number with its unit and its reason. What holds for transfers wherever their
 * bytes are stands in `server/wire/transfers/limits.ts`.
 *
 * @module
 */

/** The highest number in `name (2).ext`; somebody with that many files of one name has another problem. */
export const NUMBER_MAX = 999;

/** Files of the offered name and size that are read through to see whether the offered one is among them. */
export const SAME_CHECKS_MAX = 8;

/** Bytes of the state of a partial file at most; the longest one that is written has about 1 KiB. */
export const STATE_BYTES_MAX = 4_096;

/** Characters of a sender's name that a state holds at most; a user's name has 32, a server's address 255. */
export const FROM_CHARS_MAX = 512;

/** Bytes between two moments at which what has arrived is made durable: a break costs at most these. */
export const SAVE_BYTES: number = 8 << 20;

/** Milliseconds between two such moments, for slow connections. */
export const SAVE_MS = 1_000;

/** Bytes that a partial file gives back on a full disk: room for its state, with the largest blocks in use. */
export const GIVEN_BACK_BYTES: number = 64 << 10;

/** Bytes read from a file at once when only its hash is wanted. */
export const HASH_BYTES: number = 1 << 20;

/** Bytes of one piece that is sent: a transfer holds one of them, and the chat waits for no more than one. */
export const CHUNK_BYTES: number = 256 << 10;

/** Bytes sent between two looks at whether the source is still the same file. */
export const CHECK_BYTES: number = 16 << 20;

/**
 * Milliseconds that a receiver waits for the next byte. Twice what the server allows a sender: this is for the case
 * that the server itself has vanished.
 */
export const STALL_MS_MAX = 60_000;

/** Bytes of the largest file that is accepted unless told otherwise: 16 GiB. */
export const FILE_BYTES_MAX: number = 16 * (1 << 30);

/** Bytes that stay free on the disk: a chat must not be what stops everything else. */
export const FREE_BYTES_KEPT: number = 64 << 20;

/** Milliseconds for which somebody who sits at a terminal and sees it wait waits for an answer or a return. */
export const PATIENCE_AT_TERMINAL_MS: number = 24 * 3_600_000;

/** Milliseconds between two looks at progress for whoever shows it. */
export const SHOWN_MS = 250;

/** Names that Tab goes through when a path is completed. */
export const PATHS_SHOWN_MAX = 1_000;

/** Milliseconds without a byte after which a partial file is taken away: 30 days. */
export const PART_MS_MAX: number = 30 * 86_400_000;

/** Milliseconds after which an answer may be meant for a question that took the place of another one. */
export const ANSWER_MS_MIN = 1_000;

/** Senders whose turn to be asked about is remembered: as many as offers can be open. */
export const TURNS_MAX = 1_000;

/** Files remembered that were taken in, in case that their senders offer them again. */
export const FINISHED_MAX = 100;
