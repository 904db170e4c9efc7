/**
 * `FileAccept`, `FileReject` and `FileCancel`: what becomes of an offer.
 *
 * Whether there is such an offer is known at the desk (`files/desk.ts`), which answers.
 *
 * @module
 */

import { type FileAccept, type FileCancel, type FileReject, foldText } from "../wire/mod.ts";
import type { Named } from "../files/offers.ts";
import type { Effect, HallView, UserView } from "./types.ts";

/** Takes an offered file. */
export function fileAccept(
  _asker: UserView,
  _hall: HallView,
  message: FileAccept,
): readonly Effect[] {
  const { offset = 0, beside = false } = message;
  return [{ do: "accept", named: named(message), wish: { offset, beside } }];
}

/** Declines an offered file. */
export function fileReject(
  _asker: UserView,
  _hall: HallView,
  message: FileReject,
): readonly Effect[] {
  return [{ do: "reject", named: named(message) }];
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
