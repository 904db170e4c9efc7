/**
 * A WebSocket that looks like a socket over which frames are spoken.
 *
 * ```text
 *   Session ─ Link ─ Outbox ──frames──► write ──text messages──► socket
 *                    └──────◄─frames─── read  ◄─text messages─── socket
 * ```
 *
 * So everything behind it (limits, back-pressure, heartbeat, slow members) is the same code as for the port, and
 * a room's log is shared with those who speak frames. Nothing is read while what was read is not handled, and
 * a write ends when the kernel has the bytes: a browser that does not read is as slow as any other peer.
 *
 * With `/ws?bytes` it is a socket as it is, whose bytes are binary messages; then each side says what it has taken (`flow.ts`).
 *
 * Control frames go between two writes, never into one. Of pings that come while a write is under way, the last is
 * answered.
 *
 * @module
 */

import { type Account, CALL_MS } from "../budget/mod.ts";
import { FAREWELL_MS } from "../limits.ts";
import { READ_BYTES_FIRST, READ_BYTES_MAX, READ_GROWTH, type Socket } from "../transport/mod.ts";
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
import { type Piece, WebSocketReader, type WebSocketSpeech } from "./web_socket_reader.ts";

const NO_BINARY = encodeFrame({
  type: "Error",
  code: "bad_frame",
  msg: "Binary messages are not taken here: one JSON object per text message.",
});

const NOTHING = new Uint8Array(0);

/** Where messages lie that are taken at once: memory for each member of a room would cost more than what is said there. */
let spare = new Uint8Array(WEB_SOCKET_WRITE_BYTES);

/** A WebSocket as a socket. */
export class WebSocketLink implements Socket {
  /** Who pays for it. */
  readonly account: Account;
  readonly #socket: Socket;
  readonly #reader: WebSocketReader;
  /** Where bytes are spoken. */
  readonly #flow: Flow | undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  /** Bytes of frames that were read and not yet asked for. */
  #ready: Uint8Array = NOTHING;
  #ended = false;
  #closed = false;
  /** The last write; the next one begins when it has ended. */
  #written: Promise<unknown> = Promise.resolve();
  /** How many wait for it, or are under way. */
  #sending = 0;
  #ping: Uint8Array | undefined;
  #goodbye: Promise<void> | undefined;

  /**
   * @param rest What was read behind the request that opened it.
   * @param parts.frameBytesMax Largest body of a frame, in bytes.
   * @param parts.account Who pays for it.
   * @param parts.speaks Default: messages.
   */
  constructor(
    socket: Socket,
    rest: Uint8Array,
    { frameBytesMax, account, speaks }: {
      readonly frameBytesMax: number;
      readonly account: Account;
      readonly speaks?: WebSocketSpeech;
    },
  ) {
    this.#socket = socket;
    this.account = account;
    this.#reader = new WebSocketReader(frameBytesMax, speaks);
    if (speaks === "bytes") this.#flow = new Flow();
    this.#reader.feed(rest);
  }

  get unfinishedBytes(): number {
    return this.#reader.heldBytes;
  }

