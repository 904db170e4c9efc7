/**
 * A wire inside of another, over which everything goes encrypted: by OpenSSL, with buffers in memory instead of a socket.
 *
 * ```text
 *   guest ◄── SSL_read ── keys ◄── BIO_write ── the wire below, of either kind
 *         ── SSL_write ──►     ──► BIO_read ──►
 * ```
 *
 * Everything is done in the call that asks for it, so nothing is queued but what the wire below does not take.
 *
 * - What came is decrypted record by record, and the next one when the guest has handled the last: nothing more is read meanwhile.
 * - Either buffer keeps the size that it once had, so little goes through it at once, however much comes or is to be sent.
 * - A write counts as taken when the wire below has taken all of its encrypted form: at once, mostly.
 * - `finish` sends TLS's own farewell, and then the wire's. `close` waits a moment for that.
 * - The guest may close it in any call of its own: the keys are freed then, and not touched again.
 *
 * @module
 */

import {
  LAST_RECORDS_MS,
  OPENSSL_BYTES,
  OPENSSL_PIECE_BYTES,
  RECORD_BYTES,
  SEALED_BYTES_MAX,
  TLS_ANSWERS_BYTES_MAX,
} from "../limits.ts";
import { ReadBuffers } from "../read_buffers.ts";
import type { Wire, WireGuest } from "../wire.ts";
import {
  closeLibssl,
  faultOf,
  type Libssl,
  SSL_ERROR_WANT_READ,
  SSL_ERROR_ZERO_RETURN,
} from "./libssl.ts";
import type { OnHandshake, TlsWire } from "./tls_wire.ts";

/** What such wires of one server share. */
export interface OpensslHost {
  /** Held by each wire until its keys are freed. */
  readonly lib: Libssl;
  /** The server's `SSL_CTX`. */
  readonly context: Deno.PointerValue;
  /** Ends those at once that still send their farewell. */
  readonly lingering: Set<() => void>;
}

/** Plain records; who waits keeps its own. */
const plainBuffers = new ReadBuffers();
/** What was encrypted, until the wire below has it, or a copy: one for all. */
const sealed = new Uint8Array(SEALED_BYTES_MAX);

