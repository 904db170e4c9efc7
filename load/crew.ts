/**
 * The members of one thread, from their login to their last message.
 *
 * ```text
 *   logIn: members in falling order, the senders last  ->  talk  ->  …  ->  result
 *
 *   closed loop   a sender says the next when one of its messages has landed
 *   open loop     a sender says the next when its time has come, whatever has become of the others; how long it took
 *                 counts from that time, so a server that stalls cannot hide what had to wait
 * ```
 *
 * Senders are last since most servers write to members in the order in which they came; then the sender's copy is about
 * the last. Sockets and clock are handed in. What is said goes out at the end of a turn, all of a sender's in one write: what
 * has landed meanwhile makes room for as much.
 *
 * @module
 */

import { type Defects, Ledger } from "./ledger.ts";
import {
  AHEAD_BYTES_MAX,
  ASKED_BYTES_MAX,
  ENDED_MS,
  IDLE_US,
  LOGINS_OPEN_MAX,
  REPORTS_MAX,
  UNSENT_BYTES_MAX,
  WEB_SOCKETS_OPEN_MAX,
} from "./limits.ts";
import type { Plan } from "./plan.ts";
import { PHASE, type Shared, talliesOf, TALLY } from "./shared.ts";
import type { Socket, Sockets } from "./sockets.ts";
import { type Ears, type Speech, speechOf } from "./speech.ts";
import { type Interval, Timeline } from "./timeline.ts";

/** What a thread has found. */
export interface CrewResult {
  readonly defects: Defects;
  /** Messages that members have not heard. */
  readonly missing: number;
  readonly intervals: readonly Interval[];
}

/** What a crew works with. */
export interface CrewParts {
  readonly plan: Plan;
  readonly thread: number;
  readonly shared: Shared;
  readonly sockets: Sockets;
  /** Time in µs since the run began, the same in all threads. */
  readonly nowUs: () => number;
  /** Hears once why it cannot go on. */
  readonly fail: (sentence: string) => void;
}

interface Member {
  socket: Socket | undefined;
  isIn: boolean;
  /** What the server has said last that was no message. */
  remark: string;
}

/** Members of one thread. */
export class Crew implements Ears {
  readonly #parts: CrewParts;
  readonly #speech: Speech;
  readonly #timeline: Timeline;
  readonly #ledger: Ledger;
  readonly #tallies: Float64Array;
  /** By number; of other threads' there is none. */
  readonly #members = new Map<number, Member>();
  readonly #senders: readonly number[];
  /** Senders of this thread of whom a message has landed since the last turn. */
  readonly #landed = new Set<number>();
  /** Threads with senders of whom that is so. */
  readonly #toRing = new Set<number>();
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** How often this thread's bell had been rung. */
  #rung = -1;
  #loggedIn: () => void = () => {};
  #failed = false;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #openSinceUs = 0;

  constructor(parts: CrewParts) {
    const { plan, thread, shared } = parts;
    this.#parts = parts;
    this.#speech = speechOf(plan, this);
    this.#timeline = new Timeline(plan.seconds);
    this.#ledger = new Ledger({ ...parts, timeline: this.#timeline });
    this.#tallies = talliesOf(shared, thread);
    this.#senders = numbers(thread, plan.senders, plan.threads);
  }

