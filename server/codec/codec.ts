/**
 * A way of speaking, as a codec: bytes from a peer become messages, messages for a peer become bytes.
 *
 * The two ways of the port are two codecs behind one interface; a session does not know which it has.
 * Codecs are pure: no socket, no clock. Like a splitter, a codec is fed and then asked until it has
 * nothing more to say, which costs nothing per frame but the frame.
 *
 * @module
 */

import type { ClientMessage, ErrorCode, ServerMessage } from "../wire/mod.ts";

/** In which of the two ways of the port a peer speaks. */
export type Speech = "frames" | "text";

/** What a peer's bytes come to. */
export type Heard =
  | { readonly kind: "message"; readonly message: ClientMessage }
  /** Answered on the spot. */
  | { readonly kind: "answer"; readonly bytes: Uint8Array }
  /** Nothing, as an empty line does; told all the same, since it was work to hear it. */
  | { readonly kind: "nothing" }
  | { readonly kind: "error"; readonly code: ErrorCode; readonly msg: string; readonly re?: string }
  /** The peer leaves, or must: then with the reason. */
  | { readonly kind: "end"; readonly code?: ErrorCode; readonly msg?: string };

/** Where in what came a codec has heard something last. */
export interface HeardPlace {
  /** How many bytes it was, with all that frames it. */
  readonly heardBytes: number;
  /** Bytes of the chunk that was fed last which are behind it. */
  readonly restBytes: number;
}

/** The codec of one of the two ways of speaking. */
export interface Codec extends HeardPlace {
  readonly speech: Speech;
  /** Takes a chunk. Its memory is read until `next` gives `undefined`. */
  feed(chunk: Uint8Array): void;
  /** The stream has ended: what it cut short may still mean something. */
  feedEnd(): void;
  /**
   * What was heard next; `undefined` when more bytes are needed, `"large"` when the call after this one has so much to
   * read that it had better have a turn of its own; that may be said again until all of it is read.
   */
  next(): Heard | "large" | undefined;
  /** Whether the stream stands inside of a frame: some of its bytes came, and not all. */
  readonly midFrame: boolean;
  /** Bytes of memory that are held for what has come only in part. */
  readonly heldBytes: number;
  /** Hears nothing more, and gives the memory of what has come only in part back now. */
  release(): void;
  /** What was fed and not yet heard, and forgets it: for a connection whose next bytes are no frames. */
  takeRest(): Uint8Array;
  /** Takes what comes next as a user's password. A way of speaking that names what it says leaves this out. */
  askPassword?(username: string): void;
  /** Makes the secret of a session that begins, where its peer is to keep something else of it. */
  newSecret?(): string;
  /** A message in bytes; `undefined` when this way of speaking has no word for it. */
  encode(message: ServerMessage): Uint8Array | undefined;
}
