/**
 * The files benchmark: how fast does a file pass through the server, and does the chat notice?
 *
 *   for each round:  socat  ->  chat, digest in the offer  ->  chat, digest computed
 *
 * Sender and receiver are the same cheap C program (c/blast.c) at both relays, which take turns within a
 * round, so a slow minute of the machine hits all of them; the median counts. The bytes come from memory
 * and go nowhere: only the relay is measured. Then two other clients talk, with and without a transfer,
 * and the time from saying to hearing is compared: at the pace of a gigabit network, and at full speed, which
 * leaves no core idle; what that alone costs is seen while socat carries.
 *
 * socat gets a buffer as large as ours: with its own 8 KiB it is slower, and no reference.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { type Client, connect } from "../../server/wire/mod.ts";
import { hasProgram } from "../skips.ts";
import { startChild } from "./child.ts";
import { compilePrograms, type Programs } from "./compile.ts";
import { note, print } from "./output.ts";
import { type RunningServer, servers, startServer } from "./servers.ts";

const HELP = `Usage: deno task bench files [options]
  --mib N      size of the file in MiB (1024)
  --rounds N   how often each is measured (5)
  --words N    how many words are said for a latency (2000)`;

/** What the goals are: shares of socat's speed, and how much the chat may slow down. */
const GOAL_SPEED = 0.7;
const GOAL_LATENCY = 2;

/** A gigabit network, in MiB per second. */
const NETWORK_MIB = 112;

/** How long one transfer may take before the benchmark gives up, in ms. */
const TRANSFER_MS_MAX = 120_000;

interface Bench {
  readonly programs: Programs;
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/** Runs the benchmark. @returns The exit code. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h", default: false },
      mib: { type: "string", default: "1024" },
      rounds: { type: "string", default: "5" },
      words: { type: "string", default: "2000" },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("Skipped: there is no C compiler here (cc or gcc).");
    return 0;
  }
  const bench = { programs, bytes: Number(values.mib) * (1 << 20), signal };
  const spec = servers.find(({ name }) => name === "chat");
  if (spec === undefined) throw new Error("There is no server 'chat' to measure");
  await using server = await startServer(spec, programs, signal);
  const { residentKiB: before } = await server.memory();
  const reference = hasProgram("socat");
  if (!reference) note("socat is not here, so there is nothing to compare with.");

  const figures = { socat: [] as number[], chat: [] as number[], computed: [] as number[] };
  for (let round = 1; round <= Number(values.rounds); round++) {
    note(`round ${round}`);
    if (reference) figures.socat.push(await throughSocat(bench));
    figures.chat.push(await throughChat(bench, server, { digest: true }));
    figures.computed.push(await throughChat(bench, server, { digest: false }));
  }
  const socat = median(figures.socat);
  print(`${values.mib} MiB, median of ${values.rounds}:`);
  if (reference) print(`  socat, 256 KiB buffer    ${speed(socat)}`);
  for (
    const [title, key] of [["digest in the offer", "chat"], [
      "digest computed",
      "computed",
    ]] as const
  ) {
    const median_ = median(figures[key]);
    const share = reference ? `   ${(median_ / socat).toFixed(2)} of socat` : "";
    print(`  chat, ${title.padEnd(19)}${speed(median_)}${share}`);
  }
  if (reference) verdict("speed", median(figures.chat) / socat, GOAL_SPEED, "min");
  const { residentKiB, peakKiB } = await server.memory();
  print(
    `  memory of the server: ${mib(before)} before, ${mib(residentKiB)} after, ${
      mib(peakKiB)
    } at most`,
  );
  await latencies(bench, server, Number(values.words));
  return 0;
}

/** What others notice of a transfer. */
async function latencies(bench: Bench, server: RunningServer, words: number): Promise<void> {
  print("From saying to hearing, two other clients:");
  const quiet = await talk(server, words);
  print(`  without a transfer       ${quiet.text}`);
  const kinds: [title: string, carry: (bench: Bench) => Promise<unknown>][] = [
    ["at a gigabit", (bench) => throughChat(bench, server, { digest: true, pace: NETWORK_MIB })],
    ["at full speed", (bench) => throughChat(bench, server, { digest: true })],
  ];
  // What a machine without an idle core costs, whoever carries.
  if (hasProgram("socat")) kinds.push(["through socat", throughSocat]);
  for (const [title, carry] of kinds) {
    const stop = new AbortController();
    const signal = AbortSignal.any([bench.signal, stop.signal]);
    const carrying = repeat(() => carry({ ...bench, signal }), signal);
    const busy = await talk(server, words);
    stop.abort();
    await carrying;
    print(`  a transfer ${title.padEnd(14)}${busy.text}`);
    verdict("p99, times", busy.p99 / quiet.p99, GOAL_LATENCY, "max");
  }
}

/** Carries file after file until it is told to stop. */
async function repeat(carry: () => Promise<unknown>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      await carry();
    } catch (error) {
      if (!stop.aborted) throw error;
    }
  }
}