  /** Connects everybody; resolves when all are in. */
  async logIn(): Promise<void> {
    const { plan, thread } = this.#parts;
    const all = numbers(thread, plan.members, plan.threads).reverse();
    const together = plan.way === "websocket" ? WEB_SOCKETS_OPEN_MAX : LOGINS_OPEN_MAX;
    const open = Math.max(1, Math.floor(together / plan.threads));
    const count = all.length;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#loggedIn = () => {
      if (this.#tallies[TALLY.loggedIn] === count) resolve();
    };
    if (count === 0) resolve();
    await Promise.all(Array.from({ length: open }, async () => {
      for (let member = all.shift(); member !== undefined; member = all.shift()) {
        if (this.#failed) return;
        await this.#connect(member);
      }
    }));
    await promise;
  }

  /** Ends a turn: says what is to be said. @returns In how many µs the next one must come at the latest. */
  turn(): number {
    const { plan, thread, shared, sockets } = this.#parts;
    this.#ledger.tell();
    for (const other of this.#toRing) sockets.ring(other);
    this.#toRing.clear();
    if (!this.#isTalking()) return IDLE_US;
    if (plan.rate > 0) return this.#sayDue();
    const rung = Atomics.load(shared.bells, thread);
    if (rung !== this.#rung) {
      this.#rung = rung;
      for (const sender of this.#senders) this.#topUp(sender);
    } else for (const sender of this.#landed) this.#topUp(sender);
    this.#landed.clear();
    return IDLE_US;
  }

  /** What was found. */
  result(): CrewResult {
    return {
      ...this.#ledger.result(),
      intervals: this.#timeline.intervals(),
    };
  }

  /** Ends all connections. */
  close(): void {
    this.#failed = true;
    clearTimeout(this.#ending);
    for (const { socket } of this.#members.values()) socket?.close();
  }

  welcome(number: number): void {
    const member = this.#members.get(number);
    if (member === undefined || member.isIn) return;
    member.isIn = true;
    this.#count(TALLY.loggedIn, 1);
    this.#loggedIn();
  }

  message(member: number, sender: number, counter: number, same: boolean, seq: number): void {
    const { defects } = this.#ledger;
    const changedBefore = defects.changed;
    if (this.#ledger.hear(member, sender, counter, same, seq)) this.#noteLanded(sender);
    if (defects.changed > changedBefore && changedBefore < REPORTS_MAX) {
      this.remark(member, `Message ${counter} of ${sender} was changed.`);
    }
  }

  remark(number: number, sentence: string): void {
    const member = this.#members.get(number);
    if (member !== undefined) member.remark = sentence;
  }

  refusal(_member: number, sentence: string): void {
    const hint = sentence.includes("rate_limited")
      ? " It limits how fast one may talk: start it with --rate 0, or talk slower with chat bench --rate."
      : "";
    this.#fail(`The server refuses: ${sentence}${hint}`);
  }

  nonsense(_member: number, sentence: string): void {
    this.#fail(sentence);
  }

  asked(member: number, answer: Uint8Array<ArrayBuffer>): void {
    const socket = this.#members.get(member)?.socket;
    if (socket !== undefined && socket.unsent <= ASKED_BYTES_MAX) socket.write(answer);
  }

  async #connect(number: number): Promise<void> {
    const member: Member = { socket: undefined, isIn: false, remark: "" };
    this.#members.set(number, member);
    try {
      member.socket = await this.#parts.sockets.dial({
        data: (bytes, from, to) => this.#hear(number, bytes, from, to),
        ended: (why) => this.#end(member, why),
      });
    } catch (error) {
      return this.#fail(error instanceof Error ? error.message : String(error));
    }
    if (this.#failed) return member.socket.close();
    member.socket.write(this.#speech.hello(number));
  }

  #hear(member: number, bytes: Uint8Array, from: number, to: number): number {
    const rest = this.#speech.hear(this.#viewOf(bytes), from, to, member);
    this.#count(TALLY.bytes, rest - from);
    return rest;
  }

  /** Sockets read into the same few buffers again and again. */
  #viewOf({ buffer, byteOffset }: Uint8Array): DataView {
    const last = this.#view;
    if (last.buffer === buffer && last.byteOffset === byteOffset) return last;
    return this.#view = new DataView(buffer, byteOffset);
  }

  #noteLanded(sender: number): void {
    const { plan: { threads }, thread, sockets } = this.#parts;
    const owner = sender % threads;
    if (owner === thread) this.#landed.add(sender);
    else this.#toRing.add(owner);
    sockets.soon();
  }

  #end({ remark }: Member, why = ""): void {
    if (this.#failed || this.#ending !== undefined) return;
    const words = remark || why;
    if (words !== "") return this.#fail(`The server has ended a connection: ${words}`);
    const sentence = this.#tallies[TALLY.loggedIn] === 0
      ? "The server has ended a connection before anybody was in: is it a chat server, and spoken to in its way (--over)?"
      : "The server has ended a connection.";
    // A server that turns many away says why to a few of them, perhaps to the next.
    this.#ending = setTimeout(() => this.#fail(sentence), ENDED_MS);
  }

  #topUp(sender: number): void {
    const { plan, nowUs } = this.#parts;
    const { unsent = 0 } = this.#members.get(sender)?.socket ?? {};
    // What waits to be sent has not landed: when it has, there is another turn.
    const room = Math.floor((AHEAD_BYTES_MAX - unsent) / this.#speech.sayBytes(sender));
    const free = Math.min(room, plan.inFlight - this.#ledger.inFlight(sender));
    if (free <= 0) return;
    const now = nowUs();
    this.#say(sender, free, () => now);
  }

  /** Open loop: says what is due. @returns In how many µs there is more. */
  #sayDue(): number {
    const { plan, nowUs } = this.#parts;
    const now = nowUs();
    if (this.#openSinceUs === 0) this.#openSinceUs = now;
    const everyUs = 1e6 * plan.senders / plan.rate;
    let next = IDLE_US;
    for (const sender of this.#senders) {
      // Senders are spread over the interval, so that they do not all speak at once.
      const firstUs = this.#openSinceUs + everyUs * sender / plan.senders;
      const due = Math.floor((now - firstUs) / everyUs) + 1;
      next = Math.min(next, firstUs + everyUs * due - now);
      const said = this.#sent(sender);
      if (due <= said) continue;
      if (due - said + this.#ledger.inFlight(sender) > plan.inFlight) {
        this.#fail(
          `The server cannot keep up: ${plan.inFlight} messages of one sender are on the way, which is what ` +
            "--in-flight allows. Talk slower (--rate), or allow more.",
        );
        return IDLE_US;
      }
      this.#say(sender, due - said, (index) => firstUs + everyUs * (said + index));
    }
    return next;
  }

  #say(sender: number, count: number, atUs: (index: number) => number): void {
    const socket = this.#members.get(sender)?.socket;
    if (socket === undefined || this.#failed) return;
    if (socket.unsent > UNSENT_BYTES_MAX) return this.#fail("The server does not read any more.");
    const size = this.#speech.sayBytes(sender);
    const bytes = new Uint8Array(size * count);
    const first = this.#sent(sender);
    for (let index = 0; index < count; index++) {
      this.#ledger.send(sender, first + index, atUs(index));
      this.#speech.say(bytes, size * index, sender, first + index);
    }
    socket.write(bytes);
  }

  #sent(sender: number): number {
    return this.#parts.shared.sent[sender] ?? 0;
  }

  #isTalking(): boolean {
    const phase = this.#parts.shared.phase[0];
    return phase === PHASE.talking || phase === PHASE.measuring;
  }

  #fail(sentence: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#parts.fail(sentence);
  }

  #count(tally: number, by: number): void {
    this.#tallies[tally] = (this.#tallies[tally] ?? 0) + by;
  }
}

/** `from`, `from + step`, … below `end`. */
function numbers(from: number, end: number, step: number): number[] {
  const count = Math.max(0, Math.ceil((end - from) / step));
  return Array.from({ length: count }, (_, index) => from + index * step);
}
