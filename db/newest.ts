/**
 * Reading the log from its end: the newest messages of all streams, without reading what is older.
 *
 * ```text
 *   …──┬────────────┬────────────┐ end of the log
 *      │◄─ piece 2 ─│◄─ piece 1 ─│
 *      └ begins with the first record that stands whole in it; what hangs over belongs to the piece before
 * ```
 *
 * Records point nowhere backward, but they lie on a grid and prove themselves by their checksum, so a piece may
 * begin anywhere. Whoever asks stops when it has seen enough; only then does the cost end, so it is the asker's.
 *
 * Within a piece messages come in the order of the log, the pieces come newest first. A message stands here even if it
 * was deleted or edited since: what was said is asked for, not what is there. Edits stand here, too, since compaction
 * leaves of an edited message nothing else. What is damaged, or cannot be read, is passed
 * over.
 *
 * @module
 */

import {
  type Block,
  blockOf,
  isBody,
  Kind,
  parseRecord,
  RECORD_HEADER_BYTES,
  type RecordHeader,
} from "./format.ts";
import { NEWEST_PIECE_BYTES, RESYNC_CHECKSUM_BYTES_MAX } from "./limits.ts";
import { readAround } from "./read_around.ts";
import { findRecord } from "./scan.ts";
import { Scratch } from "./scratch.ts";
import { SEGMENT_HEADER_BYTES } from "./segment_header.ts";
import type { Segment, Segments } from "./segments.ts";
import type { StreamTable } from "./streams.ts";

/** A message as it stands in the log. */
export interface LogMessage {
  readonly stream: string;
  readonly seq: number;
  /** Time in ms since 1970; within a stream it never falls. */
  readonly at: number;
  /** Whether this is another body for a message that was there, and has its time. */
  readonly edited?: boolean;
  /** The bytes as they were appended. Lent until the next piece is asked for: copy what is to be kept. */
  readonly body: Uint8Array;
}

/** What reading from the end needs. */
export interface NewestParts {
  readonly streams: StreamTable;
  readonly segments: Segments;
  /** All segments in the order of the log. */
  readonly list: readonly Segment[];
}

/** The log's messages in pieces of about 1 MiB, the newest piece first. */
export async function* newestFirst(parts: NewestParts): AsyncGenerator<LogMessage[]> {
  const { segments, list } = parts;
  using pins = new DisposableStack();
  for (const segment of list) pins.use(segments.pin(segment));
  // What is written meanwhile is not asked for.
  const ends = list.map(({ end }) => end);
  const scratch = new Scratch();
  for (let i = list.length - 1; i >= 0; i--) {
    const segment = list[i];
    if (segment !== undefined) yield* piecesOf(parts, segment, ends[i] ?? segment.end, scratch);
  }
}

async function* piecesOf(
  { streams, segments }: NewestParts,
  segment: Segment,
  end: number,
  scratch: Scratch,
): AsyncGenerator<LogMessage[]> {
  let bytes = NEWEST_PIECE_BYTES;
  for (let to = end; to > SEGMENT_HEADER_BYTES;) {
    const from = Math.max(SEGMENT_HEADER_BYTES, to - bytes);
    const buffer = scratch.take(to - from);
    const { got } = await readAround((into, at) => segments.read(segment, into, at), buffer, from);
    const messages: LogMessage[] = [];
    const first = messagesIn(buffer.subarray(0, got), segment, streams, messages);
    if (first === undefined && from > SEGMENT_HEADER_BYTES) {
      // A record that is larger than the piece, or damage: look further back.
      bytes *= 4;
      continue;
    }
    bytes = NEWEST_PIECE_BYTES;
    to = from === SEGMENT_HEADER_BYTES ? from : from + (first ?? 0);
    if (messages.length > 0) yield messages;
  }
}

/** A message that lies in a piece. Its body is viewed when it is asked for: a view takes more memory than all else. */
class MessageThere implements LogMessage {
  readonly stream: string;
  readonly seq: number;
  readonly at: number;
  readonly edited: boolean;
  readonly #bytes: Uint8Array;
  readonly #from: number;
  readonly #to: number;

  constructor(stream: string, record: RecordHeader, { bytes }: Block, at: number) {
    this.stream = stream;
    this.seq = record.seq;
    this.at = record.at;
    this.edited = record.kind === Kind.edit;
    this.#bytes = bytes;
    this.#from = at + RECORD_HEADER_BYTES;
    this.#to = this.#from + record.bodyBytes;
  }

  get body(): Uint8Array {
    return this.#bytes.subarray(this.#from, this.#to);
  }
}

/** Gathers the messages of a piece. @returns Where its first record begins, if there is one. */
function messagesIn(
  bytes: Uint8Array,
  { salt, firstLsn, lastLsn }: Segment,
  streams: StreamTable,
  into: LogMessage[],
): number | undefined {
  const block = blockOf(bytes);
  const search = {
    salt,
    lsnMin: firstLsn,
    lsnMax: lastLsn,
    budget: RESYNC_CHECKSUM_BYTES_MAX,
  };
  let first: number | undefined;
  for (let at = 0; at < bytes.length;) {
    const parsed = parseRecord(block, at, bytes.length, salt);
    if (parsed.kind !== "record") {
      const found = findRecord(block, at + 1, search);
      if (found.kind !== "found") break;
      at = found.at;
      continue;
    }
    const { record } = parsed;
    first ??= at;
    const stream = isBody(record.kind) ? streams.at(record.slot)?.name : undefined;
    if (stream !== undefined) into.push(new MessageThere(stream, record, block, at));
    at += record.bytes;
  }
  return first;
}
