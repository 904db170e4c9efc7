/**
 * A WebSocket as a wire over which frames are spoken, inside of the wire that it came over.
 *
 * ```text
 *   Session ─ Link ─ Outbox ──frames──► trySend ──text messages──► the wire below
 *               └──────◄─frames──────── onBytes ◄─text messages───
 * ```
 *
 * So everything behind it (limits, back-pressure, heartbeat, slow members) is the same code as for the port, and a room's log is shared
 * with those who speak frames. It is asked and told as any wire is, without promises and buffers of its own: a page that does
 * nothing holds a few objects.
 *
 * - Nothing is read while what was read is not handled. What means nothing to the chat, as pings and fragments do, is read in its
 *   turn, too.
 * - A write counts as taken when the wire below has taken all of its messages: at once, mostly.
 * - Control frames go between two writes, never into one. Of pings that come while a write is under way, the last is answered. Behind
 *   its own goodbye a WebSocket says nothing (RFC 6455, 5.5.1).
 *
 * With `/ws?bytes` it is a wire as it is, whose bytes are binary messages; then each side says what it has taken (`flow.ts`).
 *
 * @module
 */

import { type Account, CALL_MS, type Headroom } from "../budget/mod.ts";
import { FAREWELL_MS } from "../limits.ts";
import type { Wire, WireGuest } from "../transport/mod.ts";
import { encodeFrame } from "../wire/mod.ts";
import { WEB_SOCKET_BYTES, WEB_SOCKET_WRITE_BYTES } from "./limits.ts";
import { Flow } from "./flow.ts";
import {
  binaryMessage,
  type CloseCode,
  closeFrame,
  pongFrame,
  takenMessage,
  textMessages,
} from "./web_socket_frames.ts";
import { type Singer, type WebSocketChorus, webSocketChorus } from "./web_socket_chorus.ts";
import { type Piece, WebSocketReader, type WebSocketSpeech } from "./web_socket_reader.ts";

const NO_BINARY = encodeFrame({
  type: "Error",
  code: "bad_frame",
  msg: "Binary messages are not taken here: one JSON object per text message.",
});

/** Where messages lie for a wire that is done with them at once: memory for each member of a room would cost more than what is said there. */
const SPARE = { memory: new Uint8Array(WEB_SOCKET_WRITE_BYTES) };

/** What makes a WebSocket of a wire. */
export interface WebSocketParts {
  /** The answer to the request that opened it: what goes out first. */
  readonly opening: Uint8Array;
  /** Largest body of a frame, in bytes. */
  readonly frameBytesMax: number;
  /** Who pays for it. */
  readonly account: Account;
  /** What may come of messages in fragments. */
  readonly headroom: Headroom;
  readonly speaks: WebSocketSpeech;
}

/** Such a wire. What was said behind the request that opened it is to be told by `onBytes`, when it has its guest. */
export class WebSocketWire implements Wire, WireGuest, Singer {
  /** Who pays for it. */
  readonly account: Account;
  /** See `Wire`: what is said is copied into messages. */
  readonly sendsAtOnce = true;
  /** See `Wire`: of WebSockets over which messages are said, as the wire below has one. */
  readonly chorus: WebSocketChorus | undefined;
  readonly voice: number;
  readonly #below: Wire;
  readonly #headroom: Headroom;
  readonly #reader: WebSocketReader;
  /** Where bytes are spoken. */
  readonly #flow: Flow | undefined;
  #guest: WireGuest | undefined;
  /** What the wire below has not taken yet. */
  #unsent: Uint8Array | undefined;
  /** Bytes of the guest's write that it is of. */
  #writing = 0;
  /** Bytes of frames that were sent in chorus, and of which it is: the guest's next write is of them. */
  #begun = 0;
  /** Whether the guest was refused a write, and is to hear when there may be one. */
  #refused = false;
  /** Control frames that wait: the answer to the last ping, how many bytes were read, and the end. */
  #pong: Uint8Array | undefined;
  #told: number | undefined;
  #goodbye: CloseCode | "said" | undefined;
  #finishing = false;
  /** While what still comes is thrown away. */
  #farewell: ReturnType<typeof setTimeout> | undefined;
  #ended = false;
  #closed = false;

  constructor(below: Wire, { opening, frameBytesMax, account, headroom, speaks }: WebSocketParts) {
    this.#below = below;
    this.account = account;
    this.voice = below.voice ?? -1;
    this.#headroom = headroom;
    const onGrow = (bytes: number): void => headroom.take(bytes);
    this.#reader = new WebSocketReader(frameBytesMax, { speaks, onGrow });
    if (speaks === "bytes") this.#flow = new Flow();
    else if (below.chorus !== undefined) this.chorus = webSocketChorus(below.chorus);
    this.chorus?.join(this.voice, this);
    this.#put(opening);
  }

