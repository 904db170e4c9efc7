/**
 * Runs `chat top`: asks the server for its connections and the kernel for its sockets, once an interval, and shows both together.
 *
 * On a terminal it is a live table, elsewhere a table an interval, with `--json` a line. A look that fails because the connection
 * to the server is broken is left out: the client comes back by itself.
 *
 * @module
 */

import { isLoopback, randomToken, wait } from "../../ground/mod.ts";
import { ChatError, type Client, ClosedError } from "../../server/wire/mod.ts";
import { EXIT, Failure } from "../failure.ts";
import { isLoggedIn } from "../account/proof.ts";
import { logIn } from "../log_in.ts";
import { addressOfToken, findServedToken } from "../operator_token.ts";
import { endSignal } from "../signals.ts";
import { hasScreen, print } from "../streams.ts";
import { type Address, showAddress } from "../values.ts";
import { type Seen, ServerKernel } from "./kernel.ts";
import { TopScreen } from "./live.ts";
import { type Look, type Top, topOf } from "./rows.ts";
import type { TopSort } from "./sorts.ts";
import { topJson, topText, type TopView } from "./text.ts";

/** How long the server is waited for at the beginning, in ms. */
const PATIENCE_MS = 2_000;

/** What was asked for. */
export interface TopFlags {
  readonly server: Address;
  readonly data: string;
  /** In seconds. */
  readonly interval: number;
  readonly duration?: number | undefined;
  readonly sort: TopSort;
  readonly top: number;
  readonly json: boolean;
}

/** Shows who uses how much, until it is over. @throws {Failure} When the server tells it to operators only. */
export async function runTop(flags: TopFlags): Promise<void> {
  using end = endSignal();
  const token = findServedToken(flags.data, flags.server);
  const server = token === undefined ? flags.server : addressOfToken(flags.data, flags.server);
  if (token === undefined && !await isLoggedIn(server)) throw notOperator(server);
  const guest = `operator-${randomToken().replace(/[^a-z0-9]/gi, "").slice(0, 8)}`;
  await using client = await logIn({
    server,
    signal: end.signal,
    patienceMs: PATIENCE_MS,
    // The token is another one after a restart of the server, and then the kernel is asked anew.
    permissions: ["net", "ffi", "read", "env", "sys"],
    onlyRooms: [],
    ...(token === undefined ? {} : {
      operator: () => findServedToken(flags.data, server),
      guest,
    }),
  });
  const stop = new AbortController();
  const over = AbortSignal.any([
    end.signal,
    stop.signal,
    ...(flags.duration === undefined ? [] : [AbortSignal.timeout(flags.duration * 1_000)]),
  ]);
  const intervalMs = flags.interval * 1_000;
  await using kernel = new ServerKernel(isLoopback(server.host), intervalMs);
  const screen = !flags.json && hasScreen();
  await using live = screen ? new TopScreen(flags.sort, () => stop.abort()) : undefined;
  let before: Look | undefined;
  let isTold = screen;
  for (;;) {
    const isLast = over.aborted;
    const looked = await look(client, kernel, { server, guest });
    if (looked !== undefined) {
      const { now, seen } = looked;
      const view: TopView = {
        where: showAddress(server),
        backend: seen.backend,
        why: seen.why,
        sort: live?.sort ?? flags.sort,
        most: flags.top,
      };
      const top = topOf(before, now);
      if (live !== undefined) live.show(top, view);
      // The first look has no rates.
      else if (before !== undefined || isLast) {
        printLook(top, view, flags.json);
        isTold = true;
      }
      before = now;
    }
    if (isLast) return;
    await wait(intervalMs, over);
    // Whoever wants it for a while gets a table, however slow the machine is.
    if (over.aborted && (isTold || end.signal.aborted)) return;
  }
}

function printLook(top: Top, view: TopView, json: boolean): void {
  print(json ? topJson(top, view, Date.now()) : topText(top, view));
}

/** Both sides now; `undefined` when the server does not answer at the moment. */
async function look(
  client: Client,
  kernel: ServerKernel,
  { server, guest }: { readonly server: Address; readonly guest: string },
): Promise<{ readonly now: Look; readonly seen: Seen } | undefined> {
  try {
    const { pid, connections: all, rooms } = await client.inspect();
    // Whoever only looks is not what is looked for.
    const connections = all.filter(({ user }) => user !== guest);
    const seen = await kernel.look(pid);
    const now: Look = {
      atMs: performance.now(),
      server: { connections, rooms: rooms ?? [] },
      sockets: seen.sockets,
    };
    return { now, seen };
  } catch (error) {
    if (error instanceof ChatError) {
      if (error.code === "forbidden" || error.code === "auth_failed") throw notOperator(server);
      return undefined;
    }
    if (error instanceof ClosedError) return undefined;
    throw error;
  }
}

function notOperator(server: Address): Failure {
  const where = showAddress(server);
  return new Failure(
    `Who uses how much, the server tells only to operators: give the data directory of the server at ${where} ` +
      "with --data, or its token as CHAT_OPERATOR_TOKEN, or log in as one.",
    EXIT.failed,
  );
}
