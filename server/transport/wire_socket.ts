/**
 * A wire as a socket that is read and written by promises: for HTTP, where neither speed nor memory matter.
 *
 * What has come and was not asked for yet stays where it is, and nothing more is read from the peer until it was.
 *
 * @module
 */

import type { Address, AddressedSocket, Wire, WireGuest } from "./wire.ts";

interface Reader {
  readonly buffer: Uint8Array;
  readonly resolve: (count: number | null) => void;
}

interface Writer {
  readonly bytes: Uint8Array;
  readonly resolve: (count: number) => void;
  readonly reject: (error: Error) => void;
}

/** Such a socket: at most one read and one write at a time. Its wire is open already, and whoever hears that passes it on. */
export class WireSocket implements AddressedSocket, WireGuest {
  readonly remoteAddr: Address;
  readonly localAddr: Address;
  readonly #wire: Wire;
  /** What came and was not asked for yet. */
  #chunk: Uint8Array | undefined;
  /** Lets the wire have its memory back, and read on. */
  #handled: (() => void) | undefined;
  #reader: Reader | undefined;
  #writer: Writer | undefined;
  #ended = false;
  #broken = false;
  #closed = false;

  constructor(
    wire: Wire,
    { remote, local }: { readonly remote: Address; readonly local: Address },
  ) {
    this.#wire = wire;
    this.remoteAddr = remote;
    this.localAddr = local;
  }

  get isSecure(): boolean {
    return this.#wire.isSecure ?? false;
  }

  get heldBytes(): number {
    return this.#wire.heldBytes;
  }

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#closed) return Promise.reject(new Error("The socket is closed"));
    const chunk = this.#chunk;
    if (chunk !== undefined) return Promise.resolve(this.#give(chunk, buffer));
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => this.#reader = { buffer, resolve });
  }

  write(bytes: Uint8Array): Promise<number> {
    const count = this.tryWrite(bytes);
    return typeof count === "number" ? Promise.resolve(count) : count;
  }

  tryWrite(bytes: Uint8Array): number | Promise<number> {
    if (this.#closed || this.#broken) return Promise.reject(new Error("The peer is gone"));
    const count = this.#wire.trySend(bytes);
    if (count === bytes.length) return count;
    return new Promise((resolve, reject) => {
      this.#writer = {
        bytes: bytes.subarray(count),
        resolve: (more) => resolve(count + more),
        reject,
      };
    });
  }

  closeWrite(): Promise<void> {
    this.#wire.finish();
    return Promise.resolve();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wire.close();
    this.onBroken();
    this.#handled?.();
    this.#reader?.resolve(null);
    this.#reader = undefined;
  }

  /** See `WireGuest`. */
  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#chunk = chunk;
    else reader.resolve(this.#give(chunk, reader.buffer));
    if (this.#chunk === undefined) return undefined;
    return new Promise((resolve) => this.#handled = resolve);
  }

  /** See `WireGuest`. */
  onWritable(taken: number): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    const count = taken > 0 ? taken : this.#wire.trySend(writer.bytes);
    if (count === 0) return;
    this.#writer = undefined;
    writer.resolve(count);
  }

  /** See `WireGuest`. */
  onEnd(): void {
    this.#ended = true;
    this.#reader?.resolve(null);
    this.#reader = undefined;
  }

  /** See `WireGuest`. */
  onBroken(): void {
    this.#broken = true;
    this.#writer?.reject(new Error("The peer is gone"));
    this.#writer = undefined;
  }

  /** Copies what fits; what is left waits for the next read. */
  #give(chunk: Uint8Array, buffer: Uint8Array): number {
    const count = Math.min(buffer.length, chunk.length);
    buffer.set(chunk.subarray(0, count));
    this.#chunk = count === chunk.length ? undefined : chunk.subarray(count);
    if (this.#chunk === undefined) {
      this.#handled?.();
      this.#handled = undefined;
    }
    return count;
  }
}
