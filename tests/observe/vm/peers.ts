/**
 * The processes that are observed in the guest, and the traffic that they are given.
 *
 * @module
 */

import { createSocket } from "node:dgram";
import { assertEquals } from "../../assert.ts";
import { within } from "../../within.ts";
import { CASE_MS } from "./report.ts";
import { TextLineStream } from "./lines.ts";

/** A process that was started and has said its first line. */
export interface Peer extends AsyncDisposable {
  readonly pid: number;
  /** The first line as a number: the port of a server. */
  readonly port: number;
  readonly firstLine: string;
  /** The next line; undefined at the end. */
  line(): Promise<string | undefined>;
  /** Tells it something, as a line. */
  tell(text: string): Promise<void>;
  /** Ends its standard input, which is how these are told to end. */
  closeStdin(): Promise<void>;
  kill(signal: Deno.Signal): void;
  readonly status: Promise<Deno.CommandStatus>;
}

/** Starts one, and waits for its first line. */
export async function startPeer(command: readonly string[]): Promise<Peer> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
    .getReader();
  const line = async () => (await within(lines.read(), `A line of ${command}`, CASE_MS)).value;
  const stdin = child.stdin.getWriter();
  let open = true;
  const closeStdin = async () => {
    if (open) await stdin.close().catch(() => {});
    open = false;
  };
  const firstLine = await line() ?? "";
  return {
    pid: child.pid,
    port: Number(firstLine),
    firstLine,
    line,
    tell: (text) => stdin.write(new TextEncoder().encode(`${text}\n`)),
    closeStdin,
    kill: (signal) => child.kill(signal),
    status: child.status,
    async [Symbol.asyncDispose]() {
      await closeStdin();
      while (await line() !== undefined);
      await child.status;
    },
  };
}

/** Messages, each sent when the answer to the one before is there. */
export interface Traffic {
  readonly rounds: number;
  readonly bytes: number;
}

/** Over TCP, on one connection. Gives its own port. */
export async function talk(port: number, { rounds, bytes }: Traffic): Promise<number> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const message = new Uint8Array(bytes).fill(0x2e);
  const answer = new Uint8Array(bytes);
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < bytes;) at += await conn.write(message.subarray(at));
    for (let at = 0; at < bytes;) at += await conn.read(answer.subarray(at)) ?? bytes;
    assertEquals(answer, message);
  }
  return (conn.localAddr as Deno.NetAddr).port;
}

/** Over UDP, from one socket. */
export async function talkUdp(port: number, { rounds, bytes }: Traffic): Promise<void> {
  const socket = createSocket("udp4");
  try {
    for (let round = 0; round < rounds; round++) {
      const answered = new Promise((resolve) => socket.once("message", resolve));
      socket.send(new Uint8Array(bytes), port, "127.0.0.1");
      await answered;
    }
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
