/**
 * A wire whose peer shows by its first byte whether it speaks TLS.
 *
 * ```text
 *   first byte 0x16 ──► begin, in its turn ──► a TlsWire over the wire below
 *   any other ────────► the wire below as it is, or its last words where TLS is demanded
 * ```
 *
 * Until then nothing is known, and what is to be sent waits: nobody is spoken to before he has said something. Whoever waits for his
 * turn goes on being read, so that nothing is done for somebody who has gone; he has little more to say before he is answered. From
 * then on every call goes through: a peer without TLS costs one call more for each.
 *
 * @module
 */

import { FIRST_PIECES_MAX, RECORD_BYTES } from "../limits.ts";
import type { Chorus, Parcel, Wire, WireGuest } from "../wire.ts";
import { speaksTls } from "./alert.ts";
import type { TlsServer } from "./tls_server.ts";
import type { TlsWire } from "./tls_wire.ts";

/** What becomes of its peer. */
export interface TellingHooks {
  readonly tls: TlsServer;
  /** Begins a handshake when that may be done. @returns When it has begun, unless it has at once. */
  begin(handshake: () => void): Promise<void> | undefined;
  /**
   * Bytes came by which nothing was said: a part of a record, or keys that are to be others. They took so long, in ms.
   *
   * @returns When more may be read, unless it may at once.
   */
  onSilent(workMs: number): Promise<void> | undefined;
  /** A handshake that was begun is done, or cannot be. */
  onHandshake(fault?: string): void;
  /** What is said, and nothing more, to a peer without TLS that has said so much; `undefined`: it is welcome. */
  refusePlain?(first: Uint8Array): Uint8Array | undefined;
}

/** Such a wire. */
export class TellingWire implements Wire, WireGuest {
  readonly #below: Wire;
  readonly #hooks: TellingHooks;
  #guest: WireGuest | undefined;
  /** Over which its peer speaks, when that is known. */
  #known: Wire | undefined;
  #tls: TlsWire | undefined;
  /** First words over TLS, while the turn to answer them has not come. */
  #first: Uint8Array[] | undefined;
  /** When it comes. */
  #turn: Promise<void> | undefined;
  /** Last words that the wire below has not taken yet. */
  #last: Uint8Array | undefined;
  #refused = false;
  /** What was to be sent before that was known. */
  #early: Uint8Array | undefined;
  #closed = false;
  /** Whether its peer has gone before his turn came. */
  #gone = false;
  /** Whether something was said by the bytes that came last. */
  #heard = false;

  constructor(below: Wire, hooks: TellingHooks) {
    this.#below = below;
    this.#hooks = hooks;
  }

  /** Whether what goes over it is encrypted. */
  get isSecure(): boolean {
    return this.#tls !== undefined;
  }

  get bytesBefore(): number {
    return this.#below.bytesBefore ?? 0;
  }

  get chorus(): Chorus | undefined {
    return this.#known?.chorus;
  }

  get voice(): number {
    return this.#known?.voice ?? -1;
  }

  get readBytesMax(): number {
    return this.#below.readBytesMax;
  }

  set readBytesMax(bytes: number) {
    this.#below.readBytesMax = bytes;
  }

  get parcelBytes(): number | undefined {
    return this.#known?.parcelBytes;
  }

