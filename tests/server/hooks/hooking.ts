/**
 * A server with an operator who makes hooks, and programs that post to them.
 *
 * @module
 */

import type { ServeOptions } from "../../../server/mod.ts";
import type { HookAdded } from "../../../server/wire/mod.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { startWeb } from "../http/web.ts";
import { CHEAP } from "../accounts/place.ts";

/** The operator's token of such a server. */
export const OPERATOR = "0123456789abcdef0123456789abcdef";

/** Such a server. */
export function startHooked(options: ServeOptions = {}): TestServer & { readonly web: number } {
  return startWeb({ operatorToken: OPERATOR, passwordCost: CHEAP, ...options });
}

/** An operator who is logged in. */
export async function operatorOf(server: TestServer, username = "Root"): Promise<RawClient> {
  const op = await server.connect();
  await op.send({ type: "Login", username, operator: OPERATOR, rooms: [] });
  await op.next("Welcome");
  return op;
}

/** Has an operator make a hook. */
export async function addHook(
  op: RawClient,
  hook: {
    readonly name: string;
    readonly room?: string;
    readonly url?: string;
    readonly match?: string;
  },
): Promise<HookAdded> {
  await op.send({ type: "AddHook", room: "lobby", ...hook, id: "add" });
  return await op.nextOf("HookAdded");
}

/** Posts to a hook as a program does. */
export async function post(
  web: number,
  token: string | undefined,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: string; readonly headers: Headers }> {
  const answer = await fetch(`http://127.0.0.1:${web}/hooks/${token ?? ""}`, {
    method: "POST",
    body,
    headers,
  });
  return { status: answer.status, body: await answer.text(), headers: answer.headers };
}
