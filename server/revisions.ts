/**
 * What was said, changed: read, judged, replaced in the store, and only then told.
 *
 * ```text
 *   Edit{seq} ─► its own words durable ─► read ─► may it? ─► store.replace ┈ durable ─► all: MessageEdited, then Ack
 *                └──────── alone with this message, one after the other ─────────────┘
 * ```
 *
 * The primitive is the store's: another body under the same seq and time (`revised.ts`), so a message is one record whatever
 * becomes of it, its place stays, and pages, `resume` and repeated ids read it as any other. Beside the room's stream stand
 * who began to speak when (`authors.ts`), which proves whose a message is, and what was changed when (`changes.ts`), which
 * is told to who comes back. The old words leave the files soon (`durable/eraser.ts`); a deletion is taken also when the disk
 * is nearly full, an edit is not.
 *
 * A change costs its sender what a message costs: a token, its share of what the room is told, and the bytes of the day. So
 * there is no limit of its own to how often one message is edited.
 *
 * A change that is said twice under one id changes nothing the second time, and gets the same answer.
 *
 * @module
 */

import { LOOKED_AT_MS, STORE_READ_MS } from "./budget/mod.ts";
import { type Changer, mayChange } from "./commands/may_change.ts";
import type { Effect } from "./commands/types.ts";
import type { ServerBans } from "./order/server_bans.ts";
import type { Hall } from "./rooms/hall.ts";
import type { Member } from "./rooms/member.ts";
import type { Room } from "./rooms/room.ts";
import { errorMessage } from "./perform.ts";
import { encodeDeletion } from "./order/audit.ts";
import type { Order } from "./order/order.ts";
import { isAtLeast, rankOf, refuseAct } from "./order/standing.ts";
import { refusalOf } from "./repeats/repeats.ts";
import { type Rewriting, rewriting } from "./rewriting.ts";
import { tagOfAuthor } from "./store/authors.ts";
import { ChangeTrail } from "./store/change_trail.ts";
import { changeOf, encodeChange } from "./store/changes.ts";
import type { Archive } from "./store/history.ts";
import { payerOf, type Quotas } from "./store/quotas.ts";
import {
  countOf,
  encodeStored,
  isFullOfReactions,
  revise,
  type Revision,
  type StoredMessage,
} from "./store/revised.ts";
import type { Beside, MessageStore, Replace, StorageError, Stored } from "./store/store_port.ts";
import { messageIn } from "./store/stored.ts";
import { auditStream, changeStream } from "./store/streams.ts";
import { changeLine, whisperChangeLine } from "./text/changes.ts";
import {
  type ErrorMessage,
  type FoldedName,
  foldText,
  type Rank,
  type Reactions,
  type ServerMessage,
} from "./wire/mod.ts";

/** What is needed to change what was said. */
export interface RevisionParts extends Pick<Archive, "store" | "reading" | "replaced"> {
  readonly hall: Pick<Hall, "room" | "membersOf" | "away" | "isHere" | "nowMs">;
  /** Who is just being put out of the server. */
  readonly bans: Pick<ServerBans, "refuseSoon">;
  /** Why a member may not speak in a room now; if it may, it has spoken. */
  readonly refuseWord: (speaker: Member, room: Room) => ErrorMessage | undefined;
  /** How a room will be set when what is on its way is durable. */
  readonly comingOf: (room: Room) => Order;
  /** Why a member may not be heard there. */
  readonly refuseSpeech: (speaker: Member, room: Room) => ErrorMessage | undefined;
  readonly quotas: Quotas;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How long after something was said whoever said it may change it, in ms. */
  readonly changeMsMax: () => number;
  /** Hears whether the store took what it was given last. */
  readonly onStored: (error?: StorageError) => void;
}

type Wanted = Extract<Effect, { do: "change" }>;

/** A message as it was read, and who said it. */
interface Found {
  readonly stored: Stored;
  readonly message: StoredMessage;
  readonly author: string | undefined;
}

