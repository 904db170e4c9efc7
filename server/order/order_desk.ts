/**
 * Keeps order: what a moderator decided is stored, and only then it holds and is told.
 *
 * ```text
 *   deed ─► the order after it ─┬─► the audit's stream: who, whom, when, why ─┐
 *                               └─► the room's key: how it is set ────────────┴─► durable ─► out he goes, all hear it, Ack
 * ```
 *
 * The record comes before what it tells of, and the store keeps that order: nothing holds that is not on record. Deeds that are
 * on their way are done one upon the other, so that none is lost that came while another one was written.
 *
 * @module
 */

import { LOOKED_AT_MS, STORE_READ_MS } from "../budget/mod.ts";
import type { Effect } from "../commands/types.ts";
import { errorMessage } from "../perform.ts";
import { refusalOf } from "../repeats/repeats.ts";
import type { Hall } from "../rooms/hall.ts";
import type { Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Archive } from "../store/history.ts";
import { payerOf, type Quotas } from "../store/quotas.ts";
import type { StorageError } from "../store/store_port.ts";
import { auditStream } from "../store/streams.ts";
import {
  type AuditEntry,
  type ErrorMessage,
  LOBBY,
  lookAlike,
  type OrderKept,
  type RoomName,
  type ServerMessage,
} from "../wire/mod.ts";
import { auditIn, encodeAudit } from "./audit.ts";
import { afterDeed, type Deed, toldOf, type Whom } from "./deeds.ts";
import { namedOf, type Order } from "./order.ts";
import type { OrderBook } from "./order_book.ts";
import type { ServerBans } from "./server_bans.ts";
import { ORDER_MS_PER_BYTE } from "./limits.ts";
import { Spoken } from "./spoken.ts";
import { isAtLeast, rankOf, refuseAct } from "./standing.ts";

/** What keeping order needs. */
export interface OrderDeskParts extends Archive {
  readonly hall: Hall;
  readonly book: OrderBook;
  readonly bans: ServerBans;
  readonly quotas: Quotas;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Hears that the store did not keep something. */
  readonly onFailed: (error: StorageError) => void;
}

/** Those who keep order come here. */
export class OrderDesk {
  /** What it keeps order with. */
  readonly parts: OrderDeskParts;
  /** How rooms will be set when what is on its way is durable. */
  readonly #coming = new WeakMap<Room, Order>();
  readonly #spoken = new WeakMap<Room, Spoken>();

  constructor(parts: OrderDeskParts) {
    this.parts = parts;
  }

  /** Why somebody may not speak in a room that restrains its speakers; if he may, he has spoken. */
  refuseWord(speaker: Member, room: Room): ErrorMessage | undefined {
    const { order } = room;
    const nowMs = this.parts.clock();
    const refusal = refuseAct(order, room.name, speaker, "speak", nowMs);
    if (refusal !== undefined) return errorMessage(refusal.code, refusal.msg);
    if (order.slow === 0 || isAtLeast(rankOf(order, speaker), "moderator")) return undefined;
    const spoken = this.#spoken.get(room) ?? new Spoken();
    this.#spoken.set(room, spoken);
    const wait = spoken.speak(speaker.mark, order.slow * 1_000, nowMs);
    if (wait === 0) return undefined;
    const msg = `This room is slow: wait ${Math.ceil(wait / 1_000)} s.`;
    return { ...errorMessage("rate_limited", msg), wait };
  }

  /** Does what a moderator decided. */
  keep(by: Member, { room: name, deed }: Extract<Effect, { do: "order" }>, id?: string): void {
    if (name === undefined) this.#keepOnServer(by, deed, id);
    else this.#keepIn(by, name, deed, id);
  }

  /** Answers with a page of an audit. */
  async page(
    member: Member,
    { room, wanted }: Extract<Effect, { do: "audit" }>,
    id: string | undefined,
  ): Promise<void> {
    const { store, reading, pageBytesMax } = this.parts;
    if (member.outbox.ended) return;
    const stream = auditStream(room && this.#keyOf(room));
    const range = { ...wanted, bytesMax: pageBytesMax };
    const { messages, more } = await reading.holding(() => store.read(stream, range));
    member.account.spend({ workMs: STORE_READ_MS + messages.length * LOOKED_AT_MS });
    await member.account.serve(() => {
      const records: AuditEntry[] = messages.flatMap((one) => auditIn(one, member.operator) ?? []);
      const place = room === undefined ? {} : { room };
      answer(member, { type: "AuditPage", ...place, records, more }, id);
    });
  }

  #keyOf(room: RoomName): Room["key"] | undefined {
    return this.parts.hall.room(room)?.key;
  }

