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
 * An offer is made to one user, who has an invitation; or to its audience, those who were in a room when it was made, for as
 * long as they stay. Of them, only who has said yes has an invitation. The offer lives as long as somebody is left of either.
 * Pure: the clock is an argument, and nobody is told anything here.
 *
 * @module
 */

import type { FoldedName, RoomName, ServerMessage } from "../wire/mod.ts";
import { INVITATION_BYTES, OFFER_BYTES } from "./limits.ts";
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

/** Those in a room to whom something is offered. */
export interface Audience {
  /** How many are left. */
  readonly size: number;
  /** How many of them could take a file when it began. */
  readonly able: number;
  /** From here on it counts who leaves. @param onLeft Hears when somebody does. */
  begin(onLeft: () => void): void;
  /** Nobody belongs to it any more. Idempotent. */
  end(): void;
  has(user: TransferUser): boolean;
  /** Somebody belongs to it no more. */
  drop(user: TransferUser): void;
  /** Whether somebody is in the room, so that `tell` reaches it. */
  isThere(user: TransferUser): boolean;
  /** Tells all who are in the room now. */
  tell(message: ServerMessage): void;
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
  readonly audience?: Audience;
  /** How many people it was made to. */
  readonly people: number;
  readonly sinceMs: number;
  readonly invited: Map<TransferUser, Invitation>;
}

/** What makes an offer. */
export interface OfferParts {
  readonly sender: TransferUser;
  readonly file: FileFacts;
  readonly beside: boolean;
  readonly room?: RoomName;
  readonly receivers: readonly TransferUser[];
  readonly audience?: Audience;
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
  /** Those that were made to a room. */
  readonly #byRoom = new Map<RoomName, Set<Offer>>();
  /** Who of each name has something open: of an account, perhaps several devices. */
  readonly #senders = new Map<FoldedName, Set<TransferUser>>();
  /** Offers that an audience has not answered yet, the oldest first. */
  readonly #toAudiences = new Set<Offer>();
  /** Invitations that nobody has answered, those that have stood open the longest first. */
  readonly #unanswered = new Map<Invitation, Offer>();

  /** How many stand. */
  get size(): number {
    return this.#offers.size;
  }

  /** What those of one user cost. */
  bytesOf(sender: TransferUser): number {
    let bytes = 0;
    for (const { invited } of this.by(sender)) {
      bytes += OFFER_BYTES + invited.size * INVITATION_BYTES;
    }
    return bytes;
  }

  /** The offers that a user has open. */
  by(sender: TransferUser): ReadonlySet<Offer> {
    return this.#bySender.get(sender) ?? NONE;
  }

  /** The offers that were made to a room. */
  inRoom(room: RoomName): ReadonlySet<Offer> {
    return this.#byRoom.get(room) ?? NONE;
  }

  /** The offer of that id. */
  get(id: string): Offer | undefined {
    return this.#offers.get(id);
  }

