/**
 * One reading of a file, relayed to everybody who accepted in time.
 *
 * ```text
 *   gathering ─ start ─► opening ─ every lane is there ─► flowing ─ the last byte ─► over: FileDone
 *                           └──────────────┬────────────────┘
 *                                          ▼  the sender is gone or stands still, or no receiver is left
 *                                        over: broken
 * ```
 *
 * - The sender is read only when every receiver has taken what was read before, and nothing is held but one piece. So
 *   who is much slower than the others (`pace.ts`) leaves for a round of its own, which is read for it from there on.
 * - The sender starts at the smallest offset that was asked for, and each receiver gets the bytes from its own.
 * - A receiver that goes or stands still drops out; the others do not notice.
 *
 * - The SHA-256 is what the offer says, since only a check on the receiver's disk is worth something, and
 *   hashing would cost more than the relay. Of an offer that says none it is computed on the way.
 *
 * Whom to tell what is not decided here: see `RoundParts`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type {
  FileDone,
  FoldedName,
  ServerMessage,
  StartDownload,
  StartUpload,
  UserName,
} from "../wire/mod.ts";
import type { Lane, Piece } from "./lane.ts";
import type { Offer } from "./offers.ts";
import { Pace } from "./pace.ts";
import type { TransferUser } from "./transfer_user.ts";
import type { Carrier } from "./slots.ts";
import { Sink, type Wish } from "./sink.ts";
import { Speed } from "./speed.ts";
import { startDownload, startUpload } from "./words.ts";
import type { OneTimeTokens } from "../../ground/mod.ts";

/** Where a second connection belongs. */
export interface Ticket {
  /** Whose second connection it is. */
  readonly user: UserName;
  readonly start: StartUpload | StartDownload;
  /** The connection came. */
  readonly attach: (lane: Lane) => void;
  /** It did not come in time. */
  readonly expire: () => void;
}

/** What a round needs. */
export interface RoundParts {
  readonly offer: Offer;
  readonly tokens: OneTimeTokens<Ticket>;
  /** How long either side may stand still, in ms. */
  readonly stallMsMax: number;
  /** Over how long it shows who holds the others up, in ms. */
  readonly paceMs: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Asks for a place to move bytes in. @returns Whether there is one. */
  readonly admit: (round: Round) => boolean;
  /** Every byte reached this receiver. */
  readonly onArrived: (to: TransferUser, done: FileDone) => void;
  /** The transfer to this receiver broke, because of `why`: a sentence. */
  readonly onBroken: (to: TransferUser, why: string) => void;
  /**
   * These receivers hold the others up: a round of their own is to go on with them from byte `offset`.
   *
   * @returns Whether there is one.
   */
  readonly onSlow: (sinks: readonly Sink[], offset: number) => boolean;
  /** The round is over. Called once. */
  readonly onOver: () => void;
}

const SHA256_DIGITS = 64;

type State = "gathering" | "opening" | "flowing" | "over";

/** What a sender is told whose bytes find no place. */
const NO_PLACE = "The server carries too many files already. Try again later.";

