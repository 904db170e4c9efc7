/**
 * What it costs the runtime by itself to let somebody in over a WebSocket, and over a socket: servers that say back what they hear, and
 * nothing else. Whoever comes says two things, as a client does that logs in and asks what was said.
 *
 * ```text
 *   sockets:    Deno.listen ─ accept ───────────────────────────────► echo, echo
 *   WebSockets: Deno.serve ── accept ─ request ─ upgradeWebSocket ──► echo, echo
 * ```
 *
 * The program that serves is this module itself, with the kind as its argument.
 *
 * @module
 */

import { startChild } from "./child.ts";
import { cpuSeconds } from "./processor.ts";

/** What is echoed over. */
export type EchoKind = "sockets" | "WebSockets";

const SAID = ['{"type":"Login","username":"member-100"}', '{"type":"History","limit":50}'];

/** Lets so many in, some at a time. @returns The server's processor time for it, in s. */
export async function echoSeconds(
  kind: EchoKind,
  { members, together, signal }: {
    readonly members: number;
    readonly together: number;
    readonly signal: AbortSignal;
  },
): Promise<number> {
  const args = ["run", "--allow-net", import.meta.filename ?? "", kind];
  await using server = startChild({ command: Deno.execPath(), args, signal });
  const port = Number(await server.firstLine);
  const before = await cpuSeconds(server.pid);
  const comes = kind === "sockets" ? comesOverSocket : comesOverWebSocket;
  const open: { close(): void }[] = [];
  let begun = 0;
  await Promise.all(Array.from({ length: together }, async () => {
    while (begun++ < members) open.push(await comes(port));
  }));
  const seconds = await cpuSeconds(server.pid) - before;
  for (const one of open) one.close();
  return seconds;
}

async function comesOverSocket(port: number): Promise<{ close(): void }> {
  const conn = await Deno.connect({ port });
  const buffer = new Uint8Array(512);
  for (const text of SAID) {
    await conn.write(new TextEncoder().encode(text));
    await conn.read(buffer);
  }
  return conn;
}

async function comesOverWebSocket(port: number): Promise<{ close(): void }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  for (const text of SAID) {
    const heard = new Promise((resolve) => socket.onmessage = resolve);
    socket.send(text);
    await heard;
  }
  return socket;
}

async function echoSockets(): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  say(listener.addr.port);
  for await (const conn of listener) void echo(conn);
}

async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(512);
  try {
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) break;
      await conn.write(buffer.subarray(0, count));
    }
  } catch {
    // The peer is gone.
  }
  conn.close();
}

function echoWebSockets(): void {
  const onListen = ({ port }: Deno.NetAddr) => say(port);
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
}

function say(port: number): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`));
}

if (import.meta.main) {
  if (Deno.args[0] === "sockets") await echoSockets();
  else echoWebSockets();
}
