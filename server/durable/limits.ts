/**
 * What is kept on disk, for how long, and how much is read of it at once.
 *
 * @module
 */

/** Stored rooms that are listed from the start, the latest first; each other one when somebody comes into it. */
export const ROOMS_AT_START_MAX = 1_000;
/** Share of a store's size at which new words are refused: what is left is for deleting and compacting. */
export const STORE_FULL_SHARE = 0.95;
/** Share at which the oldest messages begin to go, well before anybody is refused. */
export const STORE_TIGHT_SHARE = 0.9;
/** Share down to which they go then, so that it is not begun anew with each message. */
export const STORE_SHRUNK_SHARE = 0.85;
/**
 * Share of what lies between tight and full that one address may take while the oldest messages go, or one user of those
 * that are exempt: nine others find room beside it.
 */
export const TIGHT_PAYER_SHARE = 0.1;
/** Payers that are told apart then, the latest: some 1 MB. */
export const TIGHT_PAYERS_MAX = 10_000;
/** Share of the store's size by which it is shrunk at once, before it is measured again. */
export const SHRINK_STEP_SHARE = 0.01;
/** Share of the disk that is left to others and to what must go on. */
export const DISK_RESERVE_SHARE = 0.05;
/** The same in bytes at most: of a large disk 5 % would be left without use. */
export const DISK_RESERVE_BYTES_MAX: number = 1 << 30;
/** Share of what is kept in reserve, be it of the disk or of the store's size, that bans and passwords may take: the rest is for deletions. */
export const RESERVE_SHARE_FOR_ORDER = 0.9;
/** Bytes that a stored message takes beside its body: the record's header, its padding, its row in a hint. */
export const RECORD_BYTES_ABOUT = 60;
/** Segments of which a store of limited size is made at least: the oldest goes as a whole. */
export const STORE_SEGMENTS_MIN = 32;
/** Smallest segment of such a store, in bytes: each is a file and a row of the manifest. */
export const STORE_SEGMENT_BYTES_MIN = 62_500;
/** Smallest size that a store can be held to, in bytes. */
export const STORE_BYTES_MIN: number = STORE_SEGMENTS_MIN * STORE_SEGMENT_BYTES_MIN;
/** How often it is looked for messages that are too old, in ms at most. */
export const RETAIN_LOOK_MS_MAX = 600_000;
/** And so many times within the time that messages are kept: none is kept longer by more than a hundredth. */
export const RETAIN_LOOKS = 100;
/** How far the clock may go ahead at once and be believed, in ms, if that is no more than one part of `RETAIN_LOOKS`. */
export const CLOCK_SLACK_MS_MAX = 3_600_000;
/**
 * For how long a clock that went ahead must stay so until messages are deleted by it, in ms: a clock that is wrong is
 * set right sooner, or somebody has read in the log that it is.
 */
export const CLOCK_HOLD_MS: number = 6 * 3_600_000;
/** How often the time that is believed is noted, in ms: what passed since then is missing after a crash, and no more. */
export const CLOCK_NOTE_MS = 600_000;
/**
 * Reads of the store for one page at most: each read that meets damage is followed by one behind it, and twenty pages'
 * worth of damaged messages in a row are enough for one answer.
 */
export const PAGE_READS_MAX = 20;
/**
 * How much time a pause between two stored messages counts for when ids are looked for behind it, in ms: it may as well be
 * a jump of the clock, and that must not make all older ids forgotten.
 */
export const RECENT_PAUSE_MS_MAX = 60_000;
/** Bytes of messages that are read at start to know their ids again: half a million short ones, in about a second. */
export const RECENT_READ_BYTES_MAX: number = 128 << 20;
/**
 * How long after an edit or a deletion the old words are taken out of the files, in ms: those of a minute go together, since
 * whole segments are copied for it.
 */
export const ERASE_AFTER_MS = 60_000;
/**
 * The same for what went for its age, in ms: something does at every look, and what was kept for days may be in a file for an
 * hour longer.
 */
export const ERASE_EXPIRED_AFTER_MS = 3_600_000;
/** How long it is waited until that is tried again when it has failed, in ms: a full disk takes longer than a minute. */
export const ERASE_RETRY_MS = 600_000;
/** Bytes of segments that are read for it in a second at most: a small part of any disk's rate. */
export const ERASE_BYTES_PER_SECOND: number = 16 << 20;
