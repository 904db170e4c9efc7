/**
 * What invitations may be.
 *
 * @module
 */

/** Invitations that hold at once: all of them are in memory, and each of a thousand uses takes some 30 kB. */
export const INVITATIONS_MAX = 1_000;
/** For how long one holds unless told otherwise, in seconds: a week, in which whoever is meant has read his mail. */
export const INVITATION_SECONDS_DEFAULT = 604_800;
