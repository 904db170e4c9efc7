/**
 * The least that can be called a server of the protocol, in a thread of its own: what the load generator reaches with it
 * is about the most that it can show of any server.
 *
 * @module
 */

import type { TransportKind } from "./plan.ts";

/** A server that listens on this machine. Disposing it ends it. */
export interface TrivialServer extends Disposable {
  readonly port: number;
}

/** Starts it, over sockets of this kind. */
export async function startTrivialServer(transport: TransportKind): Promise<TrivialServer> {
  const worker = new Worker(new URL("trivial_server_thread.ts", import.meta.url), {
    type: "module",
    name: "trivial server",
    deno: { permissions: { net: ["127.0.0.1"], ffi: transport === "epoll" } },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  worker.postMessage(transport);
  try {
    return { port: await promise, [Symbol.dispose]: () => worker.terminate() };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
