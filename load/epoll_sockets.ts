/**
 * Connections by epoll, of a thread that is held by them: what comes is heard at once.
 *
 * Threads wake each other by descriptors of the process, so nobody may close his while another one could still ring: the
 * number might be a stranger's by then. They all say that they have left, and then close.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import { Dialler } from "../server/transport/mod.ts";
import { dialSocket, whyNotConnected } from "../server/wire/mod.ts";
import { CONNECT_MS_MAX, LEAVE_LOOK_MS, LEAVE_MS_MAX } from "./limits.ts";
import type { Shared } from "./shared.ts";
import type { Hearer, Socket, Sockets } from "./sockets.ts";
import { WireSocket } from "./wire_socket.ts";

/** Where to, and who of how many. */
export interface EpollPlace {
  readonly host: string;
  readonly port: number;
  readonly thread: number;
  readonly threads: number;
  readonly shared: Shared;
}

/** Such connections. */
export class EpollSockets implements Sockets {
  readonly #place: EpollPlace;
  readonly #dialler = new Dialler();
  /** The address that the host's name means. */
  #address: Promise<string> | undefined;

  constructor(place: EpollPlace) {
    this.#place = place;
    Atomics.store(place.shared.bellFds, place.thread, this.#dialler.bell);
  }

  async dial(hearer: Hearer): Promise<Socket> {
    const { host, port } = this.#place;
    const hostname = await (this.#address ??= addressOf(host, port));
    try {
      const wire = await this.#dialler.connect({ hostname, port }, CONNECT_MS_MAX);
      return new WireSocket(wire, hearer);
    } catch (cause) {
      throw new Error(whyNotConnected({ host, port }, cause), { cause });
    }
  }

  run(turn: () => number): void {
    this.#dialler.run(turn);
  }

  /** A turn follows whatever has come. */
  soon(): void {}

  ring(thread: number): void {
    const { bells, bellFds } = this.#place.shared;
    Atomics.add(bells, thread, 1);
    this.#dialler.ring(Atomics.load(bellFds, thread));
  }

  async close(): Promise<void> {
    const { shared: { left }, threads } = this.#place;
    Atomics.add(left, 0, 1);
    const givenUpMs = performance.now() + LEAVE_MS_MAX;
    while (Atomics.load(left, 0) < threads) {
      // One of them hangs. What is still open then ends with the process.
      if (performance.now() > givenUpMs) return;
      await wait(LEAVE_LOOK_MS);
    }
    this.#dialler.close();
  }
}

/** What a name means is the runtime's business: it is asked for a connection there. */
async function addressOf(host: string, port: number): Promise<string> {
  if (/^[\d.]+$/.test(host) || host.includes(":")) return host;
  using socket = await dialSocket({ host, port, timeoutMs: CONNECT_MS_MAX });
  return socket.remoteAddr.hostname;
}
