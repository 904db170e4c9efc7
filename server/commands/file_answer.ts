/**
 * `FileAccept`, `FileReject` and `FileCancel`: what becomes of an offer.
 *
 * Whether there is such an offer is known at the desk (`files/desk.ts`), which answers.
 *
 * @module
 */

import {
  type FileAccept,
  type FileCancel,
  type FileReceived,
  type FileReject,
  foldText,
} from "../wire/mod.ts";
import type { Named } from "../files/offers.ts";
import { refuseFilename } from "./file_offer.ts";
import { noSuchUser } from "./refusals.ts";
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
  const { reason } = message;
  return [{ do: "reject", named: named(message), ...(reason === undefined ? {} : { reason }) }];
}

/**
 * Says to the sender that the file has arrived. The offer is over by then, so this is only passed on: whoever
 * made it knows its id, which nobody else was told but those who were invited.
 */
export function fileReceived(
  asker: UserView,
  hall: HallView,
  { from, filename, offer, sha256, id }: FileReceived,
): readonly Effect[] {
  const sender = hall.user(from);
  if (sender === undefined) return [noSuchUser(from)];
  const refused = refuseFilename(filename);
  if (refused !== undefined) return [refused];
  const message = { type: "FileReceived", by: asker.name, filename, offer, sha256 } as const;
  const tell: Effect = { do: "tell", to: sender.key, message };
  return id === undefined ? [tell] : [tell, { do: "reply", message: { type: "OfferAck", offer } }];
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
