/**
 * Frames from and to messages: a thin layer over the wire's splitter and schemas.
 *
 * In most frames something is said; they are read from their bytes where that can be (`plain_message.ts`).
 *
 * A well-framed frame that is no message is answered and the connection lives on, up to ten in a row. A
 * length that cannot be is the end, because nothing after it can be understood.
 *
 * @module
 */

import { BAD_FRAMES_MAX, FRAME_BYTES_AT_ONCE } from "../limits.ts";
import type { Codec, Heard } from "./codec.ts";
import { INTRICATE, LargeFrame } from "./large_frame.ts";
import { plainMessage } from "./plain_message.ts";
import { isIntricate } from "./structure.ts";
import {
  checkClientMessage,
  decodeBody,
  type Decoded,
  encodeFrame,
  ID_CHARS_MAX,
  type ServerMessage,
  Splitter,
} from "../wire/mod.ts";

/** The codec of frames. */
export class FrameCodec implements Codec {
  readonly speech = "frames";
  readonly #splitter: Splitter;
  readonly #frameBytesMax: number;
  #badInARow = 0;
  /** A frame that is read in turns of its own. */
  #large: LargeFrame | undefined;

  /**
   * @param frameBytesMax Largest frame body accepted, in bytes.
   * @param onGrow Hears how many more bytes of memory are held for a frame that has come in part.
   */
  constructor(frameBytesMax: number, onGrow?: (bytes: number) => void) {
    this.#frameBytesMax = frameBytesMax;
    this.#splitter = new Splitter(frameBytesMax, onGrow);
  }

  feed(chunk: Uint8Array): void {
    this.#splitter.feed(chunk);
  }

  feedEnd(): void {
    // A frame that the end cut short means nothing.
  }

  next(): Heard | "large" | undefined {
    if (this.#large !== undefined) {
      const decoded = this.#large.read();
      if (decoded === undefined) return "large";
      this.#large.release();
      this.#large = undefined;
      return this.#heard(decoded);
    }
    const pieces = this.#splitter.nextPieces(FRAME_BYTES_AT_ONCE);
    if (pieces !== undefined) return this.#begin(pieces, "owned");
    const split = this.#splitter.next();
    switch (split.kind) {
      case "frame":
        return this.#read(split.body);
      case "more":
        return undefined;
      case "refused":
        return refuse(split.length, this.#frameBytesMax);
      default:
        return split satisfies never;
    }
  }

  #read(body: Uint8Array): Heard | "large" {
    if (body.length > FRAME_BYTES_AT_ONCE) return this.#begin([body], "borrowed");
    const message = plainMessage(body);
    if (message === undefined) {
      return this.#heard(isIntricate(body) ? INTRICATE : decodeBody(body));
    }
    this.#badInARow = 0;
    return { kind: "message", message };
  }

  get midFrame(): boolean {
    return this.#splitter.midFrame;
  }

  get heardBytes(): number {
    return this.#splitter.frameBytes;
  }

  get restBytes(): number {
    return this.#splitter.restBytes;
  }

  get heldBytes(): number {
    return this.#splitter.heldBytes + (this.#large?.heldBytes ?? 0);
  }

  release(): void {
    this.#splitter.release();
    this.#large?.release();
    this.#large = undefined;
  }

  takeRest(): Uint8Array {
    return this.#splitter.takeRest();
  }

  encode(message: ServerMessage): Uint8Array {
    return encodeFrame(message);
  }

  #begin(pieces: readonly Uint8Array[], memory: "owned" | "borrowed"): "large" {
    this.#large = new LargeFrame(pieces, memory);
    return "large";
  }

  #heard(decoded: Decoded): Heard {
    if (decoded.kind === "bad_frame") {
      if (++this.#badInARow > BAD_FRAMES_MAX) return { kind: "end", code: "bad_frame" };
      return { kind: "error", code: "bad_frame", msg: decoded.reason };
    }
    this.#badInARow = 0;
    const checked = checkClientMessage(decoded.value);
    if (checked.kind === "message") return checked;
    const re = idOf(decoded.value);
    return { kind: "error", code: checked.kind, msg: checked.reason, ...(re ? { re } : {}) };
  }
}

function refuse(length: number, frameBytesMax: number): Heard {
  if (length === 0) return { kind: "end", code: "bad_frame", msg: "A frame cannot be empty." };
  // Not how large: over a WebSocket that is known in part only.
  const msg = `This frame is too large: ${frameBytesMax} bytes are the most that is taken.`;
  return { kind: "end", code: "frame_too_large", msg };
}

/** The id of something that is no message, so that its sender can tell which one was wrong. */
function idOf(value: object): string | undefined {
  return "id" in value && typeof value.id === "string" && value.id !== "" &&
      value.id.length <= ID_CHARS_MAX
    ? value.id
    : undefined;
}
