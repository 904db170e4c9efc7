/**
 * The place of transfers: where the bytes of files come from and go to. A disk is one, a browser's page another; what
 * follows an offer to its end knows no more of either than this.
 *
 * ```text
 *   offered to us   begun? ─► prepare ─► Sink: take from its offset on ─► done, partial, mismatch
 *   offered by us   Sendable: open ─► Source: is it the same? read from an offset on
 * ```
 *
 * @module
 */

/** What somebody offers. */
export interface Offer {
  /** Who offers it; with the server's address, if one place is used for several servers. */
  readonly from: string;
  /** The name as it was offered: not to be used for anything but `cleanName`. */
  readonly name: string;
  /** Bytes of the whole file. */
  readonly size: number;
  /** SHA-256 of the whole file, in hexadecimal. Without it a transfer cannot be resumed. */
  readonly sha256?: string | undefined;
}

/** Why a place cannot do what is asked of it, as a sentence for people. */
export class PlaceError extends Error {
  override readonly name = "PlaceError";
}

/** Why a file has not arrived whole. */
export type Break =
  /** The bytes ended too early, or their source failed. */
  | "ended"
  /** More came than was offered. */
  | "too_much"
  | "stalled"
  | "cancelled"
  | "disk_full"
  /** The disk refuses, or the directory is another one by now. */
  | "disk";

/** How taking a file in ends. */
export type SinkEnd =
  /** It is whole, and compared if there was something to compare with. `sha256` is of what is in the place. */
  | { readonly kind: "done"; readonly path?: string | undefined; readonly sha256: string }
  | {
    readonly kind: "partial";
    /** Where a resume begins: what the place has for good. */
    readonly offset: number;
    readonly why: Break;
    /** A sentence. */
    readonly reason: string;
  }
  /**
   * All bytes came, and they are not the offered ones. `path` is where they are kept, if they are; or `kept` so many from
   * the beginning, which were there before, and go on when the file is offered again.
   */
  | {
    readonly kind: "mismatch";
    readonly path?: string | undefined;
    readonly kept?: number | undefined;
    readonly sha256: string;
  };

/** How to take a file in. */
export interface TakeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that have arrived, those from before included. */
  readonly onBytes?: ((done: number) => void) | undefined;
  /** The SHA-256 that the sender tells at the end, for offers without one. */
  readonly sha256AtEnd?: (() => Promise<string | undefined>) | undefined;
}

/** A file that is ready to be taken in. Disposing it gives up what `take` was not called for; what is there stays. */
export interface Sink extends AsyncDisposable {
  /** Bytes that are there: what is sent begins here. After a break, what is safe. */
  readonly offset: number;
  /**
   * Takes in the bytes from `offset` on. Once only; it ends when all are there, whether the iterable does or not.
   * The next piece is asked for when the last one has its place; a piece is valid until then.
   */
  take(bytes: AsyncIterable<Uint8Array>, options?: TakeOptions): Promise<SinkEnd>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Why a place cannot take a file, in a word that its sender may know. */
export type Hindrance = "no_space" | "too_large" | "busy" | "unable";

/** What an offer comes to in a place. */
export type Prepared =
  /** The file is there; nothing needs to be sent. */
  | { readonly kind: "have"; readonly path: string }
  /** It cannot be received, as a sentence for this side only. Without a word for it, it is `unable`. */
  | { readonly kind: "refused"; readonly reason: string; readonly hindrance?: Hindrance }
  /** To be disposed, unless `take` is called. */
  | { readonly kind: "ready"; readonly sink: Sink };

/** Where received files go. */
export interface Place {
  /** Bytes of an offer that are there because somebody said yes to it before; then nobody is asked again. */
  begun(offer: Offer): Promise<number>;
  /**
   * Whether the file that was taken in for this offer is still there as it was. Then its sender, who offers it again, is
   * told so once more, and nothing is sent. A place that cannot know says no by not having this.
   */
  holds?(offer: Offer): Promise<boolean>;
  /**
   * Looks whether and from where on a file can be taken in.
   *
   * @param n The transfer, whose further tries come with the same number.
   * @throws {PlaceError} When the place cannot be used.
   */
  prepare(n: number, offer: Offer, signal: AbortSignal): Promise<Prepared>;
}

/** A file to be sent. It holds nothing open; any number of readers may read it. */
export interface Source {
  /** Its name, without a path. */
  readonly name: string;
  /** Its size in bytes. */
  readonly size: number;
  /** Of the whole file, in hexadecimal; without it the receiver cannot resume. */
  readonly sha256?: string | undefined;
  /** Makes sure that it is still what was opened. @throws {PlaceError} When it is not. */
  demandSame(): Promise<void>;
  /**
   * Its bytes from an offset on. A piece holds until the next one is asked for.
   *
   * @throws {PlaceError} When it is not any more what was opened, or cannot be read.
   */
  read(offset: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** What becomes a source when its turn comes. */
export interface Sendable {
  /** What it is called until it was opened. */
  readonly name: string;
  /** @throws {PlaceError} When it cannot be read. */
  open(signal: AbortSignal): Promise<Source>;
}