/** One reading of a file. */
export class Round implements Carrier {
  readonly offer: Offer;
  readonly #parts: RoundParts;
  readonly #sinks = new Map<TransferUser, Sink>();
  #state: State = "gathering";
  #source: Lane | undefined;
  #sourceToken: string | undefined;
  /** Where the reading began, and how far it came. */
  #offset = 0;
  #position = 0;
  #hash: ReturnType<typeof createHash> | undefined;
  /** Since when the sender is waited for; `undefined` while receivers are. */
  #waitingSinceMs: number | undefined;
  readonly #opened = Promise.withResolvers<void>();
  /** The receivers that still take the piece under way, and what resolves when none do. */
  readonly #taking = new Set<Sink>();
  #taken = Promise.withResolvers<void>();
  readonly #pace: Pace<Sink>;
  #admitted = false;
  readonly #speed = new Speed();

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.offer = parts.offer;
    this.#pace = new Pace(parts.paceMs, parts.now());
  }

  get sender(): FoldedName {
    return this.offer.sender.key;
  }

  rate(): number | undefined {
    return this.#speed.rate;
  }

  /** Whether it is (still) relayed to somebody. */
  has(user: TransferUser): boolean {
    return this.#sinks.has(user);
  }

  /** Takes a receiver in, before the start. */
  add(user: TransferUser, wish: Wish): void {
    this.#sinks.set(user, new Sink(user, wish));
  }

  /** Takes in, before the start, one whose connection was carrying this file in another round, up to byte `offset`. */
  adopt({ user, lane, beside }: Sink, offset: number): void {
    const sink = new Sink(user, { offset, beside });
    this.#sinks.set(user, sink);
    if (lane !== undefined) this.#attachSink(sink, lane);
  }

  /** Says to all sides that it begins. Nobody may be carrying another file inline. */
  start(): void {
    if (this.#state !== "gathering") return;
    const { now } = this.#parts;
    this.#state = "opening";
    const offsets = [...this.#sinks.values()].map(({ offset }) => offset);
    this.#offset = this.#position = Math.min(...offsets);
    const { size, sha256 } = this.offer.file;
    if (sha256?.length !== SHA256_DIGITS) this.#hash = createHash("sha256");
    this.#waitingSinceMs = now();
    this.#openSource();
    for (const sink of this.#sinks.values()) if (sink.lane === undefined) this.#openSink(sink);
    if (this.#position === size) this.#complete();
    else this.#flowWhenOpen();
  }

  /** A receiver wants it no more, or has left; nobody is told. */
  drop(user: TransferUser): void {
    const sink = this.#sinks.get(user);
    if (sink !== undefined) this.#dropSink(sink);
  }

  /** It cannot go on; whoever still wants it is told why. Idempotent. */
  fail(why: string): void {
    if (this.#state === "over") return;
    const sinks = [...this.#sinks.values()];
    this.#sinks.clear();
    this.#over(why);
    for (const sink of sinks) {
      sink.close(this.#parts.tokens);
      this.#parts.onBroken(sink.user, why);
    }
  }

  /** Looks whether a side stands still. To be called about once a second. */
  check(): void {
    if (this.#state !== "flowing") return;
    const { now, stallMsMax } = this.#parts;
    const nowMs = now();
    this.#speed.look(nowMs, this.#position);
    const since = this.#waitingSinceMs;
    if (since !== undefined) {
      if (nowMs - since > stallMsMax) this.fail("The sender stood still for too long.");
      return;
    }
    for (const sink of [...this.#sinks.values()]) {
      if (sink.stalledMs(nowMs) > stallMsMax) {
        this.#lose(sink, "The receiver stood still for too long.");
      }
    }
    this.#letGo(nowMs);
  }

  /** Lets those go on by themselves who hold the others up. */
  #letGo(nowMs: number): void {
    const slow = this.#pace.slow(nowMs).filter((sink) => this.#sinks.get(sink.user) === sink);
    // Who sends over its own connection sends once, and somebody has to stay.
    if (!this.offer.beside || slow.length === 0 || slow.length === this.#sinks.size) return;
    if (!this.#parts.onSlow(slow, this.#position)) return;
    for (const sink of slow) {
      this.#sinks.delete(sink.user);
      this.#hasTaken(sink);
    }
  }

  // ── Opening ────────────────────────────────────────────────────────────────────────────────────

  #openSource(): void {
    const { sender, room, file: { size } } = this.offer;
    const [first] = this.#sinks.keys();
    const start = startUpload(this.offer, room ?? first?.name ?? "", this.#offset);
    if (this.#offset === size) return sender.tell(start);
    if (!this.offer.beside) return this.#attachSource(sender.inline.open(start));
    const { tokens, now } = this.#parts;
    const token = this.#sourceToken = tokens.issue({
      user: sender.name,
      start,
      attach: (lane) => this.#attachSource(lane),
      expire: () => this.fail("The sender did not begin in time."),
    }, now());
    sender.tell({ ...start, token });
  }

  #openSink(sink: Sink): void {
    const { user, offset, beside } = sink;
    const { size } = this.offer.file;
    const start = startDownload(this.offer, offset);
    if (offset === size) return user.tell(start);
    if (!beside) return this.#attachSink(sink, user.inline.open(start));
    const { tokens, now } = this.#parts;
    sink.token = tokens.issue({
      user: user.name,
      start,
      attach: (lane) => this.#attachSink(sink, lane),
      expire: () => this.#lose(sink, "The receiver did not begin in time."),
    }, now());
    user.tell({ ...start, token: sink.token });
  }

  #attachSource(lane: Lane): void {
    this.#source = lane;
    lane.onBytes = (bytes) => this.#take(bytes);
    lane.onLost = () => this.fail("The sender's connection broke.");
    this.#flowWhenOpen();
  }

  #attachSink(sink: Sink, lane: Lane): void {
    sink.lane = lane;
    lane.onLost = () => this.#lose(sink, "The receiver's connection broke.");
    this.#flowWhenOpen();
  }

  #flowWhenOpen(): void {
    if (this.#state !== "opening" || this.#source === undefined) return;
    const { size } = this.offer.file;
    for (const sink of this.#sinks.values()) {
      if (sink.lane === undefined && sink.offset < size) return;
    }
    this.#state = "flowing";
    this.#waitingSinceMs = this.#parts.now();
    this.#speed.begin(this.#waitingSinceMs, this.#position);
    this.#opened.resolve();
  }

  // ── Flowing ────────────────────────────────────────────────────────────────────────────────────

  #take(bytes: Piece): Promise<void> | undefined {
    // A sender need not wait until the receivers' connections are there; its bytes must.
    if (this.#state === "opening") return this.#opened.promise.then(() => this.#take(bytes));
    if (this.#state !== "flowing") return undefined;
    if (!this.#admitted) {
      this.#admitted = this.#parts.admit(this);
      if (!this.#admitted) return void this.fail(NO_PLACE);
    }
    const from = this.#position;
    this.#position += bytes.length;
    this.#waitingSinceMs = undefined;
    this.#pace.next();
    this.#taken = Promise.withResolvers();
    // Who goes on by itself still takes its piece when the reader's memory is used again.
    const shared = this.offer.beside && this.#sinks.size > 1;
    const piece = shared && bytes instanceof Uint8Array ? bytes.slice() : bytes;
    for (const sink of this.#sinks.values()) this.#give(sink, piece, from);
    // While the receivers' kernels take it.
    if (bytes instanceof Uint8Array) this.#hash?.update(bytes);
    if (this.#taking.size === 0) this.#taken.resolve();
    return this.#taken.promise.then(() => this.#goOn());
  }

  /** Gives one receiver its part of a piece: the first at once, the others each in its turn. */
  #give(sink: Sink, piece: Piece, from: number): void {
    const { now } = this.#parts;
    const begin = (): void => this.#pace.began(sink, now());
    const atOnce = this.#taking.size === 0;
    const write = sink.take(piece, from, { nowMs: now(), atOnce, begin });
    if (write === undefined) return;
    this.#taking.add(sink);
    void write.then((taken) => {
      this.#pace.ended(sink, now());
      if (!taken) this.#lose(sink, "The receiver's connection broke.");
      this.#hasTaken(sink);
    });
  }

  #hasTaken(sink: Sink): void {
    if (this.#taking.delete(sink) && this.#taking.size === 0) this.#taken.resolve();
  }

  #goOn(): void {
    if (this.#state !== "flowing") return;
    this.#waitingSinceMs = this.#parts.now();
    if (this.#position === this.offer.file.size) this.#complete();
    else this.#source?.passTo(this.#onlyTaker());
  }

  /** Who gets all that comes, and nobody need look at it: then it need not come into our memory. */
  #onlyTaker(): Lane | undefined {
    const [sink] = this.#sinks.values();
    const alone = this.#hash === undefined && this.#sinks.size === 1;
    return alone && sink !== undefined && sink.offset <= this.#position ? sink.lane : undefined;
  }

  #complete(): void {
    this.#state = "over";
    const { sender, file, id } = this.offer;
    const { onArrived, onOver } = this.#parts;
    const sinks = [...this.#sinks.values()];
    this.#sinks.clear();
    const done: FileDone = {
      type: "FileDone",
      filename: file.filename,
      size: file.size,
      ...this.#digest(),
      offer: id,
    };
    for (const { user, lane, beside } of sinks) {
      lane?.finish(done);
      if (beside || lane === undefined) user.tell(done);
    }
    const dones = sinks.map(({ user }) => ({ ...done, by: user.name }));
    if (this.offer.beside) this.#source?.finish(done);
    else this.#source?.finish(dones.shift());
    for (const each of dones) sender.tell(each);
    for (const { user } of sinks) onArrived(user, done);
    onOver();
  }

  #digest(): { sha256: string; offset?: number } {
    const { sha256 = "" } = this.offer.file;
    if (this.#hash === undefined) return { sha256 };
    const seen = this.#hash.digest("hex");
    return this.#offset === 0 ? { sha256: seen } : { sha256: seen, offset: this.#offset };
  }

  // ── Breaking ───────────────────────────────────────────────────────────────────────────────────

  #lose(sink: Sink, why: string): void {
    if (!this.#dropSink(sink)) return;
    this.#parts.onBroken(sink.user, why);
  }

  #dropSink(sink: Sink): boolean {
    if (this.#sinks.get(sink.user) !== sink) return false;
    this.#sinks.delete(sink.user);
    sink.close(this.#parts.tokens);
    if (this.#sinks.size === 0) this.#over(`Nobody takes '${this.offer.file.filename}' any more.`);
    else {
      // What it was given is a copy, as long as there are several.
      if (this.offer.beside) this.#hasTaken(sink);
      this.#flowWhenOpen();
    }
    return true;
  }

  #over(why: string): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#opened.resolve();
    if (this.#sourceToken !== undefined) this.#parts.tokens.revoke(this.#sourceToken);
    const last: ServerMessage = { type: "Error", code: "not_found", msg: why };
    this.#source?.break(last);
    this.#parts.onOver();
  }
}
