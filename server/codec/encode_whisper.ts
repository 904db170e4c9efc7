/**
 * Encodes whispers: what the receiver is told and the store keeps, and what the sender is told.
 *
 * ```text
 *   {"type":"PrivateMessage","from":"Anna","to":"Ben","seq": 7 ,"content": "psst" ,"at":… ,"between":["…","…"]}
 *   └ the pair's ───────────────────────────────────────────┘              └ as it came     └ the pair's ───────┘
 *   {"type":"PrivateSent","to":"Ben","content": "psst" ,"seq": 7 ,"at":… ,"re":"7f"}
 * ```
 *
 * Who whispers says more than one thing to the same one, so what is the same in all of it is encoded once.
 *
 * @module
 */

import type { Said } from "../commands/types.ts";
import { jsonOf } from "./encode.ts";
import { FrameWriter, MARKS_BYTES, TIME_BYTES } from "./frame_writer.ts";
import { FRAME_HEADER_BYTES, type UserName } from "../wire/mod.ts";

const encoder = new TextEncoder();
const CONTENT = encoder.encode(',"content":');
const SEQ = encoder.encode(',"seq":');
const RE = encoder.encode(',"re":');
const WAITS = encoder.encode(',"waits":true');
const CLOSE = 0x7d;
const writer = new FrameWriter();

/** What is the same in all that one whispers to another, in bytes. */
export interface PairBytes {
  /** Up to the seq of what the receiver is told. */
  readonly head: Uint8Array;
  /** What it ends with. */
  readonly tail: Uint8Array;
  /** What the sender is told, up to the content. */
  readonly sentHead: Uint8Array;
}

/**
 * Of these two.
 *
 * @param pair Both names; whether the sender's is proved by an account; and the tags of the sender's and the receiver's
 * session, see `identity.ts`.
 */
export function pairBytes(
  { from, to, registered = false, between }: {
    readonly from: UserName;
    readonly to: UserName;
    readonly registered?: boolean;
    readonly between?: readonly [string, string];
  },
): PairBytes {
  const [fromJson, toJson] = [from, to].map((name) => JSON.stringify(name));
  const account = registered ? ',"account":true' : "";
  const names = `"from":${fromJson},"to":${toJson}`;
  return {
    head: encoder.encode(`{"type":"PrivateMessage"${account},${names},"seq":`),
    // At the very end, where `whispers.ts` finds it without reading the rest.
    tail: encoder.encode(between === undefined ? "}" : `,"between":${JSON.stringify(between)}}`),
    sentHead: encoder.encode(`{"type":"PrivateSent","to":${toJson},"content":`),
  };
}

/** What is whispered, as far as it is there before its seq is. */
export interface Whispered {
  readonly said: Said;
  readonly at: number;
  readonly id: string | undefined;
}

/** A `PrivateMessage` as a frame. */
export function whisperFrame(
  { head, tail }: PairBytes,
  { said, at, id }: Whispered,
  seq: number,
): Uint8Array<ArrayBuffer> {
  const json = said.json ?? jsonOf(said.content);
  const idJson = id === undefined ? undefined : said.idJson ?? jsonOf(id);
  const idBytes = idJson?.length ?? 0;
  const around = head.length + CONTENT.length + MARKS_BYTES + tail.length;
  writer.begin(around + json.length + idBytes, 2);
  writer.bytes(head);
  writer.number(seq);
  writer.bytes(CONTENT);
  writer.bytes(json);
  writer.marks(at, idJson, said.reply);
  writer.bytes(tail);
  return writer.end();
}

/** Bytes before the words of a `PrivateMessage` in its frame. */
export function bytesBeforeWhisper({ head }: PairBytes, seq: number): number {
  return FRAME_HEADER_BYTES + head.length + `${seq}`.length + CONTENT.length;
}

/** A `PrivateSent` as a frame; the answer to the id, if there was one. @param waits Whether the receiver is away. */
export function sentFrame(
  { sentHead }: PairBytes,
  { said, at, id }: Whispered,
  seq: number,
  waits = false,
): Uint8Array<ArrayBuffer> {
  const json = said.json ?? jsonOf(said.content);
  const idJson = id === undefined ? undefined : said.idJson ?? jsonOf(id);
  const idBytes = idJson === undefined ? 0 : RE.length + idJson.length;
  const around = sentHead.length + SEQ.length + TIME_BYTES + WAITS.length + 1;
  writer.begin(around + json.length + idBytes, 1);
  writer.bytes(sentHead);
  writer.bytes(json);
  writer.bytes(SEQ);
  writer.number(seq);
  writer.time(at);
  if (waits) writer.bytes(WAITS);
  if (idJson !== undefined) {
    writer.bytes(RE);
    writer.bytes(idJson);
  }
  writer.byte(CLOSE);
  return writer.end();
}
