/**
 * One file on its way in: bytes are written, hashed and made durable as they come, and at the end compared.
 *
 * ```text
 * piece ─► NAME.part ─► read back, hash;  every 8 MiB or second: sync, state
 *                      │ all there
 *                      ├─ SHA-256 as offered ─► sync ─► NAME          done
 *                      ├─ another one        ─► sync ─► NAME.bad      mismatch
 *                      │    after a resume   ─► back to where it began, once: the beginning may be right
 *   end, error, stall, full disk, cancelled  ─► sync ─► stays         partial
 * ```
 *
 * The next piece is asked for when the last one is with the disk: a slow disk slows the sender, and memory holds one
 * piece.
 *
 * @module
 */

import type { Hash } from "node:crypto";
import {
  type Break,
  type Offer,
  PlaceError,
  type Pulled,
  Puller,
} from "../../server/wire/transfers/mod.ts";
import { isFull } from "./disk.ts";
import { diskSentence } from "./disk_error.ts";
import { GIVEN_BACK_BYTES, SAVE_BYTES, SAVE_MS, STALL_MS_MAX } from "./limits.ts";
import type { PartialFile } from "./partial.ts";
import { ReadBack } from "./read_back.ts";
import type { Reservation } from "./space.ts";

/** How a download ends. */
export type DownloadEnd =
  | {
    readonly kind: "done";
    readonly path: string;
    /** Of the whole file, as it is on the disk. */
    readonly sha256: string;
    /** Whether there was a hash to compare with. */
    readonly compared: boolean;
  }
  | {
    readonly kind: "partial";
    /** Where a resume begins: what is safe on the disk. */
    readonly offset: number;
    readonly why: Break;
    /** A sentence. */
    readonly reason: string;
  }
  | {
    readonly kind: "mismatch";
    /** Where the data is kept; `undefined` when what was there before goes on as a partial file. */
    readonly path?: string | undefined;
    /** Bytes of that. */
    readonly kept?: number | undefined;
    readonly sha256: string;
    readonly expected: string;
  };

/** How to take in a file. */
export interface TakeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes that have arrived, those from before included. */
  readonly onBytes?: ((done: number) => void) | undefined;
  /** Bytes that are on the disk and will not be asked for again. */
  readonly onSaved?: ((saved: number) => void) | undefined;
  /** The SHA-256 that the sender tells at the end, for offers without one. */
  readonly sha256AtEnd?: (() => Promise<string | undefined>) | undefined;
  /** Milliseconds without a byte after which it is given up. */
  readonly stallMsMax?: number | undefined;
  /** Bytes between two savings. */
  readonly saveBytes?: number | undefined;
}

/** What a download is made of. */
export interface DownloadParts {
  readonly partial: PartialFile;
  /** Of the bytes that are there. */
  readonly hash: Hash;
  /** For those that are not. */
  readonly space: Reservation;
  /** A whole file of the same name and content beside it, if there is one. */
  readonly twin: () => Promise<string | undefined>;
}

/** A partial file whose bytes so far are hashed. Disposing it gives the partial file back. */
export class Download implements AsyncDisposable {
  /** Bytes that are there: what is sent begins here. */
  readonly offset: number;
  readonly #offer: Offer;
  readonly #partial: PartialFile;
  readonly #parts: DownloadParts;
  readonly #disk: ReadBack;
  #savedAt: number = performance.now();

  constructor(offer: Offer, parts: DownloadParts) {
    const { partial, hash } = parts;
    this.offset = partial.length;
    this.#offer = offer;
    this.#parts = parts;
    this.#partial = partial;
    this.#disk = new ReadBack(partial.handle, hash, partial.length);
  }

