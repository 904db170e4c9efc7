/**
 * What the watched chat server tells of itself, once a second: for who has its operator's token, and quietly, in no room.
 *
 * The connection is made before the observer gives up its permissions, and cannot be made again after that: when it breaks, the server
 * counts as silent.
 *
 * @module
 */

import { randomToken } from "../../ground/mod.ts";
import { ChatError, type Client, ClosedError } from "../../server/wire/mod.ts";
import { type Facts, factsBetween, type Measured, measuredOf, Readers } from "../../verdict/mod.ts";
import { logIn } from "../log_in.ts";
import { addressOfToken, findServedToken } from "../operator_token.ts";
import type { Address } from "../values.ts";

/** How often it is asked, in ms: as often as a server answers. */
const ASK_MS = 1_000;
/** How long it may take to let the observer in, in ms. */
const LOGIN_MS = 5_000;

/** What is known of it. */
export interface ServerFacts extends AsyncDisposable {
  /** What happened between its last two answers, or for how long it has not answered. */
  latest(): Facts | undefined;
}

/** Where a server is, and the directory in which its token may lie. */
export interface Where {
  readonly server: Address;
  readonly data: string;
}

/** Asks it from now on; `undefined` where it tells nothing to whoever observes. */
export async function serverFacts({ server, data }: Where): Promise<ServerFacts | undefined> {
  const token = findServedToken(data, server);
  if (token === undefined) return undefined;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), LOGIN_MS);
  try {
    const client = await logIn({
      server: addressOfToken(data, server),
      guest: `observer-${randomToken().replace(/[^a-z0-9]/gi, "").slice(0, 8)}`,
      onlyRooms: [],
      operator: token,
      signal: late.signal,
      patienceMs: 0,
    });
    return new AskedServer(client);
  } catch (error) {
    // Without it, the verdict is what a kernel can tell.
    if (error instanceof ChatError || error instanceof ClosedError) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

class AskedServer implements ServerFacts {
  readonly #client: Client;
  readonly #heard: Promise<void>;
  readonly #timer: ReturnType<typeof setInterval>;
  #asking: Promise<void> | undefined;
  #answeredMs = performance.now();
  #before: Measured | undefined;
  /** Known by the peer's address. */
  readonly #readers = new Readers<string>();
  #facts: Facts | undefined;

  constructor(client: Client) {
    this.#client = client;
    this.#heard = this.#hear();
    this.#timer = setInterval(() => void this.#askOnce(), ASK_MS);
    void this.#askOnce();
  }

  latest(): Facts | undefined {
    const silentMs = performance.now() - this.#answeredMs;
    return silentMs < 2 * ASK_MS ? this.#facts : { silentMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.close();
    await Promise.all([this.#heard, this.#asking]);
  }

  /** Nobody may connect again by now. */
  async #hear(): Promise<void> {
    for await (const event of this.#client) {
      if (event.type === "Status" && event.status.kind === "offline") await this.#client.close();
    }
  }

  async #askOnce(): Promise<void> {
    if (this.#asking !== undefined || this.#client.status.kind !== "online") return;
    this.#asking = this.#ask();
    await this.#asking;
    this.#asking = undefined;
  }

  async #ask(): Promise<void> {
    try {
      const told = await this.#client.inspect();
      const measured = measuredOf(told.figures);
      if (measured === undefined) return;
      this.#answeredMs = performance.now();
      const before = this.#before;
      this.#before = measured;
      const { slowest, wasSlow } = this.#readers.look(
        told.connections.map(({ user, remote, lag, bytesOut }) =>
          [remote, { who: user ?? remote, bytes: lag, taken: bytesOut }] as const
        ),
      );
      this.#facts = factsBetween(before, measured, slowest, wasSlow);
    } catch (error) {
      // How long that has been so is told.
      if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
    }
  }
}
