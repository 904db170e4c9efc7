/**
 * An observer as a process of its own, for what a process can do to itself only once: to have other rights, to be in
 * another namespace, to be killed.
 *
 * Each line of its standard input is an order: the options as JSON; with `peer`, a command, it starts that and observes
 * it. It answers with one JSON line when it observes or cannot, and an empty line ends that observation: then the last
 * figures are another.
 *
 * @module
 */

import { observe, type ObserveOptions } from "../../../observe/mod.ts";
import { TextLineStream } from "./lines.ts";
import { startPeer } from "./peers.ts";

/** What it is told. */
export type Orders = ObserveOptions & { readonly peer?: readonly string[] };

function say(what: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(what)}\n`));
}

type Lines = AsyncIterator<string>;

async function obey({ peer: command, ...options }: Orders, lines: Lines): Promise<void> {
  await using peer = command && await startPeer(command);
  try {
    await using seen = await observe(peer ? { ...options, pids: [peer.pid] } : options);
    say({ start: seen.start, port: peer?.port });
    await lines.next();
    say({ last: seen.snapshot() });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { name, message } = error;
    say({ refused: { ...error, name, message } });
  }
}

if (import.meta.main) {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
  say({ ready: true });
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    await obey(JSON.parse(next.value) as Orders, lines);
  }
}
