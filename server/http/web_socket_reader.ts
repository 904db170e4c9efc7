/**
 * What a WebSocket client sends (RFC 6455), cut into what it means.
 *
 * ```text
 *    0               1               2 … 9             then 4 bytes       then
 *   ├─┬───┬────────┼─┬─────────────┼─────────────────┼──────────────────┼──────────────
 *   │F│rsv│ opcode │1│   length    │ 16 or 64 bits of │ mask             │ payload,
 *   │ │ 0 │        │ │ <126, or …  │ length           │                  │ masked
 *   └─┴───┴────────┴─┴─────────────┴─────────────────┴──────────────────┴──────────────
 * ```
 *
 * A text message becomes a frame of the chat: its length in four bytes, then its bytes. One that comes in a single
 * WebSocket frame, as nearly all do, is passed on while it comes, and from where it lies; one in fragments is gathered first, because
 * its length comes last, and gathered only as far as a frame may be long; then it is given block by block. Whether the text is UTF-8 and
 * JSON is decided where frames are decoded.
 *
 * Where bytes are spoken (`/ws?bytes`), binary messages are the bytes of a connection, wherever they are cut, and a text message is a
 * number: how many the peer has taken. Pure.
 *
 * @module
 */

import { READ_BYTES_FIRST } from "../transport/mod.ts";
import { FRAME_HEADER_BYTES, GrowingBuffer } from "../wire/mod.ts";

/** What was read. */
export type Piece =
  /** Bytes of the chat's stream of frames, valid until the next call. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "ping"; readonly payload: Uint8Array }
  | { readonly kind: "pong" }
  /** The peer says goodbye. */
  | { readonly kind: "close" }
  /** A binary message begins. */
  | { readonly kind: "binary" }
  /** Where bytes are spoken: the peer has taken so many in all. */
  | { readonly kind: "taken"; readonly bytes: number }
  /** Against the rules; nothing after it can be understood. */
  | { readonly kind: "broken" }
  /** Fragments were read, and their message has not ended: time to let others have their turn. */
  | { readonly kind: "pause" }
  /** More bytes are needed. */
  | { readonly kind: "more" };

/** The first byte of a text message that is not in fragments. */
const WHOLE_TEXT = 0x81;
const Op = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Longest payload of a control frame, in bytes, by RFC 6455. */
const CONTROL_BYTES_MAX = 125;
/** The length that stands for all that are longer: no frame may be so long, and its first byte is still zero. */
const LENGTH_TOO_LARGE = 0x00ff_ffff;
const HEADER_BYTES_MAX = 14;

/** Digits of the number of bytes that a peer has taken: no more are exact. */
const TAKEN_DIGITS_MAX = 15;

/** Fragments that are read without a pause. */
const FRAGMENTS_AT_ONCE = 64;

const NOTHING = new Uint8Array(0);
const MORE: Piece = { kind: "more" };
const PAUSE: Piece = { kind: "pause" };
const BROKEN: Piece = { kind: "broken" };

interface Header {
  readonly fin: boolean;
  readonly op: number;
  readonly length: number;
  readonly mask: Uint8Array;
  readonly bytes: number;
}

/** The payload of a text frame, of which `left` bytes are still to come. */
interface Payload {
  readonly mask: Uint8Array;
  readonly fin: boolean;
  left: number;
  /** Bytes that were there already: where in the mask the next one is. */
  masked: number;
  /** Bytes before the payload that belong to it: the chat's own length, not given yet. */
  ahead: number;
}

/** What is spoken: a message of the chat in each text message, or the bytes of a connection in binary ones. */
export type WebSocketSpeech = "messages" | "bytes";

/** Reads a client's side of a WebSocket. */
export class WebSocketReader {
  readonly #frameBytesMax: number;
  readonly #speaks: WebSocketSpeech;
  readonly #onGrow: ((bytes: number) => void) | undefined;
  /** Where bytes are spoken: whether a message goes on in another frame. */
  #goesOn = false;
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** The beginning of a header, or of a control frame, that a chunk has cut. */
  readonly #cut = new GrowingBuffer();
  /** The text frame that is being passed on or gathered. */
  #payload: Payload | undefined;
  /** What is left to give of a message that was gathered. */
  #gathered: Uint8Array[] = [];
  /** The fragments so far; `undefined` outside of a fragmented message. */
  #fragments: GrowingBuffer | undefined;

