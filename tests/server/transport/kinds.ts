/**
 * Both kinds of transport, listening on this machine, with guests that keep what they hear.
 *
 * @module
 */

import {
  type Accepted,
  epollFault,
  openTransport,
  type Transport,
  type TransportKind,
  type Wire,
  type WireGuest,
} from "../../../server/transport/mod.ts";
import { within } from "../../within.ts";

/** Those that this machine has. */
export const KINDS: readonly TransportKind[] = epollFault() === undefined
  ? ["runtime", "epoll"]
  : ["runtime"];

/** Keeps what it hears, and says what the test wants. */
export class Guest implements WireGuest {
  readonly wire: Wire;
  bytes = 0;
  last: Uint8Array = new Uint8Array(0);
  broken = 0;
  ends = 0;
  /** Done when something is heard. */
  onHeard: () => void = () => {};
  /** Held while nothing more is to be read. */
  gate: Promise<void> | undefined;
  #sending: Uint8Array | undefined;
  #news = Promise.withResolvers<void>();

  constructor(wire: Wire) {
    this.wire = wire;
    wire.open(this);
  }

  /** Sends all of it, part by part. */
  send(bytes: Uint8Array): void {
    const taken = this.wire.trySend(bytes);
    this.#sending = taken === bytes.length ? undefined : bytes.subarray(taken);
    this.#tell();
  }

  /** Whether a part of it was not taken yet. */
  get sending(): boolean {
    return this.#sending !== undefined;
  }

  /** Waits until that is so. */
  async until(holds: () => boolean, what: string): Promise<void> {
    while (!holds()) await within(this.#news.promise, what);
  }

  onBytes(chunk: Uint8Array): Promise<void> | undefined {
    this.bytes += chunk.length;
    this.last = chunk.slice();
    this.onHeard();
    this.#tell();
    return this.gate;
  }

  onWritable(taken: number): void {
    const rest = this.#sending?.subarray(taken);
    this.#sending = undefined;
    if (rest !== undefined && rest.length > 0) this.send(rest);
    else this.#tell();
  }

  onBroken(): void {
    this.broken++;
    this.#sending = undefined;
    this.#tell();
  }

  onEnd(): void {
    this.ends++;
    this.#tell();
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

/** A transport that listens, and one who has connected. */
export interface Place extends AsyncDisposable {
  readonly transport: Transport;
  readonly port: number;
  /** One end of a new connection, and the other. */
  pair(): Promise<{ guest: Guest; peer: Deno.TcpConn; accepted: Accepted }>;
  /** The same, as a wire that is to be opened and closed by whoever asks for it. */
  wire(): Promise<{ wire: Wire; peer: Deno.TcpConn; accepted: Accepted }>;
}

/** Opens one. What is accepted is closed with it. */
export function listenAt(kind: TransportKind, hostname = "127.0.0.1"): Place {
  const transport = openTransport(kind);
  const listening = transport.listen({ hostname, port: 0 });
  const waiting: ((accepted: Accepted) => void)[] = [];
  const guests: Guest[] = [];
  listening.accept((accepted) => void waiting.shift()?.(accepted));
  const dialled = hostname === "::" ? "127.0.0.1" : hostname;
  const wire: Place["wire"] = async () => {
    const came = new Promise<Accepted>((resolve) => waiting.push(resolve));
    const peer = await Deno.connect({ hostname: dialled, port: listening.port });
    const accepted = await within(came, "A connection");
    return { wire: accepted.wire(), peer, accepted };
  };
  return {
    transport,
    port: listening.port,
    wire,
    async pair() {
      const { wire: theirs, ...rest } = await wire();
      const guest = new Guest(theirs);
      guests.push(guest);
      return { guest, ...rest };
    },
    async [Symbol.asyncDispose]() {
      await listening.close();
      for (const guest of guests) {
        guest.wire.close();
        await guest.until(() => guest.ends === 1, "The end");
      }
      await transport.close();
    },
  };
}
