/**
 * A line over a browser's WebSocket: a message is the JSON of a text message, without the length that a frame has before it.
 *
 * What comes is believed. It comes from where the page itself comes from, which could do anything anyway; and checks that are
 * compiled at run time are what a page's policy forbids. What is of no type at all ends the line, as over a socket.
 *
 * What has come waits here, bounded: a browser cannot be told to read more slowly. What was sent before the socket has taken it is kept by the browser, and bounded by whoever sends: a client keeps a window.
 *
 * @module
 */

import { ChatError, ClosedError } from "../errors.ts";
import { HEARD_MAX } from "../limits.ts";
import type { Dial, Line } from "../line.ts";
import type { ClientMessage, ServerMessage } from "../messages.ts";

/** Opens lines to `url`. */
export function webSocketLine(url: string | URL): Dial {
  return ({ timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const fail = () => {
        settle();
        socket.close();
        reject(new ClosedError("The server cannot be reached."));
      };
      const timer = setTimeout(fail, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", fail);
        socket.onopen = socket.onclose = null;
      };
      signal.addEventListener("abort", fail);
      socket.onclose = fail;
      socket.onopen = () => {
        settle();
        resolve(new WebSocketLine(socket));
      };
      if (signal.aborted) fail();
    });
}

class WebSocketLine implements Line {
  readonly #socket: WebSocket;
  #heard: string[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #closedFor: string | undefined;
  lastHeardMs: number = performance.now();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.lastHeardMs = performance.now();
      if (this.#heard.push(String(data)) > HEARD_MAX) this.close("This page could not follow.");
      this.#wake?.();
    };
    socket.onclose = () => {
      this.#ended = true;
      this.#wake?.();
    };
  }

  get closedFor(): string | undefined {
    return this.#closedFor;
  }

  send(message: ClientMessage): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  pong(): void {
    // A peer that asks and does not read gets no more than what waits.
    if (this.#socket.bufferedAmount === 0) this.send({ type: "Pong" });
  }

  async *bursts(): AsyncGenerator<Iterable<ServerMessage>, void, void> {
    try {
      for (;;) {
        const heard = this.#heard;
        this.#heard = [];
        if (heard.length > 0) yield messagesOf(heard);
        else if (this.#ended) return;
        else await new Promise<void>((resolve) => this.#wake = resolve);
      }
    } finally {
      this.close();
    }
  }

  turn(): Promise<void> {
    // A timer waits a second in a tab that is not shown; a message to oneself does not.
    const { port1, port2 } = new MessageChannel();
    return new Promise((resolve) => {
      port1.onmessage = () => {
        port1.close();
        port2.close();
        resolve();
      };
      port2.postMessage(undefined);
    });
  }

  close(reason?: string): void {
    if (this.#closedFor === undefined && !this.#ended) this.#closedFor = reason;
    this.#ended = true;
    this.#socket.close();
    this.#wake?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function* messagesOf(texts: readonly string[]): Generator<ServerMessage> {
  for (const text of texts) yield messageOf(text);
}

function messageOf(text: string): ServerMessage {
  try {
    const message: unknown = JSON.parse(text);
    if (message !== null && typeof message === "object" && "type" in message) {
      return message as ServerMessage;
    }
  } catch {
    // As below.
  }
  throw new ChatError("bad_frame", "The other side does not speak this protocol.");
}