  get heldBytes(): number {
    const own = WEB_SOCKET_BYTES + this.#reader.heldBytes + (this.#buffer?.length ?? 0);
    return own + (this.#socket.heldBytes ?? 0);
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#ready.length === 0) {
      // In its turn: what means nothing to the chat, as pings and fragments do, is work all the same.
      const piece = this.#ended ? undefined : await this.account.serve(() => this.#reader.next());
      if (piece === undefined || !await this.#take(piece)) {
        this.#ended = true;
        return null;
      }
    }
    const count = Math.min(buffer.length, this.#ready.length);
    buffer.set(this.#ready.subarray(0, count));
    this.#ready = this.#ready.subarray(count);
    const told = this.#flow?.reads(count);
    // A peer that is gone is noticed by whoever reads.
    if (told !== undefined) this.#send(() => takenMessage(told)).catch(() => {});
    return count;
  }

  async write(frames: Uint8Array): Promise<number> {
    const flow = this.#flow;
    if (flow === undefined) return await this.#sendAll(textMessages(frames));
    const room = await flow.room();
    const message = binaryMessage(frames.subarray(0, room));
    flow.sends(message.taken);
    return await this.#sendAll(message);
  }

  tryWrite(frames: Uint8Array): number | Promise<number> {
    const isFree = this.#flow === undefined && this.#sending === 0;
    if (!isFree || this.#socket.tryWrite === undefined) return this.write(frames);
    const { messages, taken } = textMessages(frames, spare);
    const now = this.#socket.tryWrite(messages);
    if (now === messages.length) return taken;
    // What is not taken yet stays where it is.
    if (messages.buffer === spare.buffer) spare = new Uint8Array(WEB_SOCKET_WRITE_BYTES);
    return this.#sendFrom(now, () => messages).then(() => taken);
  }

  async #sendAll(
    { messages, taken }: { readonly messages: Uint8Array; readonly taken: number },
  ): Promise<number> {
    await this.#send(() => messages);
    return taken;
  }

  async closeWrite(): Promise<void> {
    await this.#sayGoodbye(1_000);
    await this.#socket.closeWrite();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#flow?.end();
    this.#socket.close();
  }

  /** Takes what was read. @returns Whether reading goes on. */
  async #take(piece: Piece): Promise<boolean> {
    switch (piece.kind) {
      case "bytes":
        this.#ready = piece.bytes;
        return true;
      case "more":
        return await this.#readMore();
      case "ping":
        this.account.spend({ messages: 1, workMs: CALL_MS });
        this.#answer(piece.payload.slice());
        return true;
      case "pong":
      case "pause":
        this.account.spend({ messages: 1 });
        return true;
      case "taken":
        this.account.spend({ messages: 1 });
        if (this.#flow?.took(piece.bytes) === true) return true;
        await this.#refuse(1_002);
        return false;
      case "binary":
        await this.#send(() => textMessages(NO_BINARY).messages);
        await this.#refuse(1_003);
        return false;
      case "broken":
        await this.#refuse(1_002);
        return false;
      case "close":
        await this.#sayGoodbye(1_000);
        return false;
      default:
        return piece satisfies never;
    }
  }

  async #readMore(): Promise<boolean> {
    const buffer = this.#buffer ??= new Uint8Array(READ_BYTES_FIRST);
    const count = await this.#socket.read(buffer);
    if (count === null) return false;
    this.#reader.feed(buffer.subarray(0, count));
    if (count === buffer.length && count < READ_BYTES_MAX) {
      this.#buffer = new Uint8Array(Math.min(READ_BYTES_MAX, count * READ_GROWTH));
    } else if (count <= READ_BYTES_FIRST && buffer.length > READ_BYTES_FIRST) {
      this.#buffer = undefined;
    }
    return true;
  }

  /** Says why this is the end, and waits until it was heard: closing with bytes unread would take it back. */
  async #refuse(code: CloseCode): Promise<void> {
    const timer = setTimeout(() => this.close(), FAREWELL_MS);
    try {
      await this.#sayGoodbye(code);
      await this.#socket.closeWrite();
      const thrownAway = new Uint8Array(READ_BYTES_FIRST);
      while (await this.#socket.read(thrownAway) !== null);
    } finally {
      clearTimeout(timer);
    }
  }

  #answer(payload: Uint8Array): void {
    const waits = this.#ping !== undefined;
    this.#ping = payload;
    if (waits) return;
    const pong = () => {
      const frame = pongFrame(this.#ping ?? NOTHING);
      this.#ping = undefined;
      return frame;
    };
    // A peer that is gone is noticed by whoever reads.
    this.#send(pong).catch(() => {});
  }

  #sayGoodbye(code: CloseCode): Promise<void> {
    return this.#goodbye ??= this.#send(() => closeFrame(code));
  }

  /** Writes what `frame` gives when its turn has come. */
  #send(frame: () => Uint8Array): Promise<void> {
    return this.#sendFrom(0, frame);
  }

  /** The same of what is left behind the first `begun` bytes. */
  #sendFrom(begun: number | Promise<number>, frame: () => Uint8Array): Promise<void> {
    this.#sending++;
    const sent = this.#written.then(async () => {
      const bytes = frame();
      for (let at = await begun; at < bytes.length;) {
        at += await this.#socket.write(bytes.subarray(at));
      }
    });
    this.#written = sent.catch(() => {}).then(() => void this.#sending--);
    return sent;
  }
}
