/**
 * A member's connection by WebSocket, which carries each frame's JSON as one text message. To the others it looks like a
 * connection over which frames come and go.
 *
 * The WebSocket is the runtime's, which gathers a message until it is whole: one that never ends takes memory until the run is
 * over, and cannot be seen before. So this way of speaking is for servers that one trusts so far.
 *
 * @module
 */

import { FRAME_HEADER_BYTES } from "../server/wire/mod.ts";
import { CONNECT_MS_MAX, READ_BYTES_FIRST } from "./limits.ts";
import type { Hearer, Socket } from "./sockets.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Where `/ws` is. */
export interface WebPlace {
  readonly host: string;
  readonly port: number;
  /** Certificates (PEM) that are believed over TLS; left out, it is not spoken. */
  readonly certs: readonly string[] | undefined;
}

/** Connects by WebSocket to `/ws`. */
export function dialWebSocket({ host, port, certs }: WebPlace, hearer: Hearer): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const at = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  using client = certs && Deno.createHttpClient({ caCerts: [...certs] });
  const socket = client === undefined
    ? new WebSocket(`ws://${at}/ws`)
    : new WebSocket(`wss://${at}/ws`, { client });
  const refuse = (why: string) => {
    clearTimeout(timer);
    reject(new Error(`Cannot open a WebSocket at ${at}: ${why}`));
  };
  const timer = setTimeout(() => {
    refuse("nobody answered in time.");
    socket.close();
  }, CONNECT_MS_MAX);
  socket.addEventListener("open", () => {
    clearTimeout(timer);
    resolve(new FramesOverWebSocket(socket, hearer));
  });
  socket.addEventListener("error", (event) => {
    refuse(whyNotOpen((event as ErrorEvent).message));
  }, { once: true });
  return promise;
}

/** What the runtime says, in words of our own where they are known. */
function whyNotOpen(message = ""): string {
  if (/connection refused/i.test(message)) return "nothing listens there.";
  const status = /status code: (\d{3})/.exec(message)?.[1];
  const what = status === undefined
    ? "what listens there speaks otherwise"
    : `the answer is ${status}`;
  return `${what}. Is that the port of --http?`;
}

class FramesOverWebSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #hearer: Hearer;
  #buffer = new Uint8Array(READ_BYTES_FIRST);
  #closed = false;

  constructor(socket: WebSocket, hearer: Hearer) {
    this.#socket = socket;
    this.#hearer = hearer;
    socket.addEventListener("message", ({ data }) => {
      if (!this.#closed && typeof data === "string") this.#hear(data);
    });
    socket.addEventListener("close", ({ reason }) => {
      if (!this.#closed) hearer.ended(reason || undefined);
    });
    socket.addEventListener("error", (event) => {
      if (!this.#closed) hearer.ended((event as ErrorEvent).message || undefined);
    });
  }

  get unsent(): number {
    return this.#socket.bufferedAmount;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < bytes.length;) {
      const body = at + FRAME_HEADER_BYTES;
      at = body + view.getUint32(at);
      this.#socket.send(decoder.decode(bytes.subarray(body, at)));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #hear(json: string): void {
    // A UTF-16 unit becomes at most three bytes of UTF-8.
    const needed = FRAME_HEADER_BYTES + json.length * 3;
    if (this.#buffer.length < needed) this.#buffer = new Uint8Array(needed);
    const body = this.#buffer.subarray(FRAME_HEADER_BYTES);
    const { written } = encoder.encodeInto(json, body);
    new DataView(this.#buffer.buffer).setUint32(0, written);
    this.#hearer.data(this.#buffer, 0, FRAME_HEADER_BYTES + written);
  }
}
