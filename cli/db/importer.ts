/**
 * Brings a dump's lines into a store.
 *
 * - A store is only added to. What it has already, and the same, is passed over; so an import that broke off is
 *   simply done again, and one that is done twice changes nothing.
 * - A message keeps its seq. Where the store has another message under it, the import ends: two histories cannot
 *   be made one.
 * - A message that is not here and whose seq is given out already stays away: it was deleted here, or lost, and a seq that
 *   is gone never comes back, whatever is applied in which order. Such are counted and named. What was lost comes back in a
 *   new store, into which the older dump goes first, and then that of the store with the holes: what that one calls lost
 *   is there by then, and counts as such.
 * - What the dump remembers of streams that have ended is added to what the store remembers.
 * - A key that has another value keeps it, unless the caller wants it replaced. But no word that was said in a room for the invited
 *   comes into one that is open, or into one for the invited that is other people's: the import ends before it. Where it is lost how a room was set, it is closed.
 * - A key that was taken away here, as is on record, stays away: an account, or for how long a room keeps what is said there.
 * - Who said what is known by notes beside it. Of words that come without these nobody here is known as the author.
 * - What the server could not show or use is not taken, unless the caller wants everything as it is.
 *
 * Lines are written in groups that become durable together.
 *
 * @module
 */

import { FLOORS_KEY, floorsFault, raiseFloors, type Store } from "../../db/mod.ts";
import {
  areOfOthers,
  AUDIT_STREAMS,
  AUTHOR_STREAMS,
  canBeShown,
  canBeUsed,
  invitationIn,
  ORDER_KEYS,
  ROOM_STREAMS,
  sealedOrder,
  TakenAway,
} from "../../server/mod.ts";
import { safeText } from "../tty/safe.ts";
import type { DumpLine } from "./lines.ts";

/** Bytes that are handed to the store before its disk is waited for. */
const GROUP_BYTES = 4 << 20;
/** What a record has beside its body, roughly. */
const RECORD_BYTES = 64;

/**
 * Largest seq that is taken: no room comes to half of what the store can count, and a stream that has ended leaves its last
 * seq to others as their first.
 */
const IMPORT_SEQ_MAX = 2 ** 31;
/** Seqs that may be left out between messages: each keeps its place in the index, 100 MB in all. Before the first one they cost nothing. */
const SKIPPED_MAX = 1 << 24;

/** Seqs of messages that cannot come back. */
export interface Missing {
  readonly stream: string;
  readonly from: number;
  to: number;
}

/** Ranges that are named at most: a person reads no more of them. */
const MISSING_NAMED_MAX = 10;

/** What was imported. */
export interface Imported {
  /** Messages that were added. */
  messages: number;
  /** Keys that were added or replaced. */
  keys: number;
  /** Messages and keys that were there already. */
  passed: number;
  /** Messages that are not there, because their seqs are given out already: deleted here, or lost. */
  missing: number;
  /** Where they were: the first such ranges. */
  readonly missingAt: Missing[];
  /** Keys that have another value here, which they kept. */
  kept: number;
  /** Keys that were taken away here, and stay away. */
  away: number;
  /** Messages and keys of which the dump says that they are lost. */
  lost: number;
}

/** Why a line cannot be imported: a sentence without a full stop. */
export class Conflict extends Error {
  /** Always `Conflict`. */
  override readonly name = "Conflict";
}

/** How to import. */
export interface ImportOptions {
  /** Whether keys get the dump's values. */
  readonly replace: boolean;
  /** Whether to take also what the server cannot show. */
  readonly asIs: boolean;
}

/** Takes in a dump, line by line. */
export class Importer {
  readonly #store: Store;
  readonly #options: ImportOptions;
  /** Settles with everything that was written before it. */
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Seqs that were left out between messages. */
  #skipped = 0;
  /** Rooms for the invited that are other people's here than in the dump. */
  readonly #others = new Set<string>();
  /** Streams of who said what, of which the dump had something, or a number was given up for what it had not. */
  readonly #signed = new Set<string>();
  readonly #takenAway: TakenAway;

