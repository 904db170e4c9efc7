/**
 * Everything that goes out to one connection, through at most one write at a time.
 *
 * Two sources meet here: frames for this peer alone (answers, whispers), queued; and the logs of the
 * rooms it is in, followed by cursors. While a write is under way both grow, and the next write takes as
 * much as there is: a slow socket makes larger writes, not more of them.
 *
 * - Each source keeps its own order. Frames are never torn, because a source is left only where an append ended.
 * - While the connection carries a file (`hold` … `release`), what is said waits, and the file's bytes go out
 *   by `writeRaw`. Whoever is not told for so long may lag further before it counts as slow.
 * - Who has everything may go in step with others in one of its logs (`in_step.ts`), and leaves that before anything else
 *   happens here: also when there is something in another log, which is what wakes it then.
 * - Nobody waits for a peer. `queue` and `wake` return at once; what waits is counted in `lag`, and who
 *   lags too far is reported as slow to its keeper and cut off.
 *
 * @module
 */

import type { Lag } from "../budget/mod.ts";
import type { Answers, Arrival } from "../figures/answers.ts";
import { Carried, type Follower, type Source } from "./carried.ts";
import { FollowedLogs } from "./followed_logs.ts";
import type { Keeper } from "./keeper.ts";
import type { Step } from "../rooms/in_step.ts";
import { HELD_LAG_FACTOR } from "../files/limits.ts";
import type { Cursor, RoomLog } from "../rooms/room_log.ts";
import { Waits } from "./waits.ts";
import { restOf, type Sendable, type SendingWire, trySend } from "./sending.ts";
import { type ByteSpan, concat, ownMemory } from "../wire/mod.ts";

/** Logs that are added up at each wake to know the lag: who follows more is judged each so many wakes less often. */
const LAGS_PER_WAKE = 8;

/** The outgoing side of a connection. */
export class Outbox {
  readonly #wire: SendingWire;
  /** Set while it goes in step. */
  #step: Step | undefined;
  readonly #lagBytesMax: number;
  #replies: Uint8Array[] = [];
  #repliesBytes = 0;
  /** Bytes of answers in the write under way. */
  #sendingBytes = 0;
  readonly #logs = new FollowedLogs();
  /** Wakes since the lag was added up. */
  #wakes = 0;
  /** What the wire has not taken yet of the write under way; `undefined` while none is. */
  #underWay: Sendable | undefined;
  /** Resolves the file's write under way. */
  #rawDone: ((taken: boolean) => void) | undefined;
  #ended = false;
  /** Frames that go out before the connection carries a file; `undefined` while it does not. */
  #held: Uint8Array[] | undefined;
  #waits: Waits | undefined;
  /** Bytes that somebody follows on their way out; `undefined` while nobody does. */
  #carried: Carried | undefined;
  /** When what is being heard from the peer came in, while it is; and answers whose way is measured, once there are any. */
  arrival: Arrival | undefined;
  answers: Answers | undefined;
  #bytesOut = 0;
  /** Bytes for this peer alone that were ever queued. */
  queued = 0;
  /** How many writes have been begun: by this a stalled one is noticed without a clock. */
  writes = 0;
  /** See `Wakeable`. */
  isDue = false;
  /** Without one, it goes on by itself, and nobody is slow. */
  keeper: Keeper | undefined;

  /** @param lagBytesMax Bytes that may wait before the peer counts as slow. */
  constructor(wire: SendingWire, lagBytesMax: number) {
    this.#wire = wire;
    this.#lagBytesMax = lagBytesMax;
  }

  /** Bytes that the wire has taken. */
  get bytesOut(): number {
    return this.#bytesOut + (this.#step?.bytes ?? 0);
  }

  /** Where it can be served together with others. */
  get chorus(): SendingWire["chorus"] {
    return this.#wire.chorus;
  }

  /** Its number there, if it waits for nothing but what comes next in the log of `cursor`, and has read all others. */
  voiceFor(cursor: Cursor): number | undefined {
    const still = !this.#ended && this.isFree && this.#repliesBytes === 0 &&
      this.#carried === undefined && this.#step === undefined;
    return still && this.#logs.areReadBut(cursor) ? this.#wire.voice : undefined;
  }

  /** Is served by others from now on, until something else happens. */
  goInStep(step: Step): void {
    this.#step = step;
  }

