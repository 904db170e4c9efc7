/**
 * The second connections of files over a browser's WebSocket, `/ws?bytes`: a stream of bytes as over a socket, in binary messages.
 *
 * A browser reads on, whatever its page does, and sends what it is given as fast as it can. So each side says in text messages how many bytes
 * it has taken, and neither is further ahead of the other than `BYTES_AHEAD_MAX`: that is what the page holds of a file at most, either way.
 *
 * @module
 */

import type { ByteStream } from "../byte_stream.ts";
import { ClosedError } from "../errors.ts";
import { type FileWays, fileWays } from "../file_wire.ts";
import { BYTES_AHEAD_MAX, BYTES_TOLD_EACH } from "../limits.ts";
import type { ServerMessage } from "../messages.ts";

/** Longest binary message, in bytes: a piece that the server has read before the next is made. */
const MESSAGE_BYTES_MAX: number = 64 << 10;

/** The ways to the server that `url`, its `/ws?bytes`, belongs to. What it says is believed, as on the page's own line. */
export function webSocketWays(url: string | URL): FileWays {
  return fileWays({
    dial: ({ timeoutMs, signal }) => dial(url, timeoutMs, signal),
    check: (value) => ({ kind: "message", message: value as ServerMessage }),
  });
}

function dial(url: string | URL, timeoutMs: number, signal?: AbortSignal): Promise<ByteStream> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    const fail = (): void => {
      settle();
      socket.close();
      reject(new ClosedError("The server cannot be reached."));
    };
    const timer = setTimeout(fail, timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", fail);
      socket.onopen = socket.onclose = null;
    };
    signal?.addEventListener("abort", fail);
    socket.onclose = fail;
    socket.onopen = () => {
      settle();
      resolve(new WebSocketBytes(socket));
    };
    if (signal?.aborted) fail();
  });
}

class WebSocketBytes implements ByteStream {
  readonly #socket: WebSocket;
  #heard: Uint8Array[] = [];
  #heardBytes = 0;
  #read = 0;
  #told = 0;
  #sent = 0;
  #taken = 0;
  #ended = false;
  /** Whoever waits for bytes, or for room for some. */
  #waiting: (() => void)[] = [];

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(data);
    socket.onclose = () => this.#end();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const [first] = this.#heard;
      if (first !== undefined) return this.#take(first, buffer);
      if (this.#ended) return null;
      await this.#news();
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.#sent - this.#taken >= BYTES_AHEAD_MAX && !this.#ended) await this.#news();
    if (this.#ended) throw new ClosedError("The transfer's connection was lost.");
    const room = BYTES_AHEAD_MAX - (this.#sent - this.#taken);
    const count = Math.min(bytes.length, room, MESSAGE_BYTES_MAX);
    // Its memory may be used again as soon as it was given.
    this.#socket.send(bytes.slice(0, count));
    this.#sent += count;
    return count;
  }

  close(): void {
    this.#heard = [];
    this.#end();
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #hear(data: unknown): void {
    if (typeof data === "string") this.#taken = Math.min(this.#sent, Number(data) || 0);
    else if (data instanceof ArrayBuffer && !this.#ended) {
      this.#heard.push(new Uint8Array(data));
      this.#heardBytes += data.byteLength;
      // Whoever sends more than it may is not waited for.
      if (this.#heardBytes - this.#read > 2 * BYTES_AHEAD_MAX) return this.close();
    }
    this.#wake();
  }

  #take(first: Uint8Array, buffer: Uint8Array): number {
    const count = Math.min(buffer.length, first.length);
    buffer.set(first.subarray(0, count));
    if (count === first.length) this.#heard.shift();
    else this.#heard[0] = first.subarray(count);
    this.#read += count;
    if (this.#read - this.#told >= BYTES_TOLD_EACH && this.#socket.readyState === WebSocket.OPEN) {
      this.#told = this.#read;
      this.#socket.send(`${this.#read}`);
    }
    return count;
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  #news(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
