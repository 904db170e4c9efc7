/**
 * Listens on the chat's port and, where it is wanted, on the one for HTTP, and accepts connections in turn: whoever comes
 * and goes a thousand times a second makes nobody wait who is in.
 *
 * @module
 */

import { ACCEPT_MS, ACCEPTING, type Account, type Turns } from "../budget/mod.ts";
import { type HttpOptions, listenHttp } from "../http/door.ts";
import type { Accepted, Address, Listening, Transport } from "../transport/mod.ts";

/** Connections that the kernel may hold until they are accepted: a crowd coming back at once. */
const BACKLOG = 4_096;

/** Sees to a connection from here on. Never throws. */
export type Accept = (accepted: Accepted) => void;

/** Where to listen. */
export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  readonly http: HttpOptions | undefined;
}

/** The addresses that are listened on. */
export class Listeners {
  /** The chat's. */
  readonly addr: Address;
  /** That of HTTP. */
  readonly httpAddr: Address | undefined;
  readonly #port: Listening;
  readonly #http: Listening | undefined;
  /** Who pays for accepting, one for each listener. */
  readonly #accounts: Account[] = [];

  /** Listens; nothing is accepted yet. @throws {Deno.errors.AddrInUse} And others, when it cannot; then nothing is listened on. */
  constructor(transport: Transport, { hostname, port, http }: ListenOptions) {
    this.addr = this.#port = transport.listen({ hostname, port }, BACKLOG);
    this.httpAddr = this.#http = listenBeside(transport, this.#port, http);
  }

  /** Accepts from now on. */
  accept(turns: Turns, onPort: Accept, onHttp: Accept): void {
    this.#accept(this.#port, turns.open(ACCEPTING, 1), onPort);
    if (this.#http !== undefined) this.#accept(this.#http, turns.open(ACCEPTING, 1), onHttp);
  }

  /** Nobody is accepted any more. Resolves when the last one was taken in. */
  async close(): Promise<void> {
    const closed = [this.#port.close(), this.#http?.close()];
    for (const account of this.#accounts) account.close();
    await Promise.all(closed);
  }

  #accept(listening: Listening, account: Account, take: Accept): void {
    this.#accounts.push(account);
    listening.accept(take, (count, work) => {
      account.spend({ workMs: count * ACCEPT_MS });
      return account.serve(work);
    });
  }
}

/** Listens for HTTP too, if that is wanted; without it, the chat is not served either. */
function listenBeside(
  transport: Transport,
  listening: Listening,
  http: HttpOptions | undefined,
): Listening | undefined {
  if (http === undefined) return undefined;
  try {
    return listenHttp(transport, http);
  } catch (error) {
    void listening.close();
    throw error;
  }
}
