/**
 * What of TLS is seen from outside: the byte by which a peer shows that it speaks it, and alerts before there is any secret.
 *
 * ```text
 *   record:  type (1) 0x16 handshake, 0x15 alert │ version (2) │ length (2) │ …
 *   alert:   level (1) 2 fatal │ description (1)
 * ```
 *
 * An alert costs seven bytes and no cryptography: by it whoever is turned away learns that, without a handshake. Pure.
 *
 * @module
 */

/** The first byte of whoever speaks TLS: the type of the record in which a handshake begins. No frame and no text begins so. */
export const HANDSHAKE_BYTE = 0x16;

/** Why a handshake is not gone on with. */
export type AlertReason = "handshake failure" | "access denied";

const DESCRIPTIONS: Readonly<Record<AlertReason, number>> = {
  "handshake failure": 40,
  "access denied": 49,
};

/** Whether bytes that came first are the beginning of TLS. */
export function speaksTls(first: Uint8Array): boolean {
  return first[0] === HANDSHAKE_BYTE;
}

/** A fatal alert of a handshake in which nothing is secret yet. */
export function alertRecord(reason: AlertReason): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(0x15, 3, 3, 0, 2, 2, DESCRIPTIONS[reason]);
}
