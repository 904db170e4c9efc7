/**
 * An observer as a process of its own, for what a process can do to itself only once: to have other rights, to be in
 * another namespace, to be killed.
 *
 * Its argument is the options as JSON; with `peer`, a command, it starts that and observes it. Prints one JSON line when
 * it has begun or cannot, and after its standard input ended one with the last figures.
 *
 * @module
 */

import { observe, type ObserveOptions } from "../../../observe/mod.ts";
import { startPeer } from "./peers.ts";

/** What it is told. */
export type Orders = ObserveOptions & { readonly peer?: readonly string[] };

function say(what: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(what)}\n`));
}

if (import.meta.main) {
  const { peer: command, ...options } = JSON.parse(Deno.args[0] ?? "") as Orders;
  await using peer = command && await startPeer(command);
  try {
    const pids = peer ? [peer.pid] : options.pids;
    await using seen = await observe({ ...options, pids });
    say({ start: seen.start, port: peer?.port });
    while (await Deno.stdin.read(new Uint8Array(64)) !== null);
    say({ last: seen.snapshot() });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message } = error;
    say({ refused: { ...error, name, message } });
  }
}