/** Changes what was said. */
export class Revisions {
  readonly #parts: RevisionParts;
  /** The last change under way of each message: one for each connection at most. */
  readonly #underWay = new Map<string, Promise<void>>();

  readonly #trail = new ChangeTrail();

  constructor(parts: RevisionParts) {
    this.#parts = parts;
  }

  /** Changes a message, and answers who asked for it. */
  async change(member: Member, wanted: Wanted, id: string | undefined): Promise<void> {
    // What it said just now is to be changed as well.
    await member.owed.none();
    member.owed.add();
    try {
      await this.#alone(`${wanted.stream}\n${wanted.seq}`, async () => {
        const answer = await this.#change(member, wanted, id);
        if (answer !== undefined) member.tell(id === undefined ? answer : { ...answer, re: id });
      });
    } finally {
      member.owed.settle();
    }
  }

  /** Does something when all that concerns the same message before it is done. */
  async #alone(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#underWay.get(key);
    const done = before === undefined ? work() : before.then(work, work);
    this.#underWay.set(key, done);
    try {
      await done;
    } finally {
      if (this.#underWay.get(key) === done) this.#underWay.delete(key);
    }
  }

  /** Gives a message another body, alone with it as everybody who changes it. */
  readonly rewrite: Rewriting = async (stream, seq, change) => {
    const { store, reading, replaced, clock } = this.#parts;
    const read: MessageStore["read"] = (stream, range) =>
      reading.holding(() => store.read(stream, range));
    const replace = (change: Replace) => replaced.noting(store, change);
    await this.#alone(
      `${stream}\n${seq}`,
      () => rewriting({ store: { replace }, read, clock })(stream, seq, change),
    );
  };

  /** @returns The answer, if one is still to be given. */
  async #change(
    member: Member,
    wanted: Wanted,
    id: string | undefined,
  ): Promise<ServerMessage | undefined> {
    const { clock, quotas, hall, changeMsMax } = this.#parts;
    const found = await this.#find(member, wanted);
    if (found === undefined) return errorMessage("not_found", "There is no such message.");
    // Who left meanwhile changes nothing more, and a guest may have been given another name.
    const { latest } = member;
    if (!hall.isHere(latest)) return undefined;
    if (latest !== member) return await this.#change(latest, wanted, id);
    const { message } = found;
    const revised = revise(message, wanted.revision, {
      name: member.name,
      tag: member.tag,
      at: clock(),
    });
    // Who has reacted already is not told that there is no room for it.
    const isDone = wanted.revision.kind === "react" && revised === message;
    const standing = wanted.revision.kind === "delete" ? this.#standing(member, wanted, found) : {};
    const age = { ageMs: clock() - message.at, changeMsMax: changeMsMax() };
    const denial = isDone
      ? undefined
      : mayChange({ tag: member.tag, ...standing }, wanted.revision.kind, {
        author: found.author,
        deleted: message.deleted === true,
        isFull: isFull(wanted.revision, message),
        ...age,
      });
    if (denial !== undefined) return errorMessage(denial.code, denial.msg);
    const told = (isNew: boolean): ServerMessage | undefined =>
      "room" in wanted.place
        ? this.#toldRoom(member, wanted.place.room, wanted.revision, { revised, isNew, id })
        : this.#toldPair(member, wanted.place.with, { revised, isNew, id });
    if (revised === message) return told(false);
    const late = this.#refuseNow(member, wanted);
    if (late !== undefined) return late;
    const refusal = quotas.take(member, undefined);
    const takesAway = wanted.revision.kind === "delete";
    if (refusal !== undefined && !takesAway) return refusalOf(refusal);
    return await this.#replace(member, wanted, found, { revised, told: () => told(true) });
  }

  /** Why it may not be any more: much may be decided in a room, and on the server, while a message is read. Other words are a word there. */
  #refuseNow(member: Member, { place, revision }: Wanted): ErrorMessage | undefined {
    const { hall, bans, refuseWord, refuseSpeech } = this.#parts;
    const out = bans.refuseSoon(member);
    if (out !== undefined) return errorMessage(out.code, out.msg);
    if (!("room" in place)) return undefined;
    const room = hall.room(place.room);
    if (room === undefined || !member.isIn(room.key)) return errorMessage("not_in_room");
    if (revision.kind === "edit") return refuseWord(member, room);
    return revision.kind === "delete" || !revision.on ? undefined : refuseSpeech(member, room);
  }

  async #find(
    member: Member,
    { stream, place, seq, revision }: Wanted,
  ): Promise<Found | undefined> {
    const { store, reading } = this.#parts;
    const { account } = member;
    const read: MessageStore["read"] = async (stream, range) => {
      const page = await reading.holding(() => store.read(stream, range));
      account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
      return page;
    };
    if (seq < 1 || seq > store.head(stream)) return undefined;
    const { messages: [stored] } = await read(stream, { after: seq - 1, limit: 1, bytesMax: 1 });
    const message = stored?.seq === seq ? await account.serve(() => messageIn(stored)) : undefined;
    if (stored === undefined || message === undefined) return undefined;
    if (message.type === "PrivateMessage") {
      // Whether others of these names ever whispered is nobody's business.
      const isOwn = message.between?.includes(member.tag) === true;
      return isOwn ? { stored, message, author: message.between?.[0] } : undefined;
    }
    if (!("room" in place)) return undefined;
    const from = foldText(message.from);
    const head = (stream: string): number => store.head(stream);
    // Who bears another name has not said it: only who may delete it all the same asks whose it is.
    const isAsked = revision.kind === "delete" ||
      (revision.kind === "edit" && from === member.key);
    const author = isAsked
      ? await tagOfAuthor(read, head, place.room, { from, seq })
      : "somebody else's";
    return { stored, message, author };
  }

  #replace(
    member: Member,
    { stream, place, seq, revision }: Wanted,
    found: Found,
    { revised, told }: {
      readonly revised: StoredMessage;
      /** Tells all, and gives the answer. */
      readonly told: () => ServerMessage | undefined;
    },
  ): Promise<ServerMessage | undefined> {
    const { store, replaced, quotas, onStored, clock } = this.#parts;
    const body = encodeStored(revised);
    quotas.spend(member, body.length);
    return new Promise((resolve) =>
      replaced.noting(store, {
        stream,
        stored: found.stored,
        body,
        at: clock(),
        payer: payerOf(member),
        beside: "room" in place && revision.kind !== "react"
          ? [{
            stream: changeStream(place.room),
            encode: () => this.#changeRecord(place.room, stream, revised),
          }, ...this.#onRecord(member, place.room, found)]
          : [],
        erases: revision.kind !== "react",
        takesAway: revision.kind === "delete",
        settled: (error) => {
          // That a deletion was taken does not say that there is space.
          if (error !== undefined || revision.kind !== "delete") onStored(error);
          const { edited } = revised;
          if (error === undefined && edited !== undefined && "room" in place) {
            this.#trail.stored(place.room, [seq, edited]);
          }
          // At once, as all that is told: what the store settles behind it is told behind it.
          resolve(error === undefined ? told() : refusalOf(error));
        },
      })
    );
  }

  #changeRecord(room: FoldedName, stream: string, { seq, edited }: StoredMessage): Uint8Array {
    const before = this.#trail.of(room);
    const head = this.#parts.store.newest(stream);
    return encodeChange({ seq, head, edited, ...(before.length === 0 ? {} : { before }) });
  }

  /** What moderators do to others' words is on record. */
  #onRecord(member: Member, room: FoldedName, { message, author }: Found): readonly Beside[] {
    if (author === member.tag || message.type !== "NewMessage") return [];
    const at = this.#parts.clock();
    return [{
      stream: auditStream(room),
      encode: (_, seq) =>
        encodeDeletion(member, { message: message.seq, user: message.from, tag: author }, {
          room: message.room,
          seq,
          at,
        }),
    }];
  }

  /** What somebody is where something was said that it wants to delete. */
  #standing(
    member: Member,
    { place }: Wanted,
    found: Found,
  ): Pick<Changer, "outranks" | "moderates"> {
    const room = "room" in place ? this.#parts.hall.room(place.room) : undefined;
    if (room === undefined) return {};
    // What he does to others' words is on record behind what is on its way.
    const order = this.#parts.comingOf(room);
    if (refuseAct(order, room.name, member, "judge", this.#parts.clock()) !== undefined) return {};
    const rank = rankOf(order, member);
    return { moderates: true, outranks: !isAtLeast(this.#rankOfAuthor(order, found), rank) };
  }

  /** What somebody is where he said something. Of whom nothing is proved is nobody. */
  #rankOfAuthor(order: Order, { message: { from }, author: tag }: Found): Rank {
    if (tag === undefined) return "nobody";
    const { hall } = this.#parts;
    const known = [...hall.membersOf(foldText(from)), hall.away(from)]
      .filter((one) => one?.tag === tag);
    // One who is here over several connections may have shown what makes him an operator over any of them.
    const one = known.find((one) => one?.operator) ?? known[0];
    return rankOf(order, one ?? { operator: false, tag, mark: "" });
  }

  #toldRoom(
    member: Member,
    key: FoldedName,
    revision: Revision,
    { revised, isNew, id }: Done,
  ): ServerMessage | undefined {
    const room = this.#parts.hall.room(key);
    if (revised.type !== "NewMessage") return undefined;
    const { room: name, seq, at } = revised;
    if (isNew && room !== undefined) {
      const bytes = revision.kind === "react"
        ? room.tell({
          type: "Reactions",
          room: name,
          seq,
          ...reactionOf(revised, revision, member),
        })
        : tellChange(room, revised);
      member.account.spend({ workMs: room.msToTell(bytes) });
    }
    if (id === undefined) return undefined;
    const { edited = at } = revised;
    return { type: "Ack", room: name, seq, at: edited };
  }

  #toldPair(member: Member, other: string, { revised, isNew }: Done) {
    const change = changeOf(revised);
    if (revised.type !== "PrivateMessage" || change === undefined) return undefined;
    const { hall } = this.#parts;
    const { to: name = other } = revised;
    if (isNew) {
      for (const to of hall.membersOf(foldText(other))) {
        if (to === member || to.tag !== revised.between?.[1]) continue;
        if (to.speech === "text") to.tellBytes(whisperChangeLine(change));
        else to.tell({ ...change, with: member.name });
      }
      // Its own other devices show it, too.
      for (const own of hall.membersOf(member.key)) {
        // Somebody else may have the name by now.
        if (own === member || own.tag !== member.tag || own.tag === revised.between?.[1]) continue;
        if (own.speech === "text") own.tellBytes(whisperChangeLine(change, name));
        else own.tell({ ...change, with: name });
      }
    }
    if (member.speech === "frames") return { ...change, with: name };
    if (isNew) member.tellBytes(whisperChangeLine(change, name));
    return undefined;
  }
}

/** A change that was made, or had been made already. */
interface Done {
  readonly revised: StoredMessage;
  readonly isNew: boolean;
  readonly id: string | undefined;
}

/** Tells a room of an edit or a deletion. @returns Bytes that each member is told. */
function tellChange(room: Room, revised: StoredMessage): number {
  const change = changeOf(revised);
  return change === undefined ? 0 : room.tell(change, () => changeLine(change, revised.from));
}

/** Whether a message takes no further reaction as this one. */
function isFull(revision: Revision, message: StoredMessage): boolean {
  return revision.kind === "react" && revision.on && isFullOfReactions(message, revision.emoji);
}

/** What is told of a reaction. */
function reactionOf(
  revised: StoredMessage,
  { emoji, on }: Extract<Revision, { kind: "react" }>,
  { name }: Member,
): Pick<Reactions, "emoji" | "count" | "by" | "on"> {
  return { emoji, count: countOf(revised, emoji), by: name, on };
}
