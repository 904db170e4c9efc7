/**
 * Members of a room who have all of its log and wait for nothing else: they go in step, as numbers in one array, with one
 * cursor for all of them.
 *
 * ```text
 *   log     ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓░░░░░░
 *               round ├──────┤          what they are being told, as one view
 *   voices  3 7 9 4 │ 8 6 5             those before `served` know it, the others are told it next
 * ```
 *
 * To tell ten thousand members one message touches ten thousand of each: member, outbox, cursor, wire. What costs most of
 * that is not the work but the memory that it is spread over. Here it is one number each, and a transport that can send
 * to many (a `Chorus`).
 *
 * Whoever gets something of its own, whose socket takes only a part, or who leaves, leaves the step first: from then on its
 * own cursor is where it has come to. It comes back when it has everything again.
 *
 * @module
 */

import type { Member } from "./member.ts";
import type { Cursor, RoomLog } from "./room_log.ts";
import type { Chorus } from "../transport/mod.ts";
import type { Wakeable } from "./wakeups.ts";

/** How many are told something before the clock is asked whether it is somebody else's turn. */
const TOLD_AT_ONCE = 64;

/** One who goes in step. */
export class Step {
  readonly member: Member;
  readonly cursor: Cursor;
  /** Its place among the others. */
  index: number;
  readonly #group: InStep;
  /** Where the log was when it came. */
  readonly #since: number;

  constructor(
    group: InStep,
    { member, cursor, index }: Pick<Step, "member" | "cursor" | "index">,
  ) {
    this.#group = group;
    this.member = member;
    this.cursor = cursor;
    this.index = index;
    this.#since = cursor.position;
  }

  /** Bytes that it was told in step. */
  get bytes(): number {
    return this.cursor.position - this.#since;
  }

  /** Lets it go on alone. */
  leave(): void {
    this.#group.part(this);
  }
}

/** Those of one log who can be sent to together. */
export class InStep implements Wakeable {
  readonly #log: RoomLog;
  readonly #steps: Step[] = [];
  #voices = new Int32Array(16);
  /** By which they are sent to. */
  readonly chorus: Chorus;
  /** The cursor of all; there is none while there is nobody, since a cursor keeps all that comes behind it. */
  #leader: Cursor | undefined;
  /** What they are being told, from where on, and how many of them know it already. */
  #round: Uint8Array | undefined;
  #roundStart: Cursor | undefined;
  #served = 0;

  readonly #onLeave: (member: Member) => void;

  /** @param onLeave Hears who goes on alone. */
  constructor(log: RoomLog, chorus: Chorus, onLeave: (member: Member) => void) {
    this.#log = log;
    this.chorus = chorus;
    this.#onLeave = onLeave;
  }

  /** How many go in step. */
  get size(): number {
    return this.#steps.length;
  }

  /** Lets somebody in who has all that the others have, and nothing else to hear. */
  join(member: Member, cursor: Cursor): boolean {
    const { outbox } = member;
    if (outbox.chorus !== this.chorus || this.#round !== undefined) return false;
    const voice = outbox.voiceFor(cursor);
    const position = this.#leader?.position ?? this.#log.end;
    if (voice === undefined || cursor.position !== position) return false;
    this.#leader ??= this.#log.cursor();
    const index = this.#steps.length;
    const step = new Step(this, { member, cursor, index });
    this.#steps.push(step);
    if (index >= this.#voices.length) {
      const more = new Int32Array(2 * index);
      more.set(this.#voices);
      this.#voices = more;
    }
    this.#voices[index] = voice;
    cursor.goWith(this.#leader);
    outbox.goInStep(step);
    return true;
  }

  /** Takes one out; from `Step.leave` alone. */
  part(step: Step): void {
    const { cursor, index } = step;
    const behind = this.#round !== undefined && index >= this.#served;
    const from = behind ? this.#roundStart : this.#leader;
    if (from !== undefined) cursor.partFrom(from);
    let hole = index;
    if (this.#round !== undefined && !behind) {
      this.#move(--this.#served, hole);
      hole = this.#served;
    }
    this.#move(this.#steps.length - 1, hole);
    this.#steps.pop();
    if (this.#steps.length === 0) {
      this.#leader = undefined;
      this.#endRound();
    }
    this.#onLeave(step.member);
  }

  /** Lets go of what all have read. */
  pass(): void {
    this.#leader?.pass();
  }

  /** Tells all of them what the log has now: itself, as often as it takes. */
  *woken(): Iterable<Wakeable> {
    const { end } = this.#log;
    for (;;) {
      if (this.#round === undefined && (this.#leader?.position ?? end) < end) this.#beginRound();
      if (this.#round === undefined) return;
      yield this;
    }
  }

  /** Tells the next of them. */
  wake(): void {
    const round = this.#round;
    if (round === undefined) return;
    const from = this.#served;
    const to = Math.min(this.#steps.length, from + TOLD_AT_ONCE);
    const short = this.chorus.send(this.#voices, { from, to, bytes: round });
    // Whoever leaves gives its place to another: so first it is known who they are.
    const slow = short.map(({ at, taken }) => ({ step: this.#steps[at], taken }));
    this.#served = to;
    for (const { step, taken } of slow) step?.member.outbox.tookOnly(round, taken);
    if (this.#served >= this.#steps.length) this.#endRound();
  }

  #beginRound(): void {
    const leader = this.#leader;
    if (leader === undefined) return;
    this.#roundStart = this.#log.cursor();
    this.#roundStart.partFrom(leader);
    this.#round = leader.take();
    this.#served = 0;
    if (leader.lag > 0 || this.#round === undefined) return;
    this.#log.expect(this.#round.length);
    leader.pass();
  }

  #endRound(): void {
    this.#round = undefined;
    this.#roundStart = undefined;
    this.#served = 0;
  }

  #move(from: number, to: number): void {
    const step = this.#steps[from];
    if (from === to || step === undefined) return;
    this.#steps[to] = step;
    this.#voices[to] = this.#voices[from] ?? -1;
    step.index = to;
  }
}
