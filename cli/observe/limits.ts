/**
 * The limits of `chat observe`: every number with its unit and its reason.
 *
 * @module
 */

/** Connections in the table at the end, unless told otherwise: a screen of them. */
export const TOP_DEFAULT = 20;
/** More, nobody reads; programs take `--json` with events. */
export const TOP_MAX = 10_000;

/**
 * Sockets that the table at the end remembers after the kernel's table has dropped them. Of more, those that moved
 * the least are forgotten first: 20,000 of 1 KB each.
 */
export const REMEMBERED_MAX = 20_000;

/** Seconds that `--duration` may ask for: a week, well within what clocks here hold exactly. */
export const DURATION_S_MAX = 604_800;

/** Columns below which two histograms do not fit beside each other: their figures stand alone then. */
export const CHART_COLUMNS_MIN = 50;
/** Rows of a screen below which the table is worth more than the totals. */
export const TOTALS_ROWS_MIN = 9;
/** Rows of a screen from which on there is room for histograms above the table. */
export const CHART_ROWS_MIN = 18;
/** Rows of a screen from which on their bars are twice as high. */
export const TALL_ROWS_MIN = 36;
/** Columns of one histogram at most: wider, its bars look like a wall. */
export const CHART_COLUMNS_MAX = 72;

/** Processes watched at once: the kernel program has room for so many. */
export const PIDS_MAX = 32;
/** The highest number that Linux gives a process. */
export const PID_MAX = 4_194_304;
