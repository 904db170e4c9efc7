/**
 * The limits of files that come and go: every number with its unit and its reason.
 *
 * @module
 */

/**
 * Bytes of a file's name in UTF-8 at most. File systems take 255; the rest is for the longest of the endings that a
 * partial file and its state have.
 */
export const NAME_BYTES_MAX: number = 255 - ".part.state.new".length;

/** Characters of an offered name that are looked at; a name as long as a frame must not cost time. */
export const NAME_CHARS_LOOKED_AT = 1_024;

/** Bytes of an ending such as `.tar.gz` at most; what is longer is a part of the name and may be cut. */
export const EXTENSION_BYTES_MAX = 32;

/** The name given to a file whose own one leaves nothing to write under. */
export const NAME_DEFAULT = "file";

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

/** Seconds of the limited rate that may go out at once after a pause, and in one piece. */
export const BURST_SECONDS = 0.25;

/** Milliseconds over which the rate of a transfer is averaged. */
export const RATE_WINDOW_MS = 5_000;

/** Milliseconds between two samples of a transfer's progress: 20 of them make the window. */
export const RATE_SAMPLE_MS = 250;

/** Files that come in at once; further ones wait. Each holds two files, a socket and 256 KiB. */
export const RECEIVED_AT_ONCE_MAX = 64;

/** Offers of ours that are open at once; further ones wait. The server takes 32. */
export const OFFERED_AT_ONCE_MAX = 24;

/** Files that are read through at once to take their SHA-256: a processor has few cores. */
export const READ_AT_ONCE_MAX = 2;

/** Transfers that are remembered after their end, for whoever asks how it went. */
export const ENDED_KEPT_MAX = 100;

/** Offers that are remembered at once without having been answered; above it, further ones are not told. */
export const OPEN_OFFERS_MAX = 1_000;

/** Tries in a row that may bring nothing before a transfer is given up. */
export const RETRIES_MAX = 10;

/** Milliseconds before a further try: at once at first, then slower. */
export function retryMs(tries: number): number {
  return tries === 0 ? 20 : Math.min(10_000, 100 * 2 ** tries);
}

/** Milliseconds for which a sender waits for the word that a file lies on the receiver's disk. */
export const CONFIRM_MS_MAX = 60_000;

/** Milliseconds for which a script waits for somebody to answer an offer, or to come back. */
export const PATIENCE_MS = 600_000;

/** The same for somebody who sits at a terminal and sees it wait. */
export const PATIENCE_AT_TERMINAL_MS: number = 24 * 3_600_000;

/** Milliseconds between two looks at progress for whoever shows it. */
export const SHOWN_MS = 250;

/** Milliseconds before a receiver who was cut off in a room is offered the file on its own: who left is seldom back at once. */
export const SPAWNED_MS = 500;

/** Names that Tab goes through when a path is completed. */
export const PATHS_SHOWN_MAX = 1_000;
