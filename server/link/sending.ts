/**
 * What goes out over a wire, whichever way it goes: bytes of our memory, or such as stay in the kernel.
 *
 * @module
 */

import type { Parcel, Wire } from "../transport/mod.ts";
import { ownMemory } from "../wire/mod.ts";

/** A wire, as far as it is sent over. */
export type SendingWire = Pick<Wire, "trySend" | "tryPass" | "chorus" | "voice">;

/** Something to send. */
export type Sendable = Uint8Array | Parcel;

/** Sends what can be sent now. @returns How many bytes were taken. */
export function trySend(wire: SendingWire, sendable: Sendable): number {
  return sendable instanceof Uint8Array ? wire.trySend(sendable) : wire.tryPass?.(sendable) ?? 0;
}

/**
 * What is left of a write.
 *
 * @param isAnswer Whether it is held here alone: then it must not hold the memory of others. What is of a log is there anyway.
 */
export function restOf(sendable: Sendable, taken: number, isAnswer: boolean): Sendable {
  const rest = taken === 0 ? sendable : sendable.subarray(taken);
  return isAnswer && rest instanceof Uint8Array ? ownMemory(rest) : rest;
}