  /**
   * @param frameBytesMax Largest body of a frame, in bytes.
   * @param parts.speaks Default: messages.
   * @param parts.onGrow Hears how many more bytes of memory are held for a message in fragments.
   */
  constructor(
    frameBytesMax: number,
    { speaks = "messages", onGrow }: {
      readonly speaks?: WebSocketSpeech;
      readonly onGrow?: (bytes: number) => void;
    } = {},
  ) {
    this.#frameBytesMax = frameBytesMax;
    this.#speaks = speaks;
    this.#onGrow = onGrow;
  }

  /** Bytes of memory that are held for what has come only in part. */
  get heldBytes(): number {
    const gathered = this.#gathered.reduce((sum, { length }) => sum + length, 0);
    return this.#cut.heldBytes + gathered + (this.#fragments?.heldBytes ?? 0);
  }

  /** Whether a message in fragments has begun. */
  get isGathering(): boolean {
    return this.#fragments !== undefined;
  }

  /** Gives that memory back now: nothing more is read. */
  release(): void {
    this.#cut.release();
    this.#fragments?.release();
    this.#gathered = [];
    this.#chunk = NOTHING;
    this.#at = 0;
  }

  /** Takes a chunk, which is changed while it is read. The one before must have been read to its end. */
  feed(chunk: Uint8Array): void {
    if (this.#cut.length > 0) {
      this.#cut.append(chunk);
      this.#chunk = this.#cut.take();
    } else this.#chunk = chunk;
    this.#at = 0;
  }

