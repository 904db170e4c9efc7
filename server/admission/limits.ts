/**
 * What may be asked of the server before somebody has come in, each with its unit and reason.
 *
 * @module
 */

/** What a handshake of TLS costs, in ms of the loop. Measured: 1.0 to 1.2 with ECDSA P-256. */
export const HANDSHAKE_MS = 1.2;
/**
 * Handshakes that are under way at once: each holds some 64 KiB, and all of one address's connections together are fewer. One more
 * takes the place of the oldest, which was left: as many cannot begin in the time in which one is answered.
 */
export const HANDSHAKES_MAX = 1_000;
/** Connections of proxies at once that have not said yet who is behind them: they say it first, so there are few. */
export const PROXIED_WAITING_MAX = 1_000;
