/**
 * Where files change hands: takes offers and answers, starts rounds, and tells everybody concerned.
 *
 * ```text
 *   commands ─► effects ─► perform.ts ─► desk ─┬─► offers.ts          who offers what to whom
 *                                              ├─► ends.ts            how offers end, and who is told
 *                                              ├─► disturbance.ts     how many people may be asked
 *                                              ├─► round.ts           one reading, to all who accepted in time
 *                                              ├─► slots.ts           which rounds may move bytes
 *                                              ├─► receiver_words.ts  how much is there, and that it all is
 *   a second connection ─ Transfer{token} ─────┴─► one-time tokens    where it belongs
 * ```
 *
 * No file is ever kept: a round holds one piece of it. An offer lives as long as the two connections between
 * which it was made; who comes back offers again, and the receiver accepts from where it stopped.
 *
 * @module
 */

import { OneTimeTokens } from "../../ground/mod.ts";
import type { Chores } from "../budget/mod.ts";
import {
  ACCEPTED_PER_USER_MAX,
  OFFERED_USERS_MAX,
  OFFERS_PER_USER_MAX,
  ROUNDS_PER_SENDER_MAX,
} from "./limits.ts";
import type { Limits } from "../limits.ts";
import type { FileOffered, OfferAck, RoomName } from "../wire/mod.ts";
import { Disturbance } from "./disturbance.ts";
import {
  type Audience,
  type FileFacts,
  type Named,
  type NamedFully,
  type Offer,
  Offers,
  peopleOf,
} from "./offers.ts";
import type { TransferUser } from "./transfer_user.ts";
import { type DevicesOf, OfferEnds } from "./ends.ts";
import { ReceiverWords, type WordEnd } from "./receiver_words.ts";
import { Round, type Ticket } from "./round.ts";
import { Rounds } from "./rounds.ts";
import type { Sink, Wish } from "./sink.ts";
import { Slots } from "./slots.ts";
import { noSuchOffer, type Refusal, refusal, telling } from "./words.ts";

/** What a desk needs. */
export interface DeskParts {
  readonly limits: Limits;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** The devices of somebody that are here. Default: nobody has several. */
  readonly devicesOf?: DevicesOf;
  /** Does what nobody waits for. */
  readonly chores: Pick<Chores, "do">;
}

/** Something that somebody offers. */
export interface Offering {
  readonly file: FileFacts;
  readonly beside: boolean;
  readonly room?: RoomName;
  readonly receivers: readonly TransferUser[];
  /** Those in the room, instead of `receivers`. */
  readonly audience?: Audience;
}

/** Gives the direct answer; an acknowledgement reaches only who asked for one. */
export type Answer = (message: OfferAck | Refusal) => void;

/** All offers and transfers of a server. */
export class FileDesk {
  readonly #parts: DeskParts;
  readonly #offers = new Offers();
  readonly #tokens: OneTimeTokens<Ticket>;
  readonly #rounds = new Rounds();
  readonly #slots: Slots;
  readonly #words: ReceiverWords;
  readonly #ends: OfferEnds;
  readonly #disturbance: Disturbance;
  readonly #chores: DeskParts["chores"];

