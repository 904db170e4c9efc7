/**
 * Why a goal is not met, in a sentence or two, by its id; for one server only, as `id/server`. The report shows it beside
 * what was measured when that misses the goal. A goal that is met needs no entry, so an entry may outlive its cause.
 *
 * @module
 */

/** The reasons. */
export const explained: Readonly<Record<string, string>> = {};
