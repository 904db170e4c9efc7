/**
 * What the suite promises and how long it waits: every number with its unit and its reason. Pure.
 *
 * @module
 */

/** The honest member's longest wait for an answer, in ms: who types notices nothing below half a second. */
export const LATENCY_MS_MAX = 500;

/** How often the honest member pings and says something, in ms. */
export const PROBE_MS = 50;
/** How often somebody new comes in beside it, in ms. */
export const JOIN_MS = 500;
/** How long an answer is waited for when the attack is over, in ms: what has not come then is lost. */
export const SETTLE_MS_MAX = 10_000;
/** How long the honest are alone before the attack begins, in ms: what they meet then is the machine's. */
export const QUIET_MS = 200;
/** How long somebody who was cut off waits before it comes back, in ms. */
export const COME_BACK_MS = 200;
/** How long somebody waits for the server to notice that it leaves, in ms. */
export const LEAVE_MS_MAX = 2_000;

/** How long a server may take until it listens, in ms: a process starts in half a second on a free machine. */
export const START_MS_MAX = 30_000;
/** How long it may take to end in order, in ms: what service managers wait. */
export const END_MS_MAX = 20_000;
/** How often its memory is looked at, in ms. */
export const MEMORY_LOOK_MS = 100;
/** How long after the attack its memory is looked at again, in ms: the collector runs when it likes. */
export const AFTER_MS = 200;
/** What is kept of a server's log, in characters: enough to say what went wrong. */
export const LOG_CHARS_MAX: number = 1 << 20;

/** Seconds of each attack unless `--seconds` says otherwise. */
export const SECONDS_DEFAULT = 10;
/** The server's memory budget in the suite (`--memory`), in bytes: small, so that an attack reaches it soon. */
export const MEMORY_BUDGET: number = 256 << 20;
/** What a server takes beside its budget, in bytes: the runtime with the program, and garbage not yet collected. */
export const MEMORY_BESIDE: number = 256 << 20;