  set parcelBytes(bytes: number) {
    if (this.#known?.parcelBytes !== undefined) this.#known.parcelBytes = bytes;
  }

  get heldBytes(): number {
    return (this.#known ?? this.#below).heldBytes + bytesOf(this.#first ?? []);
  }

  get unfinishedBytes(): number {
    return this.#below.unfinishedBytes;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
    this.#below.open(this);
  }

  trySend(bytes: Uint8Array): number {
    if (this.#known !== undefined) return this.#known.trySend(bytes);
    this.#early = bytes;
    return 0;
  }

  tryPass(parcel: Parcel): number {
    return this.#known?.tryPass?.(parcel) ?? 0;
  }

  finish(): void {
    (this.#known ?? this.#below).finish();
  }

  close(): void {
    this.#closed = true;
    (this.#known ?? this.#below).close();
  }

  /** See `WireGuest`, for the wire below. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#tls !== undefined) return this.#decrypt(this.#tls, chunk);
    if (this.#known !== undefined) return this.#guest?.onBytes(chunk);
    if (this.#refused) return undefined;
    if (this.#first !== undefined) return this.#gather(this.#first, chunk.slice());
    if (speaksTls(chunk)) return this.#begin(chunk.slice());
    const last = this.#hooks.refusePlain?.(chunk);
    if (last !== undefined) return void this.#refuse(last);
    this.#know(this.#below);
    return this.#guest?.onBytes(chunk);
  }

  #begin(words: Uint8Array): undefined {
    const first = [words];
    this.#first = first;
    this.#turn = this.#hooks.begin(() => {
      this.#first = undefined;
      if (this.#closed || this.#gone) return this.#hooks.onHandshake("It was given up");
      const tls = this.#speak();
      if (tls === undefined) return;
      this.#tls = tls;
      tls.open(this.#hearing());
      this.#know(tls);
      void tls.onBytes(joined(first));
    });
  }

  /** More of the first words. Of whoever says more of them than anybody has, nothing more is read for now. */
  #gather(first: Uint8Array[], more: Uint8Array): Promise<void> | undefined {
    first.push(more);
    return first.length < FIRST_PIECES_MAX && bytesOf(first) < RECORD_BYTES
      ? undefined
      : this.#turn;
  }

  /** @returns `undefined` when this machine cannot: then it is the end. */
  #speak(): TlsWire | undefined {
    const { tls, onHandshake } = this.#hooks;
    try {
      return tls.speak(this.#below, (fault) => onHandshake(fault));
    } catch (error) {
      onHandshake(error instanceof Error ? error.message : String(error));
      this.#below.close();
      return undefined;
    }
  }

  /** The guest of what is encrypted. */
  #hearing(): WireGuest {
    return {
      onBytes: (plain) => {
        this.#heard = true;
        return this.#guest?.onBytes(plain);
      },
      onWritable: (taken) => this.#guest?.onWritable(taken),
      onBroken: () => this.#guest?.onBroken(),
      onEnd: () => this.#guest?.onEnd(),
    };
  }

  #decrypt(tls: TlsWire, chunk: Uint8Array): Promise<void> | undefined {
    this.#heard = false;
    const startMs = performance.now();
    const pending = tls.onBytes(chunk);
    if (this.#heard || pending !== undefined) return pending;
    return this.#hooks.onSilent(performance.now() - startMs);
  }

  #know(wire: Wire): void {
    this.#known = wire;
    const early = this.#early;
    this.#early = undefined;
    if (early !== undefined) this.#guest?.onWritable(0);
  }

  #refuse(last: Uint8Array): void {
    this.#refused = true;
    const taken = this.#below.trySend(last);
    if (taken < last.length) this.#last = last.subarray(taken);
    else this.#endRefused();
  }

  #endRefused(): void {
    this.#last = undefined;
    this.#below.finish();
  }

  /** See `WireGuest`, for the wire below. */
  onWritable(taken: number): void {
    if (this.#tls !== undefined) return this.#tls.onWritable(taken);
    if (this.#known !== undefined) return void this.#guest?.onWritable(taken);
    let last = this.#last?.subarray(taken);
    if (last === undefined) return;
    if (last.length > 0) last = last.subarray(this.#below.trySend(last));
    if (last.length > 0) this.#last = last;
    else this.#endRefused();
  }

  /** See `WireGuest`, for the wire below. */
  onParcel(take: () => Parcel | undefined): Promise<void> | undefined {
    return this.#guest?.onParcel?.(take);
  }

  /** See `WireGuest`, for the wire below. */
  onBroken(): void {
    if (this.#tls !== undefined) this.#tls.onBroken();
    else this.#guest?.onBroken();
  }

  /** See `WireGuest`, for the wire below. */
  onEnd(): void {
    this.#gone = true;
    if (this.#tls !== undefined) this.#tls.onEnd();
    else this.#guest?.onEnd();
  }
}

function bytesOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(bytesOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
