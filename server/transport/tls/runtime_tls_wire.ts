/**
 * A wire inside of another, over which everything goes encrypted: by the runtime's own TLS (rustls), so a machine needs nothing else.
 *
 * ```text
 *   guest ◄── plain ── TLSSocket ◄── pushed ── Duplex ◄── encrypted ── the wire below, of either kind
 *         ─── plain ──►          ─── written ►        ─── encrypted ──►
 * ```
 *
 * The runtime's TLS takes any stream for its socket: here it is one that is fed from the wire below and sends over it. So TLS is
 * over sockets of both kinds, and on the port on which others speak without it.
 *
 * - Nothing more is read from the wire below before the guest has handled what it was. What is held of a peer is a chunk or two,
 *   one record (16 KiB) that came in part, and the state of its keys.
 * - A write counts as taken when the wire below has taken all of its encrypted form; so at most one is under way, and a guest
 *   that lags is noticed as over any other wire.
 * - `finish` sends TLS's own farewell, which nobody between the two can fake, and only then the wire's. `close` waits a moment
 *   for that.
 * - Of an error after the handshake the stream tells only by `_tlsError`; a test pins it.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import { LAST_RECORDS_MS, TLS_BYTES } from "../limits.ts";
import type { Wire, WireGuest } from "../wire.ts";
import { alertRecord } from "./alert.ts";
import type { OnHandshake, TlsWire } from "./tls_wire.ts";

/** What such wires of one server share. */
export interface TlsHost {
  readonly secureContext: SecureContext;
  /** Ends those at once that still send their farewell. */
  readonly lingering: Set<() => void>;
}

/** Gives memory back that nobody looks at any more: the collector comes late to what lies outside of its heap. */
function giveBack({ buffer, byteLength }: Uint8Array<ArrayBuffer>): void {
  if (buffer.byteLength === byteLength) buffer.transfer(0);
}

/** Such a wire. */
export class RuntimeTlsWire implements TlsWire {
  readonly #below: Wire;
  readonly #lingering: TlsHost["lingering"];
  readonly #tls: TLSSocket;
  readonly #stream: Duplex;
  #onHandshake: OnHandshake | undefined;
  #guest: WireGuest | undefined;
  /** Encrypted bytes that the wire below has not taken yet. */
  #unsent: Uint8Array | undefined;
  /** Tells the stream that they were taken. */
  #onSent: (() => void) | undefined;
  /** Bytes of the guest's write under way; 0: none is. */
  #writing = 0;
  /** What was decrypted while the guest still handled something. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  /** Resolves when the guest has handled all that was decrypted; before the stream has started, when it has. */
  #handling: Promise<void> | undefined;
  #started = false;
  /** Whether no more comes. */
  #ended = false;
  #endTold = false;
  #broken = false;
  #finishing = false;
  /** Whether the farewell was handed to the stream, and the wire below ends when it has taken it. */
  #endsBelow = false;
  #closed = false;
  #closedBelow = false;
  #linger: ReturnType<typeof setTimeout> | undefined;