/** Such a wire. */
export class OpensslTlsWire implements TlsWire {
  readonly #below: Wire;
  readonly #lib: Libssl;
  readonly #lingering: Set<() => void>;
  /** The state of its keys; `null` when it was freed. */
  #ssl: Deno.PointerValue;
  /** What goes into it, and what comes out. */
  readonly #in: Deno.PointerValue;
  readonly #out: Deno.PointerValue;
  #onHandshake: OnHandshake | undefined;
  #guest: WireGuest | undefined;
  /** Encrypted bytes that the wire below has not taken yet. */
  #unsent: Uint8Array | undefined;
  /** What is decrypted and being handled. */
  #handled: Uint8Array | undefined;
  /** Bytes of the guest's write that they are of. */
  #writing = 0;
  /** Whether the guest was refused a write, and is to hear when there may be one. */
  #refused = false;
  #broken = false;
  #ended = false;
  #finishing = false;
  #finishedBelow = false;
  #closed = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(below: Wire, { lib, context, lingering }: OpensslHost, onHandshake: OnHandshake) {
    this.#below = below;
    this.#lib = lib;
    this.#lingering = lingering;
    this.#onHandshake = onHandshake;
    this.#ssl = lib.SSL_new(context);
    this.#in = lib.BIO_new(lib.BIO_s_mem());
    this.#out = lib.BIO_new(lib.BIO_s_mem());
    if (this.#ssl === null || this.#in === null || this.#out === null) {
      lib.SSL_free(this.#ssl);
      lib.BIO_free(this.#in);
      lib.BIO_free(this.#out);
      closeLibssl();
      throw new Error("OpenSSL has no memory for another connection");
    }
    // It frees both with itself from now on.
    lib.SSL_set_bio(this.#ssl, this.#in, this.#out);
    lib.SSL_set_accept_state(this.#ssl);
  }

  get readBytesMax(): number {
    return this.#below.readBytesMax;
  }

  set readBytesMax(bytes: number) {
    this.#below.readBytesMax = bytes;
  }

  get heldBytes(): number {
    const own = OPENSSL_BYTES + (this.#unsent?.length ?? 0) + (this.#handled?.length ?? 0);
    return own + this.#below.heldBytes;
  }

  get unfinishedBytes(): number {
    return this.#below.unfinishedBytes;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
  }

  // ── What goes out ──────────────────────────────────────────────────────────────────────────────

  trySend(bytes: Uint8Array): number {
    if (this.#ssl === null || this.#broken || this.#finishing) return 0;
    if (this.#unsent !== undefined || this.#onHandshake !== undefined) {
      this.#refused = true;
      return 0;
    }
    let taken = 0;
    while (taken < bytes.length && !this.#broken) {
      const written = this.#seal(bytes.subarray(taken));
      if (!this.#sent(written.sealed) || !this.#drain()) {
        this.#writing = written.plain;
        break;
      }
      taken += written.plain;
    }
    return taken;
  }

  /** Encrypts the beginning, record by record. @returns How much, and how much that is when it is. */
  #seal(bytes: Uint8Array): { readonly plain: number; readonly sealed: number } {
    const lib = this.#lib;
    let plain = 0, count = 0;
    while (plain < bytes.length && plain < SEALED_BYTES_MAX / 2) {
      const part = bytes.subarray(plain, plain + RECORD_BYTES) as Uint8Array<ArrayBuffer>;
      const written = lib.SSL_write(this.#ssl, part, part.length);
      if (written <= 0) {
        this.#fail(faultOf(lib));
        break;
      }
      plain += written;
      const room = count === 0 ? sealed : sealed.subarray(count);
      count += Math.max(0, lib.BIO_read(this.#out, room, room.length));
    }
    return { plain, sealed: count };
  }

  /** Sends what OpenSSL has to say. @returns Whether the wire below has taken all of it. */
  #drain(): boolean {
    if (this.#unsent !== undefined) return false;
    for (;;) {
      const count = this.#lib.BIO_read(this.#out, sealed, sealed.length);
      if (count <= 0) return true;
      if (!this.#sent(count)) return false;
    }
  }

  /** Sends the beginning of what was encrypted. @returns Whether the wire below has taken it. */
  #sent(count: number): boolean {
    if (count === 0) return true;
    // Others use that memory, too: what is looked at later must be a copy.
    const { sendsAtOnce = false } = this.#below;
    const bytes = sendsAtOnce ? sealed.subarray(0, count) : sealed.slice(0, count);
    const taken = this.#below.trySend(bytes);
    if (taken === count) return true;
    this.#unsent = sendsAtOnce ? bytes.slice(taken) : bytes.subarray(taken);
    return false;
  }

  /** See `WireGuest`, for the wire below. */
  onWritable(taken: number): void {
    let rest = this.#unsent?.subarray(taken);
    if (rest === undefined) return;
    if (rest.length > 0) rest = rest.subarray(this.#below.trySend(rest));
    this.#unsent = rest.length > 0 ? rest : undefined;
    if (this.#unsent !== undefined || (this.#ssl !== null && !this.#drain())) return;
    const written = this.#writing;
    const tells = written > 0 || this.#refused;
    this.#writing = 0;
    this.#refused = false;
    if (tells && !this.#closed && !this.#broken) this.#guest?.onWritable(written);
    if (this.#finishing) this.#finishBelow();
  }

  // ── What comes in ──────────────────────────────────────────────────────────────────────────────

  /** See `WireGuest`, for the wire below. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    return this.#take(chunk as Uint8Array<ArrayBuffer>, 0);
  }

  #take(chunk: Uint8Array<ArrayBuffer>, from: number): Promise<void> | undefined {
    for (let at = from; at < chunk.length;) {
      if (this.#ssl === null || this.#ended || this.#broken) return undefined;
      const piece = chunk.subarray(at, at + OPENSSL_PIECE_BYTES);
      at += piece.length;
      this.#lib.BIO_write(this.#in, piece, piece.length);
      if (this.#onHandshake !== undefined && !this.#shakeHands()) continue;
      const pending = this.#readAll();
      if (pending !== undefined) return this.#takeOn(pending, chunk, at);
    }
    return undefined;
  }

  async #takeOn(
    pending: Promise<void>,
    chunk: Uint8Array<ArrayBuffer>,
    at: number,
  ): Promise<void> {
    await pending;
    await this.#take(chunk, at);
  }

  /** @returns Whether it is done. */
  #shakeHands(): boolean {
    const lib = this.#lib;
    const outcome = lib.SSL_do_handshake(this.#ssl);
    const fault = outcome === 1 || lib.SSL_get_error(this.#ssl, outcome) === SSL_ERROR_WANT_READ
      ? undefined
      : faultOf(lib);
    // An alert, too, says what is wrong.
    this.#drain();
    if (fault !== undefined) this.#fail(fault);
    if (outcome !== 1) return false;
    this.#tellHandshake();
    if (this.#refused && this.#unsent === undefined) {
      this.#refused = false;
      this.#guest?.onWritable(0);
    }
    return true;
  }

  /** Hands over what is whole, record by record. */
  #readAll(): Promise<void> | undefined {
    while (this.#ssl !== null && !this.#ended && !this.#broken) {
      const buffer = plainBuffers.take(RECORD_BYTES);
      const count = this.#lib.SSL_read(this.#ssl, buffer, buffer.length);
      if (count <= 0) {
        plainBuffers.give(buffer);
        this.#judge(count);
        return undefined;
      }
      const pending = this.#guest?.onBytes(buffer.subarray(0, count));
      if (pending !== undefined) {
        this.#handled = buffer;
        return this.#readOn(pending, buffer);
      }
      plainBuffers.give(buffer);
    }
    return undefined;
  }

  async #readOn(pending: Promise<void>, buffer: Uint8Array<ArrayBuffer>): Promise<void> {
    await pending;
    this.#handled = undefined;
    plainBuffers.give(buffer);
    await this.#readAll();
  }

  /** Nothing more can be read now: that is as it should be, or the end. */
  #judge(count: number): void {
    const why = this.#lib.SSL_get_error(this.#ssl, count);
    // An answer of its own, such as other keys.
    if (!this.#drain() && this.#lib.BIO_ctrl_pending(this.#out) > TLS_ANSWERS_BYTES_MAX) {
      return this.#fail("too many answers wait");
    }
    if (why === SSL_ERROR_WANT_READ) return;
    if (why === SSL_ERROR_ZERO_RETURN) return this.#end();
    this.#fail(faultOf(this.#lib));
  }

  // ── The end ────────────────────────────────────────────────────────────────────────────────────

  finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    if (this.#ssl === null || this.#broken || this.#onHandshake !== undefined) {
      return this.#below.finish();
    }
    this.#lib.SSL_shutdown(this.#ssl);
    this.#lib.ERR_clear_error();
    if (this.#drain()) this.#finishBelow();
  }

  #finishBelow(): void {
    if (this.#finishedBelow) return;
    this.#finishedBelow = true;
    this.#below.finish();
    if (this.#closed) this.#closeBelow();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#tellHandshake("It was given up");
    const saysFarewell = this.#finishing && !this.#broken && this.#unsent !== undefined;
    if (!saysFarewell) return this.#closeBelow();
    this.#lingering.add(this.#closeBelow);
    this.#linger = setTimeout(this.#closeBelow, LAST_RECORDS_MS);
  }

  readonly #closeBelow = (): void => {
    if (this.#ssl === null) return;
    clearTimeout(this.#linger);
    this.#lingering.delete(this.#closeBelow);
    this.#lib.SSL_free(this.#ssl);
    this.#ssl = null;
    closeLibssl();
    this.#unsent = undefined;
    this.#below.close();
  };

  /** See `WireGuest`, for the wire below. */
  onBroken(): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#unsent = undefined;
    if (this.#closed) this.#closeBelow();
    else this.#guest?.onBroken();
  }

  /** See `WireGuest`, for the wire below. */
  onEnd(): void {
    this.#end();
  }

  #fail(fault: string): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#tellHandshake(fault);
    this.#guest?.onBroken();
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    queueMicrotask(() => this.#guest?.onEnd());
  }

  #tellHandshake(fault?: string): void {
    const tell = this.#onHandshake;
    this.#onHandshake = undefined;
    tell?.(fault);
  }
}
