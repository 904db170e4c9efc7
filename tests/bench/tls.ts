/**
 * What TLS costs a server, by each engine that there is: processor time of a login with its handshake and of a delivery, and whether
 * its memory stays as it is when very many come and go.
 *
 * ```text
 *   each round, for each way in turn:   a server ─► so many come, say a word, and go, some at a time ─► chat bench ─► its end
 * ```
 *
 * The same sockets without TLS are the reference, in the same round. Memory is looked at after each fifth of those who come and go.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { selfSigned } from "../../cli/tls/self_signed.ts";
import { connect, type ConnectOptions } from "../../server/wire/mod.ts";
import { serveArgs, ServerProcess } from "../server/process.ts";
import { note, print } from "./output.ts";
import { cpuSeconds } from "./processor.ts";
import { median } from "./results.ts";
import { memoryOfProcess } from "./servers.ts";

const HELP = `Usage: deno task bench tls [options]
  --comers N     who come, say a word and go, for each server (5000)
  --rounds N     of all ways in turn (3)
  --only TEXT    only ways in whose name that stands, such as TLS (all)
  --members N    of chat bench (100)
  --seconds N    of chat bench (3)`;

/** At once: more would measure the queue. */
const TOGETHER = 20;
/** Looks at the memory. */
const LOOKS = 5;

interface Way {
  readonly title: string;
  readonly transport: "epoll" | "runtime";
  readonly tls: boolean;
}

/** Each with TLS is behind the same without. */
const ways: readonly Way[] = [
  { title: "epoll", transport: "epoll", tls: false },
  { title: "epoll, OpenSSL", transport: "epoll", tls: true },
  { title: "runtime", transport: "runtime", tls: false },
  { title: "runtime, its TLS", transport: "runtime", tls: true },
];

interface Figures {
  /** Processor time of the server for one who comes, says a word and goes, in ms. */
  readonly comerMs: number;
  /** The same of a delivery, in µs. */
  readonly deliveryUs: number;
  readonly deliveriesPerS: number;
  /** Resident memory in MiB, from before anybody came. */
  readonly memory: readonly number[];
}

/** Runs the benchmark. @returns The exit code. */
export async function run(args: string[], signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h", default: false },
      comers: { type: "string", default: "5000" },
      rounds: { type: "string", default: "3" },
      only: { type: "string", default: "" },
      members: { type: "string", default: "100" },
      seconds: { type: "string", default: "3" },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const folder = await Deno.makeTempDir({ prefix: "chat-bench-tls-" });
  try {
    const pair = selfSigned({ names: ["localhost"], fromMs: Date.now(), lastsMs: 86_400_000 });
    await Deno.writeTextFile(`${folder}/cert.pem`, pair.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, pair.key);
    const chosen = ways.filter(({ title }) => title.includes(values.only));
    const found = new Map<Way, Figures[]>(chosen.map((way) => [way, []]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const way of chosen) {
        signal.throwIfAborted();
        const trial = new Trial(way, folder, pair.cert);
        const figures = await trial.run(Number(values.comers), [
          ...["--members", values.members, "--duration", `${values.seconds}s`],
        ]);
        found.get(way)?.push(figures);
        note(`round ${round + 1}, ${way.title}: ${JSON.stringify(figures)}`);
      }
    }
    print("way                who comes and goes   a delivery   deliveries/s   memory, MiB");
    for (const [{ title }, all] of found) print(row(title, all));
    return 0;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function row(title: string, all: readonly Figures[]): string {
  const mid = (of: (figures: Figures) => number) => median(all.map(of));
  const [{ memory } = { memory: [] }] = all.slice(-1);
  return [
    title.padEnd(18),
    `${mid(({ comerMs }) => comerMs).toFixed(2)} ms`.padStart(18),
    `${mid(({ deliveryUs }) => deliveryUs).toFixed(2)} µs`.padStart(12),
    Math.round(mid(({ deliveriesPerS }) => deliveriesPerS)).toLocaleString("en").padStart(14),
    `  ${memory.map((mib) => mib.toFixed(0)).join(" → ")}`,
  ].join(" ");
}

/** One server of a way. */
class Trial {
  readonly #way: Way;
  readonly #folder: string;
  readonly #cert: string;
  /** How many have come. */
  #come = 0;

  constructor(way: Way, folder: string, cert: string) {
    this.#way = way;
    this.#folder = folder;
    this.#cert = cert;
  }

  async run(comers: number, benchArgs: readonly string[]): Promise<Figures> {
    const { transport, tls } = this.#way;
    const files = [
      "--tls-cert",
      `${this.#folder}/cert.pem`,
      "--tls-key",
      `${this.#folder}/key.pem`,
    ];
    const options = ["--port", "0", "--rate", "0", "--transport", transport, ...tls ? files : []];
    await using server = await ServerProcess.start(serveArgs(...options));
    const memory = [await memoryOf(server)];
    const before = await cpuSeconds(server.pid);
    for (let look = 0; look < LOOKS; look++) {
      await this.#comeAndGo(server, Math.ceil(comers / LOOKS));
      memory.push(await memoryOf(server));
    }
    const comersCpu = await cpuSeconds(server.pid) - before;
    const { deliveriesPerS, cores } = await this.#bench(server, benchArgs);
    return {
      comerMs: comersCpu * 1_000 / comers,
      deliveryUs: cores * 1e6 / deliveriesPerS,
      deliveriesPerS,
      memory,
    };
  }

  async #comeAndGo({ port }: ServerProcess, count: number): Promise<void> {
    const how: Pick<ConnectOptions, "host" | "tls"> = this.#way.tls
      ? { host: "localhost", tls: { believed: () => Promise.resolve([this.#cert]) } }
      : {};
    const until = this.#come + count;
    await Promise.all(Array.from({ length: TOGETHER }, async () => {
      while (this.#come < until) {
        await using client = connect({ ...how, port, name: `comer-${this.#come++}` });
        await client.say("a word");
      }
    }));
  }

  async #bench(
    { port }: ServerProcess,
    more: readonly string[],
  ): Promise<{ readonly deliveriesPerS: number; readonly cores: number }> {
    const { tls } = this.#way;
    const how = tls ? ["--tls", "--tls-ca", `${this.#folder}/cert.pem`] : [];
    // Sockets of the same kind for all, so that the generator is the same.
    const args = ["--server", `localhost:${port}`, ...how, "--transport", "runtime", ...more];
    const [program = "", ...before] = serveArgs().slice(0, -1);
    const child = new Deno.Command(program, {
      args: [...before, "bench", ...args, "--no-ceiling", "--json"],
      env: { CHAT_CONFIG: "/nonexistent/config.json" },
      stdout: "piped",
      stderr: "piped",
    });
    const { stdout, stderr, success } = await child.output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const { deliveriesPerS, server } = JSON.parse(new TextDecoder().decode(stdout));
    return { deliveriesPerS, cores: server?.cores ?? NaN };
  }
}

async function memoryOf({ pid }: ServerProcess): Promise<number> {
  return (await memoryOfProcess(pid)).residentKiB / 1_024;
}