  /** Makes an offer. */
  add({ receivers, ...parts }: OfferParts, nowMs: number): Offer {
    const people = parts.audience?.size ?? peopleOf(receivers);
    const invited = new Map<TransferUser, Invitation>();
    const offer: Offer = { id: crypto.randomUUID(), ...parts, people, sinceMs: nowMs, invited };
    for (const user of receivers) this.#invite(offer, newInvitation(user, nowMs));
    if (parts.audience !== undefined) this.#toAudiences.add(offer);
    this.#offers.set(offer.id, offer);
    addTo(this.#bySender, parts.sender, offer);
    if (parts.room !== undefined) addTo(this.#byRoom, parts.room, offer);
    const { sender } = parts;
    this.#senders.set(sender.key, (this.#senders.get(sender.key) ?? new Set()).add(sender));
    return offer;
  }

  /** Somebody's invitation to an offer: kept, or that of one of its audience. */
  invitation(offer: Offer, user: TransferUser): Invitation | undefined {
    const kept = offer.invited.get(user);
    if (kept !== undefined) return kept;
    return offer.audience?.has(user) ? newInvitation(user, offer.sinceMs) : undefined;
  }

  /** Whether somebody may still answer it. */
  isOpen({ invited, audience }: Offer): boolean {
    if (audience !== undefined && audience.size > 0) return true;
    return invited.values().some(({ taken }) => !taken);
  }

  /** Others of these devices that may still answer it. */
  openFor(offer: Offer, devices: readonly TransferUser[], but: TransferUser): TransferUser[] {
    if (devices.length === 0) return [];
    return devices.filter((user) => user !== but && this.invitation(offer, user)?.taken === false);
  }

  /** Nobody of its audience may answer it any more; without anybody else it is over. */
  endAudience(offer: Offer): void {
    offer.audience?.end();
    this.#toAudiences.delete(offer);
    if (offer.invited.size === 0) this.remove(offer);
  }

  /** The offer to `receiver` that it names so: the newest, when there are several. */
  find(receiver: TransferUser, { from, filename, offer: id, sha256 }: Named): Offer | undefined {
    let found: Offer | undefined;
    for (const sender of this.#senders.get(from) ?? []) {
      for (const offer of this.by(sender)) {
        if (id !== undefined && offer.id !== id) continue;
        if (this.invitation(offer, receiver) === undefined) continue;
        if (sha256 !== undefined && offer.file.sha256?.toLowerCase() !== sha256) continue;
        if (offer.file.filename === filename) found = offer;
      }
    }
    return found;
  }

  /** An invitation is accepted: it is not waited for any more. */
  take(offer: Offer, invitation: Invitation): void {
    const { user } = invitation;
    if (!offer.invited.has(user)) {
      offer.audience?.drop(user);
      this.#invite(offer, invitation);
    }
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
    const invitation = offer.invited.get(user);
    if (invitation !== undefined) this.#forget(offer, invitation);
    else offer.audience?.drop(user);
    if (offer.invited.size === 0 && (offer.audience?.size ?? 0) === 0) this.remove(offer);
  }

  /** Takes an offer away. Idempotent. */
  remove(offer: Offer): void {
    this.#offers.delete(offer.id);
    for (const invitation of [...offer.invited.values()]) this.#forget(offer, invitation);
    offer.audience?.end();
    this.#toAudiences.delete(offer);
    removeFrom(this.#bySender, offer.sender, offer);
    if (offer.room !== undefined) removeFrom(this.#byRoom, offer.room, offer);
    const { sender } = offer;
    if (this.#bySender.has(sender)) return;
    const devices = this.#senders.get(sender.key);
    devices?.delete(sender);
    if (devices?.size === 0) this.#senders.delete(sender.key);
  }

  /** The offers to which somebody has an invitation of its own, the oldest first. */
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

  /** Offers that their audience has not answered for longer than `msMax`. */
  unansweredBy(nowMs: number, msMax: number): Offer[] {
    const late: Offer[] = [];
    for (const offer of this.#toAudiences) {
      if (nowMs - offer.sinceMs <= msMax) break;
      late.push(offer);
    }
    return late;
  }

  #invite(offer: Offer, invitation: Invitation): void {
    offer.invited.set(invitation.user, invitation);
    this.#unanswered.set(invitation, offer);
    addTo(this.#byReceiver, invitation.user, offer);
  }

  #forget(offer: Offer, invitation: Invitation): void {
    offer.invited.delete(invitation.user);
    this.#unanswered.delete(invitation);
    removeFrom(this.#byReceiver, invitation.user, offer);
  }
}

/** How many people have these devices. */
export function peopleOf(devices: readonly TransferUser[]): number {
  return devices.length < 2 ? devices.length : new Set(devices.map(({ key }) => key)).size;
}

function newInvitation(user: TransferUser, sinceMs: number): Invitation {
  return { user, taken: false, sinceMs, confirmed: false };
}

function addTo<K>(index: Map<K, Set<Offer>>, key: K, offer: Offer): void {
  const theirs = index.get(key);
  if (theirs === undefined) index.set(key, new Set([offer]));
  else theirs.add(offer);
}

function removeFrom<K>(index: Map<K, Set<Offer>>, key: K, offer: Offer): void {
  const theirs = index.get(key);
  theirs?.delete(offer);
  if (theirs?.size === 0) index.delete(key);
}

const NONE: ReadonlySet<Offer> = new Set();
