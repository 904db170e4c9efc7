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
import { FollowedLogs, type Watch } from "./followed_logs.ts";
import type { Keeper } from "./keeper.ts";
import type { Step } from "../rooms/in_step.ts";
import { HELD_LAG_FACTOR } from "../files/limits.ts";
import type { Cursor, RoomLog } from "../rooms/room_log.ts";
import { restOf, type Sendable, type SendingWire, trySend } from "./sending.ts";
import { concat, ownMemory } from "../wire/mod.ts";

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
  /** Resolves when the write under way has ended; made when somebody waits for that. */
  #whenStill: PromiseWithResolvers<void> | undefined;
  /** Resolves those who wait for it to be idle; made when somebody does. */
  #whenIdle: PromiseWithResolvers<void> | undefined;
  /** Resolves when at most so many bytes of answers are unsent; made when somebody waits for that. */
  #whenRelieved: (PromiseWithResolvers<void> & { readonly bytesMax: number }) | undefined;
  /** A place in a log, and whom to tell when the wire has taken everything up to it. */
  #watch: Watch | undefined;
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
      this.#watch === undefined && this.#step === undefined;
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
    for (let rest = cursor.take(); rest !== undefined; rest = cursor.take()) this.queue(rest);
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
      else await (this.#whenStill ??= Promise.withResolvers<void>()).promise;
    }
    if (this.#ended || this.#held === undefined) return false;
    if (this.#send(bytes)) return true;
    return await new Promise<boolean>((resolve) => this.#rawDone = resolve);
  }

  /** Calls `passed` once: when the wire has taken the log up to `target`, or never will. A later watch takes an earlier one's place. */
  watch(cursor: Cursor, target: number, passed: () => void): void {
    this.goAlone();
    this.#watch = { cursor, target, passed };
    if (this.#ended) this.#passWatch();
  }

  /** Resolves when nothing waits any more, or the outbox has ended. */
  idle(): Promise<void> {
    this.goAlone();
    this.wake();
    if (this.isFree) return Promise.resolve();
    return (this.#whenIdle ??= Promise.withResolvers<void>()).promise;
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
    return (this.#whenRelieved ??= { ...Promise.withResolvers<void>(), bytesMax }).promise;
  }

  /** Drops all that waits but the write under way, and sends `last` after it. */
  cutOff(last: Uint8Array | undefined): void {
    this.goAlone();
    this.#passWatch();
    this.#held = this.answers = undefined;
    this.#logs.clear();
    this.#replies = last === undefined ? [] : [last];
    this.#repliesBytes = last?.length ?? 0;
    this.#relieve();
    this.wake();
  }

  /** Nothing is written any more. Idempotent. */
  end(): void {
    this.goAlone();
    this.#ended = true;
    this.#passWatch();
    this.#held = undefined;
    this.#replies = [];
    this.#repliesBytes = 0;
    this.#logs.clear();
    this.#underWay = undefined;
    this.#sendingBytes = 0;
    this.#relieve();
    this.#endRaw(false);
    this.#still();
  }

  /** The wire has taken so much more of what it was given last, and may be given the rest. */
  onWritable(taken: number): void {
    const bytes = this.#underWay;
    if (bytes === undefined) return;
    this.#bytesOut += taken;
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
    this.#still();
  }

  /** Sends. @returns Whether the wire has taken all of it; otherwise the rest is under way. */
  #send(bytes: Sendable): boolean {
    if (bytes.length === 0) return true;
    // A peer that takes a part is slow, but it has not stalled.
    this.writes++;
    const taken = trySend(this.#wire, bytes);
    this.#bytesOut += taken;
    const all = taken === bytes.length;
    this.#underWay = all ? undefined : restOf(bytes, taken, this.#sendingBytes > 0);
    return all;
  }

  /** The wire has taken all that it was given. */
  #sent(): void {
    this.#sendingBytes = 0;
    this.answers?.sent();
    this.#relieve();
    const watch = this.#watch;
    if (watch !== undefined && watch.cursor.position >= watch.target) this.#passWatch();
  }

  #endRaw(taken: boolean): void {
    const done = this.#rawDone;
    this.#rawDone = undefined;
    done?.(taken);
  }

  #relieve(): void {
    const waiting = this.#whenRelieved;
    if (waiting === undefined || (!this.#ended && this.unsent > waiting.bytesMax)) return;
    this.#whenRelieved = undefined;
    waiting.resolve();
  }

  #passWatch(): void {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.passed();
  }

  /** Nothing is being written any more. */
  #still(): void {
    this.#whenStill?.resolve();
    this.#whenStill = undefined;
    // What waits behind a file is not out yet.
    if (this.#held !== undefined) return;
    this.#whenIdle?.resolve();
    this.#whenIdle = undefined;
  }

  /** The next bytes to write. */
  #next(): Uint8Array | undefined {
    const own = this.#ownPart();
    return this.#held === undefined ? this.#logs.next(own) : own;
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
    this.#replies = [];
    this.#sendingBytes += this.#repliesBytes;
    this.#repliesBytes = 0;
    return concat(replies);
  }
}
