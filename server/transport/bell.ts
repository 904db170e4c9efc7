/**
 * A bell that rings when the runtime has asked the kernel what has come in.
 *
 * The runtime asks the kernel when it has nothing to do, and else only once in some sixty turns of its loop. Who always has
 * something more to do then makes everybody else wait for sixty turns, however short each is. So a server that has had
 * enough of a turn waits for something that only the kernel can tell it: a byte that it has sent itself. What else has
 * come in is told with it.
 *
 * ```text
 *   ring ── a byte ──► kernel ─┐
 *        the runtime asks it: the byte, and whatever has come in ──► run
 * ```
 *
 * Where no such pair of sockets can be, a timer takes its place: it mostly does the same. Of a bell that is closed nobody
 * waits for what comes in; who still asks is told at the end of the turn, and no timer outlives it.
 *
 * @module
 */

const HOSTNAME = "127.0.0.1";
const BYTE = new Uint8Array(1);

/** Two sockets of which one hears what the other says. */
interface Pair {
  readonly saying: Deno.TcpConn;
  readonly hearing: Deno.TcpConn;
}

/** Rings when the kernel has been asked. */
export class Bell implements Disposable {
  /** More than comes at once: a read that fills its buffer would let the runtime try the next one unasked. */
  readonly #heard = new Uint8Array(16);
  /** Whom to tell. */
  readonly #asking: (() => void)[] = [];
  #pair: Pair | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  /** Resolves when it is known whether there is such a pair. */
  readonly ready: Promise<void>;

  constructor() {
    this.ready = this.#open();
  }

  /** Runs something then. Several who ask are told by one byte: of two that are read at once, the second reader would wait for ever. */
  ring(run: () => void): void {
    this.#asking.push(run);
    if (this.#asking.length > 1) return;
    const pair = this.#pair;
    if (pair === undefined) return this.#tellSoon();
    // It cannot be heard yet, so this waits for the kernel.
    pair.hearing.read(this.#heard).then((count) => {
      if (count === null) this.#drop();
      this.#tell();
    }, () => {
      this.#drop();
      this.#tellSoon();
    });
    pair.saying.write(BYTE).catch(() => this.#drop());
  }

  #tellSoon(): void {
    if (this.#closed) setImmediate(this.#tell);
    else this.#timer = setTimeout(this.#tell, 0);
  }

  readonly #tell = (): void => {
    this.#timer = undefined;
    for (const run of this.#asking.splice(0)) run();
  };

  [Symbol.dispose](): void {
    this.#closed = true;
    if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      setImmediate(this.#tell);
    }
    this.#drop();
  }

  async #open(): Promise<void> {
    const pair = await openPair();
    this.#pair = pair;
    if (this.#closed) this.#drop();
  }

  #drop(): void {
    const pair = this.#pair;
    this.#pair = undefined;
    pair?.saying.close();
    pair?.hearing.close();
  }
}

/** `undefined` where that is not allowed, or not possible. */
async function openPair(): Promise<Pair | undefined> {
  const allowed = Deno.permissions.querySync({ name: "net", host: HOSTNAME });
  if (allowed.state !== "granted") return undefined;
  try {
    using listener = Deno.listen({ hostname: HOSTNAME, port: 0 });
    const saying = await Deno.connect({ hostname: HOSTNAME, port: listener.addr.port });
    for (;;) {
      const hearing = await listener.accept();
      if (hearing.remoteAddr.port === saying.localAddr.port) {
        saying.setNoDelay(true);
        return { saying, hearing };
      }
      // Somebody else's, who has found the port.
      hearing.close();
    }
  } catch {
    return undefined;
  }
}
