/**
 * Marks the ways of messages, while operators ask for that.
 *
 * ```text
 *   begins ─ numbered ─ given ─ durable ─ published ─► receivers, each followed in its outbox (link/carried.ts)
 *      └──────────────────── refused: forgotten         └► answered: the sender's outbox
 * ```
 *
 * Whoever marks looks at `any` first: where nobody asks, that is all that is done. When nobody asks any more, nothing is kept.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import type { Connection } from "../link/connection.ts";
import type { Outbox } from "../link/outbox.ts";
import type { Member } from "../rooms/member.ts";
import type { Room, RoomEnds } from "../rooms/room.ts";
import type { ByteSpan, FoldedName } from "../wire/mod.ts";
import { whyUntold } from "./end.ts";
import { Ends } from "./ends.ts";
import { followed } from "./followed.ts";
import { RECEIVERS_MAX, RECEIVERS_MIN, RECEIVERS_PER_SECOND, WAYS_PER_SECOND } from "./limits.ts";
import { Receiver } from "./receiver.ts";
import type { TraceTime } from "./trace_time.ts";
import { Watchers } from "./watchers.ts";
import { Way } from "./way.ts";
import { Ways } from "./ways.ts";

/** Marks of messages. */
export class Tracing {
  readonly watchers: Watchers = new Watchers();
  readonly ways: Ways = new Ways();
  readonly time: TraceTime;
  readonly #ends: Ends;
  /** How many messages may be marked. */
  readonly #wayPace: TokenBucket;
  /** How many receivers may be followed. */
  readonly #pace: TokenBucket;
  #hurried = false;
  /** Those that the store has, and has not begun to write. */
  #taken: Way[] = [];

  constructor(time: TraceTime, connections: Iterable<Connection>) {
    this.time = time;
    this.#ends = new Ends(connections);
    const paceOf = (perSecond: number): TokenBucket =>
      new TokenBucket({ perSecond, burst: perSecond }, time.now());
    this.#wayPace = paceOf(WAYS_PER_SECOND);
    this.#pace = paceOf(RECEIVERS_PER_SECOND);
  }

  /** Whether anything is to be marked. */
  get any(): boolean {
    return this.watchers.any;
  }

  now(): number {
    return this.time.now();
  }

  /** Somebody asks no more. @param one See `Watchers.set`. */
  leave(one: object): void {
    if (!this.any) return;
    this.watchers.delete(one);
    this.#forgetUnlessAsked();
  }

  /** To be called about once a second. */
  check(): void {
    if (!this.any) return;
    this.watchers.sweep(this.now());
    this.#forgetUnlessAsked();
  }

  #forgetUnlessAsked(): void {
    if (this.any) return;
    this.ways.clear();
    this.#taken = [];
    this.#ends.forget();
  }

  /** Forgets the ways of what somebody said or got, who is not here any more. */
  erase(who: FoldedName): void {
    this.ways.erase(who);
  }

  /** Somebody says something, which is taken now; nothing where that is not to be marked. */
  begins(speaker: Member, { name: room, key }: Room): Way | undefined {
    if (!this.watchers.wants(key) || !this.#wayPace.take(this.now())) return undefined;
    const connection = this.#ends.of(speaker.outbox);
    const { stream, readMs } = readingOf(connection);
    const from = this.#ends.endOf(speaker.name, speaker.outbox);
    return new Way({ room, key, from, stream, readMs, acceptedMs: this.now() });
  }

  /** The store has it, and it has a number. */
  numbered(way: Way, seq: number): void {
    if (!this.any) return;
    way.seq = seq;
    this.ways.add(way);
    this.#taken.push(way);
  }

  /** The store begins to write all that it has. */
  given(): void {
    if (this.#taken.length === 0) return;
    const nowMs = this.now();
    for (const way of this.#taken) way.givenMs = nowMs;
    this.#taken = [];
  }

  /** The store has kept it, or has not. */
  settled(way: Way, isKept: boolean): void {
    if (way.seq === 0) return;
    if (this.#taken.length > 0) this.#taken = this.#taken.filter((one) => one !== way);
    if (!isKept) return this.ways.delete(way);
    way.durableMs = this.now();
    way.givenMs ??= way.durableMs;
  }

  /** It stands in the logs of its room, which ended there before. */
  published(way: Way, room: Room, before: RoomEnds, speaker: Member): void {
    if (way.isOver || way.seq === 0) return;
    const { frames, lines } = room.ends;
    way.publishedMs = this.now();
    way.log = spanOf(before.frames, frames);
    way.lines = spanOf(before.lines, lines);
    const { size } = room;
    way.hurried = this.#hurries(way.publishedMs, Math.min(size, RECEIVERS_MAX));
    const max = way.hurried ? RECEIVERS_MIN : RECEIVERS_MAX;
    const { hearers, left } = followed(room.hearers(speaker), size, max);
    way.left = left;
    way.receivers = hearers.map((hearer) => {
      const receiver = this.#receiver(hearer);
      const { speech, outbox } = hearer;
      const span = speech === "text" ? way.lines : way.log;
      if (span !== undefined) outbox.carry(room.logOf(speech), span, receiver);
      return receiver;
    });
    this.ways.received(way);
  }

  /** Whether too many are followed to follow all of these. In between, those who go in step are left there for a second. */
  #hurries(nowMs: number, receivers: number): boolean {
    if (this.#hurried) this.#hurried = !this.#pace.isFull(nowMs);
    if (!this.#hurried) this.#hurried = !this.#pace.take(nowMs, receivers);
    return this.#hurried;
  }

  /** Its sender is answered: what is for it alone has grown. */
  answered(way: Way, speaker: Member, queuedBefore: number): void {
    const { outbox } = speaker;
    const span = spanOf(queuedBefore, outbox.queued);
    if (way.isOver || way.seq === 0 || span === undefined) return;
    way.answer = this.#receiver(speaker);
    outbox.carry(undefined, span, way.answer);
  }

  #receiver({ name, outbox }: { readonly name: string; readonly outbox: Outbox }): Receiver {
    return new Receiver(this.#ends.endOf(name, outbox), outbox, this.time);
  }
}

function spanOf(from: number, to: number): ByteSpan | undefined {
  return to > from ? { from, to } : undefined;
}

/** When what is being heard was read, and where it lies in all that was. */
function readingOf(
  connection: Connection | undefined,
): { readonly stream?: ByteSpan; readonly readMs?: number } {
  if (connection === undefined) return {};
  const { readMs, place, bytesIn } = connection.link;
  if (place === undefined || whyUntold(connection) !== undefined) return { readMs };
  const to = bytesIn - place.restBytes;
  return { readMs, stream: { from: to - place.heardBytes, to } };
}