  constructor(below: Wire, { secureContext, lingering }: TlsHost, onHandshake: OnHandshake) {
    this.#below = below;
    this.#lingering = lingering;
    this.#onHandshake = onHandshake;
    this.#stream = new Duplex({
      read: () => {},
      write: (bytes: Uint8Array, _encoding, done) => this.#sendBelow(bytes, done),
    });
    this.#tls = new TLSSocket(this.#stream, { isServer: true, secureContext });
    this.#tls.on("secure", () => this.#tellHandshake());
    this.#tls.on("data", ({ buffer, byteOffset, byteLength }: Buffer<ArrayBuffer>) => {
      // A `Buffer` would give whoever asks it for a copy a view.
      this.#deliver(new Uint8Array(buffer, byteOffset, byteLength));
    });
    this.#tls.on("end", () => this.#end());
    this.#tls.on("error", (error: Error) => this.#fail(error));
    this.#tls.on("_tlsError", (error: Error) => this.#fail(error));
    this.#tls.on("close", () => this.#finishing || this.#fail(new Error("The stream closed")));
    this.#handling = new Promise((resolve) => setImmediate(() => this.#start(resolve)));
  }

  /** The stream has started by now: what it is fed before, and cannot read, it would throw where nobody can catch it. */
  #start(resolve: () => void): void {
    this.#started = true;
    this.#handling = undefined;
    const fed = this.#waiting;
    this.#waiting = [];
    for (const chunk of fed) if (!this.#closed && !this.#broken) this.#stream.push(chunk);
    if (this.#ended) this.#tellEnd();
    resolve();
  }

  get readBytesMax(): number {
    return this.#below.readBytesMax;
  }

  set readBytesMax(bytes: number) {
    this.#below.readBytesMax = bytes;
  }

  get heldBytes(): number {
    let bytes = TLS_BYTES + this.#below.heldBytes + (this.#unsent?.length ?? 0);
    for (const plain of this.#waiting) bytes += plain.length;
    return bytes;
  }

  get unfinishedBytes(): number {
    return this.#below.unfinishedBytes;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
  }

  // ── What goes out ──────────────────────────────────────────────────────────────────────────────

  trySend(bytes: Uint8Array): 0 {
    if (this.#closed || this.#broken || this.#finishing) return 0;
    this.#writing = bytes.length;
    this.#tls.write(bytes, this.#onWritten);
    return 0;
  }

  readonly #onWritten = (error?: Error | null): void => {
    const taken = this.#writing;
    this.#writing = 0;
    if (!error && !this.#closed && !this.#broken) this.#guest?.onWritable(taken);
  };

  #sendBelow(bytes: Uint8Array, done: () => void): void {
    const taken = this.#closedBelow ? bytes.length : this.#below.trySend(bytes);
    if (taken === bytes.length) {
      done();
      this.#endBelowSoon();
    } else {
      this.#unsent = bytes.subarray(taken);
      this.#onSent = done;
    }
  }

  /** See `WireGuest`, for the wire below. */
  onWritable(taken: number): void {
    let rest = this.#unsent?.subarray(taken);
    if (rest === undefined) return;
    if (rest.length > 0) rest = rest.subarray(this.#below.trySend(rest));
    this.#unsent = rest.length > 0 ? rest : undefined;
    if (this.#unsent !== undefined) return;
    const done = this.#onSent;
    this.#onSent = undefined;
    done?.();
    this.#endBelowSoon();
  }

  // ── What comes in ──────────────────────────────────────────────────────────────────────────────

  /** See `WireGuest`, for the wire below. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#broken || this.#closed) return undefined;
    if (this.#started) this.#stream.push(chunk.slice());
    else this.#waiting.push(new Uint8Array(chunk));
    return this.#handling;
  }

  #deliver(plain: Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    if (this.#handling !== undefined) return void this.#waiting.push(plain);
    const pending = this.#guest?.onBytes(plain);
    if (pending === undefined) return giveBack(plain);
    this.#handling = pending.then(() => {
      giveBack(plain);
      return this.#deliverNext();
    });
  }

  readonly #deliverNext = async (): Promise<void> => {
    for (let plain; (plain = this.#waiting.shift()) !== undefined;) {
      await this.#guest?.onBytes(plain);
      giveBack(plain);
    }
    this.#handling = undefined;
    if (this.#ended) this.#tellEnd();
  };

  // ── The end ────────────────────────────────────────────────────────────────────────────────────

  finish(): void {
    if (this.#closed || this.#finishing) return;
    this.#finishing = true;
    if (this.#broken || this.#onHandshake !== undefined) return this.#below.finish();
    // The farewell is handed to the stream when it has ended, in the same turn.
    this.#tls.end(() => {
      this.#endsBelow = true;
      this.#endBelowSoon();
    });
  }

  /** The stream hands over what it still has after it was told that the last piece is taken. */
  #endBelowSoon(): void {
    if (!this.#endsBelow) return;
    setImmediate(() => {
      if (!this.#endsBelow || this.#unsent !== undefined || this.#closedBelow) return;
      this.#endsBelow = false;
      this.#below.finish();
      if (this.#closed) this.#closeBelow();
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#tellHandshake("It was given up");
    this.#closed = true;
    this.#waiting = [];
    const saysFarewell = this.#finishing && !this.#broken && (this.#endsBelow || this.#unsent);
    if (!saysFarewell) return this.#closeBelow();
    this.#lingering.add(this.#closeBelow);
    this.#linger = setTimeout(this.#closeBelow, LAST_RECORDS_MS);
  }

  readonly #closeBelow = (): void => {
    if (this.#closedBelow) return;
    this.#closedBelow = true;
    clearTimeout(this.#linger);
    this.#lingering.delete(this.#closeBelow);
    this.#tls.destroy();
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
    const isThrough = this.#onHandshake === undefined && !this.#broken && !this.#closed;
    if (isThrough) this.#stream.push(null);
    else this.#end();
  }

  #fail(error: Error): void {
    if (this.#broken || this.#closed) return;
    this.#broken = true;
    const mayTell = this.#onHandshake !== undefined && this.#unsent === undefined;
    this.#unsent = undefined;
    if (mayTell) this.#below.trySend(alertRecord("handshake failure"));
    this.#tellHandshake(error.message);
    this.#guest?.onBroken();
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#handling === undefined) this.#tellEnd();
  }

  #tellEnd(): void {
    if (this.#endTold) return;
    this.#endTold = true;
    queueMicrotask(() => this.#guest?.onEnd());
  }

  #tellHandshake(fault?: string): void {
    const tell = this.#onHandshake;
    this.#onHandshake = undefined;
    tell?.(fault);
  }
}
