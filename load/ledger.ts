/**
 * The proof of a run: which message each member must hear next, and when one has landed.
 *
 * Everybody is in before the first message is sent, so each member must hear of each sender in its room 0, 1, 2, … and
 * nothing else. A number lower than that came late, if it was missing before (`gaps.ts`), and otherwise twice; a higher one
 * says that some are missing. Each message is counted once: as heard, changed or not, or as one that should not have come.
 *
 * The server's own numbers of a room must rise, and go on one by one but for messages that are missing.
 *
 * A message has landed when its sender has it back (`own`), or when every member of its room has it (`all`). For the
 * latter each thread counts its members, and the last of the threads notes the time. Since members hear in order,
 * messages of a sender land in order. Knows numbers only: no sockets, no clock.
 *
 * @module
 */

import { Gaps } from "./gaps.ts";
import { dealt, hearsItself, type Plan, sendersPerRoom } from "./plan.ts";
import {
  hearersOf,
  PHASE,
  ringOf,
  type Shared,
  talliesOf,
  TALLY,
  threadsThatHear,
} from "./shared.ts";
import type { Timeline } from "./timeline.ts";

/** What went wrong, counted. */
export interface Defects {
  /** Messages that came again. */
  doubled: number;
  /** Messages that came behind later ones. */
  late: number;
  /** Messages that were missing when a later one came, also if they came then. */
  skipped: number;
  /** Messages with this run's mark that nobody of it has sent. */
  foreign: number;
  /** Messages whose text, room or sender were changed. */
  changed: number;
  /** Messages whose number in the room is not the next one. */
  misnumbered: number;
}

/** No defect. */
export function noDefects(): Defects {
  return { doubled: 0, late: 0, skipped: 0, foreign: 0, changed: 0, misnumbered: 0 };
}

/** What a thread's account is kept in. */
export interface LedgerParts {
  readonly plan: Plan;
  readonly shared: Shared;
  readonly thread: number;
  readonly timeline: Timeline;
  /** Time in µs of the run's clock. */
  readonly nowUs: () => number;
}

/** The account of one thread's members. What `hear` does is done millions of times a second: no division, no allocation. */
export class Ledger {
  readonly defects: Defects = noDefects();
  readonly #parts: LedgerParts;
  readonly #isOwn: boolean;
  readonly #sent: Int32Array;
  readonly #tallies: Float64Array;
  /** Counted here, and told by `tell`. */
  #deliveries = 0;
  readonly #gaps = new Gaps();
  /** By member: the last number of its room, and how many it has not been told before that. */
  readonly #seqs: Float64Array;
  readonly #unnumbered: Float64Array;
  /** For each member of this thread and each sender in its room: the counter that must come next. */
  readonly #next: Int32Array;
  /** Where a member's counters begin, and which of them is a sender's. */
  readonly #rows: Int32Array;
  readonly #columns: Int32Array;
  readonly #rooms: Int32Array;
  /** Places of a sender in the rings. */
  readonly #ring: number;
  /** For each place of the rings: how many of this thread's members have the message. */
  readonly #have: Int32Array;
  /** For each sender: members of this thread who hear it, and threads with such members. */
  readonly #hearers: Int32Array;
  readonly #threadsThatHear: Int32Array;

  constructor(parts: LedgerParts) {
    const { plan, shared, thread } = this.#parts = parts;
    const { members, senders, rooms, threads } = plan;
    const perRoom = sendersPerRoom(plan);
    this.#isOwn = plan.until === "own";
    this.#sent = shared.sent;
    this.#tallies = talliesOf(shared, thread);
    this.#ring = ringOf(plan);
    this.#seqs = new Float64Array(members);
    this.#unnumbered = new Float64Array(members);
    this.#next = new Int32Array(dealt(members, threads, thread) * perRoom);
    this.#have = new Int32Array(senders * this.#ring);
    this.#rows = numbers(members, (member) => Math.floor(member / threads) * perRoom);
    this.#rooms = numbers(members, (member) => member % rooms);
    this.#columns = numbers(senders, (sender) => Math.floor(sender / rooms));
    this.#hearers = numbers(senders, (sender) => hearersOf(plan, sender, thread));
    this.#threadsThatHear = numbers(senders, (sender) => threadsThatHear(plan, sender));
  }

