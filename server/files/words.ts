/**
 * What is said about offers, and how many are told. Pure.
 *
 * @module
 */

import {
  encodeFrame,
  type ErrorCode,
  type FileCancelled,
  type ServerMessage,
  type StartDownload,
  type StartUpload,
} from "../wire/mod.ts";
import type { Offer } from "./offers.ts";
import type { TransferUser } from "./transfer_user.ts";

/** Why something is not done. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly msg: string;
}

/** People who are told something in one step: some 0.1 ms. */
const TOLD_PER_STEP = 64;

/** Tells several the same, in steps: encoded once, whatever their number. */
export function* telling(
  users: readonly TransferUser[],
  told: ServerMessage,
): Generator<void, void, void> {
  let frame: Uint8Array | undefined;
  for (const [n, user] of users.entries()) {
    if (user.speech === "frames") user.tellBytes(frame ??= encodeFrame(told));
    else user.tell(told);
    if (n % TOLD_PER_STEP === TOLD_PER_STEP - 1) yield;
  }
}

/** A refusal. */
export function refusal(code: ErrorCode, msg: string): Refusal {
  return { code, msg };
}

/** What whoever names an offer is told that does not stand. */
export function noSuchOffer(): Refusal {
  return refusal("not_found", "There is no such offer, or not any more.");
}

/** What is told of an offer, or of a transfer, that is over. */
export function cancelled(
  { id, file }: Offer,
  msg: string,
  more: { by?: string; again?: true; left?: true },
): FileCancelled & ServerMessage {
  return {
    type: "FileCancel",
    offer: id,
    filename: file.filename,
    msg,
    ...more,
  };
}

/** What a sender is told whose file is to be read, to whom and from which byte on. */
export function startUpload({ id, file }: Offer, to: string, offset: number): StartUpload {
  const { filename, size } = file;
  return { type: "StartUpload", to, filename, size, offset, offer: id };
}

/** What a receiver is told who gets it from some byte on. */
export function startDownload({ id, file, sender }: Offer, offset: number): StartDownload {
  const { filename, size } = file;
  return { type: "StartDownload", from: sender.name, filename, size, offset, offer: id };
}
