/**
 * Keeps order: what a moderator decided is stored, and only then it holds and is told.
 *
 * ```text
 *   deed ─► the order after it ─┬─► the audit's stream: who, whom, when, why ─┐
 *                               ├─► the room's key: how it is set ────────────┼─► durable ─► out he goes, all hear it, Ack
 *                               └─► what an account that is away is to hear ──┘
 * ```
 *
 * These are one write, of which the store keeps all or nothing: nothing holds that is not on record, and nothing is on record that
 * was not done. Deeds that are on their way are done one upon the other, so that none is lost that came while another one was written,
 * and none is judged by rights that are being taken away (`store/on_the_way.ts`).
 *
 * @module
 */

import type { Effect } from "../commands/types.ts";
import { errorMessage } from "../perform.ts";
import { refusalOf } from "../repeats/repeats.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Archive } from "../store/history.ts";
import { OnTheWay } from "../store/on_the_way.ts";
import { payerOf, type Quotas } from "../store/quotas.ts";
import { type Put, StorageError } from "../store/store_port.ts";
import { auditStream } from "../store/streams.ts";
import {
  type ErrorMessage,
  type FoldedName,
  LOBBY,
  type RoomName,
  type ServerMessage,
} from "../wire/mod.ts";
import { encodeAudit } from "./audit.ts";
import { afterDeed, type Deed, meantIn, toldOf } from "./deeds.ts";
import { type Known, leavingOut, namedOf, namesOne, type Order, withoutOne } from "./order.ts";
import type { Placing } from "../invitations/invitations.ts";
import { newsOf, stillHolds } from "./deed_news.ts";
import type { News, ReportNews } from "./news.ts";
import type { Entry, OrderBook } from "./order_book.ts";
import { isOne, type Named, type Person } from "./person.ts";
import { placingIn } from "./placing.ts";
import { refuseDeed } from "./refuse_deed.ts";
import type { ReportPace } from "./report_pace.ts";
import type { ServerBans } from "./server_bans.ts";
import { ORDER_MS_PER_BYTE } from "./limits.ts";
import { Speech } from "./speech.ts";
import { rankOf, refuseAct } from "./standing.ts";
import { dismissBanned, outOf, tellDeed, type TellingParts } from "./telling.ts";

/** What keeping order needs. */
export interface OrderDeskParts extends Archive, TellingParts {
  readonly hall: Hall;
  readonly book: OrderBook;
  readonly bans: ServerBans;
  readonly news: News;
  readonly quotas: Quotas;
  /** What time it is at least: what was over then is kept no more. */
  readonly sure: () => number;
  readonly reportPace: ReportPace;
  /** Hears that the store did not keep something. */
  readonly onFailed: (error: StorageError) => void;
}

/** Those who keep order come here. */
export class OrderDesk {
  /** What it keeps order with. */
  readonly parts: OrderDeskParts;
  /** How rooms are set by what is on its way. */
  readonly #coming = new OnTheWay<FoldedName, Order>();
  /** Who is heard. */
  readonly speech: Speech;

  constructor(parts: OrderDeskParts) {
    this.parts = parts;
    const { clock } = parts;
    this.speech = new Speech({ clock, comingOf: (room) => this.comingOf(room) });
  }

  /** How a room will be when what is on its way is durable: what is decided in it is judged by that. */
  comingOf(room: Pick<Room, "key" | "order">): Order {
    return this.#coming.newest(room.key, () => room.order);
  }

  /** Does what a moderator decided. */
  keep(by: Member, { room: name, deed }: Extract<Effect, { do: "order" }>, id?: string): void {
    if (name === undefined) this.#keepOnServer(by, deed, id);
    else this.#keepIn(by, name, deed, id);
  }

  /** Tells an account that comes in what was done to it while it was away. @returns What was reported to it. */
  greet(member: Member): readonly ReportNews[] {
    const { hall, news } = this.parts;
    const reports: ReportNews[] = [];
    for (const item of news.tell(member, member.operator)) {
      if (item.act === "report") reports.push(item);
      else if (stillHolds(hall, member, item)) {
        const { wasInvited: _, ...told } = item;
        member.tell({ type: "Order", ...told, user: member.name });
      }
    }
    return reports;
  }

