/**
 * A wire over a socket that is read and written by promises, or written at once where it can be: the runtime's own, or a WebSocket.
 *
 * One loop reads; a read is never raced. Buffers start small, because idle connections are many, and grow on need.
 *
 * @module
 */

import { READ_BYTES_FIRST, READ_BYTES_MAX, READ_GROWTH } from "./limits.ts";
import type { Socket, Wire, WireGuest } from "./wire.ts";

/** Such a wire. */
export class StreamWire implements Wire {
  readBytesMax: number = READ_BYTES_MAX;
  readonly #socket: Socket;
  #guest: WireGuest | undefined;
  #bufferBytes = 0;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get heldBytes(): number {
    return this.#bufferBytes + (this.#socket.heldBytes ?? this.unfinishedBytes);
  }

  get unfinishedBytes(): number {
    return this.#socket.unfinishedBytes ?? 0;
  }

  open(guest: WireGuest): void {
    this.#guest = guest;
    void this.#read(guest);
  }

  trySend(bytes: Uint8Array): number {
    const socket = this.#socket;
    if (socket.tryWrite === undefined) {
      socket.write(bytes).then(this.#taken, this.#broken);
      return 0;
    }
    for (let at = 0;;) {
      const count = socket.tryWrite(bytes.subarray(at));
      if (typeof count !== "number") {
        count.then(this.#taken, this.#broken);
        return at;
      }
      at += count;
      if (at === bytes.length) return at;
    }
  }

  finish(): void {
    // A rejection: the peer was faster.
    this.#socket.closeWrite().catch(() => {});
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  readonly #taken = (count: number): void => {
    if (!this.#closed) this.#guest?.onWritable(count);
  };

  readonly #broken = (): void => {
    if (!this.#closed) this.#guest?.onBroken();
  };

  /** One function for a whole life, because each frame that waits in an idle connection costs memory. */
  async #read(guest: WireGuest): Promise<void> {
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
      const pending = guest.onBytes(buffer.subarray(0, count));
      if (pending !== undefined) await pending;
      const max = this.readBytesMax;
      // What came once in bulk and is quiet now does not stay large.
      const isQuiet = count <= READ_BYTES_FIRST && buffer.length > READ_BYTES_FIRST;
      if (isQuiet || buffer.length > max) buffer = new Uint8Array(READ_BYTES_FIRST);
      else if (count === buffer.length && count < max) {
        buffer = new Uint8Array(Math.min(max, count * READ_GROWTH));
      }
      this.#bufferBytes = buffer.length;
    }
    guest.onEnd();
  }
}
