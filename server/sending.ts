/**
 * What goes out over a wire, whichever way it goes: bytes of our memory, or such as stay in the kernel.
 *
 * @module
 */

import type { Parcel, Wire } from "./transport/mod.ts";

/** A wire, as far as it is sent over. */
export type SendingWire = Pick<Wire, "trySend" | "tryPass" | "chorus" | "voice">;

/** Something to send. */
export type Sendable = Uint8Array | Parcel;

/** Sends what can be sent now. @returns How many bytes were taken. */
export function trySend(wire: SendingWire, sendable: Sendable): number {
  return sendable instanceof Uint8Array ? wire.trySend(sendable) : wire.tryPass?.(sendable) ?? 0;
}
