/**
 * The book of open offers: who offers what to whom, and who has said yes.
 *
 * ```text
 *   open ── accept ──► taken ── every byte arrived ──► gone
 *    ▲ │                 │
 *    │ └─ decline, cancel, expiry, somebody left ──────► gone
 *    └── the transfer broke: it may be accepted again ─┘
 * ```
 *
 * An offer is made to one user or to those who were in a room when it was made; each of them has an
 * invitation, and the offer lives as long as it has one. Pure: the clock is an argument, and nobody is told
 * anything here.
 *
 * @module
 */

import type { FoldedName, RoomName } from "../wire/mod.ts";
import type { TransferUser } from "./transfer_user.ts";

/** What is offered. */
export interface FileFacts {
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256?: string;
}

/** One user's part in an offer. */
export interface Invitation {
  readonly user: TransferUser;
  /** Whether it was accepted, and is waited for or under way. */
  taken: boolean;
  /** Since when it stands open, on the caller's clock. */
  sinceMs: number;
  /** Whether the receiver has said that it has the file. */
  confirmed: boolean;
}

/** An offer that stands. */
export interface Offer {
  readonly id: string;
  readonly sender: TransferUser;
  readonly file: FileFacts;
  /** Whether the sender sends beside the conversation. */
  readonly beside: boolean;
  /** The room to which it was made, if it was. */
  readonly room?: RoomName;
  readonly invited: Map<FoldedName, Invitation>;
}

/** What makes an offer. */
export interface OfferParts {
  readonly sender: TransferUser;
  readonly file: FileFacts;
  readonly beside: boolean;
  readonly room?: RoomName;
  readonly receivers: readonly TransferUser[];
}

/** By what a receiver names an offer. */
export interface Named {
  readonly from: FoldedName;
  readonly filename: string;
  /** The offer's own id; then the other two must agree with it. */
  readonly offer?: string | undefined;
  /** The digest that it says, in small letters. */
  readonly sha256?: string;
}

/** The same, for good. */
export type NamedFully = Named & { readonly offer: string };

/** All offers that stand. */
export class Offers {
  /** In the order in which they were made. */
  readonly #offers = new Map<string, Offer>();
  /** What each user has open, and what each is invited to, in the same order. */
  readonly #bySender = new Map<TransferUser, Set<Offer>>();
  readonly #byReceiver = new Map<TransferUser, Set<Offer>>();
  /** Invitations that nobody has answered, those that have stood open the longest first. */
  readonly #unanswered = new Map<Invitation, Offer>();

  /** How many stand. */
  get size(): number {
    return this.#offers.size;
  }

  /** The offers that a user has open. */
  by(sender: TransferUser): ReadonlySet<Offer> {
    return this.#bySender.get(sender) ?? NONE;
  }

  /** The offer of that id. */
  get(id: string): Offer | undefined {
    return this.#offers.get(id);
  }

  /** Makes an offer. */
  add({ receivers, ...parts }: OfferParts, nowMs: number): Offer {
    const invited = new Map<FoldedName, Invitation>();
    const offer: Offer = { id: crypto.randomUUID(), ...parts, invited };
    for (const user of receivers) {
      const invitation: Invitation = {
        user,
        taken: false,
        sinceMs: nowMs,
        confirmed: false,
      };
      invited.set(user.key, invitation);
      this.#unanswered.set(invitation, offer);
      addTo(this.#byReceiver, user, offer);
    }
    this.#offers.set(offer.id, offer);
    addTo(this.#bySender, parts.sender, offer);
    return offer;
  }

  /** The offer to `receiver` that it names so: the newest, when there are several. */
  find(receiver: TransferUser, { from, filename, offer: id, sha256 }: Named): Offer | undefined {
    let found: Offer | undefined;
    for (const offer of this.to(receiver)) {
      if (id !== undefined && offer.id !== id) continue;
      if (sha256 !== undefined && offer.file.sha256?.toLowerCase() !== sha256) continue;
      if (offer.sender.key === from && offer.file.filename === filename) found = offer;
    }
    return found;
  }

  /** An invitation is accepted: it is not waited for any more. */
  take(invitation: Invitation): void {
    invitation.taken = true;
    this.#unanswered.delete(invitation);
  }

  /** It may be accepted again. */
  reopen(offer: Offer, invitation: Invitation, nowMs: number): void {
    invitation.taken = false;
    invitation.sinceMs = nowMs;
    this.#unanswered.set(invitation, offer);
  }

  /** Takes somebody's invitation away, and with the last one the offer. */
  uninvite(offer: Offer, user: TransferUser): void {
    const invitation = offer.invited.get(user.key);
    if (invitation !== undefined) this.#forget(offer, invitation);
    if (offer.invited.size === 0) this.remove(offer);
  }

  /** Takes an offer away. Idempotent. */
  remove(offer: Offer): void {
    this.#offers.delete(offer.id);
    for (const invitation of [...offer.invited.values()]) this.#forget(offer, invitation);
    removeFrom(this.#bySender, offer.sender, offer);
  }

  /** The offers to somebody, the oldest first. */
  to(receiver: TransferUser): ReadonlySet<Offer> {
    return this.#byReceiver.get(receiver) ?? NONE;
  }

  /** Invitations that have stood open for longer than `msMax`. */
  unanswered(nowMs: number, msMax: number): { offer: Offer; user: TransferUser }[] {
    const late: { offer: Offer; user: TransferUser }[] = [];
    for (const [{ user, sinceMs }, offer] of this.#unanswered) {
      if (nowMs - sinceMs <= msMax) break;
      late.push({ offer, user });
    }
    return late;
  }

  #forget(offer: Offer, invitation: Invitation): void {
    offer.invited.delete(invitation.user.key);
    this.#unanswered.delete(invitation);
    removeFrom(this.#byReceiver, invitation.user, offer);
  }
}

function addTo(index: Map<TransferUser, Set<Offer>>, user: TransferUser, offer: Offer): void {
  const theirs = index.get(user);
  if (theirs === undefined) index.set(user, new Set([offer]));
  else theirs.add(offer);
}

function removeFrom(index: Map<TransferUser, Set<Offer>>, user: TransferUser, offer: Offer): void {
  const theirs = index.get(user);
  theirs?.delete(offer);
  if (theirs?.size === 0) index.delete(user);
}

const NONE: ReadonlySet<Offer> = new Set();
