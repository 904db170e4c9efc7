/**
 * What is said over one connection, as a union of states.
 *
 * ```text
 *   greeting ── first byte ──► login ─┬─ Login ──► member ◄── the last byte ──► uploading / downloading
 *                                     └─ Transfer ──► beside        a file over this connection
 *   from each: the peer left, was refused or cut off, or the server closes ──► ended
 *   from a member's, when the disk owes it an answer: leaving ── all answered, or too late ──► ended
 * ```
 *
 * The session hears messages through a codec, asks the command table what they come to, and has the effects performed. Sockets are
 * the link's business, rooms the hall's. What others want of a connection they ask the session itself for: closures would be megabytes.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import type { Codec, Heard, Speech } from "../codec/codec.ts";
import { codecFor } from "../codec/codec_for.ts";
import { costOf, whyUnserved } from "../commands/table.ts";
import { type ConnectionInfo, peerOf, type Session } from "../link/connection.ts";
import { hears, rests } from "./astray.ts";
import { type Arriving, ComingIn } from "./coming_in.ts";
import { Deadlines } from "./deadlines.ts";
import { Lane, lastWords } from "../files/lane.ts";
import { hearAll, type Hearer, hearOne, hearWhen } from "./hearing.ts";
import { refuseSecretIn } from "./in_the_clear.ts";
import type { Link } from "../link/link.ts";
import { MEMORY_SHORT, placesShort } from "../admission/making_room.ts";
import type { Host, Member } from "../rooms/member.ts";
import type { Keeper } from "../link/keeper.ts";
import { errorMessage, refusalOf } from "../perform.ts";
import type { SessionParts } from "./session_parts.ts";
import { endOf, heldBytesOf, isOver, roomNamesOf, type State, userOf } from "./session_state.ts";
import { Settling } from "./settling.ts";
import { letGo, take as takeIn } from "./take.ts";
import { msTooEarly } from "./too_early.ts";
import type {
  ClientMessage,
  ErrorCode,
  RoomName,
  ServerMessage,
  StartDownload,
  StartUpload,
  Transfer,
  UserName,
} from "../wire/mod.ts";

/** One connection to the chat. */
export class ChatSession implements Session, Hearer, Keeper, Host, Arriving {
  readonly #parts: SessionParts;
  readonly #link: Link;
  readonly #info: ConnectionInfo;
  #pausing: AbortController | undefined;
  /** While the end is put off for what the disk owes an answer for. */
  #settling: Settling | undefined;
  #state: State = { kind: "greeting" };
  readonly #deadlines: Deadlines;
  /** While somebody comes in. */
  #comingIn: ComingIn | undefined;

  constructor(parts: SessionParts, link: Link, info: ConnectionInfo) {
    this.#parts = parts;
    this.#link = link;
    this.#info = info;
    this.#deadlines = new Deadlines(parts.limits, link);
    link.outbox.keeper = this;
  }

  get speech(): Speech | undefined {
    return "codec" in this.#state ? this.#state.codec.speech : undefined;
  }

