/**
 * A wire inside of another, over which everything goes encrypted: it is the guest of the one below.
 *
 * @module
 */

import type { Wire, WireGuest } from "../wire.ts";

/** Such a wire. */
export type TlsWire = Wire & WireGuest;

/** Hears, once, how a handshake went: why it cannot be done, or nothing when it is. */
export type OnHandshake = (fault?: string) => void;

/** A way to speak TLS with one certificate. */
export interface TlsEngine {
  /** Speaks it over a wire, whose guest is the result from then on. */
  speak(below: Wire, onHandshake: OnHandshake): TlsWire;
  /** Nobody who comes will be spoken with by it; those who are, still are. */
  release(): void;
}
