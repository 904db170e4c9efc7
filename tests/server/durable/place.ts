/**
 * A folder for a store, and servers that keep their messages there, one after the other.
 *
 * @module
 */

import { type DurableOptions, durableStore, type ServeOptions } from "../../../server/mod.ts";
import { DEADLINE_MS, startServer, type TestServer } from "../../harness.ts";

/** A folder that is removed at the end. */
export interface Folder extends Disposable {
  readonly path: string;
}

/** Makes a folder for a store. */
export function folder(): Folder {
  const path = Deno.makeTempDirSync({ prefix: "chat-durable-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** How to start a server on a store. */
export interface StartOptions extends Partial<DurableOptions> {
  readonly serve?: ServeOptions;
}

/** Starts a server, without a limit on how fast people talk, on the store in a directory. */
export async function startOn(path: string, options: StartOptions = {}): Promise<TestServer> {
  const { serve = {}, ...rest } = options;
  const store = await durableStore(path, { durability: "durable", ...rest });
  return startServer({ ...serve, store, limits: { messagesPerSecond: 0, ...serve.limits } });
}

/** Asks again and again, for things that nobody announces; but not for ever. */
export async function eventually<T>(
  ask: () => Promise<T | undefined>,
  what: string,
): Promise<T> {
  for (const start = performance.now(); performance.now() - start < DEADLINE_MS;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new Error(`${what}: not within ${DEADLINE_MS} ms`);
}
