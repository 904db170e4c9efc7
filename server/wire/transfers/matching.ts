/**
 * Which transfer a fresh offer belongs to. Pure.
 *
 * ```text
 *   the same file of the same sender ─┬─ broke off, or its sender must still be told  ─► awaitsOffer: goes on under the new name
 *                                     ├─ is on its way, or waits for an answer        ─► isAhead: the new one waits for how that ends
 *                                     └─ has arrived                                  ─► hasArrived: its sender is told again
 *   any other file ─────────────────────────────────────────────────────────────────► a transfer of its own
 * ```
 *
 * Sender, name, size and SHA-256 make a file the same one: without a digest nobody can know. So nobody is asked twice
 * about one file, and no file is sent twice because the word that it arrived was lost.
 *
 * @module
 */

import type { FileOffered } from "../messages.ts";
import { foldText } from "../names/mod.ts";
import { roomFor } from "./crowd.ts";
import type { Incoming } from "./incoming.ts";
import type { Offer } from "./place.ts";

/** Where the server is, by which a name there is told from the same one elsewhere. */
export interface ServerName {
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  readonly port: number;
}

/** What is offered; the same name on another server is another sender. */
export function offerOf(
  { from, filename: name, size, sha256 }: FileOffered,
  { host = "127.0.0.1", port }: ServerName,
): Offer {
  const known = sha256 === undefined ? {} : { sha256: sha256.toLowerCase() };
  return { from: `${foldText(from)} at ${host}:${port}`, name, size, ...known };
}

/** Whether the transfer goes on with this offer. */
export function awaitsOffer({ state, offer: own }: Incoming, offer: Offer): boolean {
  if (!isSameFile(own, offer)) return false;
  switch (state.kind) {
    case "offered":
    case "queued":
    case "preparing":
    case "waiting":
      return state.id === undefined;
    case "receiving":
      return state.cut;
    case "accepting":
      return false;
    case "ended":
      return state.owed?.kind === "word";
    default:
      return state satisfies never;
  }
}

/** Whether the transfer's end decides what becomes of this offer. */
export function isAhead({ state, offer: own }: Incoming, offer: Offer): boolean {
  return state.kind !== "ended" && isSameFile(own, offer);
}

/** Whether the transfer has brought what is offered. */
export function hasArrived({ state, offer: own }: Incoming, offer: Offer): boolean {
  if (state.kind !== "ended" || !isSameFile(own, offer)) return false;
  return state.end.kind === "done" || state.end.kind === "have";
}

function isSameFile(one: Offer, other: Offer): boolean {
  return one.sha256 !== undefined && one.sha256 === other.sha256 &&
    one.from === other.from && one.name === other.name && one.size === other.size;
}

/** What becomes of a fresh offer. */
export type Heard =
  /** The transfer goes on with it. */
  | { readonly to: "transfer"; readonly n: number }
  /** It waits for how that transfer ends. */
  | { readonly to: "behind"; readonly n: number }
  /** That transfer has brought the file. */
  | { readonly to: "arrived"; readonly n: number }
  /** It gets a transfer of its own; the one of that number gives way. */
  | { readonly to: "fresh"; readonly instead: number | undefined }
  /** There is no room for it. */
  | { readonly to: "nobody" };

/** What becomes of an offer, given all that come or came. @param max Offers that may be open at once. */
export function heard(offer: Offer, all: readonly Incoming[], max: number): Heard {
  const awaiting = all.find((transfer) => awaitsOffer(transfer, offer));
  if (awaiting !== undefined) return { to: "transfer", n: awaiting.n };
  const ahead = all.find((transfer) => isAhead(transfer, offer));
  if (ahead !== undefined) return { to: "behind", n: ahead.n };
  const arrived = all.findLast((transfer) => hasArrived(transfer, offer));
  if (arrived !== undefined) return { to: "arrived", n: arrived.n };
  return freshIfRoom(offer, all, max);
}

/** The same for an offer that has nothing to do with any other. */
export function freshIfRoom(offer: Offer, all: readonly Incoming[], max: number): Heard {
  const room = roomFor(offer.from, all, max);
  if (room.kind === "none") return { to: "nobody" };
  return { to: "fresh", instead: room.kind === "instead" ? room.n : undefined };
}
