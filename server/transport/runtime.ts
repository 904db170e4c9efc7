/**
 * The runtime's own sockets: everywhere, and within its permissions.
 *
 * Its turns are those of the runtime's event loop, with a look at what has come in where one is asked for (`bell.ts`).
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { isOfOne } from "./accept_errors.ts";
import { Bell } from "./bell.ts";
import { ACCEPT_REST_MS, ACCEPTED_AT_ONCE_MAX } from "./limits.ts";
import { StreamWire } from "./stream_wire.ts";
import {
  type Accepted,
  type Address,
  atOnce,
  type InTurn,
  type Listening,
  type Transport,
} from "./wire.ts";

/** A transport of the runtime's sockets. */
export class RuntimeTransport implements Transport {
  readonly kind = "runtime";
  readonly insteadBecause: string | undefined;
  /** Made when somebody may come: a server that cannot listen leaves nothing open. */
  #bell: Bell | undefined;

  /** @param insteadBecause See `Transport`. */
  constructor(insteadBecause?: string) {
    this.insteadBecause = insteadBecause;
  }

  listen(at: Address, backlog?: number): Listening {
    const { hostname, port } = at;
    const listener = Deno.listen({
      hostname,
      port,
      ...(backlog === undefined ? {} : { tcpBacklog: backlog }),
    });
    return new RuntimeListening(listener, () => this.#bell ??= new Bell());
  }

  now(): number {
    return performance.now();
  }

  atEnd(run: () => void): void {
    setImmediate(run);
  }

  afterLook(run: () => void): void {
    if (this.#bell === undefined) setTimeout(run, 0);
    else this.#bell.ring(run);
  }

  async close(): Promise<void> {
    this.#bell?.[Symbol.dispose]();
    await this.#bell?.ready;
  }
}

class RuntimeListening implements Listening {
  readonly hostname: string;
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #onAccept: () => void;
  #accepting: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(listener: Deno.TcpListener, onAccept: () => void) {
    this.#listener = listener;
    ({ hostname: this.hostname, port: this.port } = listener.addr);
    this.#onAccept = onAccept;
  }

  accept(take: (accepted: Accepted) => void, inTurn: InTurn = atOnce): void {
    this.#onAccept();
    this.#accepting = this.#acceptAll(take, inTurn);
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#listener.close();
    return this.#accepting;
  }

  async #acceptAll(take: (accepted: Accepted) => void, inTurn: InTurn): Promise<void> {
    for (let gone = 0; !this.#closing;) {
      try {
        const accepted = new RuntimeAccepted(await this.#listener.accept());
        await inTurn(1, () => take(accepted));
      } catch (error) {
        if (this.#closing) return;
        if (!isOfOne(error)) await wait(ACCEPT_REST_MS);
        else if (++gone % ACCEPTED_AT_ONCE_MAX === 0) await nextTurn();
      }
    }
  }
}

/** Lets others have theirs. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

class RuntimeAccepted implements Accepted {
  readonly remote: Address;
  readonly local: Address;
  readonly #conn: Deno.TcpConn;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.remote = conn.remoteAddr;
    this.local = conn.localAddr;
    try {
      conn.setNoDelay(true);
      conn.setKeepAlive(true);
    } catch {
      // The peer is gone already; whoever reads is told so.
    }
  }

  wire(): StreamWire {
    return new StreamWire(this.#conn);
  }
}