  /** Of what it was sent in step, the wire has taken only so much. */
  tookOnly(bytes: Uint8Array, taken: number): void {
    this.goAlone();
    if (this.#ended) return;
    this.#bytesOut -= bytes.length - taken;
    if (this.#send(bytes.subarray(taken))) this.#pump();
  }

  /** Leaves the step, if it goes in one. */
  goAlone(): void {
    const step = this.#step;
    if (step === undefined) return;
    this.#step = undefined;
    step.leave();
    this.#bytesOut += step.bytes;
  }

  /** Whether nothing can be sent any more: what only asks need not be done then. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether a write is under way. */
  get busy(): boolean {
    return this.#underWay !== undefined;
  }

  /** Whether what is queued now goes out as soon as it is woken: behind no write, and behind no file. */
  get isFree(): boolean {
    return !this.busy && this.#held === undefined;
  }

  /** Bytes of answers that wait. */
  get repliesBytes(): number {
    return this.#repliesBytes;
  }

  /** Bytes of answers that the wire has not taken yet. */
  get unsent(): number {
    return this.#repliesBytes + this.#sendingBytes;
  }

  /** Bytes that wait in all, without the write under way. */
  get lag(): number {
    return this.#repliesBytes + this.#logs.lag;
  }

  /** What it keeps alive of each log; nothing while it is being written as fast as it comes. */
  lags(): readonly Lag[] {
    if (this.isFree) return [];
    return this.#logs.lags();
  }

  /** Lets go of what it has read of the logs. */
  pass(): void {
    this.#logs.pass();
  }

  /** Bytes that are held for this peer alone. */
  get heldBytes(): number {
    const held = this.#held?.reduce((sum, { length }) => sum + length, 0) ?? 0;
    return this.unsent + held + this.#logs.heldBytes;
  }

  /** Queues bytes for this peer alone. They go out at the next `wake`. */
  queue(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.goAlone();
    // What waits long must not hold the memory of others.
    const own = this.isFree ? bytes : ownMemory(bytes);
    // Mostly it is the only one, and what `push` makes room for is many.
    if (this.#repliesBytes === 0) this.#replies = [own];
    else this.#replies.push(own);
    this.#repliesBytes += bytes.length;
    this.queued += bytes.length;
  }

  /** Queues last words: behind all that waits for this peer now, also in the logs that it follows. */
  queueLast(bytes: Uint8Array): void {
    this.goAlone();
    for (const cursor of this.#logs.all()) this.#queueRest(cursor);
    this.queue(bytes);
  }

  /** Follows a log from its end on. */
  follow(log: RoomLog): Cursor {
    this.goAlone();
    return this.#logs.add(log);
  }

  /** Stops following; what was appended until now still goes out. */
  unfollow(cursor: Cursor): void {
    this.goAlone();
    if (this.#logs.delete(cursor)) this.#queueRest(cursor);
  }

  #queueRest(cursor: Cursor): void {
    for (let rest = cursor.take(); rest !== undefined; rest = cursor.take()) {
      const { log, position } = cursor;
      this.#carried?.moves(log, position - rest.length, position, this.queued);
      this.queue(rest);
    }
  }

  /** Starts a write if none is under way; if one is, and too much waits behind it, the peer is slow. */
  wake(): void {
    if (this.#ended) return;
    this.goAlone();
    const wasFree = this.isFree;
    if (!this.busy) this.#pump();
    if (wasFree || ++this.#wakes * LAGS_PER_WAKE < this.#logs.size) return;
    this.#wakes = 0;
    const factor = this.#held === undefined ? 1 : HELD_LAG_FACTOR;
    if (this.lag > this.#lagBytesMax * factor) this.keeper?.onSlow();
  }

  /** Lets out what waits and then `last`; from there on only `writeRaw` writes, until `release`. */
  hold(last: Uint8Array): void {
    if (this.#ended) return;
    this.goAlone();
    this.#carried?.hold();
    this.#held = [...this.#replies, last];
    this.#replies = [];
    this.#repliesBytes = 0;
    this.wake();
  }

  /** Lets frames out again: first `first`, then what waited. Idempotent. */
  release(first?: Uint8Array): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    if (first !== undefined) held.push(first);
    this.#replies.unshift(...held);
    for (const { length } of held) this.#repliesBytes += length;
    this.wake();
  }

  /**
   * Writes a file's bytes while the outbox is held, one call at a time.
   *
   * @returns Whether all were taken; then their memory may be used again. `false` when the peer is gone.
   */
  async writeRaw(bytes: Sendable): Promise<boolean> {
    // What was said before the file is first, also when its write has ended and its turn to go on has not come.
    while (this.busy || (this.#held?.length ?? 0) > 0) {
      if (!this.busy) this.#pump();
      else await (this.#waits ??= new Waits()).forStill();
    }
    if (this.#ended || this.#held === undefined) return false;
    if (this.#send(bytes)) return true;
    return await new Promise<boolean>((resolve) => this.#rawDone = resolve);
  }

  /** Follows bytes that wait in a log, or for this peer alone: by their place among all that were ever `queued`. */
  carry(source: Source, span: ByteSpan, by: Follower): void {
    this.goAlone();
    if (this.#ended) return by.ended("cut off");
    (this.#carried ??= new Carried()).follow(source, span, by);
  }

  /** Follows them no more. */
  drop(by: Follower): void {
    this.#carried?.drop(by);
    if (this.#carried?.size === 0) this.#carried = undefined;
  }

  /** Resolves when nothing waits any more, or the outbox has ended. */
  idle(): Promise<void> {
    this.goAlone();
    this.wake();
    if (this.isFree) return Promise.resolve();
    return (this.#waits ??= new Waits()).forIdle();
  }

  /**
   * Waits until at most `bytesMax` bytes of answers are unsent, or the outbox has ended; `undefined` when that is so
   * already.
   */
  relief(bytesMax: number): Promise<void> | undefined {
    if (this.#ended || this.unsent <= bytesMax) return undefined;
    this.wake();
    // What the wire has taken at once is not waited for.
    if (this.#ended || this.unsent <= bytesMax) return undefined;
    return (this.#waits ??= new Waits()).forRelief(bytesMax);
  }

  /** Drops all that waits but the write under way, and sends `last` after it. */
  cutOff(last: Uint8Array | undefined): void {
    this.goAlone();
    this.#cutCarried();
    this.#held = this.answers = undefined;
    this.#logs.clear();
    this.#replies = last === undefined ? [] : [last];
    this.#repliesBytes = last?.length ?? 0;
    this.#waits?.unsent(this.unsent);
    this.wake();
  }

  /** Nothing is written any more. Idempotent. */
  end(): void {
    this.goAlone();
    this.#ended = true;
    this.#cutCarried();
    this.#held = undefined;
    this.#replies = [];
    this.#repliesBytes = 0;
    this.#logs.clear();
    this.#underWay = undefined;
    this.#sendingBytes = 0;
    this.#waits?.unsent(this.unsent);
    this.#endRaw(false);
    this.#waits?.still(this.#held !== undefined);
  }

  /** The wire has taken so much more of what it was given last, and may be given the rest. */
  onWritable(taken: number): void {
    const bytes = this.#underWay;
    if (bytes === undefined) return;
    this.#took(taken);
    if (taken < bytes.length) {
      if (!this.#send(bytes.subarray(taken))) return;
    } else this.#underWay = undefined;
    this.#sent();
    this.#endRaw(true);
    // Of a file, its round brings the next piece; when it was cut off meanwhile, this lets out what is left to say.
    if (this.keeper === undefined) this.#pump();
    else this.keeper.onGoOn();
  }

  #pump(): void {
    for (let bytes = this.#next(); bytes !== undefined; bytes = this.#next()) {
      if (!this.#send(bytes)) return;
      this.#sent();
    }
    this.#waits?.still(this.#held !== undefined);
  }

  /** Sends. @returns Whether the wire has taken all of it; otherwise the rest is under way. */
  #send(bytes: Sendable): boolean {
    if (bytes.length === 0) return true;
    // A peer that takes a part is slow, but it has not stalled.
    this.writes++;
    const taken = trySend(this.#wire, bytes);
    this.#took(taken);
    const all = taken === bytes.length;
    this.#underWay = all ? undefined : restOf(bytes, taken, this.#sendingBytes > 0);
    return all;
  }

  /** The wire has taken all that it was given. */
  #sent(): void {
    this.#sendingBytes = 0;
    this.answers?.sent();
    this.#waits?.unsent(this.unsent);
  }

  #took(taken: number): void {
    const from = this.#bytesOut;
    this.#bytesOut += taken;
    if (this.#carried === undefined || taken === 0) return;
    this.#carried.takes(from, this.#bytesOut);
    if (this.#carried?.size === 0) this.#carried = undefined;
  }

  #endRaw(taken: boolean): void {
    const done = this.#rawDone;
    this.#rawDone = undefined;
    done?.(taken);
  }

  #cutCarried(): void {
    const carried = this.#carried;
    this.#carried = undefined;
    carried?.cut();
  }

  /** The next bytes to write. */
  #next(): Uint8Array | undefined {
    this.#carried?.begins(this.#bytesOut);
    const own = this.#ownPart();
    return this.#held === undefined ? this.#logs.next(own, this.#carried) : own;
  }

  /** What is for this peer alone. */
  #ownPart(): Uint8Array | undefined {
    this.answers?.send();
    if (this.#held !== undefined) {
      const before = this.#held;
      this.#held = [];
      return before.length === 0 ? undefined : concat(before);
    }
    if (this.#repliesBytes === 0) return undefined;
    const replies = this.#replies;
    this.#carried?.places(undefined, this.queued - this.#repliesBytes, this.queued, 0);
    this.#replies = [];
    this.#sendingBytes += this.#repliesBytes;
    this.#repliesBytes = 0;
    return concat(replies);
  }
}
