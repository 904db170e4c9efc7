/**
 * A socket and its end: the reading loop, the outbox, and a farewell that arrives.
 *
 * - One loop reads; a read is never raced. What was read is handled before the next read, so a peer that
 *   asks faster than we answer is slowed by its own socket.
 * - `finish` sends last words and FIN, and then reads away what the peer still sends. Closing at once
 *   would make the kernel answer unread bytes with a reset, which destroys the last words on their way.
 *   A peer that does not take the hint is closed after a few seconds all the same.
 * - What was read is heard when its turn has come, and who owes for what it caused is not read until it has earned
 *   that back (see `budget/turns.ts`). A file's bytes cost nothing, since they wait for their receiver already, and have their
 *   turn behind all who converse.
 * - Buffers start small, because idle connections are many, and grow on need.
 *
 * @module
 */

import { type Account, CALL_MS, FREE } from "./budget/mod.ts";
import { FAREWELL_MS, READ_BYTES_FIRST, READ_BYTES_MAX } from "./limits.ts";
import { FILE_READ_BYTES } from "./files/limits.ts";
import { Outbox } from "./outbox.ts";

/** What a link needs of a socket. `Deno.TcpConn` is one. */
export interface Socket {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  /** Tells the peer that nothing more comes. */
  closeWrite(): Promise<void>;
  close(): void;
  /** Who pays for it, if that is known before a link is made. */
  readonly account?: Account;
  /** Bytes that it holds of what has come only in part. */
  readonly unfinishedBytes?: number;
}

/** Takes what is read from a link. */
export interface Handler {
  /** Hears a chunk, whose memory is used again afterwards; a promise only if something is to be waited for. */
  hear(chunk: Uint8Array): Promise<void> | undefined;
  /** The peer says no more, or something was thrown: a defect. May be called more than once. */
  hearEnd(error?: unknown): Promise<void> | undefined;
}

/** One connection, without what is said over it. */
export class Link {
  readonly outbox: Outbox;
  readonly openedMs: number = performance.now();
  /** Who pays for what is heard here. */
  readonly account: Account;
  /** Whether a file comes in: in larger pieces, and behind all who converse. */
  carriesFile = false;
  /** When the peer was last heard, on `performance.now()`'s clock, as of the last `check`. */
  #heardMs: number = this.openedMs;
  /** Bytes that were read. */
  bytesIn = 0;
  /** Whether it was heard since then. A flag, since asking the clock for each chunk would cost. */
  #heard = false;
  /** The number of the write under way at the last `check`, and since when it is the same. */
  #write = 0;
  #writeSinceMs: number = this.openedMs;
  readonly #socket: Socket;
  #bufferBytes = 0;
  #finishing = false;
  #closed = false;
  #closeTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param lagBytesMax Bytes that may wait for the peer before it counts as slow. */
  constructor(socket: Socket, lagBytesMax: number, account: Account = FREE) {
    this.#socket = socket;
    this.account = account;
    this.outbox = new Outbox(socket, lagBytesMax);
  }

  /**
   * Lets `handler` hear all that the peer sends until the stream ends, says what is left to say and closes. After
   * `finish` what still comes is thrown away. Never throws.
   *
   * One function for a whole life, because each frame that waits in an idle connection costs memory.
   */
  async run(handler: Handler): Promise<void> {
    let buffer = new Uint8Array(READ_BYTES_FIRST);
    this.#bufferBytes = buffer.length;
    for (;;) {
      let count: number | null = null;
      try {
        count = await this.#socket.read(buffer);
      } catch {
        // Reset by the peer, or closed by ourselves: the stream is over either way.
      }
      if (count === null) break;
      this.bytesIn += count;
      try {
        const pending = this.#hear(handler, buffer.subarray(0, count));
        if (pending !== undefined) await pending;
      } catch (error) {
        await handler.hearEnd(error);
        this.finish(undefined, "send");
      }
      const max = this.carriesFile ? FILE_READ_BYTES : READ_BYTES_MAX;
      if (buffer.length > max) buffer = new Uint8Array(READ_BYTES_FIRST);
      else if (count === buffer.length && count < max) {
        buffer = new Uint8Array(Math.min(max, count * 4));
      }
      this.#bufferBytes = buffer.length;
    }
    try {
      await handler.hearEnd();
    } catch (error) {
      await handler.hearEnd(error);
    }
    this.finish(undefined, "send");
    await this.outbox.idle();
    this.close();
  }

  #hear(handler: Handler, chunk: Uint8Array): Promise<void> | undefined {
    if (!this.#finishing) this.#heard = true;
    if (this.carriesFile) return this.account.carry(() => handler.hear(chunk));
    this.account.spend({ bytes: chunk.length, workMs: CALL_MS });
    // What comes after the last words is thrown away, but it is not free.
    return this.account.serve(() => this.#finishing ? undefined : handler.hear(chunk));
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
    this.#socket.close();
    this.account.close();
  }

  /** Bytes that are held for this connection alone, without what its peer has said in part. */
  get heldBytes(): number {
    return this.#bufferBytes + this.outbox.heldBytes + this.unfinishedBytes;
  }

  /** Bytes that the socket holds of what has come only in part. */
  get unfinishedBytes(): number {
    return this.#socket.unfinishedBytes ?? 0;
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
    if (this.#closed) return;
    try {
      await this.#socket.closeWrite();
    } catch {
      // The peer was faster.
    }
  }
}
