/**
 * A transport without sockets: connections are in memory, and everything happens in the same order every time.
 *
 * ```text
 *   HandPeer.send ──► onBytes ──► the server ──► trySend ──► HandPeer.received, every byte of it
 * ```
 *
 * Turns of the loop are microtasks, and its clock stands until the test turns it: nobody's slice is spent and nobody owes, so what is
 * heard is heard at once.
 *
 * @module
 */

import type {
  Accepted,
  Listening,
  Transport,
  Wire,
  WireGuest,
} from "../../server/transport/mod.ts";

const HERE = { hostname: "127.0.0.1", port: 8080 };

/** The other end of a connection. */
export class HandPeer {
  /** All that the server has sent, in the pieces in which it came. */
  readonly received: Uint8Array[] = [];
  /** Whether the server has said that nothing more comes, or closed. */
  ended = false;
  /** Whether what still comes is lost, as when the machine at this end is gone. */
  deaf = false;
  #guest: WireGuest | undefined;
  readonly #waiting: Uint8Array[] = [];
  #hearing = false;
  #closing = false;
  #over = false;

  /** The server's end. */
  readonly wire: Wire = {
    readBytesMax: 0,
    heldBytes: 0,
    unfinishedBytes: 0,
    open: (guest) => {
      this.#guest = guest;
      void this.#hear();
    },
    trySend: (bytes) => {
      if (!this.deaf && !this.ended) this.received.push(bytes.slice());
      return bytes.length;
    },
    finish: () => {
      this.ended = true;
      this.close();
    },
    close: () => {
      this.ended = true;
      this.close();
    },
  };

  /** Sends bytes. */
  send(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    void this.#hear();
  }

  /** Closes this end: what was sent before is still heard. */
  close(): void {
    this.#closing = true;
    void this.#hear();
  }

  async #hear(): Promise<void> {
    const guest = this.#guest;
    if (guest === undefined || this.#hearing) return;
    this.#hearing = true;
    // Not within the call that brought it.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      await guest.onBytes(next);
    }
    this.#hearing = false;
    if (!this.#closing || this.#over) return;
    this.#over = true;
    guest.onEnd();
  }
}

/** Such a transport. */
export class HandTransport implements Transport {
  readonly kind = "runtime";
  #nowMs = 0;
  /** Of the chat's port, and of the one for HTTP behind it, if there is one. */
  readonly #takes: (((accepted: Accepted) => void) | undefined)[] = [];
  #ports = 50_000;

  /** Lets its clock go on. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Connects. @param hostname Where from; by default from where there are no limits. */
  connect(hostname: string = HERE.hostname): HandPeer {
    return this.#connect(0, hostname);
  }

  /** Connects to the port for HTTP. */
  connectHttp(): HandPeer {
    return this.#connect(1, HERE.hostname);
  }

  #connect(port: number, hostname: string): HandPeer {
    const peer = new HandPeer();
    const ends = { remote: { hostname, port: ++this.#ports }, local: HERE };
    this.#takes[port]?.({
      ...ends,
      wire: () => peer.wire,
    });
    return peer;
  }

  listen(): Listening {
    const port = this.#takes.push(undefined) - 1;
    return {
      ...HERE,
      accept: (take) => void (this.#takes[port] = take),
      close: () => {
        this.#takes[port] = undefined;
        return Promise.resolve();
      },
    };
  }

  now(): number {
    return this.#nowMs;
  }

  atEnd(run: () => void): void {
    queueMicrotask(run);
  }

  afterLook(run: () => void): void {
    queueMicrotask(run);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
