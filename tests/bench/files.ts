/**
 * The files benchmark: how fast does a file pass through the server, what does that cost, and does the chat notice?
 *
 *   for each round:  C relays  ->  socat  ->  chat over each kind of sockets, digest in the offer  ->  digest computed
 *   for each round:  talk  ->  talk beside a gigabit  ->  talk beside full speed  ->  talk beside a C relay at full speed
 *
 * All take turns within a round, so a slow minute of the machine hits all of them; the median counts. Two clients talk, and
 * the time from saying to hearing is compared: at the pace of a gigabit network, and at full speed, which leaves no core idle;
 * what that alone costs is seen while somebody else carries.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { wait } from "../../ground/mod.ts";
import { connect } from "../../server/wire/mod.ts";
import { hasProgram } from "../skips.ts";
import { compilePrograms } from "./compile.ts";
import {
  type ChatRelay,
  type Kind,
  type Relay,
  socatRelay,
  startChat,
  startRelay,
} from "./files_relays.ts";
import { note, print } from "./output.ts";

const HELP = `Usage: deno task bench files [options]
  --mib N           size of the file in MiB (1024)
  --rounds N        how often each is measured (5)
  --words N         how many words are said for a latency (2000); 0: none are
  --transport KIND  of the chat: runtime, epoll or both (both)`;

/** What the goals are: a share of the copying C relay's speed, and how many times the chat's p99 may be the quiet one. */
const GOAL_SPEED = 0.7;
const GOAL_P99_NETWORK = 1.2;
const GOAL_P99_FULL = 4;

/** A gigabit network, in MiB per second. */
const NETWORK_MIB = 112;

interface Plan {
  readonly bytes: number;
  readonly rounds: number;
  readonly words: number;
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
      transport: { type: "string", default: "both" },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const kinds = (["runtime", "epoll"] as const).filter((kind) =>
    values.transport === "both" || values.transport === kind
  );
  if (kinds.length === 0) {
    note(`There is no kind of sockets "${values.transport}".`);
    return 2;
  }
  await using programs = await compilePrograms(signal);
  if (programs === undefined) {
    note("Skipped: there is no C compiler here (cc or gcc).");
    return 0;
  }
  await using all = new AsyncDisposableStack();
  const copying = all.use(await startRelay(programs, "copy", signal));
  const references = [copying, all.use(await startRelay(programs, "splice", signal))];
  if (hasProgram("socat")) references.push(socatRelay(programs));
  const chats: ChatRelay[] = [];
  for (const kind of kinds satisfies Kind[]) {
    chats.push(all.use(await startChat(programs, kind, signal)));
  }
  const plan: Plan = {
    bytes: Number(values.mib) * (1 << 20),
    rounds: Number(values.rounds),
    words: Number(values.words),
    signal,
  };
  await speeds(plan, copying, [
    ...references,
    ...chats.flatMap((chat) => [chat, chat.computing]),
  ]);
  for (const { title, server } of chats) {
    const { residentKiB, peakKiB } = await server.memory();
    print(`  memory of ${title}: ${mib(residentKiB)} after, ${mib(peakKiB)} at most`);
  }
  if (plan.words > 0) { for (const chat of chats) await latencies(plan, chat, copying); }
  return 0;
}

// ── Speed ────────────────────────────────────────────────────────────────────────────────────────

async function speeds(plan: Plan, reference: Relay, relays: readonly Relay[]): Promise<void> {
  const { bytes, rounds, signal } = plan;
  const measured = relays.map((relay) => ({ relay, speeds: [] as number[], cpu: 0 }));
  for (let round = 1; round <= rounds; round++) {
    note(`round ${round}`);
    for (const figures of measured) {
      const before = await figures.relay.cpu() ?? NaN;
      figures.speeds.push(await figures.relay.carry({ bytes, signal }));
      figures.cpu += (await figures.relay.cpu() ?? NaN) - before;
    }
  }
  const of = median(measured.find(({ relay }) => relay === reference)?.speeds ?? []);
  print(`${bytes / (1 << 20)} MiB, median of ${rounds}; CPU of who passes it on:`);
  for (const { relay, speeds, cpu } of measured) {
    const perGb = cpu / (bytes * rounds) * 1e9;
    const columns = [
      `${(median(speeds) / 1e6).toFixed(0).padStart(6)} MB/s`,
      `${(median(speeds) / of).toFixed(2)} of ${reference.title}`,
      Number.isNaN(perGb) ? "" : `${perGb.toFixed(3)} s CPU/GB`,
    ];
    print(`  ${relay.title.padEnd(32)}${columns.join("   ")}`);
    if (relay.title.startsWith("chat") && !relay.title.endsWith("computed")) {
      verdict("speed", median(speeds) / of, GOAL_SPEED, "min");
    }
  }
}

