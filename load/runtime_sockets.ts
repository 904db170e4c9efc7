/**
 * Connections over the runtime's own sockets, by TCP or as WebSockets, with TLS or without: everywhere, and with the runtime's own turns.
 *
 * @module
 */

import { StreamWire } from "../server/transport/mod.ts";
import { dialStream } from "../server/wire/mod.ts";
import { CONNECT_MS_MAX, TICK_MS } from "./limits.ts";
import type { Plan } from "./plan.ts";
import { ring, type Shared } from "./shared.ts";
import type { Hearer, Socket, Sockets } from "./sockets.ts";
import { dialWebSocket } from "./web_socket.ts";
import { WireSocket } from "./wire_socket.ts";

/** Such connections. */
export class RuntimeSockets implements Sockets {
  readonly #plan: Plan;
  readonly #thread: number;
  readonly #shared: Shared;
  #turn: () => void = () => {};
  #isComing = false;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(plan: Plan, thread: number, shared: Shared) {
    this.#plan = plan;
    this.#thread = thread;
    this.#shared = shared;
  }

  async dial(hearer: Hearer): Promise<Socket> {
    const { host, port, way, tls: certs } = this.#plan;
    if (way === "websocket") return await dialWebSocket({ host, port, certs }, hearer);
    const tls = certs && { believed: () => Promise.resolve(certs) };
    const socket = await dialStream({
      host,
      port,
      timeoutMs: CONNECT_MS_MAX,
      ...(tls === undefined ? {} : { tls }),
    });
    return new WireSocket(new StreamWire(socket), hearer);
  }

  run(turn: () => number): void {
    this.#turn = () => {
      this.#isComing = false;
      if (!this.#closed) turn();
    };
    // The finest that a timer gives is taken for whatever `turn` asks for.
    if (this.#plan.rate > 0) this.#ticker = setInterval(this.#turn, TICK_MS);
    void this.#hearBell();
  }

  soon(): void {
    if (this.#isComing) return;
    this.#isComing = true;
    setImmediate(this.#turn);
  }

  ring(thread: number): void {
    ring(this.#shared, thread);
  }

  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#ticker);
    ring(this.#shared, this.#thread);
    return Promise.resolve();
  }

  async #hearBell(): Promise<void> {
    const { bells } = this.#shared;
    while (!this.#closed) {
      const rung = Atomics.load(bells, this.#thread);
      this.#turn();
      await Atomics.waitAsync(bells, this.#thread, rung).value;
    }
  }
}