  get awaitsLogin(): boolean {
    return !("member" in this.#state) && this.#state.kind !== "beside";
  }

  get silentMs(): number {
    return this.#deadlines.silentMs;
  }

  get user(): UserName | undefined {
    return userOf(this.#state);
  }

  roomNames(): readonly RoomName[] {
    return roomNamesOf(this.#state);
  }

  /** The server closes: what waits is still sent, then the reason. Nobody is told that this one left, nor is the log. */
  shutDown(): void {
    if (isOver(this.#state)) return;
    const last = errorMessage("shutting_down");
    const say = this.#lastWords(last, "send");
    this.#endState();
    say();
  }

  get heldBytes(): number {
    return heldBytesOf(this.#state, this.#parts.world.files);
  }

  endForMemory(): void {
    const { busy } = this.#link.outbox;
    this.dismiss(errorMessage("busy", MEMORY_SHORT));
    // Behind a write that it does not take, it would not hear why.
    if (busy) this.#link.close();
  }

  endForPlace(): void {
    this.end(placesShort(this.silentMs));
  }

  abort(): void {
    this.#settling?.cut();
    this.#link.close();
  }

  checkDeadlines(nowMs: number): void {
    const state = this.#state;
    const { files } = this.#parts.world;
    const awaitsStart = () => state.kind === "member" && files.awaitsStart(state.member);
    const due = this.#deadlines.check(nowMs, state, awaitsStart);
    if (due.kind === "end") this.end(due.last);
    else if (due.kind === "cut off") this.dismiss();
    else if (due.kind === "ping" && state.kind === "member") state.member.tell({ type: "Ping" });
  }

  // ── Hearing ────────────────────────────────────────────────────────────────────────────────────

  hear(chunk: Uint8Array): Promise<void> | undefined {
    this.#deadlines.noteBytes();
    if (this.#state.kind === "greeting") {
      this.#state = { kind: "login", codec: codecFor(chunk, this.#parts, this.#info.seal) };
    }
    const state = this.#state;
    if (state.kind === "ended" || state.kind === "leaving") return undefined;
    if (state.kind === "beside") return this.#carry(state.lane, chunk);
    if (state.kind === "uploading") {
      const { codec, lane } = state;
      return codec.midFrame ? this.#endFrame(codec, chunk) : this.#carry(lane, chunk);
    }
    const room = state.codec.midFrame ? this.#parts.headroom.whenRoom() : undefined;
    if (room !== undefined) return hearWhen(room, this.#link, () => this.hear(chunk));
    hears(state);
    state.codec.feed(chunk);
    return this.#takeAll(state.codec);
  }

  async hearEnd(error?: unknown): Promise<void> {
    const state = this.#state;
    if (error !== undefined) {
      this.#parts.onEvent({ kind: "failed", peer: peerOf(this.#info.client), error });
      this.end(errorMessage("internal"));
    } else if (state.kind === "login" || state.kind === "member") {
      state.codec.feedEnd();
      await this.#takeAll(state.codec);
    }
    this.end();
    await this.#settling?.done;
  }

  /** A frame was under way when its sender was told to upload: the file begins behind it. */
  async #endFrame(codec: Codec, chunk: Uint8Array): Promise<void> {
    codec.feed(chunk);
    if (!await hearOne(this.#link, codec, this)) return;
    const rest = codec.takeRest();
    if (this.#state.kind === "uploading") await this.#carry(this.#state.lane, rest);
  }

  #carry(lane: Lane, chunk: Uint8Array): Promise<void> | undefined {
    return lane.hear(chunk, (rest) => this.#hearBehind(rest));
  }

  /** Hears what is said behind a file's last byte. If there is another to upload by now, it was said before that was known. */
  #hearBehind(rest: Uint8Array): Promise<void> | undefined {
    if (!("member" in this.#state)) return undefined;
    const { codec } = this.#state;
    codec.feed(rest);
    return this.#takeAll(codec);
  }

  /** Takes what was heard, in order and in turns; a promise only when something has to be waited for. */
  #takeAll(codec: Codec): Promise<void> | undefined {
    const pending = hearAll(this.#link, codec, this);
    return codec.speech === "text" ? rests(this.#state, pending) : pending;
  }

  ended(): boolean {
    return isOver(this.#state);
  }

  take(heard: Heard): Promise<void> | undefined {
    this.#deadlines.noteHeard();
    switch (heard.kind) {
      case "message":
        return this.#takeMessage(heard.message);
      case "answer":
        this.#queue(heard.bytes);
        return;
      case "error":
        if ("member" in this.#state) this.#state.member.saysAnew();
        this.#refuse(heard.code, heard.re, { msg: heard.msg });
        return;
      case "end":
        this.end(heard.code && errorMessage(heard.code, heard.msg));
        return;
      case "nothing":
        return;
      default:
        heard satisfies never;
    }
  }

  #takeMessage(message: ClientMessage): Promise<void> | undefined {
    const state = this.#state;
    const { world } = this.#parts;
    const unsafe = refuseSecretIn(message, this.#parts, { link: this.#link, info: this.#info });
    if (unsafe !== undefined) return this.#refuse(unsafe.code, message.id, unsafe);
    if (!("member" in state)) return this.#takeBeforeLogin(message);
    const { member, codec } = state;
    if (message.type === "Broadcast" || message.type === "Whisper") member.saysAnew();
    const { astray } = member;
    if (astray?.holds(message)) return this.#refuse("not_in_room", message.id, astray.why);
    const waitMs = msTooEarly(this.#parts, member, message);
    if (waitMs > 0) this.#parts.counters.rateLimited++;
    // A text client is slowed instead of refused: `nc` would not say it again.
    if (waitMs > 0 && codec.speech === "text") return this.#takeLater(message, waitMs);
    if (waitMs > 0) return this.#refuse("rate_limited", message.id, { wait: waitMs });
    if (message.type === "Login") {
      return this.#refuse("invalid", message.id, { msg: "You are logged in already." });
    }
    if (costOf(message) === undefined) {
      return this.#refuse("unknown_type", message.id, whyUnserved(message));
    }
    return takeIn(world, member, message);
  }

  async #takeLater(message: ClientMessage, ms: number): Promise<void> {
    await this.pause(ms);
    if (this.#state.kind === "member") await this.#takeMessage(message);
  }

  // ── Coming in ──────────────────────────────────────────────────────────────────────────────────

  #takeBeforeLogin(message: ClientMessage): Promise<void> | undefined {
    if (message.type === "Login" || message.type === "Register") {
      this.#comingIn ??= new ComingIn(this.#parts, this, this.#link, this.#info);
      return this.#comingIn.take(message);
    }
    if (message.type === "Transfer") return this.#beginTransfer(message);
    const code = costOf(message) === undefined ? "unknown_type" : "login_required";
    return this.#refuse(code, message.id);
  }

  get codecOfArrival(): Codec | undefined {
    return this.#state.kind === "login" ? this.#state.codec : undefined;
  }

  enter(member: Member, codec: Codec): void {
    this.#state = { kind: "member", codec, member };
    this.#comingIn = undefined;
  }

  become(member: Member): boolean {
    if (this.#state.kind !== "member") return false;
    this.#state = { ...this.#state, member };
    return true;
  }

  allowTime(): void {
    if (this.#state.kind === "login") this.#state = { ...this.#state, asked: true };
  }

  say(message: ServerMessage): void {
    const bytes = this.encode(message);
    if (bytes !== undefined) this.#queue(bytes);
  }

  /** Waits, but not beyond the end. */
  pause(ms: number): Promise<void> {
    this.#pausing ??= new AbortController();
    return wait(ms, this.#pausing.signal);
  }

  /** This connection carries one file and nothing else. */
  #beginTransfer({ token, id }: Transfer): Promise<void> | undefined {
    const state = this.#state;
    if (state.kind !== "login") return undefined;
    const ticket = this.#parts.world.files.redeem(token);
    if (ticket === undefined) {
      const msg = "This token is unknown, was used or is too old.";
      return void this.end(refusalOf("not_found", id, { msg }));
    }
    const { codec } = state;
    const lane = this.#newLane(ticket.start, codec, () => this.end());
    this.#state = { kind: "beside", codec, lane, user: ticket.user };
    ticket.attach(lane);
    return this.#carry(lane, codec.takeRest());
  }

  isBusy(): boolean {
    return this.#state.kind !== "member";
  }

  /** See `Inline`: the conversation's own connection carries a file, and is a conversation again after it. */
  open(start: StartUpload | StartDownload): Lane {
    const state = this.#state;
    if (!("member" in state)) throw new Error("Only a member's connection can carry a file");
    const { codec, member } = state;
    const lane = this.#newLane(start, codec, () => {
      if (!isOver(this.#state)) this.#state = { kind: "member", codec, member };
    });
    const kind = lane.way === "up" ? "uploading" : "downloading";
    this.#state = { kind, codec, member, lane };
    return lane;
  }

  #newLane(start: StartUpload | StartDownload, codec: Codec, onFinish: () => void): Lane {
    const link = this.#link;
    const encode = (message: ServerMessage) => codec.encode(message);
    return new Lane({ link, encode, onFinish, onBreak: (last) => this.end(last) }, start);
  }

  // ── Answering, and the end ─────────────────────────────────────────────────────────────────────

  #refuse(
    code: ErrorCode,
    re: string | undefined,
    why?: Parameters<typeof refusalOf>[2],
  ): undefined {
    this.say(refusalOf(code, re, why));
  }

  #queue(bytes: Uint8Array): void {
    this.#link.outbox.queue(bytes);
    this.#parts.wakeups.add(this.#link.outbox);
  }

  /** See `Host`; nothing while its way of speaking is not known. */
  encode(message: ServerMessage): Uint8Array | undefined {
    return "codec" in this.#state ? this.#state.codec.encode(message) : undefined;
  }

  /** Ends it; answers that wait are still sent. If the disk owes some, it is a member until they are there. */
  end(last?: ServerMessage): void {
    const state = this.#state;
    if (isOver(state)) return;
    const owed = "member" in state ? state.member.owed.none() : undefined;
    if (owed === undefined || !("member" in state)) return this.#finish(last, "send");
    this.#state = { ...state, kind: "leaving" };
    this.#pausing?.abort();
    if ("lane" in state) state.lane.onLost();
    const finish = () => this.#finish(last, "send");
    this.#settling = new Settling(owed, this.#parts.limits.settleMsMax, finish);
  }

  onSlow(): void {
    this.dismiss(errorMessage("slow_consumer"));
  }

  onGoOn(): void {
    this.#parts.wakeups.goOn(this.#link.outbox);
  }

  /** Ends it; what waits is dropped, since there may be a lot of it. */
  dismiss(last?: ServerMessage): void {
    this.#finish(last, "drop");
    this.#settling?.cut();
  }

  #finish(last: ServerMessage | undefined, waiting: "send" | "drop"): void {
    const state = this.#state;
    if (state.kind === "ended") return;
    const say = this.#lastWords(last, waiting);
    this.#leaveState(last);
    if ("member" in state) letGo(this.#parts.world, state.member);
    say();
    if ("lane" in state && state.kind !== "leaving") state.lane.onLost();
  }

  #lastWords(last: ServerMessage | undefined, waiting: "send" | "drop"): () => void {
    const lane = "lane" in this.#state ? this.#state.lane : undefined;
    return lastWords(this.#link, lane, last && this.encode(last), waiting);
  }

  #leaveState(last: ServerMessage | undefined): void {
    const state = this.#state;
    this.#endState();
    const event = endOf(state, peerOf(this.#info.client), last);
    if (event !== undefined) this.#parts.onEvent(event);
  }

  #endState(): void {
    if ("codec" in this.#state) this.#state.codec.release();
    this.#state = { kind: "ended" };
    this.#pausing?.abort();
  }
}
