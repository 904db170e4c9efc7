/**
 * A folder for a store, and servers that keep their messages there, one after the other.
 *
 * @module
 */

import {
  type DurableOptions,
  durableStore,
  type MessageStore,
  type ServeOptions,
} from "../../../server/mod.ts";
import { DEADLINE_MS, type RawClient, startServer, type TestServer } from "../../harness.ts";
import { ask } from "../conformance/asking.ts";

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

/** A server on a store. */
export type ServerOn = TestServer & { readonly store: MessageStore };

/** Starts a server, without a limit on how fast people talk, on the store in a directory. */
export async function startOn(path: string, options: StartOptions = {}): Promise<ServerOn> {
  const { serve = {}, ...rest } = options;
  const store = await durableStore(path, { durability: "durable", ...rest });
  const limits = { messagesPerSecond: 0, ...serve.limits };
  return Object.assign(startServer({ ...serve, store, limits }), { store });
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

/** Has the disk looked at, and says something until that is refused. */
export async function untilFull({ store }: ServerOn, client: RawClient): Promise<void> {
  store.tend?.();
  await eventually(async () => {
    const answer = await ask(client, { type: "Broadcast", content: "filling" });
    return answer["code"] === "storage" ? true : undefined;
  }, "the disk is full");
}

/** The files in which a text is. */
export function filesWith(path: string, text: string): string[] {
  const found: string[] = [];
  for (const { name, isFile } of Deno.readDirSync(path)) {
    if (!isFile) continue;
    const bytes = Deno.readFileSync(`${path}/${name}`);
    if (new TextDecoder("latin1").decode(bytes).includes(text)) found.push(name);
  }
  return found;
}

/** Copies the files of a directory, as they are at a kill. */
export function copyFiles(from: string, to: string): void {
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
