/**
 * `deno task bench page`: what open pages at `/` cost a server, beside as many clients of the terminal, and how soon the page is seen.
 *
 * ```text
 *   each round, in turns:   a server ─► so many come in ─► a conversation, so many messages a second ─► its end
 *                           clients of the terminal: frames over a socket │ pages: the same client over /ws?page
 *                           beside them, without a chat: sockets that echo │ WebSockets that echo
 * ```
 *
 * Both run the very client that the terminal and the page run; all of them read. What is counted is the server's processor time and memory.
 * What a WebSocket costs by itself is known from the runtime's own (`page_echo.ts`).
 *
 * @module
 */

import { parseArgs } from "node:util";
import { wait } from "../../ground/mod.ts";
import { clientOver, webSocketLine } from "../../server/wire/in_browser/mod.ts";
import { type Client, connect } from "../../server/wire/mod.ts";
import { serveArgs, ServerProcess } from "../server/process.ts";
import { startBrowser } from "./dashboard/browser.ts";
import { measurePaints, serveSmallPage } from "./dashboard/paint.ts";
import { note, print } from "./output.ts";
import { type EchoKind, echoSeconds } from "./page_echo.ts";
import { cpuSeconds } from "./processor.ts";
import { median } from "./results.ts";
import { memoryOfProcess } from "./servers.ts";

const HELP = `Usage: deno task bench page [options]
  --members N   who are there at once (1000)
  --rounds N    of both in turn (3)
  --seconds N   of conversation (10)
  --rate N      messages a second in it (10)
  --paints N    loads of the page in a browser (7)`;

/** Who come in at once: more would measure the queue. */
const TOGETHER = 50;

const ways = ["clients of the terminal", "pages"] as const;
type Way = typeof ways[number];

interface Figures {
  /** Processor time of the server until all are there, in s. */
  readonly comingIn: number;
  /** The same of the conversation, as a part of a core. */
  readonly busy: number;
  /** Resident memory when all are there, in MiB. */
  readonly memory: number;
}

/** Runs the benchmark. @returns The exit code. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h", default: false },
      members: { type: "string", default: "1000" },
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "10" },
      rate: { type: "string", default: "10" },
      paints: { type: "string", default: "7" },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const [members, seconds, rate] = [values.members, values.seconds, values.rate].map(Number);
  if (!members || !seconds || !rate) {
    note("--members, --seconds and --rate are numbers from 1 on.");
    return 2;
  }
  const echoes = new Map<EchoKind, number[]>([["sockets", []], ["WebSockets", []]]);
  const found = new Map<Way, Figures[]>(ways.map((way) => [way, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const way of ways) {
      signal.throwIfAborted();
      const figures = await trial(way, { members, seconds, rate, signal });
      found.get(way)?.push(figures);
      note(`round ${round + 1}, ${way}: ${JSON.stringify(figures)}`);
    }
    for (const [kind, all] of echoes) {
      all.push(await echoSeconds(kind, { members, together: TOGETHER, signal }));
    }
  }
  print(
    `| ${members} of them | coming in, CPU s | ${rate} messages a second, cores | memory, MiB |`,
  );
  print("| --- | ---: | ---: | ---: |");
  for (const way of ways) print(row(way, found.get(way) ?? []));
  print(`| pages / clients, round by round | ${ratios(found).join(" | ")} |`);
  for (const [kind, all] of echoes) {
    print(`| ${kind} of the runtime that echo | ${median(all).toFixed(2)} | | |`);
  }
  return await paint(Number(values.paints), signal);
}

function row(way: Way, all: readonly Figures[]): string {
  const mid = (of: (figures: Figures) => number) => median(all.map(of));
  const cells = [
    mid(({ comingIn }) => comingIn).toFixed(2),
    mid(({ busy }) => busy).toFixed(3),
    mid(({ memory }) => memory).toFixed(0),
  ];
  return `| ${way} | ${cells.join(" | ")} |`;
}

/** How many times as much pages cost, by figure: the median over the rounds. */
function ratios(found: ReadonlyMap<Way, readonly Figures[]>): string[] {
  const [clients = [], pages = []] = ways.map((way) => found.get(way) ?? []);
  const ratio = (of: (figures: Figures) => number): string =>
    median(pages.flatMap((page, at) => {
      const client = clients[at];
      return client === undefined ? [] : [of(page) / of(client)];
    })).toFixed(2);
  return [ratio((one) => one.comingIn), ratio((one) => one.busy), ratio((one) => one.memory)];
}

