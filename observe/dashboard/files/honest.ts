/**
 * Whether an offer may have come by an honest server.
 *
 * @module
 */

import type { ClientEvent } from "../../../server/wire/in_browser/mod.ts";
import { isAskable } from "../askable.ts";
import { FILE_OFFER_CHARS_MAX } from "../limits.ts";

/** Whether an honest server may have passed it on. Its card stands in a view, of which the page asks what was said. */
export function isHonest(event: Extract<ClientEvent, { type: "FileOffer" }>): boolean {
  const { from, filename, room, offer = "", sha256 = "" } = event;
  const chars = [filename, offer, sha256].reduce((sum, { length }) => sum + length, 0);
  return chars <= FILE_OFFER_CHARS_MAX && isAskable(from) &&
    (room === undefined || isAskable(room));
}
