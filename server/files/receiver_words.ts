/**
 * What receivers say about files to those who offered them: how much is there, and that it is all there.
 *
 * A word reaches a sender only about a file that it offered to this receiver, and how often is bounded: progress so many
 * times a second, the end once.
 *
 * @module
 */

import { PROGRESS_MS_MIN } from "./limits.ts";
import { Arrivals } from "./arrivals.ts";
import type { Named, NamedFully, Offer, Offers } from "./offers.ts";
import type { TransferUser } from "./transfer_user.ts";

/** What came of a word. */
export type WordEnd = "told" | "no_such_offer" | "too_long";

/** Passes words on. */
export class ReceiverWords {
  readonly #offers: Offers;
  readonly #now: () => number;
  readonly #arrivals = new Arrivals();
  readonly #gone = new WeakSet<TransferUser>();

  /** @param now Milliseconds on a clock that only goes forward. */
  constructor(offers: Offers, now: () => number) {
    this.#offers = offers;
    this.#now = now;
  }

  /** Every byte went to a receiver, whose invitation is over by that. */
  arrived(offer: Offer, receiver: TransferUser): void {
    if (offer.invited.get(receiver)?.confirmed) return;
    this.#arrivals.add(offer, receiver.tag, this.#now());
  }

  /** Somebody has left: nothing more can be said to it. */
  leave(user: TransferUser): void {
    this.#gone.add(user);
  }

  /** Whether it has left. */
  isGone(user: TransferUser): boolean {
    return this.#gone.has(user);
  }

  /** How much of a file is there. Whether its sender is told each time does not concern the receiver. */
  progress(receiver: TransferUser, id: string, done: number): WordEnd {
    const nowMs = this.#now();
    const open = this.#offers.get(id);
    const invitation = open?.invited.get(receiver);
    const offer = invitation?.user === receiver && invitation.taken
      ? open
      : this.#arrivals.find(id, receiver.tag, nowMs);
    if (offer === undefined || this.#gone.has(offer.sender)) return "no_such_offer";
    if (done > offer.file.size) return "too_long";
    // To a sender whose own connection carries the file, it would come after the last byte.
    if (!offer.beside || !this.#mayTell(offer, receiver, nowMs)) return "told";
    offer.sender.tell({ type: "FileProgress", by: receiver.name, offer: id, done });
    return "told";
  }

  /**
   * A file is whole. When the offer that is meant was made to a server that is gone, its sender is told under the name of
   * its newest offer of the same file.
   */
  received(receiver: TransferUser, named: NamedFully, sha256: string): WordEnd {
    const offer = this.#passed(receiver, named) ?? this.#open(receiver, named) ??
      this.#open(receiver, { ...named, offer: undefined, sha256: sha256.toLowerCase() });
    if (offer === undefined) return "no_such_offer";
    const { filename } = named;
    const by = receiver.name;
    offer.sender.tell({ type: "FileReceived", by, filename, offer: offer.id, sha256 });
    return "told";
  }

  readonly #toldMs = new WeakMap<Offer, Map<string, number>>();

  #mayTell(offer: Offer, { key }: TransferUser, nowMs: number): boolean {
    const told = this.#toldMs.get(offer) ?? new Map<string, number>();
    this.#toldMs.set(offer, told);
    if (nowMs - (told.get(key) ?? -Infinity) < PROGRESS_MS_MIN) return false;
    told.set(key, nowMs);
    return true;
  }

  /** The offer whose last byte went through. */
  #passed(receiver: TransferUser, { from, offer: id }: NamedFully): Offer | undefined {
    const offer = this.#arrivals.find(id, receiver.tag, this.#now());
    if (offer?.sender.key !== from || this.#gone.has(offer.sender)) return undefined;
    this.#arrivals.remove(id, receiver.tag);
    return offer;
  }

  /** The offer that still stands. */
  #open(receiver: TransferUser, named: Named): Offer | undefined {
    const offer = this.#offers.find(receiver, named);
    const invitation = offer && this.#offers.invitation(offer, receiver);
    if (offer === undefined || invitation === undefined || invitation.confirmed) return undefined;
    if (invitation.taken) invitation.confirmed = true;
    else this.#offers.uninvite(offer, receiver);
    return offer;
  }
}
