/**
 * `FileAccept`, `FileReject`, `FileProgress`, `FileReceived` and `FileCancel`: what becomes of an offer.
 *
 * Whether there is such an offer is known at the desk (`files/desk.ts`), which answers.
 *
 * @module
 */

import {
  type FileAccept,
  type FileCancel,
  type FileProgress,
  type FileReceived,
  type FileReject,
  foldText,
} from "../wire/mod.ts";
import type { Named } from "../files/offers.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Takes an offered file. */
export function fileAccept(
  _asker: UserView,
  _hall: HallView,
  message: FileAccept,
): readonly Effect[] {
  const { offset = 0, beside = false, progress = false } = message;
  const wish = { offset, beside, ...(progress ? { progress } : {}) };
  return [{ do: "accept", named: named(message), wish }];
}

/** Declines an offered file. */
export function fileReject(
  _asker: UserView,
  _hall: HallView,
  message: FileReject,
): readonly Effect[] {
  const { reason } = message;
  return [{ do: "reject", named: named(message), ...(reason === undefined ? {} : { reason }) }];
}

/** Says to the sender how much of the file is there. */
export function fileProgress(
  _asker: UserView,
  _hall: HallView,
  { offer, done }: FileProgress,
): readonly Effect[] {
  return [{ do: "progress", offer, done }];
}

/** Says to the sender that the file has arrived. */
export function fileReceived(
  _asker: UserView,
  _hall: HallView,
  { from, filename, offer, sha256 }: FileReceived,
): readonly Effect[] {
  return [{ do: "received", named: { from: foldText(from), filename, offer }, sha256 }];
}

/** Takes an offer back, or stops its transfer. */
export function fileCancel(
  _asker: UserView,
  _hall: HallView,
  { offer }: FileCancel,
): readonly Effect[] {
  return [{ do: "cancel", offer }];
}

function named({ from, filename, offer }: FileAccept | FileReject): Named {
  return { from: foldText(from), filename, ...(offer === undefined ? {} : { offer }) };
}
