/**
 * A member's connection by TCP, over the runtime's own sockets.
 *
 * Each has a buffer of its own, since the runtime writes into it while others are heard. It begins small and grows for a
 * frame that does not fit, or when a read fills it.
 *
 * @module
 */

import { type ByteStream, dialSocket } from "../server/wire/mod.ts";
import { CONNECT_MS_MAX, READ_BYTES_ENOUGH, READ_BYTES_FIRST, READ_BYTES_MAX } from "./limits.ts";
import type { Dial, Hearer, Socket } from "./sockets.ts";

/** Connects by TCP. */
export function dialTcp(host: string, port: number): Dial {
  return async (hearer) =>
    new TcpSocket(await dialSocket({ host, port, timeoutMs: CONNECT_MS_MAX }), hearer);
}

class TcpSocket implements Socket {
  readonly #connection: ByteStream;
  readonly #hearer: Hearer;
  readonly #waiting: Uint8Array<ArrayBuffer>[] = [];
  #unsent = 0;
  #writing = false;
  #closed = false;

  constructor(connection: ByteStream, hearer: Hearer) {
    this.#connection = connection;
    this.#hearer = hearer;
    void this.#read();
  }

  get unsent(): number {
    return this.#unsent;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#unsent += bytes.length;
    this.#waiting.push(bytes);
    if (!this.#writing) void this.#writeAll();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  async #read(): Promise<void> {
    let buffer = new Uint8Array(READ_BYTES_FIRST);
    let have = 0;
    try {
      for (;;) {
        const count = await this.#connection.read(buffer.subarray(have));
        if (this.#closed) return;
        if (count === null) return this.#hearer.ended();
        have += count;
        const isFull = have === buffer.length;
        const rest = this.#hearer.data(buffer, 0, have);
        if (this.#closed) return;
        if (rest > 0) buffer.copyWithin(0, rest, have);
        have -= rest;
        if (isFull && (rest === 0 || buffer.length < READ_BYTES_ENOUGH)) buffer = grown(buffer);
        if (have === buffer.length) throw new Error("It sends a frame that is too large.");
      }
    } catch (error) {
      if (!this.#closed) this.#hearer.ended(error instanceof Error ? error.message : String(error));
    }
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      for (let bytes = this.#waiting.shift(); bytes !== undefined; bytes = this.#waiting.shift()) {
        for (let at = 0; at < bytes.length;) {
          at += await this.#connection.write(bytes.subarray(at));
        }
        this.#unsent -= bytes.length;
      }
    } catch {
      // It is gone: whoever reads it is told why.
    }
    this.#writing = false;
  }
}

function grown(buffer: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (buffer.length >= READ_BYTES_MAX) return buffer;
  const larger = new Uint8Array(buffer.length * 2);
  larger.set(buffer);
  return larger;
}