  /** Whether something of the chunk is left to read; if nothing is, it is let go of. */
  get hasMore(): boolean {
    if (this.#at < this.#chunk.length || this.#gathered.length > 0) return true;
    this.#keep();
    return false;
  }

  /** Whether a whole text message begins here, and so little is left of the chunk that to read it is no more work than it was to get it. */
  get beginsText(): boolean {
    const left = this.#chunk.length - this.#at;
    return this.#chunk[this.#at] === WHOLE_TEXT && left <= READ_BYTES_FIRST &&
      this.#payload === undefined && this.#fragments === undefined && this.#gathered.length === 0;
  }

  /** What comes next. */
  next(): Piece {
    const bytes = this.#gathered.shift();
    if (bytes !== undefined) return { kind: "bytes", bytes };
    for (let fragments = 0; fragments < FRAGMENTS_AT_ONCE;) {
      if (this.#payload !== undefined) {
        const piece = this.#passOn(this.#payload);
        if (piece !== undefined) return piece;
        continue;
      }
      const header = readHeader(this.#chunk.subarray(this.#at));
      if (header === "broken") return BROKEN;
      if (header === "more") return this.#keep();
      if (header.op >= Op.close) return this.#control(header);
      const piece = this.#speaks === "bytes" ? this.#beginBytes(header) : this.#begin(header);
      if (piece !== undefined) return piece;
      fragments++;
    }
    return PAUSE;
  }

  /** What is left of the chunk waits for more. */
  #keep(): Piece {
    if (this.#at < this.#chunk.length) this.#cut.append(this.#chunk.subarray(this.#at));
    // Its memory is somebody else's by the next time.
    this.#chunk = NOTHING;
    this.#at = 0;
    return MORE;
  }

  #control({ op, length, mask, bytes }: Header): Piece {
    if (this.#chunk.length - this.#at < bytes + length) return this.#keep();
    const payload = this.#chunk.subarray(this.#at + bytes, this.#at + bytes + length);
    this.#at += bytes + length;
    unmask(payload, mask, 0);
    if (op === Op.close) return { kind: "close" };
    return op === Op.ping ? { kind: "ping", payload } : { kind: "pong" };
  }

  #begin({ fin, op, length, mask, bytes }: Header): Piece | undefined {
    const continues = this.#fragments !== undefined;
    if (continues !== (op === Op.continuation)) return BROKEN;
    if (op === Op.binary) return { kind: "binary" };
    this.#at += bytes;
    const payload: Payload = { left: length, mask, masked: 0, fin, ahead: 0 };
    this.#payload = payload;
    if (!continues && fin) {
      // Over the mask, which is known by now: the frame is whole where it lies.
      putLength(this.#chunk, this.#at - FRAME_HEADER_BYTES, length);
      payload.ahead = FRAME_HEADER_BYTES;
      return undefined;
    }
    const fragments = this.#fragments ??= new GrowingBuffer(this.#onGrow);
    if (fragments.length + length <= this.#frameBytesMax) return undefined;
    // Whoever splits frames refuses this, and hears nothing more of it.
    this.#fragments = undefined;
    return { kind: "bytes", bytes: frameHeader(LENGTH_TOO_LARGE) };
  }

  /** The same where bytes are spoken. */
  #beginBytes({ fin, op, length, mask, bytes }: Header): Piece | undefined {
    if (op === Op.text) {
      if (this.#goesOn || !fin || length > TAKEN_DIGITS_MAX) return BROKEN;
      if (this.#chunk.length - this.#at < bytes + length) return this.#keep();
      const digits = this.#chunk.subarray(this.#at + bytes, this.#at + bytes + length);
      this.#at += bytes + length;
      unmask(digits, mask, 0);
      const text = String.fromCharCode(...digits);
      return /^\d+$/.test(text) ? { kind: "taken", bytes: Number(text) } : BROKEN;
    }
    if (this.#goesOn !== (op === Op.continuation)) return BROKEN;
    this.#goesOn = !fin;
    this.#at += bytes;
    this.#payload = { left: length, mask, masked: 0, fin, ahead: 0 };
    return undefined;
  }

  /** The next bytes of a text frame; `undefined` when there is nothing to tell yet. */
  #passOn(payload: Payload): Piece | undefined {
    const start = this.#at;
    const end = Math.min(this.#chunk.length, start + payload.left);
    const bytes = this.#chunk.subarray(start, end);
    const { ahead } = payload;
    if (bytes.length + ahead === 0 && payload.left > 0) return this.#keep();
    this.#at = end;
    unmask(bytes, payload.mask, payload.masked);
    payload.masked += bytes.length;
    payload.left -= bytes.length;
    if (payload.left === 0) this.#payload = undefined;
    if (this.#fragments === undefined) {
      payload.ahead = 0;
      const given = ahead === 0 ? bytes : this.#chunk.subarray(start - ahead, end);
      return given.length === 0 ? undefined : { kind: "bytes", bytes: given };
    }
    this.#fragments.append(bytes);
    if (payload.left > 0 || !payload.fin) return undefined;
    const { length } = this.#fragments;
    this.#gathered.push(...this.#fragments.takePieces());
    this.#fragments = undefined;
    return { kind: "bytes", bytes: frameHeader(length) };
  }
}

function readHeader(bytes: Uint8Array): Header | "more" | "broken" {
  const [first = 0, second = 0] = bytes;
  if (bytes.length < 2) return "more";
  const fin = first >= 0x80;
  const op = first & 0x0f;
  // No extension was agreed on, and a client must mask.
  if ((first & 0x70) !== 0 || second < 0x80) return "broken";
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const size = 2 + extra + 4;
  if (op > Op.binary && op < Op.close || op > Op.pong) return "broken";
  if (op >= Op.close && (!fin || short > CONTROL_BYTES_MAX)) return "broken";
  if (bytes.length < size) return "more";
  const view = new DataView(
    bytes.buffer,
    bytes.byteOffset,
    Math.min(bytes.length, HEADER_BYTES_MAX),
  );
  const length = extra === 0
    ? short
    : extra === 2
    ? view.getUint16(2)
    : Number(view.getBigUint64(2));
  // The chunk's memory is used again while this mask still is.
  return { fin, op, length, mask: bytes.slice(size - 4, size), bytes: size };
}

/** Lifts the mask, from the place `from` of the payload on. */
function unmask(bytes: Uint8Array, mask: Uint8Array, from: number): void {
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = (bytes[at] ?? 0) ^ (mask[(from + at) & 3] ?? 0);
  }
}

/** The length that stands before a frame's body. */
function frameHeader(length: number): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  putLength(header, 0, length);
  return header;
}

/** Writes it, by hand: a view for each message would cost more. */
function putLength(bytes: Uint8Array, at: number, length: number): void {
  const told = Math.min(length, LENGTH_TOO_LARGE);
  bytes[at] = 0;
  bytes[at + 1] = told >>> 16;
  bytes[at + 2] = told >>> 8 & 0xff;
  bytes[at + 3] = told & 0xff;
}
