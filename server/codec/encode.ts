/**
 * Encodes what the server says most: a message, once, when it gets its seq.
 *
 * The result is one frame. Its body is what the store keeps, the whole is what the room's log carries, and
 * a page of history is made of bodies as they are: nothing is parsed or encoded a second time. What is the same in
 * thousands of messages comes as bytes already, and so does what is said, mostly.
 *
 * @module
 */

import type { Said } from "../commands/types.ts";
import { FrameWriter } from "./frame_writer.ts";
import type { SeqRange } from "../store/store_port.ts";
import {
  concat,
  FRAME_HEADER_BYTES,
  frameOf,
  type RoomName,
  type ServerMessage,
  type UserName,
} from "../wire/mod.ts";

const encoder = new TextEncoder();
const COMMA = encoder.encode(",");
const AT = encoder.encode(',"at":');
const ID = encoder.encode(',"id":');
const RE = encoder.encode(',"re":');
const END = encoder.encode("}");
const writer = new FrameWriter();

/** What a `NewMessage` is made of, as far as it is there before its seq is. */
export interface RoomMessage {
  /** See `messageHead`. */
  readonly head: Uint8Array;
  /** See `messageFrom`. */
  readonly from: Uint8Array;
  readonly said: Said;
  readonly at: number;
  readonly id: string | undefined;
}

/** The beginning of each message in a room, up to its seq. */
export function messageHead(room: RoomName): Uint8Array {
  return encoder.encode(`{"type":"NewMessage","room":${JSON.stringify(room)},"seq":`);
}

/** What stands between the seq and the content of each message that somebody says. */
export function messageFrom(name: UserName): Uint8Array {
  return encoder.encode(`,"from":${JSON.stringify(name)},"content":`);
}

/** A `NewMessage` as a frame. */
export function messageFrame(
  { head, from, said, at, id }: RoomMessage,
  seq: number,
): Uint8Array<ArrayBuffer> {
  const json = said.json ?? jsonOf(said.content);
  const idJson = id === undefined ? undefined : said.idJson ?? jsonOf(id);
  const idBytes = idJson === undefined ? 0 : ID.length + idJson.length;
  const bytes = head.length + from.length + json.length + AT.length + idBytes + END.length;
  writer.begin(bytes, 2);
  writer.bytes(head);
  writer.number(seq);
  writer.bytes(from);
  writer.bytes(json);
  const jsonThere = writer.last(json.length);
  writer.bytes(AT);
  writer.number(at);
  if (idJson !== undefined) {
    writer.bytes(ID);
    writer.bytes(idJson);
  }
  said.liesIn?.(jsonThere, idJson && writer.last(idJson.length));
  writer.bytes(END);
  return writer.end();
}

/** The beginning of each answer to who said something in a room, up to the message's seq. */
export function ackHead(room: RoomName): Uint8Array {
  return encoder.encode(`{"type":"Ack","room":${JSON.stringify(room)},"seq":`);
}

/** An `Ack` as a frame: told to one, but as often as what is said with an id. It shares its memory with other frames. */
export function ackFrame(
  { head, seq, at, re }: {
    /** See `ackHead`. */
    readonly head: Uint8Array;
    readonly seq: number;
    readonly at: number;
    /** The id, as JSON. */
    readonly re: Uint8Array;
  },
): Uint8Array<ArrayBuffer> {
  writer.begin(head.length + AT.length + RE.length + re.length + END.length, 2);
  writer.bytes(head);
  writer.number(seq);
  writer.bytes(AT);
  writer.number(at);
  writer.bytes(RE);
  writer.bytes(re);
  writer.bytes(END);
  return writer.end();
}

/** A text as JSON, in bytes. */
export function jsonOf(text: string): Uint8Array {
  return encoder.encode(JSON.stringify(text));
}

/** What a `PrivateMessage` is made of. */
export interface Whispered {
  readonly from: UserName;
  readonly to: UserName;
  readonly content: string;
  readonly at: number;
  readonly id: string | undefined;
  /** The tags of the sender's and the receiver's session; see `identity.ts`. */
  readonly between?: readonly [string, string];
}

/** A `PrivateMessage` as a frame: what waits for one who does not read must not hold the memory of others, too. */
export function whisperFrame(
  { from, to, content, at, id, between }: Whispered,
  seq: number,
): Uint8Array<ArrayBuffer> {
  const beginning = { type: "PrivateMessage", from, to, seq, content, at };
  // `between` at the very end, where `whispers.ts` finds it without reading the rest.
  return frameOf(JSON.stringify({ ...beginning, id, between }));
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
