/**
 * Encodes what the server says most: a message, once, when it gets its seq.
 *
 * The result is one frame. Its body is what the store keeps, the whole is what the room's log carries, and
 * a page of history is made of bodies as they are: nothing is parsed or encoded a second time. Names
 * come as JSON already, since they are used thousands of times.
 *
 * @module
 */

import type { SeqRange } from "./store_port.ts";
import {
  concat,
  FRAME_HEADER_BYTES,
  frameInSlab,
  frameOf,
  type ServerMessage,
} from "./wire/mod.ts";

/** What a `NewMessage` or `PrivateMessage` is made of. */
export interface MessageParts {
  readonly type: "NewMessage" | "PrivateMessage";
  /** `"room":"lobby"` or `"from":"Alice","to":"Bob"`: the part between type and seq, as JSON. */
  readonly placeJson: string;
  /** The sender's name as JSON; `undefined` when the place already says it. */
  readonly fromJson: string | undefined;
  readonly content: string;
  readonly at: number;
  readonly id: string | undefined;
  /** Of a whisper: the tags of the sender's and the receiver's session; see `identity.ts`. */
  readonly between?: readonly [string, string];
}

/** A message as a frame. */
export function messageFrame(parts: MessageParts, seq: number): Uint8Array<ArrayBuffer> {
  const { type, placeJson, fromJson, content, at, id, between } = parts;
  const from = fromJson === undefined ? "" : `,"from":${fromJson}`;
  const named = id === undefined ? "" : `,"id":${JSON.stringify(id)}`;
  // At the very end, where `whispers.ts` finds it without reading the rest.
  const tail = between === undefined ? named : `${named},"between":${JSON.stringify(between)}`;
  // What waits for one who does not read must not hold the memory of others, too.
  const encode = type === "PrivateMessage" ? frameOf : frameInSlab;
  return encode(
    `{"type":"${type}",${placeJson},"seq":${seq}${from},"content":${
      JSON.stringify(content)
    },"at":${at}${tail}}`,
  );
}

/** A frame's body: what is stored. */
export function bodyOf(frame: Uint8Array): Uint8Array {
  return frame.subarray(FRAME_HEADER_BYTES);
}

/** Stored bodies as frames again, one after the other. */
export function framesOfBodies(bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const size = bodies.reduce((sum, { length }) => sum + FRAME_HEADER_BYTES + length, 0);
  const frames = new Uint8Array(size);
  const view = new DataView(frames.buffer);
  let at = 0;
  for (const body of bodies) {
    view.setUint32(at, body.length);
    frames.set(body, at + FRAME_HEADER_BYTES);
    at += FRAME_HEADER_BYTES + body.length;
  }
  return frames;
}

const encoder = new TextEncoder();
const COMMA = encoder.encode(",");

/** A page of history as a frame: the stored bodies as they are, between a head and a tail of JSON. */
export function historyPageFrame(
  place: { readonly room: string } | { readonly with: string },
  bodies: readonly Uint8Array[],
  rest: {
    readonly more: boolean;
    readonly next?: number;
    readonly lost?: readonly SeqRange[];
    readonly re?: string;
  },
): Uint8Array<ArrayBuffer> {
  const head = JSON.stringify({ type: "HistoryPage", ...place }).slice(0, -1) + ',"messages":[';
  const parts: Uint8Array[] = [encoder.encode(head)];
  bodies.forEach((body, index) => parts.push(...(index === 0 ? [] : [COMMA]), body));
  parts.push(encoder.encode("]," + JSON.stringify(rest).slice(1)));
  return framesOfBodies([concat(parts)]);
}

/** The JSON of messages that are answered to many, for as long as the messages are kept. */
const keptJson = new WeakMap<ServerMessage, string>();

/** A message that many are answered, as a frame: encoded once but for `re`. */
export function keptFrame(message: ServerMessage, re: string | undefined): Uint8Array<ArrayBuffer> {
  let json = keptJson.get(message);
  if (json === undefined) keptJson.set(message, json = JSON.stringify(message));
  return frameOf(re === undefined ? json : `${json.slice(0, -1)},"re":${JSON.stringify(re)}}`);
}
