/**
 * A network between client and server that is slow, cuts what it carries into pieces, breaks, and swallows: everything as the test says.
 *
 * @module
 */

/**
 * How a connection breaks: both ends are told in order; both at once, whatever is on its way; or the client alone, so that the server
 * has yet to find out.
 */
export type Break = "closed" | "reset" | "client told";

/** How it treats what it carries. */
export interface BadNetworkOptions {
  /** Pieces that a connection carries, of both directions, until it breaks; asked for each connection. `undefined`: all. */
  readonly pieces: (connection: number) => number | undefined;
  /** How it breaks then; asked for each. Default: in order. */
  readonly breaks?: (connection: number) => Break | undefined;
  /** How much of the piece at which it breaks still passes, from 0 to 1; asked for each. Default: nothing. */
  readonly passing?: (connection: number) => number | undefined;
  /** Largest piece in bytes. Default: as they come. */
  readonly pieceBytes?: number;
  /** How long each piece takes, in ms. Default: no time. */
  readonly delayMs?: number;
  /** Which piece of a connection has another last byte than was sent; asked for each. Default: none. */
  readonly spoiled?: (connection: number) => number | undefined;
}

/** A connection through it, and what is left of that. */
interface Carried {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  readonly breaks: Break;
  readonly passing: number;
  pieces: number;
  untilSpoiled: number;
  /** Whether the server is to find out by itself that it broke. */
  untold: boolean;
}

/** The ways through it. */
type Direction = "up" | "down";

/** Such a network, to one server. */
export class BadNetwork implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #to: number;
  readonly #options: BadNetworkOptions;
  readonly #open = new Set<Deno.Conn>();
  readonly #carrying: Promise<void>[] = [];
  readonly #accepting: Promise<void>;
  /** Where nothing passes, until it does again. */
  readonly #swallowing = new Map<Direction, PromiseWithResolvers<void>>();
  /** Connections that there were. */
  connections = 0;
  /** Those of them that it broke. */
  broken = 0;

  constructor(to: number, options: BadNetworkOptions) {
    this.#to = to;
    this.#options = options;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#acceptAll();
  }

  /**
   * From now on nothing passes in these directions, and nobody is told: no byte, no end, no reset. New connections get no further than here.
   */
  swallow(...directions: readonly Direction[]): void {
    for (const direction of directions) {
      this.#swallowing.set(direction, this.#swallowing.get(direction) ?? Promise.withResolvers());
    }
  }

  /** All passes again: what was held on its way, too, as a network does that sends again what was not taken. */
  heal(): void {
    for (const { resolve } of this.#swallowing.values()) resolve();
    this.#swallowing.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.heal();
    this.#listener.close();
    for (const conn of this.#open) this.#close(conn);
    await this.#accepting;
    await Promise.all(this.#carrying);
  }

  async #acceptAll(): Promise<void> {
    for await (const client of this.#listener) {
      await this.#swallowing.get("up")?.promise;
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#to })
        .catch(() => undefined);
      if (server === undefined) {
        client.close();
        continue;
      }
      client.setNoDelay(true);
      server.setNoDelay(true);
      this.#open.add(client).add(server);
      const number = this.connections++;
      const { pieces, breaks, passing, spoiled } = this.#options;
      const carried: Carried = {
        ...{ client, server, untold: false },
        breaks: breaks?.(number) ?? "closed",
        passing: passing?.(number) ?? 0,
        pieces: pieces(number) ?? Infinity,
        untilSpoiled: spoiled?.(number) ?? Infinity,
      };
      this.#carrying.push(this.#carry(carried, "up"), this.#carry(carried, "down"));
    }
  }

  async #carry(carried: Carried, way: Direction): Promise<void> {
    const { client, server } = carried;
    const [from, to] = way === "up" ? [client, server] : [server, client];
    const { pieceBytes = 64 << 10, delayMs } = this.#options;
    const whole = new Uint8Array(pieceBytes);
    try {
      for (;;) {
        // The kernel resets a connection whose bytes nobody has read.
        const isReset = carried.pieces <= 0 && carried.breaks === "reset";
        const count = await from.read(isReset ? whole.subarray(0, 1) : whole);
        await this.#swallowing.get(way)?.promise;
        if (count === null) break;
        if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
        const isLast = carried.pieces-- <= 0;
        if (carried.untilSpoiled-- === 0) whole.set([~(whole[count - 1] ?? 0)], count - 1);
        const end = isLast ? Math.floor(count * carried.passing) : count;
        for (let at = 0; at < end;) at += await to.write(whole.subarray(at, end));
        if (!isLast) continue;
        this.broken++;
        carried.untold = carried.breaks === "client told";
        break;
      }
    } catch {
      // One of the two is gone: so is the other soon.
    }
    this.#close(client);
    if (!carried.untold) this.#close(server);
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}
