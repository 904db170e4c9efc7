/**
 * A network between client and server that is slow, cuts what it carries into pieces, and breaks: everything as the test says.
 *
 * @module
 */

/** How it treats what it carries. */
export interface BadNetworkOptions {
  /** Pieces that a connection carries, of both directions, until it breaks; asked for each connection. `undefined`: all. */
  readonly pieces: (connection: number) => number | undefined;
  /** Largest piece in bytes. Default: as they come. */
  readonly pieceBytes?: number;
  /** How long each piece takes, in ms. Default: no time. */
  readonly delayMs?: number;
  /** Which piece of a connection has another last byte than was sent; asked for each. Default: none. */
  readonly spoiled?: (connection: number) => number | undefined;
}

/** What is left of a connection. */
interface Left {
  pieces: number;
  untilSpoiled: number;
}

/** Such a network, to one server. */
export class BadNetwork implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #to: number;
  readonly #options: BadNetworkOptions;
  readonly #open = new Set<Deno.Conn>();
  readonly #carrying: Promise<void>[] = [];
  readonly #accepting: Promise<void>;
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#open) this.#close(conn);
    await this.#accepting;
    await Promise.all(this.#carrying);
  }

  async #acceptAll(): Promise<void> {
    for await (const client of this.#listener) {
      const server = await Deno.connect({ hostname: "127.0.0.1", port: this.#to });
      client.setNoDelay(true);
      server.setNoDelay(true);
      this.#open.add(client).add(server);
      const number = this.connections++;
      const left = {
        pieces: this.#options.pieces(number) ?? Infinity,
        untilSpoiled: this.#options.spoiled?.(number) ?? Infinity,
      };
      this.#carrying.push(
        this.#carry(client, server, left),
        this.#carry(server, client, left),
      );
    }
  }

  async #carry(from: Deno.Conn, to: Deno.Conn, left: Left): Promise<void> {
    const { pieceBytes = 64 << 10, delayMs } = this.#options;
    const buffer = new Uint8Array(pieceBytes);
    try {
      for (let count; (count = await from.read(buffer)) !== null;) {
        if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
        if (left.pieces-- <= 0) {
          this.broken++;
          break;
        }
        if (left.untilSpoiled-- === 0) buffer.set([~(buffer[count - 1] ?? 0)], count - 1);
        for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
      }
    } catch {
      // One of the two is gone: so is the other soon.
    }
    this.#close(from);
    this.#close(to);
  }

  #close(conn: Deno.Conn): void {
    if (this.#open.delete(conn)) conn.close();
  }
}