  /** Takes in the bytes from `offset` on. Once only; it ends when all are there, whether the iterable does or not. */
  async take(bytes: AsyncIterable<Uint8Array>, options: TakeOptions = {}): Promise<DownloadEnd> {
    await using partial = this.#partial;
    using _space = this.#parts.space;
    try {
      const broken = await this.#fill(bytes, options);
      if (broken !== undefined) return await this.#stop(broken);
      const told = await this.#expected(options);
      if (told.kind === "broken") return await this.#stop(told);
      return await this.#compare(told.sha256);
    } catch (error) {
      return await this.#stop(onDisk(error));
    } finally {
      options.onSaved?.(partial.saved);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#parts.space[Symbol.dispose]();
    return this.#partial[Symbol.asyncDispose]();
  }

  /** Writes what comes; gives why it is not all. @throws What the disk throws. */
  async #fill(
    bytes: AsyncIterable<Uint8Array>,
    options: TakeOptions,
  ): Promise<Broken | undefined> {
    const { signal, onBytes, onSaved, stallMsMax = STALL_MS_MAX } = options;
    await using pieces = new Puller(bytes, signal);
    const { size } = this.#offer;
    let heardAt = performance.now();
    while (this.#partial.length < size) {
      const pulled = await pullOr(pieces, Math.min(SAVE_MS, stallMsMax));
      if (pulled.kind === "failed") return ended(pulled.reason);
      if (pulled.kind === "aborted") return cancelled(signal);
      if (pulled.kind === "end") return ended(`The sender stopped at ${this.#partial.length}.`);
      const now = performance.now();
      if (pulled.kind === "idle") {
        if (now - heardAt >= stallMsMax) {
          return { why: "stalled", reason: `Nothing has come for ${Math.round(stallMsMax)} ms.` };
        }
      } else {
        heardAt = now;
        const { piece } = pulled;
        const room = size - this.#partial.length;
        const taken = piece.subarray(0, room);
        // Hashing is this thread's work, writing and reading that of others: all at once.
        const before = this.#partial.length;
        await this.#disk.beside(this.#partial.write(taken), before);
        this.#parts.space.use(taken.length);
        onBytes?.(this.#partial.length);
        if (piece.length > room) {
          return { why: "too_much", reason: "The sender sent more than was offered." };
        }
      }
      if (this.#isDue(options)) {
        await this.#partial.save();
        this.#savedAt = performance.now();
        onSaved?.(this.#partial.saved);
        const lack = await this.#parts.space.lack();
        if (lack !== undefined) return { why: "disk_full", reason: lack };
      }
    }
  }

  #isDue({ saveBytes = SAVE_BYTES }: TakeOptions): boolean {
    const { length, saved } = this.#partial;
    if (length === saved || length === this.#offer.size) return false;
    return length - saved >= saveBytes || performance.now() - this.#savedAt >= SAVE_MS;
  }

  /** The hash to compare with, if somebody tells one. */
  async #expected({ sha256AtEnd, signal, stallMsMax = STALL_MS_MAX }: TakeOptions): Promise<Told> {
    const { sha256 } = this.#offer;
    if (sha256 !== undefined || sha256AtEnd === undefined) return { kind: "told", sha256 };
    await using answers = new Puller(once(sha256AtEnd), signal);
    const pulled = await pullOr(answers, stallMsMax);
    if (pulled.kind === "piece") return { kind: "told", sha256: pulled.piece };
    const reason = "All bytes have come, but nobody said what their SHA-256 should be.";
    return { kind: "broken", why: "ended", reason };
  }

  async #compare(expected: string | undefined): Promise<DownloadEnd> {
    const sha256 = await this.#disk.digest(this.#offer.size);
    if (expected !== undefined && expected.toLowerCase() !== sha256) {
      const end = { kind: "mismatch", sha256, expected: expected.toLowerCase() } as const;
      if (await this.#partial.goBack(this.offset, sha256)) return { ...end, kept: this.offset };
      return { ...end, path: await this.#partial.setAside() };
    }
    const twin = await this.#parts.twin();
    if (twin !== undefined) await this.#partial.discard();
    const path = twin ?? await this.#partial.finish();
    return { kind: "done", path, sha256, compared: expected !== undefined };
  }

  /** Keeps what can be kept. */
  async #stop({ why, reason }: Broken): Promise<DownloadEnd> {
    try {
      await this.#keep();
    } catch (error) {
      // What was saved before stands. A disk that refuses now is the news only if it was not known.
      if (why !== "disk" && why !== "disk_full") {
        return { kind: "partial", offset: this.#partial.saved, ...onDisk(error) };
      }
    }
    return { kind: "partial", offset: this.#partial.saved, why, reason };
  }

  /** Saves; on a full disk the last bytes give way to the state, without which all since the last one would be lost. */
  async #keep(): Promise<void> {
    try {
      await this.#partial.save();
    } catch (error) {
      if (!isFull(error)) throw error;
      await this.#partial.giveBack(GIVEN_BACK_BYTES);
      await this.#partial.save();
    }
  }
}

type Told =
  | { readonly kind: "told"; readonly sha256: string | undefined }
  | { readonly kind: "broken" } & Broken;

interface Broken {
  readonly why: Break;
  readonly reason: string;
}

function ended(reason: string): Broken {
  return { why: "ended", reason };
}

function onDisk(error: unknown): Broken {
  if (isFull(error)) return { why: "disk_full", reason: "The disk is full." };
  const reason = diskSentence(error);
  if (reason === undefined) throw error;
  return { why: "disk", reason };
}

/** Who stopped it may have said why. */
function cancelled(signal: AbortSignal | undefined): Broken {
  const said: unknown = signal?.reason;
  return { why: "cancelled", reason: said instanceof PlaceError ? said.message : "Cancelled." };
}

type PulledOrFailed<T> = Pulled<T> | { readonly kind: "failed"; readonly reason: string };

/** A sender's failure is an outcome here, so that it cannot be taken for one of the disk. */
async function pullOr<T>(pieces: Puller<T>, ms: number): Promise<PulledOrFailed<T>> {
  try {
    return await pieces.pull(ms);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { kind: "failed", reason: error.message };
  }
}

async function* once<T>(ask: () => Promise<T>): AsyncGenerator<T, void, void> {
  yield await ask();
}
