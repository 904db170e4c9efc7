/**
 * A wire and our end of it: what is heard, the outbox, and a farewell that arrives.
 *
 * - What was read is handled before more is read, so a peer that asks faster than we answer is slowed by its own
 *   socket.
 * - `finish` sends last words and FIN, and then reads away what the peer still sends. Closing at once
 *   would make the kernel answer unread bytes with a reset, which destroys the last words on their way.
 *   A peer that does not take the hint is closed after a few seconds all the same.
 * - What was read is heard when its turn has come, and who owes for what it caused is not read until it has earned
 *   that back (see `budget/turns.ts`). A file's bytes cost nothing, since they wait for their receiver already, and have their
 *   turn behind all who converse.
 *
 * @module
 */

import { type Account, CALL_MS, FREE } from "../budget/mod.ts";
import { FAREWELL_MS } from "../limits.ts";
import { FILE_READ_BYTES } from "../files/limits.ts";
import type { HeardPlace } from "../codec/codec.ts";
import { Outbox } from "./outbox.ts";
import { type Parcel, READ_BYTES_MAX, type Wire, type WireGuest } from "../transport/mod.ts";

/** Takes what is read from a link. */
export interface Handler {
  /** Hears a chunk, whose memory is used again afterwards; a promise only if something is to be waited for. */
  hear(chunk: Uint8Array): Promise<void> | undefined;
  /** The peer says no more, or something was thrown: a defect. May be called more than once. */
  hearEnd(error?: unknown): Promise<void> | undefined;
}

/** Waits for the end of a link. */
export interface Attendant {
  /** It is closed. Called once. */
  onOver(): void;
}

/** One connection, without what is said over it. */
export class Link implements WireGuest {
  readonly outbox: Outbox;
  readonly openedMs: number = performance.now();
  /** Who pays for what is heard here. */
  readonly account: Account;
  #carriesFile = false;
  /** When the peer was last heard, on `performance.now()`'s clock, as of the last `check`. */
  #heardMs: number = this.openedMs;
  /** Bytes that were read, with those that a proxy said before the client. */
  bytesIn: number;
  /** When what is being heard was read, on the account's clock. */
  readMs: number = 0;
  /** Milliseconds since then in which what was read waited for its own sender: who asks faster than it may, or reads no answers. */
  ownMs: number = 0;
  /** What hears what was read, once something was heard: by it is known where in that. */
  place: HeardPlace | undefined;
  /** Whether it was heard since then. A flag, since asking the clock for each chunk would cost. */
  #heard = false;
  /** The number of the write under way at the last `check`, and since when it is the same. */
  #write = 0;
  #writeSinceMs: number = this.openedMs;
  readonly #wire: Wire;
  #handler: Handler | undefined;
  #takeParcel: ((parcel: Parcel) => Promise<void> | undefined) | undefined;
  #attendant: Attendant | undefined;
  #finishing = false;
  #closed = false;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param lagBytesMax Bytes that may wait for the peer before it counts as slow. */
  constructor(wire: Wire, lagBytesMax: number, account: Account = FREE) {
    this.#wire = wire;
    this.bytesIn = wire.bytesBefore ?? 0;
    this.account = account;
    this.outbox = new Outbox(wire, lagBytesMax);
  }

  /** Whether what is said here is encrypted on its way. */
  get isSecure(): boolean {
    return this.#wire.isSecure ?? false;
  }

  /** Whether a file comes in: in larger pieces, and behind all who converse. */
  get carriesFile(): boolean {
    return this.#carriesFile;
  }

  set carriesFile(carries: boolean) {
    this.#carriesFile = carries;
    this.#wire.readBytesMax = carries ? FILE_READ_BYTES : READ_BYTES_MAX;
    if (!carries) this.letParcels(0);
  }

  /** Whether bytes can come and go here without having been in our memory. */
  get passesParcels(): boolean {
    return this.#wire.parcelBytes !== undefined;
  }

  /** Lets so many of the bytes that come next come as parcels, to be taken by whoever carries the file. */
  letParcels(bytes: number, take?: (parcel: Parcel) => Promise<void> | undefined): void {
    if (!this.passesParcels) return;
    this.#wire.parcelBytes = bytes;
    this.#takeParcel = take;
  }

