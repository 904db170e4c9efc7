/**
 * `FileOffer`: offers a file to one user, or to everybody who is in a room now.
 *
 * @module
 */

import { FILENAME_BYTES_MAX } from "../files/limits.ts";
import { type FileOffer, foldText } from "../wire/mod.ts";
import { noSuchUser, notInRoom, somebodyElse } from "./refusals.ts";
import type { Effect, HallView, UserView } from "./types.ts";

const encoder = new TextEncoder();

/**
 * What a file's name may not hold: path separators, control characters (C0, DEL, C1), what turns text
 * around, line separators, halves of surrogate pairs, and spaces of no width. Joiners and variation
 * selectors are left: emoji are made with them.
 */
const HOSTILE = /[/\\\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\u2060\ufeff]/u;

/** Offers a file. */
export function fileOffer(asker: UserView, hall: HallView, message: FileOffer): readonly Effect[] {
  const { to, toTag, room, filename, size, sha256, beside = false } = message;
  const refused = refuseFilename(filename);
  if (refused !== undefined) return [refused];
  const file = { filename, size, ...(sha256 === undefined ? {} : { sha256 }) };
  if ((to === undefined) === (room === undefined)) {
    const msg = "An offer is made to a user or to a room: 'to' or 'room'.";
    return [{ do: "refuse", code: "invalid", msg }];
  }
  if (to !== undefined) {
    const user = hall.user(to);
    if (user === undefined) return [noSuchUser(to)];
    if (toTag !== undefined && toTag !== user.tag) return [somebodyElse(to)];
    if (user.key === asker.key) {
      return [{ do: "refuse", code: "invalid", msg: "You cannot offer a file to yourself." }];
    }
    return [{ do: "offer", to: { user: user.key }, file, beside }];
  }
  const key = foldText(room ?? "");
  if (!asker.isIn(key)) return [notInRoom(room ?? "")];
  return [{ do: "offer", to: { room: key }, file, beside }];
}

/** A receiver cleans the name all the same; this spares it names that can only be meant badly. */
export function refuseFilename(name: string): Effect | undefined {
  if (name.length > FILENAME_BYTES_MAX || encoder.encode(name).length > FILENAME_BYTES_MAX) {
    const msg = `A file's name has at most ${FILENAME_BYTES_MAX} bytes.`;
    return { do: "refuse", code: "too_long", msg };
  }
  if (name.trim() === "" || name === "." || name === "..") {
    return { do: "refuse", code: "bad_name", msg: "A file needs a name." };
  }
  if (HOSTILE.test(name)) {
    const msg = "A file's name has no path in it, and no control or invisible characters.";
    return { do: "refuse", code: "bad_name", msg };
  }
  return undefined;
}
