/**
 * By what `chat top` can be sorted: here and not with the figures, which load more than `--help` needs.
 *
 * @module
 */

/** By what it can be sorted. */
export const TOP_SORTS = ["bytes", "calls", "queue", "delay", "name"] as const;
/** By what it is sorted. */
export type TopSort = typeof TOP_SORTS[number];
