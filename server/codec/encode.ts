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
import {
  FrameWriter,
  ID_NAME_BYTES,
  MARKS_BYTES,
  TIME_BYTES,
  TIME_NAME_BYTES,
} from "./frame_writer.ts";
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
const RE = encoder.encode(',"re":');
const CLOSE = 0x7d;
const writer = new FrameWriter();
/** For what waits until its receiver is told: so what everybody has copied is the last one of the other, mostly. */
const answers = new FrameWriter();

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

/**
 * What stands between the seq and the content of each message that somebody says.
 *
 * @param registered Whether the name is proved by an account.
 */
export function messageFrom(
  name: UserName,
  registered: boolean = false,
  isHook: boolean = false,
): Uint8Array {
  const mark = registered ? ',"account":true' : isHook ? ',"hook":true' : "";
  return encoder.encode(`${mark},"from":${JSON.stringify(name)},"content":`);
}

/** A `NewMessage` as a frame. */
export function messageFrame(
  { head, from, said, at, id }: RoomMessage,
  seq: number,
): Uint8Array<ArrayBuffer> {
  const json = said.json ?? jsonOf(said.content);
  const idJson = id === undefined ? undefined : said.idJson ?? jsonOf(id);
  const idBytes = idJson?.length ?? 0;
  const around = head.length + from.length + MARKS_BYTES + 1;
  writer.begin(around + json.length + idBytes, 2);
  writer.bytes(head);
  writer.number(seq);
  writer.bytes(from);
  writer.bytes(json);
  writer.marks(at, idJson, said.reply);
  writer.byte(CLOSE);
  return writer.end();
}

/** Nobody reads the frame of a message any more: it has been copied wherever it is kept. */
export function reuseFrame(frame: Uint8Array): void {
  writer.reuse(frame);
}

/** Tells words that came as bytes where they lie in their frame, of which so many bytes stand before them. */
export function lieIn(
  frame: Uint8Array,
  start: number,
  { said, at, id }: Pick<RoomMessage, "said" | "at" | "id">,
): void {
  const { json, idJson } = said;
  if (json === undefined || (id !== undefined && idJson === undefined)) return;
  const end = start + json.length;
  const idStart = end + TIME_NAME_BYTES + `${at}`.length + ID_NAME_BYTES;
  said.liesIn?.(
    frame.subarray(start, end),
    idJson && frame.subarray(idStart, idStart + idJson.length),
  );
}

/** Bytes before the words of a message in its frame. */
export function bytesBefore({ head, from }: RoomMessage, seq: number): number {
  return FRAME_HEADER_BYTES + head.length + `${seq}`.length + from.length;
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
  answers.begin(head.length + TIME_BYTES + RE.length + re.length + 1, 1);
  answers.bytes(head);
  answers.number(seq);
  answers.time(at);
  answers.bytes(RE);
  answers.bytes(re);
  answers.byte(CLOSE);
  return answers.end();
}

/** A text as JSON, in bytes. */
export function jsonOf(text: string): Uint8Array {
  return encoder.encode(JSON.stringify(text));
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