async function trial(
  way: Way,
  { members, seconds, rate, signal }: {
    readonly members: number;
    readonly seconds: number;
    readonly rate: number;
    readonly signal: AbortSignal;
  },
): Promise<Figures> {
  await using server = await ServerProcess.start(
    serveArgs("--port", "0", "--http", "127.0.0.1:0", "--rate", "0", "--durability", "none"),
  );
  const web = Number(/:(\d+)$/.exec(await server.line())?.[1]);
  const make = (name: string): Client =>
    way === "pages"
      ? clientOver(webSocketLine(`ws://127.0.0.1:${web}/ws?page`), { name })
      : connect({ port: server.port, name });
  const clients: Client[] = [];
  const reading: Promise<void>[] = [];
  let heard = 0;
  const before = await cpuSeconds(server.pid);
  try {
    await Promise.all(Array.from({ length: TOGETHER }, async () => {
      while (clients.length < members) {
        const client = make(`member-${clients.length}`);
        clients.push(client);
        reading.push((async () => {
          for await (const { type } of client) if (type === "NewMessage") heard++;
        })());
        await client.online();
        await client.history({ room: "lobby", limit: 50 });
      }
    }));
    const comingIn = await cpuSeconds(server.pid) - before;
    const memory = (await memoryOfProcess(server.pid)).residentKiB / 1_024;
    const begun = [performance.now(), await cpuSeconds(server.pid)] as const;
    const count = Math.round(seconds * rate);
    for (let n = 0; n < count; n++) {
      await clients[n % clients.length]?.say(`message ${n} of a conversation`);
      await wait(Math.max(0, begun[0] + (n + 1) * 1_000 / rate - performance.now()), signal);
    }
    const spent = await cpuSeconds(server.pid) - begun[1];
    const passed = (performance.now() - begun[0]) / 1_000;
    if (heard < count * members * 0.99) note(`Only ${heard} of ${count * members} were heard.`);
    return { comingIn, memory, busy: spent / passed };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await Promise.all(reading);
  }
}

/** How soon the page is seen, beside a page of one line. */
async function paint(loads: number, signal: AbortSignal): Promise<number> {
  await using browser = await startBrowser();
  if (browser === undefined) {
    note("There is no Chromium: the page is not looked at.");
    return 0;
  }
  await using server = await ServerProcess.start(
    serveArgs("--port", "0", "--http", "127.0.0.1:0", "--durability", "none"),
  );
  const url = `http:${(await server.line()).replace(/^http on /, "//")}/`;
  await using small = serveSmallPage();
  const all = { cold: [[], []] as number[][], warm: [[], []] as number[][] };
  for (let load = 0; load < loads; load++) {
    for (const [at, one] of [small.url, url].entries()) {
      signal.throwIfAborted();
      const { cold, warm } = await measurePaints(browser, one);
      all.cold[at]?.push(cold);
      all.warm[at]?.push(warm);
    }
  }
  print("\n| first paint, ms | never seen | seen before |\n| --- | ---: | ---: |");
  for (const [at, name] of ["a page of one line", "the chat at /"].entries()) {
    const cells = [all.cold, all.warm].map((times) => median(times[at] ?? []).toFixed(0));
    print(`| ${name} | ${cells.join(" | ")} |`);
  }
  return 0;
}
