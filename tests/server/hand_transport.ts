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
  #take: ((accepted: Accepted) => void) | undefined;
  #ports = 50_000;

  /** Lets its clock go on. */
  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Connects. @param hostname Where from; by default from where there are no limits. */
  connect(hostname: string = HERE.hostname): HandPeer {
    const peer = new HandPeer();
    this.#take?.({
      remote: { hostname, port: ++this.#ports },
      local: HERE,
      wire: () => peer.wire,
      socket: () => {
        throw new Error("There are no sockets here");
      },
    });
    return peer;
  }

  listen(): Listening {
    return {
      ...HERE,
      accept: (take) => void (this.#take = take),
      close: () => {
        this.#take = undefined;
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
