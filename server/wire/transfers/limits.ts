/**
 * The limits of transfers, whatever holds their bytes: every number with its unit and its reason.
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

/** Seconds of the limited rate that may go out at once after a pause, and in one piece. */
export const BURST_SECONDS = 0.25;

/** Milliseconds over which the rate of a transfer is averaged. */
export const RATE_WINDOW_MS = 5_000;

/** Milliseconds between two samples of a transfer's progress: 20 of them make the window. */
export const RATE_SAMPLE_MS = 250;

/** Files that come in at once; further ones wait. Each holds a socket, 256 KiB, and what its place needs. */
export const RECEIVED_AT_ONCE_MAX = 64;

/** Offers of ours that are open at once; further ones wait. The server takes 32. */
export const OFFERED_AT_ONCE_MAX = 24;

/** Files that are opened at once, which takes their SHA-256: a processor has few cores. */
export const READ_AT_ONCE_MAX = 2;

/** Transfers that are remembered after their end, for whoever asks how it went. */
export const ENDED_KEPT_MAX = 100;

/** Offers of all senders that wait for an answer at once; above it, whoever has the most open gives way. */
export const OPEN_OFFERS_MAX = 1_000;

/** Offers of one sender that wait for an answer at once: twice what our server lets anybody have open. */
export const OFFERS_PER_SENDER_MAX = 64;

/** Bytes per second below which a file gives its place to one that waits: half of the slowest modem's. */
export const RATE_MIN: number = 1 << 10;

/** Milliseconds for which a file may be slower than that before it gives way: a train's tunnel. */
export const SLOW_MS_MAX = 20_000;

/** Milliseconds between two looks at who has to give way, while somebody waits for a place. */
export const PLACES_MS = 1_000;

/** Milliseconds between two words to a sender about how much of its file is here. */
export const PROGRESS_TOLD_MS = 1_000;

/** Such words per second in all: a small part of what a server lets anybody ask. */
export const PROGRESS_PER_SECOND_MAX = 8;

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

/** Milliseconds before a receiver who was cut off in a room is offered the file on its own: who left is seldom back at once. */
export const SPAWNED_MS = 500;
