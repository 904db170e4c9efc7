/**
 * A server in a process of its own, and what a dashboard's process says first: for tests in which a process is stopped or killed.
 *
 * @module
 */

import { assert } from "../assert.ts";
import { type Running, startChat } from "../cli/program.ts";

/** A server in a process of its own. */
export interface Place extends AsyncDisposable {
  readonly env: Record<string, string>;
  readonly where: string;
  /** The server's process. */
  readonly pid: number;
}

/** Starts a server in a process of its own, that keeps its messages. */
export async function serveHere(host = "127.0.0.1"): Promise<Place> {
  const data = await Deno.makeTempDir({ prefix: "chat-dashboard-" });
  const env = { CHAT_DATA: data, CHAT_DURABILITY: "os" };
  const server = startChat(["serve", "--host", host, "--port", "0"], env);
  const [, where = ""] = /^listening on (\S+)$/.exec(await server.line() ?? "") ?? [];
  return {
    env,
    where,
    pid: server.child.pid,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(data, { recursive: true });
    },
  };
}

/** The page of a dashboard that was started. */
export async function urlOf(dashboard: Running): Promise<string> {
  const line = await dashboard.line();
  const [, url] = /^dashboard at (http:\/\/127\.0\.0\.1:\d+\/#[\w-]{43})$/.exec(line ?? "") ?? [];
  assert(url !== undefined, `The first line was ${line}`);
  return url;
}
