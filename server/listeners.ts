/**
 * Listens on the chat's port and, where it is wanted, on the one for HTTP, and accepts connections in turn: whoever comes
 * and goes a thousand times a second makes nobody wait who is in.
 *
 * @module
 */

import { wait } from "../ground/mod.ts";
import { ACCEPT_MS, ACCEPTING, type Account, type Turns } from "./budget/mod.ts";
import { type HttpOptions, listenHttp } from "./http/door.ts";

/** How long the accept loop rests after a failure, in ms: the cause is the machine, and it will persist. */
const ACCEPT_REST_MS = 100;
/** Connections that the kernel may hold until they are accepted: a crowd coming back at once. */
const BACKLOG = 4_096;

/** Sees to a connection until its socket is closed. Never throws. */
export type Accept = (conn: Deno.TcpConn) => Promise<void>;

/** Where to listen. */
export interface ListenOptions {
  readonly hostname: string;
  readonly port: number;
  readonly http: HttpOptions | undefined;
}

/** The addresses that are listened on. */
export class Listeners {
  /** The chat's. */
  readonly addr: Deno.NetAddr;
  /** That of HTTP. */
  readonly httpAddr: Deno.NetAddr | undefined;
  readonly #port: Deno.TcpListener;
  readonly #http: Deno.TcpListener | undefined;
  /** Who pays for accepting, one for each listener. */
  readonly #accounts: Account[] = [];
  #accepting: Promise<unknown> = Promise.resolve();
  #closing = false;

  /** Listens; nothing is accepted yet. @throws {Deno.errors.AddrInUse} And others, when it cannot; then nothing is listened on. */
  constructor({ hostname, port, http }: ListenOptions) {
    this.#port = Deno.listen({ hostname, port, tcpBacklog: BACKLOG });
    this.addr = this.#port.addr;
    this.#http = listenBeside(this.#port, http);
    this.httpAddr = this.#http?.addr;
  }

  /** Accepts from now on. */
  accept(turns: Turns, onPort: Accept, onHttp: Accept): void {
    this.#accepting = Promise.all([
      this.#acceptAll(this.#port, turns.open(ACCEPTING), onPort),
      this.#http && this.#acceptAll(this.#http, turns.open(ACCEPTING), onHttp),
    ]);
  }

  /** Nobody is accepted any more. Resolves when the loops have ended. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#port.close();
    this.#http?.close();
    for (const account of this.#accounts) account.close();
    await this.#accepting;
  }

  async #acceptAll(listener: Deno.TcpListener, account: Account, take: Accept): Promise<void> {
    this.#accounts.push(account);
    while (!this.#closing) {
      try {
        const conn = await listener.accept();
        account.spend({ workMs: ACCEPT_MS });
        await account.serve(() => void take(conn));
      } catch {
        if (this.#closing) return;
        await wait(ACCEPT_REST_MS);
      }
    }
  }
}

/** Listens for HTTP too, if that is wanted; without it, the chat is not served either. */
function listenBeside(
  listener: Deno.TcpListener,
  http: HttpOptions | undefined,
): Deno.TcpListener | undefined {
  if (http === undefined) return undefined;
  try {
    return listenHttp(http);
  } catch (error) {
    listener.close();
    throw error;
  }
}