  /** What was imported so far. */
  readonly counts: Imported = {
    messages: 0,
    keys: 0,
    passed: 0,
    missing: 0,
    missingAt: [],
    kept: 0,
    away: 0,
    lost: 0,
  };

  constructor(store: Store, options: ImportOptions) {
    this.#store = store;
    this.#options = options;
    this.#takenAway = new TakenAway(store);
  }

  /** Takes in a line. @throws {Conflict} When it does not fit. */
  async take(line: DumpLine): Promise<void> {
    if ("stream" in line && line.stream.startsWith(AUTHOR_STREAMS)) this.#signed.add(line.stream);
    switch (line.kind) {
      case "message":
        return await this.#message(line);
      case "lost":
        return await this.#lost(line);
      case "stream":
        return await this.#skip(line.stream, line.next);
      case "key":
        return await this.#key(line.key, line.body);
      case "lost_key":
        return await this.#lostKey(line.key);
      case "dump":
      case "end":
        return;
      default:
        line satisfies never;
    }
  }

  /** Waits until everything is durable. @throws {StoreError} When something will not be. */
  async settle(): Promise<void> {
    // The last write's promise speaks for all: after a failure none succeeds.
    await this.#last;
    this.#waiting = 0;
  }

  /** Gives up seqs below `to`. @throws {Conflict} When those are more than the store should bear. */
  async #skip(stream: string, to: number, lost = false): Promise<void> {
    const skipped = to - this.#store.nextSeq(stream);
    if (skipped <= 0) return;
    if (to > IMPORT_SEQ_MAX) {
      throw new Conflict(
        `number ${to} of '${stream}' is above ${IMPORT_SEQ_MAX} and leaves too few for what is said later`,
      );
    }
    await this.settle();
    const there = this.#store.stream(stream);
    if (there !== undefined && there.first <= there.last) this.#skipped += skipped;
    if (this.#skipped > SKIPPED_MAX) {
      throw new Conflict(
        `number ${to} of '${stream}' follows ${
          to - skipped - 1
        }: dumps that leave out more than ${SKIPPED_MAX} numbers between messages are not taken`,
      );
    }
    await this.#store.skip(stream, to, { lost });
  }

  async #message(line: DumpLine & { kind: "message" }): Promise<void> {
    const { stream, seq, at, edited, body } = line;
    if (!this.#options.asIs && !canBeShown(stream, { seq, body })) {
      throw new Conflict(
        `the body of message ${seq} of '${stream}' is no message that the server can show; --as-is takes it all the same`,
      );
    }
    if (seq < this.#store.nextSeq(stream)) return await this.#compare(line);
    const others = this.#othersOf(stream);
    if (others !== undefined) {
      throw new Conflict(
        `the room '${
          safeText(others)
        }' is for the invited in the store as in the dump, and other people's; --yes gives it to those of the dump`,
      );
    }
    await this.#leaveUnproved(stream);
    await this.#skip(stream, seq);
    // Behind a time that a wrong clock gave comes an earlier one. What was edited is written once, in its last words.
    const how = { at, edited, latest: 0 };
    await this.#wrote(this.#store.append(stream, body, how).done, body.length);
    this.counts.messages++;
  }

  /** The room of a stream, if it is other people's here. */
  #othersOf(stream: string): string | undefined {
    const kind = [ROOM_STREAMS, AUDIT_STREAMS].find((kind) => stream.startsWith(kind));
    const room = kind && stream.slice(kind.length);
    return room !== undefined && this.#others.has(room) ? room : undefined;
  }

  /** The notes that are here say nothing of what comes without its own: one that is missing behind them may have said whose it is. */
  async #leaveUnproved(stream: string): Promise<void> {
    if (!stream.startsWith(ROOM_STREAMS)) return;
    const authors = AUTHOR_STREAMS + stream.slice(ROOM_STREAMS.length);
    if (this.#signed.has(authors)) return;
    this.#signed.add(authors);
    const there = this.#store.stream(authors);
    if (there !== undefined) await this.#skip(authors, there.last + 2);
  }

  async #lost({ stream, seq }: DumpLine & { kind: "lost" }): Promise<void> {
    if (await this.#isThere(stream, seq)) {
      this.counts.passed++;
      return;
    }
    this.counts.lost++;
    await this.#skip(stream, seq + 1, true);
  }

  async #isThere(stream: string, seq: number): Promise<boolean> {
    if (seq >= this.#store.nextSeq(stream)) return false;
    await this.settle();
    const [entry] = await this.#store.read(stream, { after: seq - 1, limit: 1 });
    return entry?.kind === "message" && entry.seq === seq;
  }

  async #compare({ stream, seq, body }: DumpLine & { kind: "message" }): Promise<void> {
    await this.settle();
    const [entry] = await this.#store.read(stream, { after: seq - 1, limit: 1 });
    // The next one that is there may be a later one.
    if (entry?.seq !== seq) return this.#miss(stream, seq);
    const other = !(entry.kind === "message" && same(entry.body, body));
    if (other) throw new Conflict(`the store has another message ${seq} in '${stream}'`);
    this.counts.passed++;
  }

  #miss(stream: string, seq: number): void {
    const { missingAt } = this.counts;
    this.counts.missing++;
    const last = missingAt.at(-1);
    if (last?.stream === stream && last.to === seq - 1) last.to = seq;
    else if (missingAt.length < MISSING_NAMED_MAX) missingAt.push({ stream, from: seq, to: seq });
  }

  async #key(key: string, value: Uint8Array): Promise<void> {
    if (!this.#options.asIs && !canBeUsed(key, value)) {
      throw new Conflict(
        `the value of '${key}' says nothing of a room; --as-is takes it all the same`,
      );
    }
    if (key === FLOORS_KEY) {
      const fault = floorsFault(value, IMPORT_SEQ_MAX);
      if (fault !== undefined) throw new Conflict(fault);
      if (await raiseFloors(this.#store, value)) this.counts.keys++;
      else this.counts.passed++;
      return;
    }
    const there = await this.#store.get(key);
    if (there !== undefined && same(there, value)) {
      this.counts.passed++;
    } else if (there !== undefined && !this.#options.replace) {
      if (opens(key, there, value)) {
        const room = safeText(key.slice(ORDER_KEYS.length));
        throw new Conflict(
          `the room '${room}' is for the invited in the dump, and not in the store; --yes makes it so there, too`,
        );
      }
      const isOrder = key.startsWith(ORDER_KEYS);
      if (isOrder && areOfOthers(there, value)) this.#others.add(key.slice(ORDER_KEYS.length));
      this.counts.kept++;
    } else if (!this.#options.replace && await this.#takenAway.has(key, value)) {
      this.counts.away++;
    } else {
      await this.#wrote(this.#store.put(key, value).done, value.length);
      this.counts.keys++;
    }
  }

  async #lostKey(key: string): Promise<void> {
    this.counts.lost++;
    if (!key.startsWith(ORDER_KEYS) || await this.#store.get(key) !== undefined) return;
    // Rather nobody comes in than somebody who may not.
    const sealed = sealedOrder();
    await this.#wrote(this.#store.put(key, sealed).done, sealed.length);
  }

  async #wrote(done: Promise<void>, bytes: number): Promise<void> {
    this.#last = done;
    this.#waiting += bytes + RECORD_BYTES;
    if (this.#waiting >= GROUP_BYTES) await this.settle();
  }
}

/** Whether a room would be open by a value of its order that is for the invited by another. */
function opens(key: string, there: Uint8Array, value: Uint8Array): boolean {
  return key.startsWith(ORDER_KEYS) && invitationIn(there) === undefined &&
    invitationIn(value) !== undefined;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
