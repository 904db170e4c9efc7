/**
 * A road to the server that can be broken: a relay on a port of its own, whose connections are cut in the middle of whatever goes
 * over them. So a client that reconnects is the real one, and loses its connection as by a network.
 *
 * @module
 */

/** Such a road. */
export class Road implements AsyncDisposable {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #target: number;
  readonly #carried = new Set<readonly [Deno.TcpConn, Deno.TcpConn]>();
  readonly #accepting: Promise<void>;
  /** How many were cut. */
  cut = 0;

  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#accept();
  }

  /** Cuts one of the connections. @param choose Which of so many. */
  breakOne(choose: (count: number) => number): void {
    const pair = [...this.#carried][choose(this.#carried.size)];
    if (pair === undefined) return;
    this.cut++;
    close(pair);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const pair of this.#carried) close(pair);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) void this.#carry(near);
  }

  async #carry(near: Deno.TcpConn): Promise<void> {
    let far: Deno.TcpConn;
    try {
      far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      return near.close();
    }
    const pair = [near, far] as const;
    this.#carried.add(pair);
    await Promise.all([pump(near, far), pump(far, near)]);
    close(pair);
    this.#carried.delete(pair);
  }
}

/** Carries what comes from one to the other, until either is closed. */
async function pump(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(16 << 10);
  try {
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      for (let at = 0; at < count;) at += await to.write(buffer.subarray(at, count));
    }
    await to.closeWrite();
  } catch {
    // Cut, by us or by whoever is at the other end.
    close([from, to]);
  }
}

function close(pair: readonly Deno.TcpConn[]): void {
  for (const conn of pair) {
    try {
      conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}
