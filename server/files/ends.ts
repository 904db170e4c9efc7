/**
 * How offers end, and who is told: as far as that takes long, in steps.
 *
 * ```text
 *   the sender takes it back, or leaves ──► its room, once; and who has an invitation of its own
 *   a receiver resigns, or leaves having said yes ──► its sender
 *   either is put out of the room that it was offered to ──► the other
 *   nobody of a room is left who could answer, or nobody did in time ──► its sender, once, when no transfer of it is left
 * ```
 *
 * @module
 */

import type { Offer, Offers } from "./offers.ts";
import type { ReceiverWords } from "./receiver_words.ts";
import type { Rounds } from "./rounds.ts";
import type { TransferUser } from "./transfer_user.ts";
import { cancelled, telling } from "./words.ts";
import type { RoomName } from "../wire/mod.ts";

/** The devices of somebody that are here. */
export type DevicesOf = (user: TransferUser) => readonly TransferUser[];

/** What is in an end's way. */
export interface EndsParts {
  readonly offers: Offers;
  readonly rounds: Rounds;
  readonly words: ReceiverWords;
  readonly devicesOf: DevicesOf;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
}

type Steps = Generator<void, void, void>;

const UNANSWERED = "The offer was not answered in time.";

/** Ends offers. */
export class OfferEnds {
  readonly #parts: EndsParts;
  /** What senders are to be told when an offer is over that somebody has not answered, and cannot any more. */
  readonly #untold = new WeakMap<Offer, string>();

  constructor(parts: EndsParts) {
    this.#parts = parts;
  }

  /** One device of somebody has taken it: the others hear that it is gone. */
  taken(offer: Offer, by: TransferUser): void {
    const { offers, devicesOf } = this.#parts;
    for (const user of offers.openFor(offer, devicesOf(by), by)) {
      offers.uninvite(offer, user);
      user.tell(cancelled(offer, "Another device of yours takes it.", { by: offer.sender.name }));
    }
  }

  /** Whether another device of somebody may still answer it. */
  isOpenElsewhere(offer: Offer, user: TransferUser): boolean {
    const { offers, devicesOf } = this.#parts;
    return offers.openFor(offer, devicesOf(user), user).length > 0;
  }

  /** Somebody's part in it is over; with the last one it is. */
  uninvite(offer: Offer, user: TransferUser): void {
    this.#parts.offers.uninvite(offer, user);
    this.#tellIfOver(offer);
  }

  /** Somebody of its audience has left the room, and its sender waits for an answer that will not come. */
  someoneLeft(offer: Offer): void {
    const why = "Nobody is left who could take it.";
    // Whoever is left may be the last by an answer as well as by leaving.
    this.#untold.set(offer, why);
    if (offer.audience?.size === 0) this.#endAudience(offer, why);
  }

  /** A transfer broke: the offer may be accepted again. */
  standsAgain(offer: Offer, user: TransferUser, why: string): void {
    const invitation = offer.invited.get(user);
    if (invitation?.user !== user) return;
    this.#parts.offers.reopen(offer, invitation, this.#parts.now());
    user.tell(cancelled(offer, why, { by: offer.sender.name, again: true }));
    offer.sender.tell(cancelled(offer, why, { by: user.name, again: true }));
  }

  /** The sender's end of an offer. */
  *withdrawing(offer: Offer, why: string, more: { left?: true } = {}): Steps {
    const { offers, rounds, words } = this.#parts;
    const { audience } = offer;
    const told = cancelled(offer, why, { by: offer.sender.name, ...more });
    // Who is in the room hears it there, once for all.
    const inRoom = audience !== undefined && audience.size > 0;
    const invited = Array.from(offer.invited.values(), ({ user }) => user)
      .filter((user) => !words.isGone(user) && !(inRoom && audience.isThere(user)));
    offers.remove(offer);
    if (inRoom) audience.tell(told);
    yield* telling(invited, told);
    for (const round of rounds.of(offer)) {
      round.fail(why);
      yield;
    }
  }

  /** A receiver's end of an offer. */
  resign(offer: Offer, user: TransferUser, why: string, more: { left?: true } = {}): void {
    const { offers, rounds, words } = this.#parts;
    const isElsewhere = this.isOpenElsewhere(offer, user);
    offers.uninvite(offer, user);
    if (isElsewhere) return;
    if (!words.isGone(offer.sender)) {
      offer.sender.tell(cancelled(offer, why, { by: user.name, ...more }));
    }
    this.#tellIfOver(offer);
    for (const round of rounds.of(offer)) round.drop(user);
  }

  /** Somebody has left the chat. */
  *leaving(user: TransferUser): Steps {
    const { offers } = this.#parts;
    const why = `${user.name} has left.`;
    for (const offer of [...offers.by(user)]) {
      yield* this.withdrawing(offer, why, { left: true });
      yield;
    }
    for (const offer of [...offers.to(user)]) {
      this.resign(offer, user, why, { left: true });
      yield;
    }
  }

  /** Somebody was put out of a room: what it offers there, and what comes to it from there, is over. */
  *leavingRoom(user: TransferUser, room: RoomName): Steps {
    const { offers } = this.#parts;
    const why = `${user.name} was put out of the room.`;
    for (const offer of [...offers.by(user)]) {
      if (offer.room !== room) continue;
      user.tell(cancelled(offer, why, {}));
      yield* this.withdrawing(offer, why);
      yield;
    }
    for (const offer of [...offers.to(user)]) {
      if (offer.room !== room) continue;
      user.tell(cancelled(offer, why, { by: offer.sender.name }));
      this.resign(offer, user, why);
      yield;
    }
  }

  /** Some may not be in a room any more, of whom some had left it with what they had accepted there. */
  *closing(room: RoomName, isOut: (user: TransferUser) => boolean): Steps {
    const users = new Set<TransferUser>();
    for (const { sender, invited } of this.#parts.offers.inRoom(room)) {
      users.add(sender);
      for (const user of invited.keys()) users.add(user);
      yield;
    }
    for (const user of users) {
      if (isOut(user)) yield* this.leavingRoom(user, room);
      yield;
    }
  }

  /** What nobody has answered for so long. */
  *expiring(msMax: number): Steps {
    const { offers, now } = this.#parts;
    const nowMs = now();
    const late = offers.unanswered(nowMs, msMax);
    for (const offer of offers.unansweredBy(nowMs, msMax)) {
      offer.audience?.tell(cancelled(offer, UNANSWERED, { by: offer.sender.name }));
      this.#endAudience(offer, UNANSWERED);
      yield;
    }
    for (const { offer, user } of late) {
      const invitation = offer.invited.get(user);
      // Answered, or told by another look, while others had their turn.
      if (invitation?.user !== user || invitation.taken) continue;
      offers.uninvite(offer, user);
      user.tell(cancelled(offer, UNANSWERED, { by: offer.sender.name }));
      // Of a room, its sender is told once, when nobody is left who could answer.
      if (offers.get(offer.id) === undefined) {
        const by = offer.room === undefined ? { by: user.name } : {};
        offer.sender.tell(cancelled(offer, UNANSWERED, by));
      }
      yield;
    }
  }

  #endAudience(offer: Offer, why: string): void {
    this.#untold.set(offer, why);
    this.#parts.offers.endAudience(offer);
    this.#tellIfOver(offer);
  }

  #tellIfOver(offer: Offer): void {
    const why = this.#untold.get(offer);
    if (why === undefined || this.#parts.offers.get(offer.id) !== undefined) return;
    this.#untold.delete(offer);
    if (!this.#parts.words.isGone(offer.sender)) offer.sender.tell(cancelled(offer, why, {}));
  }
}