// ── Talk ─────────────────────────────────────────────────────────────────────────────────────────

/** What others notice of a transfer. */
async function latencies(plan: Plan, chat: ChatRelay, reference: Relay): Promise<void> {
  const { bytes, rounds } = plan;
  const cases: {
    title: string;
    carry?: (signal: AbortSignal) => Promise<unknown>;
    goal?: number;
  }[] = [
    { title: "without a transfer" },
    {
      title: "a transfer at a gigabit",
      carry: (signal) => chat.carry({ bytes, signal, pace: NETWORK_MIB }),
      goal: GOAL_P99_NETWORK,
    },
    {
      title: "a transfer at full speed",
      carry: (signal) => chat.carry({ bytes, signal }),
      goal: GOAL_P99_FULL,
    },
    // What a machine without an idle core costs, whoever carries.
    {
      title: `the same through ${reference.title}`,
      carry: (signal) => reference.carry({ bytes, signal }),
    },
  ];
  const took = cases.map(() => [] as Talk[]);
  for (let round = 1; round <= rounds; round++) {
    note(`talk, round ${round}`);
    for (const [at, { carry }] of cases.entries()) {
      took[at]?.push(await talkBeside(plan, chat, carry));
    }
  }
  print(`From saying to hearing, two other clients, ${chat.title}; median of ${rounds}:`);
  const quiet = took[0] ?? [];
  for (const [at, { title, goal }] of cases.entries()) {
    const talks = took[at] ?? [];
    const ms = (pick: (talk: Talk) => number) => `${median(talks.map(pick)).toFixed(2)} ms`;
    // Each beside the quiet one of its round.
    const times = median(talks.map(({ p99 }, round) => p99 / (quiet[round]?.p99 ?? NaN)));
    const text = `median ${ms(({ p50 }) => p50)}, p99 ${ms(({ p99 }) => p99)}, max ${
      ms(({ max }) => max)
    }`;
    print(`  ${title.padEnd(32)}${text}${at === 0 ? "" : `   p99 ${times.toFixed(2)} times`}`);
    if (goal !== undefined) verdict("p99, times", times, goal, "max");
  }
}

/** What the time from saying to hearing was, in ms. */
interface Talk {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

async function talkBeside(
  { words, signal }: Plan,
  { server }: ChatRelay,
  carry: ((signal: AbortSignal) => Promise<unknown>) | undefined,
): Promise<Talk> {
  if (carry === undefined) return await talk(server.port, words);
  const stop = new AbortController();
  const stopped = AbortSignal.any([signal, stop.signal]);
  const carrying = repeat(() => carry(stopped), stopped);
  try {
    return await talk(server.port, words);
  } finally {
    stop.abort();
    await carrying;
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

async function talk(port: number, words: number): Promise<Talk> {
  await using carol = connect({ port, name: "Carol" });
  await using dora = connect({ port, name: "Dora" });
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
    if (word % 20 === 0) await wait(1);
  }
  took.sort((one, other) => one - other);
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1 - 1e-9) };
}

function verdict(title: string, figure: number, goal: number, bound: "min" | "max"): void {
  const kept = bound === "min" ? figure >= goal : figure <= goal;
  const word = bound === "min" ? "at least" : "at most";
  print(`    ${title}: ${figure.toFixed(2)}, goal ${word} ${goal}: ${kept ? "kept" : "MISSED"}`);
}

function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function mib(kib: number): string {
  return `${(kib / 1024).toFixed(0)} MiB`;
}