  get readBytesMax(): number {
    return this.#below.readBytesMax;
  }

  set readBytesMax(bytes: number) {
    this.#below.readBytesMax = bytes;
  }

  get unfinishedBytes(): number {
    return this.#reader.heldBytes;
  }

  get heldBytes(): number {
    const own = WEB_SOCKET_BYTES + this.#reader.heldBytes + (this.#unsent?.length ?? 0);
    return own + this.#below.heldBytes;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
    if (this.#closed) this.#end();
  }

  // ── What goes out ──────────────────────────────────────────────────────────────────────────────

  trySend(frames: Uint8Array): number {
    if (this.#goodbye !== undefined) return frames.length;
    let taken = this.#begun === 0 ? 0 : this.#endBegun();
    while (taken < frames.length) {
      const message = this.#isFree ? this.#messageOf(frames.subarray(taken)) : undefined;
      if (message === undefined) {
        this.#refused = true;
        break;
      }
      if (!this.#put(message.messages)) {
        this.#writing = message.taken;
        break;
      }
      taken += message.taken;
    }
    return taken;
  }

  get #isFree(): boolean {
    return this.#unsent === undefined && !this.#closed;
  }

  /** See `Singer`. */
  keepRest(messages: Uint8Array, taken: number, frameBytes: number): void {
    this.#keep(messages.slice(taken));
    this.#begun = frameBytes;
  }

  /** Goes on with what was sent in chorus. @returns How many bytes of it were taken: all, or none yet. */
  #endBegun(): number {
    const begun = this.#begun;
    this.#begun = 0;
    if (this.#sendUnsent(0)) return begun;
    this.#writing = begun;
    return 0;
  }

  /** Of what is unsent, so much was taken meanwhile, and now is the time for the rest. @returns Whether nothing is left. */
  #sendUnsent(taken: number): boolean {
    let rest = this.#unsent?.subarray(taken);
    if (rest !== undefined && rest.length > 0) rest = rest.subarray(this.#below.trySend(rest));
    this.#keep(rest === undefined || rest.length === 0 ? undefined : rest);
    return this.#unsent === undefined;
  }

  #keep(unsent: Uint8Array | undefined): void {
    this.#unsent = unsent;
    this.#tellChorus();
  }

  #tellChorus(): void {
    this.chorus?.setBusy(this.voice, !this.#isFree || this.#goodbye !== undefined);
  }

  /** As much as goes out at once; `undefined` while the peer has to take something first. */
  #messageOf(frames: Uint8Array): ReturnType<typeof textMessages> | undefined {
    const flow = this.#flow;
    if (flow === undefined) return textMessages(frames, this.#below.sendsAtOnce ? SPARE : {});
    if (flow.room === 0) return undefined;
    const message = binaryMessage(frames.subarray(0, flow.room));
    flow.sends(message.taken);
    return message;
  }

  finish(): void {
    this.#finishing = true;
    this.#sayGoodbye(1_000);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#farewell);
    this.chorus?.leave(this.voice);
    this.#reader.release();
    this.#below.close();
  }

  /** See `WireGuest`, for the wire below. */
  onWritable(taken: number): void {
    if (this.#unsent === undefined || !this.#sendUnsent(taken)) return;
    this.#sayWhatWaits();
    this.#goOn();
  }

  /** Lets the guest go on whose write was taken, or refused. */
  #goOn(): void {
    const written = this.#writing;
    if (written === 0 && !(this.#refused && this.#isFree)) return;
    this.#writing = 0;
    this.#refused = false;
    this.#guest?.onWritable(written);
  }

  /** Sends. @returns Whether the wire below has taken all of it; otherwise the rest is kept. */
  #put(bytes: Uint8Array): boolean {
    const taken = this.#below.trySend(bytes);
    if (taken === bytes.length) return true;
    // What is not taken yet stays where it is, unless others use that memory.
    this.#keep(this.#below.sendsAtOnce === true ? bytes.slice(taken) : bytes.subarray(taken));
    return false;
  }

  #sayWhatWaits(): void {
    if (this.#pong !== undefined && this.#isFree) {
      this.#put(pongFrame(this.#pong));
      this.#pong = undefined;
    }
    if (this.#told !== undefined && this.#isFree) {
      this.#put(takenMessage(this.#told));
      this.#told = undefined;
    }
    if (typeof this.#goodbye === "number" && this.#isFree) {
      this.#put(closeFrame(this.#goodbye));
      this.#goodbye = "said";
    }
    if (!this.#finishing || this.#goodbye !== "said" || !this.#isFree) return;
    this.#finishing = false;
    this.#below.finish();
  }

  #sayGoodbye(code: CloseCode): void {
    this.#goodbye ??= code;
    this.#tellChorus();
    this.#sayWhatWaits();
    // What was refused is not said any more.
    if (this.#refused) this.#goOn();
  }

  // ── What comes in ──────────────────────────────────────────────────────────────────────────────

  /** See `WireGuest`, for the wire below. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#isDeaf) return undefined;
    const room = this.#reader.isGathering ? this.#headroom.whenRoom() : undefined;
    if (room !== undefined) return room.then(() => this.onBytes(chunk));
    this.#reader.feed(chunk);
    return this.#hearAll();
  }

  /** Whether what comes is thrown away. */
  get #isDeaf(): boolean {
    return this.#ended || this.#closed || this.#farewell !== undefined;
  }

