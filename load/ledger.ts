/**
 * The proof of a run: which message each member must hear next, and when one has landed.
 *
 * Everybody is in before the first message is sent, so each member must hear of each sender in its room 0, 1, 2, … and
 * nothing else. A number lower than that came twice or late, a higher one says that some are missing.
 *
 * A message has landed when its sender has it back (`own`), or when every member of its room has it (`all`). For the
 * latter each thread counts its members, and the last of the threads notes the time. Since members hear in order,
 * messages of a sender land in order. Knows numbers only: no sockets, no clock.
 *
 * @module
 */

import type { Latencies } from "./latencies.ts";
import { dealt, hearsItself, type Plan, sendersPerRoom } from "./plan.ts";
import {
  hearersOf,
  PHASE,
  ring,
  type Shared,
  talliesOf,
  TALLY,
  threadsThatHear,
} from "./shared.ts";

/** What went wrong, counted. */
export interface Defects {
  /** Messages that came again or behind later ones. */
  doubled: number;
  /** Messages that were missing when a later one came. */
  skipped: number;
  /** Messages with this run's mark that nobody of it has sent. */
  foreign: number;
  /** Messages whose text was changed. */
  changed: number;
}

/** The account of one thread's members. */
export class Ledger {
  readonly defects: Defects = { doubled: 0, skipped: 0, foreign: 0, changed: 0 };
  readonly #plan: Plan;
  readonly #shared: Shared;
  readonly #thread: number;
  readonly #latencies: Latencies;
  readonly #tallies: Float64Array;
  readonly #perRoom: number;
  /** For each member of this thread and each sender in its room: the counter that must come next. */
  readonly #next: Int32Array;
  /** For each place of the rings: how many of this thread's members have the message. */
  readonly #have: Int32Array;
  /** For each sender: members of this thread who hear it, and threads with such members. */
  readonly #hearers: Int32Array;
  readonly #threadsThatHear: Int32Array;

  constructor(plan: Plan, shared: Shared, thread: number, latencies: Latencies) {
    this.#plan = plan;
    this.#shared = shared;
    this.#thread = thread;
    this.#latencies = latencies;
    this.#tallies = talliesOf(shared, thread);
    this.#perRoom = sendersPerRoom(plan);
    this.#next = new Int32Array(dealt(plan.members, plan.threads, thread) * this.#perRoom);
    this.#have = new Int32Array(plan.senders * plan.inFlight);
    const perSender = (count: (sender: number) => number) =>
      Int32Array.from({ length: plan.senders }, (_, sender) => count(sender));
    this.#hearers = perSender((sender) => hearersOf(plan, sender, thread));
    this.#threadsThatHear = perSender((sender) => threadsThatHear(plan, sender));
  }

  /** Notes that a message leaves: before its bytes do. @param atUs When it does, or should have. */
  send(sender: number, counter: number, atUs: number): void {
    const { sentAt, waiting, sent } = this.#shared;
    const place = this.#place(sender, counter);
    sentAt[place] = atUs;
    Atomics.store(waiting, place, this.#threadsThatHear[sender] ?? 0);
    Atomics.store(sent, sender, counter + 1);
    this.#count(TALLY.sent, 1);
  }

  /** How many of a sender's messages are on the way. */
  inFlight(sender: number): number {
    const { sent, landed } = this.#shared;
    return (sent[sender] ?? 0) - Atomics.load(landed, sender);
  }

  /** Notes that `member` has heard a message. @returns Whether it has landed by that. */
  hear(member: number, sender: number, counter: number, nowUs: () => number): boolean {
    const { rooms, threads, until } = this.#plan;
    this.#count(TALLY.deliveries, 1);
    if (!this.#isSent(member, sender, counter)) {
      this.defects.foreign++;
      return false;
    }
    const at = Math.floor(member / threads) * this.#perRoom + Math.floor(sender / rooms);
    const next = this.#next[at] ?? 0;
    if (counter < next) {
      this.defects.doubled++;
      return false;
    }
    this.defects.skipped += counter - next;
    this.#next[at] = counter + 1;
    this.#count(TALLY.inOrder, 1);
    return until === "own"
      ? member === sender && this.#land(sender, counter, nowUs)
      : this.#oneMoreHas(sender, counter, nowUs);
  }

  /** How many messages members of this thread have not heard of those that were sent. */
  missing(): number {
    const { members, threads, rooms, senders } = this.#plan;
    let missing = 0;
    for (let member = this.#thread; member < members; member += threads) {
      for (let sender = member % rooms; sender < senders; sender += rooms) {
        if (member === sender && !hearsItself(this.#plan)) continue;
        const at = Math.floor(member / threads) * this.#perRoom + Math.floor(sender / rooms);
        missing += (this.#shared.sent[sender] ?? 0) - (this.#next[at] ?? 0);
      }
    }
    return missing + this.defects.skipped;
  }

  #isSent(member: number, sender: number, counter: number): boolean {
    const { senders, rooms } = this.#plan;
    return sender >= 0 && sender < senders && member % rooms === sender % rooms && counter >= 0 &&
      counter < Atomics.load(this.#shared.sent, sender);
  }

  #oneMoreHas(sender: number, counter: number, nowUs: () => number): boolean {
    const place = this.#place(sender, counter);
    const have = (this.#have[place] ?? 0) + 1;
    if (have < (this.#hearers[sender] ?? 0)) {
      this.#have[place] = have;
      return false;
    }
    this.#have[place] = 0;
    if (Atomics.sub(this.#shared.waiting, place, 1) > 1) return false;
    return this.#land(sender, counter, nowUs);
  }

  #land(sender: number, counter: number, nowUs: () => number): boolean {
    const { phase, sentAt, landed } = this.#shared;
    if (phase[0] === PHASE.measuring) {
      this.#latencies.note(nowUs() - (sentAt[this.#place(sender, counter)] ?? 0));
    }
    Atomics.add(landed, sender, 1);
    const owner = sender % this.#plan.threads;
    if (owner !== this.#thread) ring(this.#shared, owner);
    return true;
  }

  #place(sender: number, counter: number): number {
    return sender * this.#plan.inFlight + counter % this.#plan.inFlight;
  }

  #count(tally: number, by: number): void {
    this.#tallies[tally] = (this.#tallies[tally] ?? 0) + by;
  }
}
