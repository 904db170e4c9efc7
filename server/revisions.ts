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
import { type Denial, mayDelete, mayEdit } from "./commands/may_change.ts";
import type { Effect } from "./commands/types.ts";
import type { Hall } from "./rooms/hall.ts";
import type { Member } from "./rooms/member.ts";
import { errorMessage } from "./perform.ts";
import { refusalOf } from "./repeats/repeats.ts";
import { tagOfAuthor } from "./store/authors.ts";
import { changeOf, encodeChange } from "./store/changes.ts";
import type { Archive } from "./store/history.ts";
import { payerOf, type Quotas } from "./store/quotas.ts";
import { encodeStored, revise, type StoredMessage } from "./store/revised.ts";
import type { MessageStore, StorageError, Stored } from "./store/store_port.ts";
import { messageIn } from "./store/stored.ts";
import { changeStream } from "./store/streams.ts";
import { changeLine } from "./text/changes.ts";
import { foldText, type NewMessage, type ServerMessage } from "./wire/mod.ts";

/** What is needed to change what was said. */
export interface RevisionParts extends Pick<Archive, "store" | "reading"> {
  readonly hall: Pick<Hall, "room" | "member">;
  readonly quotas: Quotas;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Hears whether the store took what it was given last. */
  readonly onStored: (error?: StorageError) => void;
}

type Wanted = Extract<Effect, { do: "change" }>;

/** A message as it was read, and who said it. */
interface Found {
  readonly stored: Stored;
  readonly message: NewMessage;
  readonly author: string | undefined;
}

/** Changes what was said. */
export class Revisions {
  readonly #parts: RevisionParts;
  /** The last change under way of each message: one for each connection at most. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(parts: RevisionParts) {
    this.#parts = parts;
  }

  /** Changes a message of a room, and answers who asked for it. */
  async change(member: Member, wanted: Wanted, id: string | undefined): Promise<void> {
    // What it said just now is to be changed as well.
    await member.owed.none();
    member.owed.add();
    try {
      await this.#alone(`${wanted.stream}\n${wanted.seq}`, async () => {
        const answer = await this.#change(member, wanted);
        if (answer.type === "Error" || id !== undefined) {
          member.tell(id === undefined ? answer : { ...answer, re: id });
        }
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

  /** @returns The answer. */
  async #change(member: Member, wanted: Wanted): Promise<ServerMessage> {
    const { clock, quotas, hall } = this.#parts;
    const found = await this.#find(member, wanted);
    if (found === undefined) return errorMessage("not_found", "There is no such message.");
    // Who left meanwhile changes nothing more.
    if (hall.member(member.key) !== member) return errorMessage("not_found");
    const denial = this.#judge(member, wanted, found);
    if (denial !== undefined) return errorMessage(denial.code, denial.msg);
    const { message } = found;
    const revised = revise(message, wanted.revision, { name: member.name, at: clock() });
    const { room, seq } = message;
    const at = revised.edited ?? message.at;
    const ack: ServerMessage = { type: "Ack", room, seq, at };
    if (revised === message) return ack;
    const refusal = quotas.take(member, undefined);
    const takesAway = wanted.revision.kind === "delete";
    if (refusal !== undefined && !takesAway) return refusalOf(refusal);
    const error = await this.#replace(member, wanted, found, revised);
    if (error !== undefined) return refusalOf(error);
    if (revised.type === "NewMessage") this.#tell(member, wanted, message, revised);
    return ack;
  }

  #judge(
    member: Member,
    { revision }: Wanted,
    { author, message: { deleted = false } }: Found,
  ): Denial | undefined {
    const message = { author, deleted };
    return revision.kind === "edit" ? mayEdit(member, message) : mayDelete(member, message);
  }

  async #find(member: Member, { stream, room, seq }: Wanted): Promise<Found | undefined> {
    const { store, reading } = this.#parts;
    const { account } = member;
    const read: MessageStore["read"] = async (stream, range) => {
      const page = await reading.holding(() => store.read(stream, range));
      account.spend({ workMs: STORE_READ_MS + page.messages.length * LOOKED_AT_MS });
      return page;
    };
    if (seq < 1 || seq > store.head(stream)) return undefined;
    const { messages: [stored] } = await read(stream, { after: seq - 1, limit: 1, bytesMax: 1 });
    const message = stored?.seq === seq ? messageIn(stored) : undefined;
    if (stored === undefined || message?.type !== "NewMessage") return undefined;
    const from = foldText(message.from);
    const head = (stream: string): number => store.head(stream);
    // Who bears another name has not said it, and need not be looked for.
    const author = from === member.key
      ? await tagOfAuthor(read, head, room, { from, seq })
      : "somebody else's";
    return await account.serve(() => ({ stored, message, author }));
  }

  #replace(
    member: Member,
    { stream, room, seq, revision }: Wanted,
    { stored }: Found,
    revised: StoredMessage,
  ): Promise<StorageError | undefined> {
    const { store, quotas, onStored, clock } = this.#parts;
    const body = encodeStored(revised);
    const change = encodeChange({ seq, head: store.head(stream) });
    quotas.spend(member, body.length + change.length);
    return new Promise((resolve) =>
      store.replace({
        stream,
        stored,
        body,
        at: clock(),
        payer: payerOf(member),
        beside: { stream: changeStream(room), encode: () => change },
        erases: true,
        takesAway: revision.kind === "delete",
        settled: (error) => {
          onStored(error);
          resolve(error);
        },
      })
    );
  }

  #tell(member: Member, { room: key }: Wanted, before: NewMessage, revised: NewMessage): void {
    const room = this.#parts.hall.room(key);
    const change = changeOf(revised);
    if (room === undefined || change === undefined) return;
    const bytes = room.tell(change, () => changeLine(change, before));
    member.account.spend({ workMs: room.msToTell(bytes) });
  }
}