  #keepIn(by: Member, name: RoomName, said: Deed, id: string | undefined): void {
    const { hall, store, book, quotas, clock, sure } = this.parts;
    const room = hall.openRoom(name);
    if (room === undefined) return answer(by, errorMessage("busy"), id);
    const at = clock();
    const sureMs = sure();
    const before = this.comingOf(room);
    const deed = meantIn(before, said);
    // Whom a kick that is on its way puts out is not there any more.
    const isThere = (one: Member) => refuseAct(before, room.name, one, "see", at) === undefined;
    const present = () => [...room.members()].filter(isThere).map(namedOf);
    const next = afterDeed(before, deed, {
      by: by.name,
      nowMs: at,
      sureMs,
      present,
      hit: (after) =>
        "whom" in deed
          ? outOf(hall, by, room, deed.whom, at, after).filter(isThere).map(namedOf)
          : [],
    });
    // What is on its way counts: two words in one packet are as two of which the first was answered.
    const late = before === room.order ? undefined : refuseDeed(before, room.name, by, deed, at);
    const refused = late !== undefined
      ? errorMessage(late.code, late.msg)
      : "code" in next
      ? errorMessage(next.code, next.msg)
      : this.#refuseQuota(quotas, by, room);
    if (refused !== undefined || "code" in next) {
      room.release();
      return answer(by, refused ?? errorMessage("internal"), id);
    }
    const arrived = this.#coming.put(room.key, next);
    by.owed.add();
    const isKnown = room.remembered;
    room.remembered = true;
    let isRefused = false;
    let was = room.order;
    const absent = this.#absentee(deed, room.order, next);
    this.#store({ by, deed, room, at, absent, put: book.put(room.key, next, sureMs) }, (error) => {
      arrived(error);
      isRefused = error !== undefined;
      if (!isRefused) {
        room.isOwnerNews = false;
        was = room.order;
        hall.setOrder(room, next);
      }
      room.release();
      by.owed.settle();
      if (error !== undefined) return this.#failed(by, error, id);
      const out = tellDeed(this.parts, by, room, deed, { before: was, at }).map(namedOf);
      if (out.length > 0) this.#change(room, (order) => leavingOut(order, out), by);
      if (id === undefined) return;
      by.tell({ type: "Ack", re: id, room: room.name, seq: hall.head(room.stream), at });
    });
    // Without its owner it would be the operators' after a restart: then both are written with the next word in it.
    if (isKnown || (isRefused && room.isOwnerNews)) return;
    store.rememberRoom(room.fact);
  }

  /** Somebody has entered a room himself: he comes back to it by himself again, though he was put out of it before. */
  entered(member: Member, room: Room): void {
    if (!room.order.leavesOut(member)) return;
    const { tag, mark } = member;
    const gone = room.order.out.filter((one) => isOne(one, { tag, mark }));
    // Who is being put out now entered before that, and it is not what is taken back.
    const back = (order: Order) =>
      order.with({ out: order.out.filter((one) => !gone.includes(one)) });
    this.#change(room, back, member);
  }

  /** Sets a room otherwise at once, without a record of it, and likewise by what is on its way. */
  #change(room: Room, change: (order: Order) => Order, by: Member): void {
    const { hall, onFailed } = this.parts;
    const next = change(this.comingOf(room));
    hall.setOrder(room, change(room.order));
    this.#setQuietly(room.key, next, by).catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error;
      onFailed(error);
    });
  }

  /** Writes whose room it is, where only this server knows it. What a full disk refuses of that is to be asked for again. */
  keepOwner(room: Room): void {
    // Who it was may be nobody any more.
    if (room.order.owner === undefined) room.isOwnerNews = false;
    // A deed that is on its way says it, too.
    if (!room.isOwnerNews || this.#coming.has(room.key)) return;
    const { book, sure } = this.parts;
    room.isOwnerNews = false;
    book.keep(room.key, room.order, sure(), (error) => {
      // Where nothing is kept on a disk, and the book is full, it is given up.
      if (error !== undefined && !error.isLimit) room.isOwnerNews = true;
    });
  }

  /**
   * Somebody is nobody any more: he owns, moderates and is invited to a room no more, also where that is on its way, or was never
   * written. What he did and was done stays on record.
   */
  async forget(key: FoldedName, who: Known): Promise<void> {
    const { hall, book } = this.parts;
    for (;;) {
      const room = hall.room(key);
      const before = this.#coming.newest(key, () => room?.order ?? book.of(key));
      if (before === undefined || !namesOne(before, who)) return;
      const next = withoutOne(before, who);
      // Of a room of which nothing is kept nothing is written: a stranger may have made many.
      if (room === undefined || room.remembered || this.#coming.has(key)) {
        await this.#setQuietly(key, next);
      } else hall.setOrder(room, next);
    }
  }

  /**
   * Sets a room otherwise without a record of it, also while the disk is nearly full: the order gets shorter by it, or keeps somebody out.
   *
   * @throws {StorageError} Through the promise.
   */
  async #setQuietly(
    key: FoldedName,
    next: Order,
    by?: Member,
  ): Promise<void> {
    const { hall, book, sure, store, quotas } = this.parts;
    const put = book.put(key, next, sure());
    if (put instanceof StorageError) throw put;
    if (by !== undefined) quotas.spend(by, put.value.length);
    by?.account.spend({ workMs: put.value.length * ORDER_MS_PER_BYTE });
    const arrived = this.#coming.put(key, next);
    await new Promise<void>((resolve, reject) =>
      store.values.write(put.key, put.value, (error) => {
        arrived(error);
        if (error !== undefined) return reject(error);
        // Somebody may have opened it meanwhile.
        const room = hall.room(key);
        if (room !== undefined) hall.setOrder(room, next);
        resolve();
      }, true)
    );
  }

  /** A place in a room for the invited, for who shows an invitation of `by`; see `placing.ts`. */
  placing(name: RoomName, who: Named, by: string): Placing | undefined {
    return placingIn({ ...this.parts, coming: this.#coming }, name, { who, by });
  }

  #keepOnServer(by: Member, deed: Deed, id: string | undefined): void {
    const { bans, book, clock, sure } = this.parts;
    const at = clock();
    const sureMs = sure();
    const next = bans.after(deed, by.name, { nowMs: at, sureMs });
    if ("code" in next) return answer(by, errorMessage(next.code, next.msg), id);
    const arrived = bans.comes(next);
    by.owed.add();
    this.#store({ by, deed, at, put: book.putBanned(next, sureMs) }, (error) => {
      by.owed.settle();
      arrived(error);
      if (error !== undefined) return this.#failed(by, error, id);
      if (deed.act === "ban") dismissBanned(this.parts, by, deed.whom, at);
      if (deed.act !== "set") by.tell({ type: "Order", ...toldOf(deed), by: by.name });
      const seq = this.parts.store.head(auditStream());
      if (id !== undefined) by.tell({ type: "Ack", re: id, room: "", seq, at });
    });
  }

  #failed(by: Member, error: StorageError, id: string | undefined): void {
    answer(by, refusalOf(error), id);
    this.parts.onFailed(error);
  }

  /** The account that is away and is to hear of a deed, if it may know of the room. */
  #absentee(deed: Deed, before: Order, after: Order): Person | undefined {
    if (deed.act === "set") return undefined;
    const whom = "who" in deed ? deed.who : deed.whom;
    const person = whom.name === undefined ? undefined : this.parts.hall.away(whom.name);
    if (person === undefined || !isOne(whom, person)) return undefined;
    const mayKnow = [before, after].some((order) =>
      !order.hides || rankOf(order, person) !== "nobody"
    );
    return mayKnow ? person : undefined;
  }

  #refuseQuota(quotas: Quotas, by: Member, room: Room): ErrorMessage | undefined {
    const isMade = room.remembered || room.key === LOBBY;
    const tooMuch = quotas.take(by, isMade ? undefined : "room");
    return tooMuch && refusalOf(tooMuch);
  }

  /** Stores the record of a deed and what comes of it, all of it or nothing. */
  #store(
    { by, deed, room, at, absent, put }: {
      readonly by: Member;
      readonly deed: Deed;
      readonly room?: Room;
      readonly at: number;
      readonly absent?: Person | undefined;
      readonly put: Entry | StorageError;
    },
    settled: (error?: StorageError) => void,
  ): void {
    const { store, quotas, news } = this.parts;
    if (put instanceof StorageError) return settled(put);
    const puts: Put[] = [put];
    const retain = deed.act === "set" ? deed.settings.retain : undefined;
    if (room !== undefined && retain !== undefined) {
      puts.push(this.parts.book.putRetention(room.key, retain));
    }
    const told = absent && deed.act !== "set"
      ? news.put(absent, { ...newsOf(deed, room), by: by.name, at })
      : undefined;
    if (told !== undefined) puts.push(told);
    // The whole order is written anew, and all that an absent one is to hear: who keeps long lists pays for them.
    const bytes = puts.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    quotas.spend(by, bytes);
    by.account.spend({ workMs: bytes * ORDER_MS_PER_BYTE });
    store.append({
      stream: auditStream(room?.key),
      at,
      payer: payerOf(by),
      encode: (seq) => {
        const place = { ...(room === undefined ? {} : { room: room.name }), seq, at };
        const body = encodeAudit(deed, by, place);
        quotas.spend(by, body.length);
        return body;
      },
      puts,
      goesOn: isDefence(deed),
      settled: (error) => {
        told?.arrived(error);
        settled(error);
      },
    });
  }
}

/** Whether it is done also when the disk is nearly full: somebody may just be filling it. */
function isDefence({ act }: Deed): boolean {
  return act !== "invite" && act !== "promote" && act !== "owner";
}

function answer(member: Member, message: ServerMessage, id: string | undefined): void {
  member.tell(id === undefined ? message : { ...message, re: id });
}