async function talk(server: RunningServer, words: number): Promise<{ p99: number; text: string }> {
  await using carol = connect({ port: server.port, name: "Carol" });
  await using dora = connect({ port: server.port, name: "Dora" });
  await Promise.all([carol.online(), dora.online()]);
  const heard = dora[Symbol.asyncIterator]();
  const took: number[] = [];
  // The server takes an id of one user once.
  const run = crypto.randomUUID();
  for (let word = 0; word < words; word++) {
    const start = performance.now();
    const id = `${run}-${word}`;
    const said = carol.say("a word", { id });
    for (;;) {
      const { value } = await heard.next();
      if (value?.type === "NewMessage" && value.id === id) break;
      if (value === undefined) throw new Error("Dora was disconnected");
    }
    took.push(performance.now() - start);
    await said;
    // People do not talk at full speed, and a pause lets the transfer show itself.
    if (word % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  took.sort((one, other) => one - other);
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0;
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return {
    p99: at(0.99),
    text: `median ${ms(at(0.5))}, p99 ${ms(at(0.99))}, max ${ms(at(1 - 1e-9))}`,
  };
}

/** One file through the server. @returns Bytes per second. */
async function throughChat(
  { programs, bytes, signal }: Bench,
  server: RunningServer,
  { digest, pace = 0 }: { digest: boolean; pace?: number },
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

/** One file through socat. @returns Bytes per second. */
async function throughSocat({ programs, bytes, signal }: Bench): Promise<number> {
  const port = freePort();
  await using socats = new AsyncDisposableStack();
  return await measure(programs, signal, {
    receive: ["listen", `${bytes}`],
    send: async (line) => {
      const to = /^listening on (\d+)$/.exec(line)?.[1];
      const at = `TCP-LISTEN:${port},bind=127.0.0.1,reuseaddr`;
      const args = ["-b", `${256 << 10}`, at, `TCP:127.0.0.1:${to}`];
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

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether somebody listens, from the kernel's table: a connection would be taken for the sender's. */
async function untilListening(port: number): Promise<void> {
  const entry = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")} 00000000:0000 0A`;
  for (let tries = 0; tries < 500; tries++) {
    if ((await Deno.readTextFile("/proc/net/tcp")).includes(entry)) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("socat does not listen");
}

function verdict(title: string, figure: number, goal: number, bound: "min" | "max"): void {
  const kept = bound === "min" ? figure >= goal : figure <= goal;
  const word = bound === "min" ? "at least" : "at most";
  print(`  ${title}: ${figure.toFixed(2)}, goal ${word} ${goal}: ${kept ? "kept" : "MISSED"}`);
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function speed(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e6).toFixed(0).padStart(6)} MB/s`;
}

function mib(kib: number): string {
  return `${(kib / 1024).toFixed(0)} MiB`;
}