  /** Notes that a message leaves: before its bytes do. @param atUs When it does, or should have. */
  send(sender: number, counter: number, atUs: number): void {
    const { sentAt, waiting, sent } = this.#parts.shared;
    const place = this.#place(sender, counter);
    sentAt[place] = atUs;
    Atomics.store(waiting, place, this.#threadsThatHear[sender] ?? 0);
    Atomics.store(sent, sender, counter + 1);
    this.#tallies[TALLY.sent] = (this.#tallies[TALLY.sent] ?? 0) + 1;
  }

  /** How many of a sender's messages are on the way. */
  inFlight(sender: number): number {
    const { sent, landed } = this.#parts.shared;
    return (sent[sender] ?? 0) - Atomics.load(landed, sender);
  }

  /**
   * Notes that `member` has heard a message.
   *
   * @param same Whether it is as it was said.
   * @param seq Its number in its room; 0 when it has none.
   * @returns Whether it has landed by that.
   */
  hear(member: number, sender: number, counter: number, same: boolean, seq: number): boolean {
    if (!this.#isSent(member, sender, counter)) {
      this.defects.foreign++;
      return false;
    }
    const at = (this.#rows[member] ?? 0) + (this.#columns[sender] ?? 0);
    const next = this.#next[at] ?? 0;
    const isLate = counter < next;
    if (isLate) {
      if (!this.#gaps.fill(at, counter)) {
        this.defects.doubled++;
        return false;
      }
      this.defects.late++;
    } else {
      if (counter > next) {
        this.#gaps.note(at, next, counter);
        this.defects.skipped += counter - next;
      }
      this.#next[at] = counter + 1;
    }
    this.#deliveries++;
    if (!same) this.defects.changed++;
    if (seq !== 0) {
      const last = this.#seqs[member] ?? 0;
      if (seq === last + 1) this.#seqs[member] = seq;
      else this.#noteSeq(member, seq, isLate);
    }
    // The place of one that is too late may be another's by now.
    if (isLate && (this.#sent[sender] ?? 0) - counter > this.#ring) return false;
    return this.#isOwn
      ? member === sender && this.#land(sender, counter)
      : this.#oneMoreHas(sender, counter);
  }

  /** Tells all threads what this one has heard. */
  tell(): void {
    const tallies = this.#tallies;
    tallies[TALLY.deliveries] = (tallies[TALLY.deliveries] ?? 0) + this.#deliveries;
    this.#deliveries = 0;
  }

  /** What was found, and how many messages members of this thread have not heard of those that were sent. */
  result(): { readonly defects: Defects; readonly missing: number } {
    const { plan, thread } = this.#parts;
    const { members, threads, rooms, senders } = plan;
    let missing = 0;
    for (let member = thread; member < members; member += threads) {
      for (let sender = member % rooms; sender < senders; sender += rooms) {
        if (member === sender && !hearsItself(plan)) continue;
        const at = (this.#rows[member] ?? 0) + (this.#columns[sender] ?? 0);
        missing += (this.#sent[sender] ?? 0) - (this.#next[at] ?? 0);
      }
    }
    const { defects } = this;
    missing += defects.skipped - defects.late;
    const unnumbered = this.#unnumbered.reduce((sum, count) => sum + Math.max(0, count), 0);
    const misnumbered = defects.misnumbered + Math.max(0, unnumbered - missing);
    return { defects: { ...defects, misnumbered }, missing };
  }

  /** A number that is not the next one: numbers may be left out for messages that are missing, see `result`. */
  #noteSeq(member: number, seq: number, isLate: boolean): void {
    const last = this.#seqs[member] ?? 0;
    const left = this.#unnumbered[member] ?? 0;
    if (seq > last) {
      // Where a room begins is the server's business.
      if (last > 0) this.#unnumbered[member] = left + seq - last - 1;
      this.#seqs[member] = seq;
    } else if (isLate && seq > 0) this.#unnumbered[member] = left - 1;
    else this.defects.misnumbered++;
  }

  #isSent(member: number, sender: number, counter: number): boolean {
    // Another thread may have just sent it: what is not seen yet is looked at once more, with what it has written before.
    return sender >= 0 && sender < this.#sent.length && counter >= 0 &&
      this.#rooms[member] === this.#rooms[sender] &&
      (counter < (this.#sent[sender] ?? 0) || counter < Atomics.load(this.#sent, sender));
  }

  #oneMoreHas(sender: number, counter: number): boolean {
    const place = this.#place(sender, counter);
    const have = (this.#have[place] ?? 0) + 1;
    if (have < (this.#hearers[sender] ?? 0)) {
      this.#have[place] = have;
      return false;
    }
    this.#have[place] = 0;
    if (Atomics.sub(this.#parts.shared.waiting, place, 1) > 1) return false;
    return this.#land(sender, counter);
  }

  #land(sender: number, counter: number): boolean {
    const { shared: { phase, sentAt, landed, measuredFrom }, timeline, nowUs } = this.#parts;
    if (phase[0] === PHASE.measuring) {
      const now = nowUs();
      timeline.note(
        now - (measuredFrom[0] ?? 0),
        now - (sentAt[this.#place(sender, counter)] ?? 0),
      );
    }
    Atomics.add(landed, sender, 1);
    return true;
  }

  #place(sender: number, counter: number): number {
    return sender * this.#ring + (counter & (this.#ring - 1));
  }
}

function numbers(length: number, of: (index: number) => number): Int32Array {
  return Int32Array.from({ length }, (_, index) => of(index));
}
