/**
 * A connection as attackers need it: from an address of their choice, and without a word when it breaks.
 *
 * @module
 */

import { connect as connectFrom } from "node:net";
import { connect as connectTls } from "node:tls";
import { certificate } from "./over_tls.ts";

/** A connection. Reading and writing give `undefined` when it has ended. */
export interface Line extends Disposable {
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<true | undefined>;
  closeWrite(): Promise<void>;
}

/** Where the honest come from: not from where anybody else does, so that no limit by address takes them for one. */
export const HONEST_ADDRESS = "127.0.0.2";
/** Where attackers of one address come from: also loopback, which is exempt from nothing there. */
export const ONE_ADDRESS = "127.66.66.66";

/** Connects, or gives `undefined` when that is refused. */
export async function dial(port: number, from?: string): Promise<Line | undefined> {
  try {
    return from === undefined ? await plain(port) : await fromAddress(port, from);
  } catch {
    return undefined;
  }
}

async function plain(port: number): Promise<Line> {
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  tcp.setNoDelay(true);
  const cert = certificate();
  const conn = cert === undefined
    ? tcp
    : await Deno.startTls(tcp, { hostname: "localhost", caCerts: [cert] });
  const buffer = new Uint8Array(64 << 10);
  return {
    async read() {
      const count = await conn.read(buffer).catch(() => null);
      return count === null ? undefined : buffer.subarray(0, count);
    },
    async write(bytes) {
      try {
        for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
        return true;
      } catch {
        return undefined;
      }
    },
    closeWrite: () => conn.closeWrite().catch(() => {}),
    [Symbol.dispose]() {
      try {
        conn.close();
      } catch (error) {
        if (!(error instanceof Deno.errors.BadResource)) throw error;
      }
    },
  };
}

/** `Deno.connect` cannot choose where it comes from; Node's way can. */
async function fromAddress(port: number, localAddress: string): Promise<Line> {
  const tcp = connectFrom({ host: "127.0.0.1", port, localAddress, noDelay: true });
  const cert = certificate();
  const socket = cert === undefined
    ? tcp
    : connectTls({ socket: tcp, ca: cert, servername: "localhost" });
  const ended = Promise.withResolvers<undefined>();
  socket.on("error", () => {});
  socket.on("close", () => ended.resolve(undefined));
  const connected = Promise.withResolvers<true>();
  socket.on(cert === undefined ? "connect" : "secureConnect", () => connected.resolve(true));
  if (await Promise.race([connected.promise, ended.promise]) === undefined) {
    throw new Error("refused");
  }
  const pieces = socket[Symbol.asyncIterator]();
  return {
    async read() {
      const piece = await pieces.next().catch(() => undefined);
      return piece?.done === false ? piece.value : undefined;
    },
    write: (bytes) =>
      Promise.race([
        ended.promise,
        new Promise<true>((resolve) => socket.write(bytes, () => resolve(true))),
      ]),
    closeWrite: () => new Promise((resolve) => socket.end(resolve)),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