  /** Reads what has come; a promise when that does not end at once. */
  #hearAll(): Promise<void> | undefined {
    const pending = this.#hearSome();
    return pending === undefined ? undefined : this.#hearRest(pending);
  }

  /** The same up to where something has to be waited for: its turn, or that the guest has handled the last. */
  #hearSome(): Promise<Piece> | Promise<void> | undefined {
    while (!this.#isDeaf && this.#reader.hasMore) {
      const piece = this.#read();
      if (piece instanceof Promise) return piece;
      if (piece.kind === "more") return undefined;
      const pending = this.#take(piece);
      if (pending !== undefined) return pending;
    }
    return undefined;
  }

  async #hearRest(first: Promise<Piece> | Promise<void>): Promise<void> {
    for (let pending: typeof first | undefined = first; pending !== undefined;) {
      const piece: Piece | void = await pending;
      if (piece?.kind === "more" || this.#isDeaf) return;
      pending = (piece && this.#take(piece)) ?? this.#hearSome();
    }
  }

  /** Reads the next piece in its turn; a short message at once, since it has its turn when it is heard. */
  #read(): Piece | Promise<Piece> {
    const isHeardInTurn = this.#flow === undefined && this.#reader.beginsText;
    return isHeardInTurn ? this.#reader.next() : this.account.serve(this.#next);
  }

  readonly #next = (): Piece => this.#reader.next();

  /** Takes what was read. */
  #take(piece: Piece): Promise<void> | undefined {
    switch (piece.kind) {
      case "bytes":
        return this.#hand(piece.bytes);
      case "more":
        return undefined;
      case "ping":
        this.account.spend({ messages: 1, workMs: CALL_MS });
        this.#pong = piece.payload.slice();
        return void this.#sayWhatWaits();
      case "pong":
      case "pause":
        return void this.account.spend({ messages: 1 });
      case "taken":
        return this.#noteTaken(piece.bytes);
      case "binary":
        if (this.#isFree) this.#put(textMessages(NO_BINARY).messages);
        return this.#refuse(1_003);
      case "broken":
        return this.#refuse(1_002);
      case "close":
        this.#sayGoodbye(1_000);
        return this.#end();
      default:
        return piece satisfies never;
    }
  }

  #hand(bytes: Uint8Array): Promise<void> | undefined {
    const pending = this.#guest?.onBytes(bytes);
    if (this.#flow === undefined) return pending;
    const { length } = bytes;
    return pending === undefined
      ? this.#noteRead(length)
      : pending.then(() => this.#noteRead(length));
  }

  #noteRead(bytes: number): undefined {
    const told = this.#flow?.reads(bytes);
    if (told === undefined || this.#goodbye !== undefined) return;
    this.#told = told;
    this.#sayWhatWaits();
  }

  #noteTaken(bytes: number): undefined {
    this.account.spend({ messages: 1 });
    if (this.#flow?.took(bytes) === false) this.#refuse(1_002);
    else if (this.#isFree) this.#goOn();
  }

  /** Says why this is the end, and waits until it was heard: closing with bytes unread would take it back. */
  #refuse(code: CloseCode): undefined {
    this.#farewell = setTimeout(() => this.close(), FAREWELL_MS);
    this.#finishing = true;
    this.#sayGoodbye(code);
  }

  // ── The end ────────────────────────────────────────────────────────────────────────────────────

  /** See `WireGuest`, for the wire below. */
  onBroken(): void {
    this.#guest?.onBroken();
  }

  /** See `WireGuest`, for the wire below. */
  onEnd(): void {
    this.#end();
  }

  #end(): undefined {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#farewell);
    // In a turn of its own, also where the peer's goodbye was read with what it said before.
    queueMicrotask(() => this.#guest?.onEnd());
  }
}
