/**
 * What a delivery takes of the processor and of the kernel: over both kinds of sockets, and in the C reference, in turns.
 *
 * Processor time changes little when others use the machine, which a clock's time does not: so this is what to look at first.
 * The system calls are counted by the observer (`chat observe`), where it may look; how many deliveries they were follows from
 * the bytes that they sent, since all of them send the same frames.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { quantile } from "../../observe/mod.ts";
import { encodeFrame } from "../../server/wire/mod.ts";
import type { RoomName, UserName } from "../../server/wire/mod.ts";
import { compilePrograms, type Programs } from "./compile.ts";
import { measure } from "./generator.ts";
import { CannotWatch, type Sight, type Watch, watchers } from "./observe/watchers.ts";
import { note, print } from "./output.ts";
import { cpuParts } from "./processor.ts";
import { servers, type ServerSpec, startServer } from "./servers.ts";
import { allWorkloads, messageBytes, type Workload } from "./workloads.ts";

const help = `Usage: deno task bench kernel [options]

  --rounds R    rounds, the median is quoted (3)
  --seconds T   measured seconds per run (4)
  --only LIST   workloads (1000x1w1,1000x4w8,100x4w128)
  --servers LIST  servers (chat-epoll,chat-runtime,c)
  --help        this text`;

const WARMUP_S = 0.5;

/** One run. */
interface Seen {
  /** Nanoseconds of the processor for a delivery: in the process, and in the kernel. */
  readonly ownNs: number;
  readonly kernelNs: number;
  /** Calls that sent, for a delivery; and what half of them took at most, in ns. Where nobody may look, there are none. */
  readonly sends: number;
  readonly sendNs: number;
}

/** Runs it; exit codes as those of the fan-out benchmark. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "4" },
      only: { type: "string", default: "1000x1w1,1000x4w8,100x4w128" },
      servers: { type: "string", default: "chat-epoll,chat-runtime,c" },
      help: { type: "boolean", default: false },
    },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  const workloads = pick(allWorkloads, values.only);
  const rows = pick(servers, values.servers);
  if (values.help || workloads === undefined || rows === undefined || !(rounds * seconds > 0)) {
    note(help);
    return values.help ? 0 : 2;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("The load generator needs a C compiler (cc or gcc).");
    return 77;
  }
  const title = "for a delivery".padEnd(26);
  print(
    `${title}${
      ["processor", "in the process", "in the kernel", "sends", "half of them in"].map(cell).join(
        "",
      )
    }`,
  );
  for (const workload of workloads) {
    const seen = new Map<ServerSpec, Seen[]>(rows.map((row) => [row, []]));
    for (let round = 0; round < rounds; round++) {
      for (const row of rows) {
        const one = await runOnce(row, workload, { programs, signal, seconds });
        seen.get(row)?.push(one);
        note(`${workload.title}  round ${round + 1}/${rounds}  ${row.title}: ${cells(one)}`);
      }
    }
    print(workload.title);
    for (const [{ title }, runs] of seen) print(`  ${title.padEnd(24)}${cells(medians(runs))}`);
  }
  return 0;
}

async function runOnce(
  row: ServerSpec,
  workload: Workload,
  { programs, signal, seconds }: {
    readonly programs: Programs;
    readonly signal: AbortSignal;
    readonly seconds: number;
  },
): Promise<Seen> {
  await using server = await startServer(row, programs, signal);
  const watch = await startWatch(server.pid, signal);
  const before = await cpuParts(server.pid);
  const options = { workload, seconds, warmup: WARMUP_S, landed: "all", signal } as const;
  const outcome = await measure(server, programs, options);
  const after = await cpuParts(server.pid);
  const sight = await watch?.end();
  if (outcome.kind !== "measured") throw new Error(`${row.title}: ${outcome.reason}`);
  // The warm-up is taken to be as fast as what is measured.
  const deliveries = outcome.figures.deliveriesPerS * (seconds + WARMUP_S);
  return {
    ownNs: 1e9 * (after.own - before.own) / deliveries,
    kernelNs: 1e9 * (after.kernel - before.kernel) / deliveries,
    ...sendsOf(sight),
  };
}

async function startWatch(pid: number, signal: AbortSignal): Promise<Watch | undefined> {
  try {
    return await watchers.find(({ name }) => name === "durations")?.start(pid, signal);
  } catch (error) {
    if (error instanceof CannotWatch) return undefined;
    throw error;
  }
}

/** What the observer saw of calls that send. */
function sendsOf(sight: Sight | undefined): Pick<Seen, "sends" | "sendNs"> {
  const send = sight?.last?.send;
  if (send === undefined) return { sends: NaN, sendNs: NaN };
  const sendNs = quantile(send.durations, 0.5)?.estimateNs ?? NaN;
  return { sends: send.calls * frameBytes / send.bytes, sendNs };
}

/** The bytes of a delivery: seqs have some digits more or less, which is less than a hundredth of it. */
const frameBytes = encodeFrame({
  type: "NewMessage",
  room: "lobby" as RoomName,
  seq: 10_000,
  from: "load10" as UserName,
  content: "x".repeat(messageBytes),
  at: Date.now(),
}).length;

function pick<Item extends { readonly name: string }>(
  items: readonly Item[],
  list: string,
): Item[] | undefined {
  const picked = list.split(",").map((name) => items.find((item) => item.name === name));
  return picked.every((item) => item !== undefined) ? picked : undefined;
}

function medians(runs: readonly Seen[]): Seen {
  const middle = (of: (seen: Seen) => number) => {
    const sorted = runs.map(of).sort((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
  };
  return {
    ownNs: middle(({ ownNs }) => ownNs),
    kernelNs: middle(({ kernelNs }) => kernelNs),
    sends: middle(({ sends }) => sends),
    sendNs: middle(({ sendNs }) => sendNs),
  };
}

function cells({ ownNs, kernelNs, sends, sendNs }: Seen): string {
  const seen = Number.isNaN(sends)
    ? ["–", "–"]
    : [sends.toPrecision(2), `${(sendNs / 1_000).toFixed(1)} µs`];
  return [ns(ownNs + kernelNs), ns(ownNs), ns(kernelNs), ...seen].map(cell).join("");
}

function cell(text: string): string {
  return text.padStart(16);
}

function ns(count: number): string {
  return `${Math.round(count).toLocaleString("en")} ns`;
}
