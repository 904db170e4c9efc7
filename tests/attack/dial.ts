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

/** How to connect. */
export interface DialOptions {
  /** From which address; left out, from the usual one. */
  readonly from?: string;
  /** Whether the bytes of TLS are the caller's own, where it is spoken. Default: they are not. */
  readonly raw?: boolean;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/**
 * Why there is no connection: nobody takes it; it was taken and ended, over TLS by the alert for who is turned away; or no handshake of
 * TLS came about, and what was wrong with it.
 */
export type NoLine = "no connection" | "closed" | `no handshake: ${string}`;

/** Connects, or says why not. */
export async function dial(
  port: number,
  { from, raw = false, signal }: DialOptions,
): Promise<Line | NoLine> {
  const cert = raw ? undefined : certificate();
  try {
    return await (from === undefined
      ? usual(port, cert, signal)
      : fromAddress(port, { from, cert, signal }));
  } catch (error) {
    return error instanceof HandshakeFailed ? whyNone(error.message) : "no connection";
  }
}

/** Somebody has taken the connection, but no handshake came about. */
class HandshakeFailed extends Error {}

/** What both ways of connecting say of a server that ends a handshake. */
const ENDED =
  /AccessDenied|access denied|ECONNRESET|reset by peer|EPIPE|broken pipe|eof|disconnected|the end/i;

function whyNone(message: string): NoLine {
  return ENDED.test(message) ? `closed` : `no handshake: ${message}`;
}

async function usual(
  port: number,
  cert: string | undefined,
  signal: AbortSignal,
): Promise<Line> {
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
  tcp.setNoDelay(true);
  const conn = cert === undefined ? tcp : await encrypted(tcp, cert, signal);
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

async function encrypted(
  tcp: Deno.TcpConn,
  cert: string,
  signal: AbortSignal,
): Promise<Deno.TlsConn> {
  const tls = await Deno.startTls(tcp, { hostname: "localhost", caCerts: [cert] });
  const giveUp = () => tls.close();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    signal.throwIfAborted();
    await tls.handshake();
    return tls;
  } catch (error) {
    if (!signal.aborted) tls.close();
    throw new HandshakeFailed(error instanceof Error ? error.message : String(error));
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** `Deno.connect` cannot choose where it comes from; Node's way can. */
async function fromAddress(
  port: number,
  { from, cert, signal }: {
    readonly from: string;
    readonly cert: string | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Line> {
  const tcp = connectFrom({ host: "127.0.0.1", port, localAddress: from, noDelay: true });
  const socket = cert === undefined
    ? tcp
    : connectTls({ socket: tcp, ca: cert, servername: "localhost" });
  const ended = Promise.withResolvers<undefined>();
  let fault = "the end";
  let isTaken = false;
  socket.on("error", ({ message }) => fault = message);
  socket.on("close", () => ended.resolve(undefined));
  tcp.on("connect", () => isTaken = true);
  const connected = Promise.withResolvers<true>();
  socket.on(cert === undefined ? "connect" : "secureConnect", () => connected.resolve(true));
  const giveUp = () => void socket.destroy();
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  const isOpen = await Promise.race([connected.promise, ended.promise]);
  signal.removeEventListener("abort", giveUp);
  if (isOpen === undefined) throw isTaken ? new HandshakeFailed(fault) : new Error(fault);
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
