/**
 * A wire from a proxy that is believed: who is at its other end is known when the proxy has said so.
 *
 * Nobody is let in before that, since nobody knows at whose expense. What came behind the proxy's words is heard first by whoever is at
 * our end from then on; then every call goes through.
 *
 * @module
 */

import {
  type Behind,
  PROXY_HEADER_BYTES_MAX,
  type ProxyHeader,
  readProxyHeader,
} from "../addresses/proxy_header.ts";
import type { Chorus, Parcel, Wire, WireGuest } from "../transport/mod.ts";

/** Hears who it is; without `behind`, it is the proxy itself. Not called for whoever goes before it is known. */
export type OnKnown = (wire: Wire, behind: Behind | undefined) => void;

/** Such a wire. */
export class ProxiedWire implements Wire, WireGuest {
  readonly #below: Wire;
  readonly #timer: ReturnType<typeof setTimeout>;
  readonly #onKnown: OnKnown;
  readonly #onGone: () => void;
  #guest: WireGuest | undefined;
  #came: Uint8Array = new Uint8Array(0);
  #headerBytes = 0;
  #known = false;
  #closed = false;

  /**
   * Begins to read.
   *
   * @param waitMs How long the proxy may take.
   * @param onGone Hears that nobody was there.
   */
  constructor(below: Wire, waitMs: number, onKnown: OnKnown, onGone: () => void) {
    this.#below = below;
    this.#onKnown = onKnown;
    this.#onGone = onGone;
    this.#timer = setTimeout(() => this.#below.close(), waitMs);
    below.open(this);
  }

  get isSecure(): boolean {
    return this.#below.isSecure ?? false;
  }

  /** The proxy's words. */
  get bytesBefore(): number {
    return this.#headerBytes;
  }

  get sendsAtOnce(): boolean {
    return this.#below.sendsAtOnce ?? false;
  }

  get chorus(): Chorus | undefined {
    return this.#below.chorus;
  }

  get voice(): number {
    return this.#below.voice ?? -1;
  }

  get readBytesMax(): number {
    return this.#below.readBytesMax;
  }

  set readBytesMax(bytes: number) {
    this.#below.readBytesMax = bytes;
  }

  get parcelBytes(): number | undefined {
    return this.#below.parcelBytes;
  }

  set parcelBytes(bytes: number) {
    if (this.#below.parcelBytes !== undefined) this.#below.parcelBytes = bytes;
  }

  get heldBytes(): number {
    return this.#below.heldBytes + this.#came.length;
  }

  get unfinishedBytes(): number {
    return this.#below.unfinishedBytes;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
  }

  trySend(bytes: Uint8Array): number {
    return this.#below.trySend(bytes);
  }

  tryPass(parcel: Parcel): number {
    return this.#below.tryPass?.(parcel) ?? 0;
  }

  finish(): void {
    this.#below.finish();
  }

  close(): void {
    this.#closed = true;
    this.#below.close();
  }

  /** See `WireGuest`, for the wire below. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#known) return this.#guest?.onBytes(chunk);
    this.#came = joined(this.#came, chunk);
    const header = readProxyHeader(this.#came);
    if (header.kind === "more" && this.#came.length < PROXY_HEADER_BYTES_MAX) return undefined;
    if (header.kind === "more" || header.kind === "wrong") return void this.#below.close();
    return this.#begin(header);
  }

  #begin(header: Extract<ProxyHeader, { kind: "none" | "header" }>): Promise<void> | undefined {
    clearTimeout(this.#timer);
    this.#known = true;
    if (header.kind === "header") this.#headerBytes = header.bytes;
    const rest = header.kind === "none" ? this.#came : this.#came.subarray(header.bytes);
    this.#came = rest.subarray(rest.length);
    this.#onKnown(this, header.kind === "none" ? undefined : header.behind);
    return rest.length === 0 || this.#closed ? undefined : this.#guest?.onBytes(rest);
  }

  /** See `WireGuest`, for the wire below. */
  onWritable(taken: number): void {
    this.#guest?.onWritable(taken);
  }

  /** See `WireGuest`, for the wire below. */
  onParcel(take: () => Parcel | undefined): Promise<void> | undefined {
    return this.#guest?.onParcel?.(take);
  }

  /** See `WireGuest`, for the wire below. */
  onBroken(): void {
    this.#guest?.onBroken();
  }

  /** See `WireGuest`, for the wire below. */
  onEnd(): void {
    clearTimeout(this.#timer);
    if (this.#known) return void this.#guest?.onEnd();
    this.#below.close();
    this.#onGone();
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}
