/**
 * Who passes a file on in the files benchmark: the chat over each kind of sockets, and what it is compared with.
 *
 * Sender and receiver are the same cheap C program (c/blast.c) at all of them. The bytes come from memory and go nowhere: only
 * what stands between is measured.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { type Client, connect } from "../../server/wire/mod.ts";
import { freePort } from "../ports.ts";
import { startChild } from "./child.ts";
import type { Programs } from "./compile.ts";
import { cpuSeconds } from "./processor.ts";
import { type RunningServer, servers, startServer } from "./servers.ts";

/** How long one transfer may take before the benchmark gives up, in ms. */
const TRANSFER_MS_MAX = 120_000;

/** socat's buffer: as large as ours, since with its own 8 KiB it is no reference. */
const SOCAT_BYTES: number = 256 << 10;

/** One file. */
export interface Job {
  readonly bytes: number;
  readonly signal: AbortSignal;
  /** MiB per second at which it is sent; as fast as it goes unless it is told. */
  readonly pace?: number;
}

/** Something that passes files on. */
export interface Relay extends AsyncDisposable {
  readonly title: string;
  /** Carries one. @returns Bytes per second. */
  carry(job: Job): Promise<number>;
  /** Seconds of processor time so far; `undefined` where that cannot be told. */
  cpu(): Promise<number | undefined>;
}

/** What carries a file in the chat. */
export interface ChatRelay extends Relay {
  readonly server: RunningServer;
  /** The same of a file whose digest the server has to compute. */
  readonly computing: Relay;
}

/** The kinds of sockets that a chat can have. */
export type Kind = "runtime" | "epoll";

/** Starts a chat that keeps nothing. */
export async function startChat(
  programs: Programs,
  kind: Kind,
  signal: AbortSignal,
): Promise<ChatRelay> {
  const chat = servers.find(({ name }) => name === "chat");
  if (chat === undefined) throw new Error("There is no server 'chat' to measure");
  const spec = {
    ...chat,
    command: async (...given: Parameters<typeof chat.command>) => {
      const { command, args } = await chat.command(...given);
      return { command, args: [...args, "--transport", kind] };
    },
  };
  const server = await startServer(spec, programs, signal);
  const relay = (digest: boolean): Relay => ({
    title: `chat, ${kind}${digest ? "" : ", digest computed"}`,
    carry: (job) => throughChat(programs, server, job, digest),
    cpu: () => cpuSeconds(server.pid),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  });
  return { ...relay(true), server, computing: relay(false) };
}

async function throughChat(
  programs: Programs,
  server: RunningServer,
  { bytes, signal, pace = 0 }: Job,
  digest: boolean,
): Promise<number> {
  await using alice = connect({ port: server.port, name: "Alice" });
  await using bob = connect({ port: server.port, name: "Bob" });
  await Promise.all([alice.online(), bob.online()]);
  const facts = { filename: "f", size: bytes, ...(digest ? { sha256: "0".repeat(64) } : {}) };
  await alice.offerFile(facts, { user: "Bob" });
  await bob.acceptFile({ from: "Alice", filename: "f" });
  const [up, down] = await Promise.all([
    token(alice, "StartUpload"),
    token(bob, "StartDownload"),
  ]);
  const [port, size] = [`${server.port}`, `${bytes}`];
  return await measure(programs, signal, {
    receive: ["receive", port, size, down],
    send: () => ["send", port, size, up, `${pace}`],
  });
}

async function token(client: Client, type: "StartUpload" | "StartDownload"): Promise<string> {
  for await (const event of client) {
    if (event.type === type) return event.token ?? "";
  }
  throw new Error(`The client ended before ${type}`);
}

/** Starts the C relay. */
export async function startRelay(
  programs: Programs,
  way: "copy" | "splice",
  signal: AbortSignal,
): Promise<Relay> {
  const child = startChild({ command: programs.relay, args: [way], signal });
  const [, from = "", to = ""] = /^listening on (\d+) (\d+)$/.exec(await child.firstLine) ?? [];
  return {
    title: `C, ${way === "copy" ? "copies" : "splices"}`,
    carry: ({ bytes, signal }) =>
      measure(programs, signal, {
        receive: ["receive", to, `${bytes}`],
        send: () => ["send", from, `${bytes}`],
      }),
    cpu: () => cpuSeconds(child.pid),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** One socat for each file: its processor time is gone with it. */
export function socatRelay(programs: Programs): Relay {
  return {
    title: "socat, 256 KiB buffer",
    carry: (job) => throughSocat(programs, job),
    cpu: () => Promise.resolve(undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function throughSocat(programs: Programs, { bytes, signal }: Job): Promise<number> {
  const port = freePort();
  await using socats = new AsyncDisposableStack();
  return await measure(programs, signal, {
    receive: ["listen", `${bytes}`],
    send: async (line) => {
      const to = /^listening on (\d+)$/.exec(line)?.[1];
      const at = `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`;
      const args = ["-b", `${SOCAT_BYTES}`, at, `TCP:127.0.0.1:${to}`];
      const socat = startChild({ command: "socat", args, signal });
      // It ends by itself with the connection, and never has a first line.
      socat.firstLine.catch(() => {});
      socats.use(socat);
      await untilListening(port);
      return ["send", `${port}`, `${bytes}`];
    },
  });
}

/** Starts the receiver, then the sender, and reads what the receiver counted. */
async function measure(
  { blast }: Programs,
  signal: AbortSignal,
  { receive, send }: {
    receive: readonly string[];
    send: (firstLine: string) => readonly string[] | Promise<readonly string[]>;
  },
): Promise<number> {
  const receiver = new Deno.Command(blast, {
    args: [...receive],
    stdout: "piped",
    signal,
  }).spawn();
  const timer = setTimeout(() => receiver.kill(), TRANSFER_MS_MAX);
  const lines = linesOf(receiver.stdout);
  try {
    const listens = receive[0] === "listen";
    const args = await send(listens ? await next(lines) : "");
    await using sender = startChild({ command: blast, args, signal });
    sender.firstLine.catch(() => {});
    const [bytes = 0, seconds = 0] = (await next(lines)).split(" ").map(Number);
    if (!(seconds > 0)) throw new Error("The file did not arrive");
    return bytes / seconds;
  } finally {
    clearTimeout(timer);
    await lines.return(undefined);
    await receiver.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

async function next(lines: AsyncGenerator<string>): Promise<string> {
  return (await lines.next()).value ?? "";
}

/** Whether somebody listens, from the kernel's table: a connection would be taken for the sender's. */
async function untilListening(port: number): Promise<void> {
  const entry = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  for (let tries = 0; tries < 500; tries++) {
    if ((await Deno.readTextFile("/proc/net/tcp")).includes(entry)) return;
    await wait(10);
  }
  throw new Error("socat does not listen");
}
