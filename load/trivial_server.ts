/**
 * The least that can be called a server of the protocol, in a thread of its own: what the load generator reaches with it
 * is about the most that it can show of any server.
 *
 * @module
 */

/** A server that listens on this machine. Disposing it ends it. */
export interface TrivialServer extends Disposable {
  readonly port: number;
}

/** Starts it. */
export async function startTrivialServer(): Promise<TrivialServer> {
  const worker = new Worker(new URL("trivial_server_thread.ts", import.meta.url), {
    type: "module",
    name: "trivial server",
    deno: { permissions: { net: ["127.0.0.1"] } },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  try {
    return { port: await promise, [Symbol.dispose]: () => worker.terminate() };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}
