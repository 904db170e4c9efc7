/**
 * A network that breaks when it is told to: it stands between a client and a server, and what it cuts never arrives.
 *
 * @module
 */

import { within } from "../../harness.ts";

/** Passes connections on, one after the other. */
export class Relay implements AsyncDisposable {
  readonly #listener: Deno.TcpListener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #cutAt: string;
  readonly #cut = Promise.withResolvers<void>();
  readonly #again = Promise.withResolvers<void>();
  readonly #connections = new Set<Deno.Conn>();
  readonly #running: Promise<void>[] = [];
  #isCut = false;

  /** @param cutAt The client's first bytes that hold this do not arrive, and their connection breaks. */
  constructor(port: number, cutAt: string) {
    this.#cutAt = cutAt;
    this.#running.push(this.#serve(port));
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Waits until it has broken. Nobody gets through then, until `mend`. */
  whenCut(): Promise<void> {
    return within(this.#cut.promise, "The cut");
  }

  /** Lets connections through again. */
  mend(): void {
    this.#again.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.mend();
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    while (this.#running.length > 0) await this.#running.pop();
  }

  async #serve(port: number): Promise<void> {
    try {
      for await (const client of this.#listener) {
        this.#connections.add(client);
        if (this.#isCut) await this.#again.promise;
        const server = await Deno.connect({ hostname: "127.0.0.1", port });
        this.#connections.add(server);
        this.#running.push(this.#pump(client, server, true), this.#pump(server, client, false));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    }
  }

  async #pump(from: Deno.Conn, to: Deno.Conn, up: boolean): Promise<void> {
    try {
      for await (const bytes of from.readable) {
        if (up && !this.#isCut && new TextDecoder().decode(bytes).includes(this.#cutAt)) {
          this.#isCut = true;
          this.#cut.resolve();
          break;
        }
        for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
      }
    } catch {
      // Either end may break: then the other one does, too.
    } finally {
      close(from);
      close(to);
    }
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
