/**
 * The terminal client's limits: every number with its unit and its reason.
 *
 * @module
 */

/** Lines kept for each room or conversation: a busy evening, in about 2 MB. */
export const LINES_MAX = 5_000;

/**
 * Lines kept while somebody reads further up: what they look at must not vanish below them, and
 * even so memory must end somewhere.
 */
export const LINES_SCROLLED_MAX: number = 4 * LINES_MAX;

/**
 * Rooms and conversations that are kept at once: the rooms that a server lets one be in, and more conversations than anybody
 * leads. With many more each message would cost a copy of a long list.
 */
export const VIEWS_MAX = 500;

/** Places in which something waits that a welcome tells of: as many rooms and people as a server remembers. */
export const WAITING_MAX = 400;

/** Milliseconds that the last word of what was read may take at the end: a server on the other side of the world answers in that time. */
export const LEAVING_MS_MAX = 500;

/** Names of those in a room that are kept, for completion: all of a large room. How many there are is known beside it. */
export const PEOPLE_MAX = 2_000;

/** Names in a list that was asked for: thirty screens of them, which is more than anybody reads. */
export const LISTED_MAX = 2_000;

/**
 * Milliseconds between two frames at least: nobody reads faster than 20 frames a second. A key after
 * a pause is seen at once.
 */
export const FRAME_MS_MIN = 50;

/** Milliseconds between two ticks: the countdown to the next try is shown in seconds. */
export const TICK_MS = 1_000;

/** Milliseconds that an unfinished escape sequence waits for its rest before it counts as Esc. */
export const ESCAPE_MS_MAX = 50;

/** Characters of an escape sequence at most; the longest known key has 8. */
export const ESCAPE_CHARS_MAX = 32;

/** Characters of one paste at most: far above what a message may hold, far below what hurts. */
export const PASTE_CHARS_MAX: number = 64 << 10;

/** Lines sent that Up and Ctrl+r can bring back. */
export const INPUT_HISTORY_MAX = 500;

/** Names in one part of a line about joins and leaves at most; of a crowd the number is told. */
export const PRESENCE_NAMES_SHOWN_MAX = 8;

/** Names that one line about joins and leaves keeps apart before another is begun. */
export const PRESENCE_NAMES_MAX = 200;

/** Combining marks on one letter at most: the languages of the world get by with four. */
export const MARKS_MAX = 4;

/** Milliseconds within which a second Ctrl+c quits. */
export const QUIT_MS_MAX = 3_000;

/** Columns and rows for which the screen is laid out at least; below, the terminal clips it. */
export const COLUMNS_MIN = 20;
/** See `COLUMNS_MIN`. */
export const ROWS_MIN = 5;

/** Kinds of reactions that a message keeps: as many as a server takes. */
export const REACTION_KINDS_MAX = 32;

/** Changes that are kept while a page of history is asked for: more than a server passes on in that time. */
export const LATE_CHANGES_MAX = 2_000;

/** Characters that are kept of what a reply is to: more than a row shows. */
export const QUOTE_CHARS_MAX = 80;

/** Columns that a second column of a list has at least: in less, words stand one below the other. */
export const SECOND_COLUMN_MIN = 24;
/** Columns from which on there is room for the time of a line, and for whole sentences. */
export const TIME_COLUMNS_MIN = 40;

/** Offers of files from who is ignored that are known as such: more than a server keeps of one user at a time. */
export const UNHEARD_MAX = 1_000;

/** Transfers that are over and still listed by `/transfers`. */
export const ENDED_SHOWN = 5;
