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
import type { Party } from "./party.ts";

/** What is offered. */
export interface FileFacts {
  readonly filename: string;
  /** In bytes. */
  readonly size: number;
  readonly sha256?: string;
}

/** One user's part in an offer. */
export interface Invitation {
  readonly party: Party;
  /** Whether it was accepted, and is waited for or under way. */
  taken: boolean;
  /** Since when it stands open, on the caller's clock. */
  sinceMs: number;
}

/** An offer that stands. */
export interface Offer {
  readonly id: string;
  readonly sender: Party;
  readonly file: FileFacts;
  /** Whether the sender sends beside the conversation. */
  readonly beside: boolean;
  /** The room to which it was made, if it was. */
  readonly room?: RoomName;
  readonly invited: Map<FoldedName, Invitation>;
}

/** What makes an offer. */
export interface OfferParts {
  readonly sender: Party;
  readonly file: FileFacts;
  readonly beside: boolean;
  readonly room?: RoomName;
  readonly receivers: readonly Party[];
}

/** By what a receiver names an offer. */
export interface Named {
  readonly from: FoldedName;
  readonly filename: string;
  /** The offer's own id; then the other two must agree with it. */
  readonly offer?: string;
}

/** All offers that stand. */
export class Offers {
  /** In the order in which they were made. */
  readonly #offers = new Map<string, Offer>();
  /** How many each user has open. */
  readonly #bySender = new Map<Party, Set<Offer>>();

  /** How many stand. */
  get size(): number {
    return this.#offers.size;
  }

  /** The offers that a user has open. */
  by(sender: Party): ReadonlySet<Offer> {
    return this.#bySender.get(sender) ?? NONE;
  }

  /** The offer of that id. */
  get(id: string): Offer | undefined {
    return this.#offers.get(id);
  }

  /** Makes an offer. */
  add({ receivers, ...parts }: OfferParts, nowMs: number): Offer {
    const invited = new Map<FoldedName, Invitation>();
    for (const party of receivers) invited.set(party.key, { party, taken: false, sinceMs: nowMs });
    const offer: Offer = { id: crypto.randomUUID(), ...parts, invited };
    this.#offers.set(offer.id, offer);
    const theirs = this.#bySender.get(parts.sender);
    if (theirs === undefined) this.#bySender.set(parts.sender, new Set([offer]));
    else theirs.add(offer);
    return offer;
  }

  /** The offer to `receiver` that it names so: the newest, when there are several. */
  find(receiver: Party, { from, filename, offer: id }: Named): Offer | undefined {
    let found: Offer | undefined;
    const candidates = id === undefined ? this.#offers.values() : [this.#offers.get(id)];
    for (const offer of candidates) {
      if (offer?.sender.key !== from || offer.file.filename !== filename) continue;
      if (offer.invited.get(receiver.key)?.party === receiver) found = offer;
    }
    return found;
  }

  /** Takes somebody's invitation away, and with the last one the offer. @returns Whether there was one. */
  uninvite(offer: Offer, { key }: Party): boolean {
    const was = offer.invited.delete(key);
    if (offer.invited.size === 0) this.remove(offer);
    return was;
  }

  /** Takes an offer away. Idempotent. */
  remove(offer: Offer): void {
    this.#offers.delete(offer.id);
    offer.invited.clear();
    const theirs = this.#bySender.get(offer.sender);
    theirs?.delete(offer);
    if (theirs?.size === 0) this.#bySender.delete(offer.sender);
  }

  /** The offers to somebody. */
  to(receiver: Party): Offer[] {
    return [...this.#offers.values()]
      .filter(({ invited }) => invited.get(receiver.key)?.party === receiver);
  }

  /** Invitations that have stood open for longer than `msMax`. */
  unanswered(nowMs: number, msMax: number): { offer: Offer; party: Party }[] {
    const late: { offer: Offer; party: Party }[] = [];
    for (const offer of this.#offers.values()) {
      for (const { party, taken, sinceMs } of offer.invited.values()) {
        if (!taken && nowMs - sinceMs > msMax) late.push({ offer, party });
      }
    }
    return late;
  }
}

const NONE: ReadonlySet<Offer> = new Set();
