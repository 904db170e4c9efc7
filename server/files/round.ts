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
 * - The sender is read only when every receiver has taken what was read before: the slowest sets the pace,
 *   and nothing is held but one piece.
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
import { FILE_RATE_SPAN_MS } from "./limits.ts";
import type {
  FileDone,
  FoldedName,
  ServerMessage,
  StartDownload,
  StartUpload,
  UserName,
} from "../wire/mod.ts";
import type { Lane } from "./lane.ts";
import type { Offer } from "./offers.ts";
import type { TransferUser } from "./transfer_user.ts";
import type { Carrier } from "./slots.ts";
import { Sink, type Wish } from "./sink.ts";
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
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Asks for a place to move bytes in. @returns Whether there is one. */
  readonly admit: (round: Round) => boolean;
  /** Every byte reached this receiver. */
  readonly onArrived: (to: TransferUser, done: FileDone) => void;
  /** The transfer to this receiver broke, because of `why`: a sentence. */
  readonly onBroken: (to: TransferUser, why: string) => void;
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
  #admitted = false;
  /** Bytes per second in the last whole span of time, and where the one under way began. */
  #rate: number | undefined;
  #span = { fromMs: 0, position: 0 };

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.offer = parts.offer;
  }

  get sender(): FoldedName {
    return this.offer.sender.key;
  }

  rate(): number | undefined {
    return this.#rate;
  }

  /** Whether it is (still) relayed to somebody. */
  has(user: TransferUser): boolean {
    return this.#sinks.has(user);
  }

  /** Takes a receiver in, before the start. */
  add(user: TransferUser, wish: Wish): void {
    this.#sinks.set(user, new Sink(user, wish));
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
    for (const sink of this.#sinks.values()) this.#openSink(sink);
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
    this.#measure(nowMs);
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
  }

  // ── Opening ────────────────────────────────────────────────────────────────────────────────────

  #openSource(): void {
    const { sender, room, file, id } = this.offer;
    const [first] = this.#sinks.keys();
    const to = room ?? first?.name ?? "";
    const { filename, size } = file;
    const start: StartUpload = {
      type: "StartUpload",
      to,
      filename,
      size,
      offset: this.#offset,
      offer: id,
    };
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
    const { sender, file, id } = this.offer;
    const { filename, size } = file;
    const { user, offset, beside } = sink;
    const start: StartDownload = {
      type: "StartDownload",
      from: sender.name,
      filename,
      size,
      offset,
      offer: id,
    };
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
    this.#span = { fromMs: this.#waitingSinceMs, position: this.#position };
    this.#opened.resolve();
  }

  // ── Flowing ────────────────────────────────────────────────────────────────────────────────────

  #take(bytes: Uint8Array): Promise<void> | undefined {
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
    const nowMs = this.#parts.now();
    const writes: Promise<void>[] = [];
    for (const sink of this.#sinks.values()) {
      const write = sink.take(bytes, from, nowMs);
      if (write === undefined) continue;
      writes.push(write.then((taken) => {
        if (!taken) this.#lose(sink, "The receiver's connection broke.");
      }));
    }
    // While the receivers' kernels take it.
    this.#hash?.update(bytes);
    return (writes.length === 1 ? writes[0] as Promise<void> : Promise.all(writes))
      .then(() => this.#taken());
  }

  #measure(nowMs: number): void {
    const { fromMs, position } = this.#span;
    if (nowMs - fromMs < FILE_RATE_SPAN_MS) return;
    this.#rate = (this.#position - position) * 1_000 / (nowMs - fromMs);
    this.#span = { fromMs: nowMs, position: this.#position };
  }

  #taken(): void {
    if (this.#state !== "flowing") return;
    this.#waitingSinceMs = this.#parts.now();
    if (this.#position === this.offer.file.size) this.#complete();
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
    else this.#flowWhenOpen();
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
