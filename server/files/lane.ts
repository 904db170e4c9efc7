/**
 * A connection while it carries a file's bytes, up from the sender or down to a receiver.
 *
 * ```text
 *   new Lane ─ says StartUpload / StartDownload ─► raw bytes ─┬─ finish ─► FileDone; frames again, or the end
 *                                                             ├─ break ──► the end: raw bytes are missing
 *                                                             └─ lost ───► the peer went
 * ```
 *
 * A lane does not know whether it is a user's own connection (inline) or a second one (beside): that is the
 * difference between two pairs of callbacks. The session gives it what it reads, a round decides what
 * becomes of it. It holds no bytes.
 *
 * @module
 */

import type { Link } from "../link/link.ts";
import type { Parcel } from "../transport/mod.ts";
import type { FileDone, ServerMessage, StartDownload, StartUpload } from "../wire/mod.ts";

/** What a lane needs of its connection. */
export interface LaneParts {
  readonly link: Link;
  readonly encode: (message: ServerMessage) => Uint8Array | undefined;
  /** Every byte was carried. */
  readonly onFinish: () => void;
  /** The bytes cannot be completed: the connection is to end, with a last word if one can be understood. */
  readonly onBreak: (last: ServerMessage | undefined) => void;
}

/** A part of a file: in our memory, or still in the kernel. */
export type Piece = Uint8Array | Parcel;

/** Takes a file's bytes in the order in which they come; a promise when more must not be read yet. */
export type TakeBytes = (bytes: Piece) => Promise<void> | undefined;

/** One direction of one connection, for one file. */
export class Lane {
  readonly way: "up" | "down";
  readonly #parts: LaneParts;
  /** Bytes that are still to come up. */
  #remaining: number;
  #finished = false;
  /** Where the bytes go that come up. */
  onBytes: TakeBytes = () => undefined;
  /** The peer went. */
  onLost: () => void = () => {};

  readonly #takeParcel = (parcel: Parcel): Promise<void> | undefined => this.take(parcel);

  /** Says `start`, without its token, as the connection's last frame for now. */
  constructor(parts: LaneParts, start: StartUpload | StartDownload) {
    const { token: _, ...spoken } = start;
    this.#parts = parts;
    this.way = start.type === "StartUpload" ? "up" : "down";
    this.#remaining = start.size - start.offset;
    const { link, encode } = parts;
    link.carriesFile = this.way === "up";
    link.outbox.hold(encode(spoken) ?? new Uint8Array(0));
  }

  /** Bytes that are still to come up. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Whether words would be taken for bytes that a receiver still waits for. */
  get broken(): boolean {
    return this.way === "down" && !this.#finished;
  }

  /** How many writes were begun: by this a peer that takes nothing is noticed. */
  get writes(): number {
    return this.#parts.link.outbox.writes;
  }

  /**
   * Takes a chunk that came up: a piece of the file, and perhaps what is said behind its last byte.
   *
   * @param said Hears the latter, when more may be read.
   */
  hear(
    chunk: Uint8Array,
    said: (rest: Uint8Array) => Promise<void> | undefined,
  ): Promise<void> | undefined {
    // Whoever takes a file beside the conversation has nothing to say.
    if (this.way === "down" || chunk.length === 0) return undefined;
    const piece = chunk.subarray(0, this.#remaining);
    const pending = this.take(piece);
    return piece.length === chunk.length
      ? pending
      : hearRest(pending, said, chunk.subarray(piece.length));
  }

  /**
   * Lets what comes next stay in the kernel, where that goes, if `to` takes all of it as it is. To be said again behind each piece,
   * and only when the last one was taken: what has come before is nobody's but the file's.
   */
  passTo(to: Lane | undefined): void {
    const { link } = this.#parts;
    const passes = to !== undefined && link.passesParcels && to.#parts.link.passesParcels;
    link.letParcels(passes ? this.#remaining : 0, this.#takeParcel);
  }

  /** Takes bytes that came up: not more than remain. */
  take(bytes: Piece): Promise<void> | undefined {
    this.#remaining -= bytes.length;
    return this.onBytes(bytes);
  }

  /** Does `work`, which sends bytes down, in the turn of this connection. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return Promise.resolve(this.#parts.link.account.carry(work));
  }

  /** Sends bytes down. @returns Whether the peer took them; then their memory may be used again. */
  write(bytes: Piece): Promise<boolean> {
    return this.#parts.link.outbox.writeRaw(bytes);
  }

  /** The last byte was carried. */
  finish(done?: FileDone): void {
    const { link, encode, onFinish } = this.#parts;
    this.#finished = true;
    link.carriesFile = false;
    // Who carried a file for an hour could say nothing else meanwhile.
    link.noteLife();
    link.outbox.release(done && encode(done));
    onFinish();
  }

  /** The bytes cannot be completed. A receiver would take last words for a part of the file. */
  break(why: ServerMessage): void {
    this.#parts.onBreak(this.way === "up" ? why : undefined);
  }
}

async function hearRest(
  pending: Promise<void> | undefined,
  said: (rest: Uint8Array) => Promise<void> | undefined,
  rest: Uint8Array,
): Promise<void> {
  await pending;
  await said(rest);
}

/**
 * How to end a connection that may be carrying a file: without a word, where it would be taken for a part of the file.
 *
 * @param last Last words.
 * @param waiting What becomes of what waits for the peer.
 */
export function lastWords(
  link: Link,
  lane: Lane | undefined,
  last: Uint8Array | undefined,
  waiting: "send" | "drop",
): () => void {
  if (lane?.broken) return () => link.finish(undefined, "drop");
  return () => {
    if (waiting === "send") link.outbox.release();
    link.finish(last, waiting);
  };
}
