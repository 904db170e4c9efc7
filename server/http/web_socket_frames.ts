/**
 * What goes out over a WebSocket (RFC 6455): frames of the chat as text messages, and control frames.
 *
 * A server does not mask, and a message goes out in one frame; so only the length is written in another way, and
 * what a room says is copied, but not decoded and encoded again. Pure.
 *
 * @module
 */

import { WEB_SOCKET_WRITE_BYTES } from "./limits.ts";
import { FRAME_HEADER_BYTES } from "../wire/mod.ts";

const TEXT = 0x81, BINARY = 0x82, CLOSE = 0x88, PONG = 0x8a;

/** Why a WebSocket is closed: the numbers of RFC 6455 that are used here. */
export type CloseCode =
  /** All was said; if something was wrong, the last message told it. */
  | 1_000
  /** The peer broke the rules of WebSockets. */
  | 1_002
  /** The peer sent what is not taken here: a binary message. */
  | 1_003;

/**
 * Turns whole frames of the chat into text messages, about 64 KiB at a time.
 *
 * @param frames One whole frame or more.
 * @param how.memory Where the messages may lie; by itself, in new memory.
 * @param how.bytesMax When so many bytes of messages are there, no further frame is taken. Default: 64 KiB.
 * @returns The messages, and how many bytes of `frames` they stand for.
 * @throws {RangeError} When it ends inside of a frame: an outbox writes whole ones.
 */
export function textMessages(
  frames: Uint8Array,
  { memory, bytesMax = WEB_SOCKET_WRITE_BYTES }: {
    readonly memory?: Uint8Array;
    readonly bytesMax?: number;
  } = {},
): { messages: Uint8Array; taken: number } {
  let taken = 0;
  let size = 0;
  while (taken < frames.length && size < bytesMax) {
    const length = lengthAt(frames, taken);
    taken += FRAME_HEADER_BYTES + length;
    size += headerBytes(length) + length;
  }
  if (taken > frames.length) throw new RangeError("Cannot send a part of a frame as a message");
  const fits = memory !== undefined && size <= memory.length;
  const messages = fits ? memory.subarray(0, size) : new Uint8Array(size);
  for (let from = 0, to = 0; from < taken;) {
    const length = lengthAt(frames, from);
    const body = frames.subarray(from + FRAME_HEADER_BYTES, from + FRAME_HEADER_BYTES + length);
    to += putHeader(messages, to, TEXT, length);
    messages.set(body, to);
    to += length;
    from += FRAME_HEADER_BYTES + length;
  }
  return { messages, taken };
}

/** As many of some bytes as go out at once, as a binary message. */
export function binaryMessage(bytes: Uint8Array): { messages: Uint8Array; taken: number } {
  const taken = Math.min(bytes.length, WEB_SOCKET_WRITE_BYTES);
  return { messages: message(BINARY, bytes.subarray(0, taken)), taken };
}

/** How many bytes of its own the peer has here, in all. */
export function takenMessage(bytes: number): Uint8Array {
  return message(TEXT, new TextEncoder().encode(`${bytes}`));
}

function message(first: number, payload: Uint8Array): Uint8Array {
  const size = headerBytes(payload.length);
  const frame = new Uint8Array(size + payload.length);
  putHeader(frame, 0, first, payload.length);
  frame.set(payload, size);
  return frame;
}

/** The answer to a ping. */
export function pongFrame(payload: Uint8Array): Uint8Array {
  return message(PONG, payload);
}

/** The end. */
export function closeFrame(code: CloseCode): Uint8Array {
  const frame = new Uint8Array(4);
  putHeader(frame, 0, CLOSE, 2);
  new DataView(frame.buffer).setUint16(2, code);
  return frame;
}

function headerBytes(length: number): number {
  return length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
}

/** A frame's length; by hand, since a view for each write to each member would cost more than the write's bytes. */
function lengthAt(frames: Uint8Array, at: number): number {
  const high = (frames[at] ?? 0) * 0x100_0000 + ((frames[at + 1] ?? 0) << 16);
  return high + ((frames[at + 2] ?? 0) << 8) + (frames[at + 3] ?? 0);
}

/** Writes a header, gives its size. */
function putHeader(out: Uint8Array, at: number, first: number, length: number): number {
  const size = headerBytes(length);
  out[at] = first;
  out[at + 1] = size === 2 ? length : size === 4 ? 126 : 127;
  const view = size === 2 ? undefined : new DataView(out.buffer, out.byteOffset + at, size);
  if (size === 4) view?.setUint16(2, length);
  if (size === 10) view?.setBigUint64(2, BigInt(length));
  return size;
}