  constructor(parts: DeskParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.limits.transfersMax);
    this.#words = new ReceiverWords(this.#offers, parts.now);
    const { now, devicesOf = () => [] } = parts;
    this.#ends = new OfferEnds({
      devicesOf,
      offers: this.#offers,
      rounds: this.#rounds,
      words: this.#words,
      now,
    });
    this.#disturbance = new Disturbance(parts.limits.offeredPerSecond);
    this.#chores = parts.chores;
    this.#tokens = new OneTimeTokens(parts.limits.fileTokenMsMax);
  }

  /** How many offers stand. */
  get offers(): number {
    return this.#offers.size;
  }

  /** What the offers of one user cost. */
  bytesOf(user: TransferUser): number {
    return this.#offers.bytesOf(user);
  }

  /** How many transfers are under way or about to be. */
  get transfers(): number {
    return this.#rounds.size;
  }

  /**
   * Whether somebody may be asked to send a file over its own connection at any moment, and so had better
   * say nothing: a word that crosses the `StartUpload` would become a part of the file.
   */
  awaitsStart(user: TransferUser): boolean {
    for (const { beside } of this.#offers.by(user)) if (!beside) return true;
    return false;
  }

  /** Takes an offer and tells it to its receivers. */
  offer(sender: TransferUser, { receivers, ...what }: Offering, answer: Answer): void {
    const { limits, now } = this.#parts;
    const { file, room, audience } = what;
    const people = audience?.size ?? peopleOf(receivers);
    if (file.size > limits.fileBytesMax) {
      return answer(
        refusal("too_long", `A file may have at most ${limits.fileBytesMax} bytes here.`),
      );
    }
    if (this.#offers.by(sender).size >= OFFERS_PER_USER_MAX) {
      const msg = `${OFFERS_PER_USER_MAX} of your offers are open already. Take one back first.`;
      return answer(refusal("busy", msg));
    }
    if (people > OFFERED_USERS_MAX) {
      const msg = `A file can be offered to ${OFFERED_USERS_MAX} people at once, not to more.`;
      return answer(refusal("invalid", msg));
    }
    if (people === 0) return answer(refusal("not_found", "Nobody else is there."));
    const open = this.#offers.by(sender);
    const why = this.#disturbance.refusal(sender.key, people, { open, nowMs: now() });
    if (why !== undefined) return answer(refusal("busy", why));
    const offer = this.#offers.add({ sender, receivers, ...what }, now());
    const able = audience?.able ?? peopleOf(receivers.filter(({ speech }) => speech === "frames"));
    answer({ type: "OfferAck", offer: offer.id, users: able });
    const told: FileOffered = {
      type: "FileOffer",
      from: sender.name,
      ...file,
      offer: offer.id,
      ...(room === undefined ? {} : { room }),
    };
    audience?.begin(() => this.#ends.someoneLeft(offer));
    audience?.tell(told);
    this.#chores.do(telling(receivers, told));
  }

  /** Takes a yes, and begins. */
  accept(receiver: TransferUser, named: Named, wish: Wish, answer: Answer): void {
    const offer = this.#offers.find(receiver, named);
    const invitation = offer && this.#offers.invitation(offer, receiver);
    if (offer === undefined || invitation === undefined || this.#words.isGone(offer.sender)) {
      return answer(noSuchOffer());
    }
    if (wish.offset > offer.file.size) {
      return answer(refusal("invalid", "The file is not as long as that."));
    }
    if (invitation.taken) return answer(refusal("busy", "You have accepted this file already."));
    const why = this.#busy(offer, receiver);
    if (why !== undefined) return answer(refusal("busy", why));
    this.#offers.take(offer, invitation);
    this.#ends.taken(offer, receiver);
    answer({ type: "OfferAck", offer: offer.id });
    const { offset, progress } = wish;
    const { filename } = offer.file;
    offer.sender.tell({
      type: "FileAccept",
      by: receiver.name,
      filename,
      offset,
      offer: offer.id,
      tag: receiver.tag,
      ...(progress === true && offer.beside ? { progress } : {}),
    });
    const round = this.#rounds.gatheringOf(offer) ?? this.#open(offer);
    round.add(receiver, wish);
    if (!this.#offers.isOpen(offer)) this.#start(round);
    else this.#rounds.gather(round, this.#parts.limits.fileGatherMs, () => this.#start(round));
  }

  /** Takes a no, and passes on why. */
  reject(receiver: TransferUser, named: Named, answer: Answer, reason?: string): void {
    const offer = this.#offers.find(receiver, named);
    const invitation = offer && this.#offers.invitation(offer, receiver);
    if (offer === undefined || invitation === undefined) return answer(noSuchOffer());
    if (invitation.taken) {
      return answer(refusal("invalid", "You have accepted this file; FileCancel stops it."));
    }
    const { filename } = offer.file;
    const why = reason === undefined ? {} : { reason };
    if (this.#ends.isOpenElsewhere(offer, receiver)) {
      // Another device of the same person may still say yes.
      this.#offers.uninvite(offer, receiver);
      return answer({ type: "OfferAck", offer: offer.id });
    }
    offer.sender.tell({ type: "FileReject", by: receiver.name, filename, offer: offer.id, ...why });
    // With the last answer it may be over: that is told behind the answer.
    this.#ends.uninvite(offer, receiver);
    answer({ type: "OfferAck", offer: offer.id });
  }

  /** A receiver says how much of a file it has. */
  progress(receiver: TransferUser, id: string, done: number, answer: Answer): void {
    this.#answer(this.#words.progress(receiver, id, done), id, answer);
  }

  /** A receiver says that it has a file. */
  received(receiver: TransferUser, named: NamedFully, sha256: string, answer: Answer): void {
    this.#answer(this.#words.received(receiver, named, sha256), named.offer, answer);
  }

  /** Either side wants it no more. */
  cancel(user: TransferUser, id: string, answer: Answer): void {
    const offer = this.#offers.get(id);
    if (offer?.sender === user) {
      this.#chores.do(this.#ends.withdrawing(offer, `${user.name} took the offer back.`));
    } else if (offer !== undefined && this.#offers.invitation(offer, user) !== undefined) {
      this.#ends.resign(offer, user, `${user.name} does not want the file any more.`);
    } else return answer(noSuchOffer());
    answer({ type: "OfferAck", offer: id });
  }

  /** Where a second connection belongs; it is asked once. */
  redeem(token: string): Ticket | undefined {
    return this.#tokens.redeem(token, this.#parts.now());
  }

  /**
   * Somebody has left, and with it go its offers and transfers: as far as that takes long, in steps. Nobody can accept one
   * of them any more.
   */
  leave(user: TransferUser): void {
    this.#words.leave(user);
    this.#chores.do(this.#ends.leaving(user));
  }

  /** Somebody was put out of a room, in steps as above. */
  putOut(user: TransferUser, room: RoomName): void {
    this.#chores.do(this.#ends.leavingRoom(user, room));
  }

  /** Some may not be in a room any more, also of those who have left it by themselves: the same of them. */
  closeTo(room: RoomName, isOut: (user: TransferUser) => boolean): void {
    this.#chores.do(this.#ends.closing(room, isOut));
  }

  /** The rooms in which somebody has offered something, or from which something comes to him. */
  roomsOf(user: TransferUser): ReadonlySet<RoomName> {
    const offers = [...this.#offers.by(user), ...this.#offers.to(user)];
    return new Set(offers.flatMap(({ room }) => room ?? []));
  }

  /** Looks after deadlines. To be called about once a second. */
  check(): void {
    const { limits, now } = this.#parts;
    const nowMs = now();
    this.#chores.do(this.#ends.expiring(limits.offerMsMax));
    for (const ticket of this.#tokens.expire(nowMs)) ticket.expire();
    for (const round of this.#rounds.all()) round.check();
    this.#disturbance.check(nowMs);
  }

  /** Stops every timer. */
  close(): void {
    this.#rounds.close();
  }

  #answer(end: WordEnd, offer: string, answer: Answer): void {
    if (end === "no_such_offer") answer(noSuchOffer());
    else if (end === "too_long") answer(refusal("invalid", "The file is not as long as that."));
    else answer({ type: "OfferAck", offer });
  }

  // ── Rounds ─────────────────────────────────────────────────────────────────────────────────────

  /** Why a transfer to `receiver` cannot begin now. */
  #busy(offer: Offer, receiver: TransferUser): string | undefined {
    const { sender } = offer;
    // Also one beside: whoever carries a file inline would not hear of it in time.
    if (receiver.inline.isBusy()) return "Your connection carries a file. Wait until that is over.";
    if (sender.inline.isBusy()) {
      return `${sender.name}'s connection carries another file. Try again later.`;
    }
    let taken = 0;
    for (const { invited } of this.#offers.to(receiver)) {
      if (invited.get(receiver)?.taken) taken++;
    }
    if (taken >= ACCEPTED_PER_USER_MAX) {
      return `You have accepted ${ACCEPTED_PER_USER_MAX} files already. Wait until one is there.`;
    }
    if (this.#rounds.gatheringOf(offer) !== undefined || this.#hasRoom(sender)) return undefined;
    return `${sender.name} sends ${ROUNDS_PER_SENDER_MAX} times at once already. Try again later.`;
  }

  #hasRoom(sender: TransferUser): boolean {
    return this.#rounds.countOf(sender) < ROUNDS_PER_SENDER_MAX;
  }

  /** Has those who are slow in a round go on in one of their own. */
  #splitOff(offer: Offer, sinks: readonly Sink[], offset: number): boolean {
    if (!this.#hasRoom(offer.sender)) return false;
    const round = this.#open(offer);
    for (const sink of sinks) round.adopt(sink, offset);
    round.start();
    return true;
  }

  #open(offer: Offer): Round {
    const { limits, now } = this.#parts;
    const round = new Round({
      offer,
      tokens: this.#tokens,
      stallMsMax: limits.fileStallMsMax,
      paceMs: limits.filePaceMs,
      now,
      admit: (carrier) => this.#slots.take(carrier),
      onArrived: (user) => {
        this.#words.arrived(offer, user);
        this.#ends.uninvite(offer, user);
      },
      onBroken: (user, why) => this.#ends.standsAgain(offer, user, why),
      onSlow: (sinks, offset) => this.#splitOff(offer, sinks, offset),
      onOver: () => {
        this.#rounds.delete(round);
        this.#slots.free(round);
      },
    });
    this.#rounds.add(round);
    return round;
  }

  #start(round: Round): void {
    this.#rounds.stopGathering(round);
    const { offer } = round;
    // Somebody may have begun another one while the others were waited for.
    for (const { user, taken } of [...offer.invited.values()]) {
      const why = taken && round.has(user) ? this.#inlineBusy(offer, user) : undefined;
      if (why === undefined) continue;
      round.drop(user);
      this.#ends.standsAgain(offer, user, why);
    }
    round.start();
  }

  #inlineBusy(offer: Offer, user: TransferUser): string | undefined {
    return user.inline.isBusy() || offer.sender.inline.isBusy()
      ? "The connection carries another file by now."
      : undefined;
  }
}