  #keepIn(by: Member, name: RoomName, deed: Deed, id: string | undefined): void {
    const { hall, store, book, quotas, clock } = this.parts;
    const room = hall.openRoom(name);
    if (room === undefined) return answer(by, errorMessage("busy"), id);
    const at = clock();
    const present = () => [...room.members()].map(namedOf);
    const next = afterDeed(this.#coming.get(room) ?? room.order, deed, {
      by: by.name,
      nowMs: at,
      present,
    });
    const refused = "code" in next
      ? errorMessage(next.code, next.msg)
      : this.#refuseQuota(quotas, by, room);
    if (refused !== undefined || "code" in next) {
      room.release();
      return answer(by, refused ?? errorMessage("internal"), id);
    }
    this.#coming.set(room, next);
    by.owed.add();
    if (!room.remembered) {
      room.remembered = true;
      store.rememberRoom({
        name: room.name,
        ...(room.topic === undefined ? {} : { topic: room.topic }),
      });
    }
    this.#record(by, deed, room, at, (error) => {
      room.release();
      by.owed.settle();
      if (error !== undefined) {
        if (this.#coming.get(room) === next) this.#coming.delete(room);
        answer(by, refusalOf(error), id);
        return this.parts.onFailed(error);
      }
      if (this.#coming.get(room) === next) this.#coming.delete(room);
      hall.setOrder(room, next);
      this.#tell(by, room, deed);
      if (id === undefined) return;
      by.tell({ type: "Ack", re: id, room: room.name, seq: hall.head(room.stream), at });
    }, (settled) => {
      const bytes = book.keep(room.key, next, at, settled);
      // The whole is written anew: who keeps long lists pays for them.
      quotas.spend(by, bytes);
      by.account.spend({ workMs: bytes * ORDER_MS_PER_BYTE });
    });
  }

  #keepOnServer(by: Member, deed: Deed, id: string | undefined): void {
    const { bans, clock } = this.parts;
    const at = clock();
    const next = bans.after(deed, by.name, at);
    if ("code" in next) return answer(by, errorMessage(next.code, next.msg), id);
    bans.comes(next);
    by.owed.add();
    this.#record(by, deed, undefined, at, (error) => {
      by.owed.settle();
      if (error !== undefined) {
        bans.failed(next);
        answer(by, refusalOf(error), id);
        return this.parts.onFailed(error);
      }
      if (deed.act === "ban") this.#dismissBanned(deed.whom);
      if (deed.act !== "set") by.tell({ type: "Order", ...toldOf(deed), by: by.name });
      const seq = this.parts.store.head(auditStream());
      if (id !== undefined) by.tell({ type: "Ack", re: id, room: "", seq, at });
    }, (settled) => bans.keep(next, at, settled));
  }

  /** Ends the connections of all who may not be here any more, of whom something was said. */
  #dismissBanned(whom: Whom): void {
    const { hall, bans } = this.parts;
    const isMeant = this.#meant(whom);
    const out: [Member, ErrorMessage][] = [];
    for (const member of hall.members()) {
      const refusal = isMeant(member) ? bans.refuse(member) : undefined;
      if (refusal !== undefined) out.push([member, errorMessage(refusal.code, refusal.msg)]);
    }
    for (const [member, last] of out) member.dismiss(last);
  }

  /** Who may be meant by what was said: most are not, and to look closely at ten thousand takes long. */
  #meant(whom: Whom): (member: Member) => boolean {
    const { name, address, tag } = whom;
    const named = name === undefined ? undefined : this.parts.hall.user(name);
    const identity = named?.tag === tag ? named?.identity : undefined;
    return (member) =>
      member.identity === identity || address !== undefined ||
      (name !== undefined && lookAlike(member.name, name));
  }

  #refuseQuota(quotas: Quotas, by: Member, room: Room): ErrorMessage | undefined {
    const isMade = room.remembered || room.key === LOBBY;
    const tooMuch = quotas.take(by, isMade ? undefined : "room");
    return tooMuch && refusalOf(tooMuch);
  }

  /** Puts a deed on record, and then keeps what comes of it. */
  #record(
    by: Member,
    deed: Deed,
    room: Room | undefined,
    at: number,
    settled: (error?: StorageError) => void,
    keep: (settled: (error?: StorageError) => void) => void,
  ): void {
    const { store, quotas } = this.parts;
    let failed: StorageError | undefined;
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
      settled: (error) => failed = error,
    });
    if (failed !== undefined) return settled(failed);
    keep((error) => settled(failed ?? error));
  }

  /** Puts out who may not be in a room any more, and tells all who are concerned. */
  #tell(by: Member, room: Room, deed: Deed): void {
    const { hall } = this.parts;
    if (deed.act === "set") {
      const { access, slow, topicBy } = room.order;
      return void room.tellAll({
        type: "RoomChanged",
        room: room.name,
        by: by.name,
        access,
        slow,
        topicBy,
      });
    }
    const message: OrderKept = { type: "Order", room: room.name, ...toldOf(deed), by: by.name };
    by.account.spend({ workMs: room.msToTell(message.user?.length ?? 0) });
    const out = deed.act === "kick" || deed.act === "ban" ? this.#outOf(room, deed.whom) : [];
    // Who goes out hears that with all that was said there until then.
    room.tellAll(message);
    for (const member of out) room.exit(member);
    for (const member of out) if (member.speech === "text") this.#backToLobby(member);
    // Who did it, and whom it concerns, hear it wherever they are.
    const { tag } = "who" in deed ? deed.who : deed.whom;
    const named = message.user === undefined ? undefined : hall.user(message.user);
    const mayKnow = named?.tag === tag &&
      (!room.order.hides || named !== undefined && rankOf(room.order, named) !== "nobody");
    const concerned = mayKnow && named !== undefined ? hall.membersOf(named.key) : [];
    for (const member of new Set([by, ...concerned])) {
      if (!member.isIn(room.key) && !out.includes(member)) member.tell(message);
    }
  }

  /** Those in a room who may not be there any more, of whom something was said. */
  #outOf(room: Room, whom: Whom): Member[] {
    const nowMs = this.parts.clock();
    const isMeant = this.#meant(whom);
    const isOut = (member: Member): boolean =>
      isMeant(member) && refuseAct(room.order, room.name, member, "see", nowMs) !== undefined;
    return [...room.members()].filter(isOut);
  }

  /** Text has no word for being nowhere. */
  #backToLobby(member: Member): void {
    const { lobby } = this.parts.hall;
    if (member.places.size > 0) return;
    const nowMs = this.parts.clock();
    if (refuseAct(lobby.order, lobby.name, member, "see", nowMs) === undefined) lobby.enter(member);
  }
}

function answer(member: Member, message: ServerMessage, id: string | undefined): void {
  member.tell(id === undefined ? message : { ...message, re: id });
}