  /**
   * Lets `handler` hear all that the peer sends until the stream ends, says what is left to say and closes. After
   * `finish` what still comes is thrown away. Never throws.
   */
  run(handler: Handler, attendant: Attendant): void {
    this.#handler = handler;
    this.#attendant = attendant;
    this.#wire.open(this);
  }

  /** See `WireGuest`. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    this.bytesIn += chunk.length;
    try {
      const pending = this.#hear(chunk);
      return pending === undefined ? undefined : this.#heardOrFailed(pending);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** See `WireGuest`. */
  onParcel(take: () => Parcel | undefined): Promise<void> | undefined {
    this.#heard = true;
    try {
      const pending = this.account.carry(() => {
        const parcel = take();
        if (parcel === undefined) return undefined;
        this.bytesIn += parcel.length;
        return this.#takeParcel?.(parcel);
      });
      return pending === undefined ? undefined : this.#heardOrFailed(pending);
    } catch (error) {
      return this.#fail(error);
    }
  }

  /** See `WireGuest`. */
  onWritable(taken: number): void {
    this.outbox.onWritable(taken);
  }

  /** See `WireGuest`. */
  onBroken(): void {
    // The reading side learns the same and ends the session.
    this.outbox.end();
  }

  /** See `WireGuest`. */
  onEnd(): void {
    void this.#end();
  }

  #hear(chunk: Uint8Array): Promise<void> | undefined {
    if (!this.#finishing) this.#heard = true;
    if (this.#carriesFile) return this.account.carry(() => this.#handler?.hear(chunk));
    this.readMs = this.account.now();
    this.account.spend({ bytes: chunk.length, workMs: CALL_MS });
    this.ownMs = this.account.owedMs;
    // What comes after the last words is thrown away, but it is not free.
    return this.account.serve(() => this.#finishing ? undefined : this.#handler?.hear(chunk));
  }

  async #heardOrFailed(pending: Promise<void>): Promise<void> {
    try {
      await pending;
    } catch (error) {
      await this.#fail(error);
    }
  }

  async #fail(error: unknown): Promise<void> {
    await this.#handler?.hearEnd(error);
    this.finish(undefined, "send");
  }

  async #end(): Promise<void> {
    try {
      await this.account.end(() => this.#handler?.hearEnd());
    } catch (error) {
      await this.#handler?.hearEnd(error);
    }
    this.finish(undefined, "send");
    await this.outbox.idle();
    this.close();
    this.#attendant?.onOver();
  }

  /**
   * Begins the end. Idempotent.
   *
   * @param last Last words.
   * @param waiting Whether what waits for the peer is sent before them, or dropped.
   */
  finish(last: Uint8Array | undefined, waiting: "send" | "drop"): void {
    if (this.#finishing) return;
    this.#finishing = true;
    // What still comes of it has no receiver that it could wait for.
    this.carriesFile = false;
    if (waiting === "drop") this.outbox.cutOff(last);
    else if (last !== undefined) this.outbox.queueLast(last);
    this.#closeTimer = setTimeout(() => this.close(), FAREWELL_MS);
    void this.#sendFin();
  }

  /** Closes at once. Idempotent. */
  close(): void {
    clearTimeout(this.#closeTimer);
    if (this.#closed) return;
    this.#closed = true;
    this.#finishing = true;
    this.outbox.end();
    this.#wire.close();
    this.account.close();
  }

  /** Bytes that are held for this connection alone, without what its peer has said in part. */
  get heldBytes(): number {
    return this.#wire.heldBytes + this.outbox.heldBytes;
  }

  /** Bytes that the wire holds of what has come only in part. */
  get unfinishedBytes(): number {
    return this.#wire.unfinishedBytes;
  }

  /** The peer gave a sign of life of another kind than bytes. */
  noteLife(): void {
    this.#heard = true;
  }

  /**
   * How long the peer has been silent, and how long it has taken nothing of a write, in ms. To be called about
   * once a second: the answer is as exact as that.
   */
  check(nowMs: number): { readonly silentMs: number; readonly stalledMs: number } {
    if (this.#heard) this.#heardMs = nowMs;
    this.#heard = false;
    const { busy, writes } = this.outbox;
    if (!busy || writes !== this.#write) this.#writeSinceMs = nowMs;
    this.#write = writes;
    return { silentMs: nowMs - this.#heardMs, stalledMs: nowMs - this.#writeSinceMs };
  }

  async #sendFin(): Promise<void> {
    await this.outbox.idle();
    if (!this.#closed) this.#wire.finish();
  }
}
