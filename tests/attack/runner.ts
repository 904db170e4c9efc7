/**
 * Runs attacks: a server, the honest, the attackers, and the look at what is left.
 *
 * ```text
 *   prepare ─ server ─┬─ honest alone ─ before │ attackers … peak │ settle ─ after ─┬─ SIGTERM ─ verify, dump
 *                     └──────────── once for each attack of the group ──────────────┘
 * ```
 *
 * Several attacks on one server are a stricter trial of each but the first: what one has left is there for the next.
 *
 * @module
 */

import { startAttackers } from "./attackers.ts";
import { storeState } from "./after.ts";
import type { Attack, Scene } from "./attack.ts";
import { MemoryWatch } from "./memory_watch.ts";
import { AFTER_MS, QUIET_MS } from "./numbers.ts";
import { Prober } from "./prober.ts";
import { busyMs, forgetPeak } from "./proc.ts";
import type { Row } from "./row.ts";
import { AttackedServer } from "./server.ts";
import { needsOf } from "./groups.ts";
import { spread } from "./spread.ts";

/** How to run. */
export interface RunOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Ends everything at once. */
  readonly signal: AbortSignal;
}

/** What is known before the store is looked at. */
type HalfRow = Omit<Row, "store" | "code" | "traces" | "trace" | "left"> & {
  readonly acknowledged: ReadonlySet<string>;
};

/** Runs a group of attacks on one server; gives their rows. When it dies, the rest gets another. */
export async function runGroup(attacks: readonly Attack[], options: RunOptions): Promise<Row[]> {
  const directory = await Deno.makeTempDir({ prefix: "chat-attack-" });
  const halves: HalfRow[] = [];
  let house: House | undefined;
  try {
    await attacks[0]?.prepare?.(directory);
    house = new House(directory, await AttackedServer.start(directory, needsOf(attacks[0])));
    for (const [n, attack] of attacks.entries()) {
      options.signal.throwIfAborted();
      if (n > 0 && !house.server.alive) break;
      halves.push(
        await trial(house, attack, `${n}`, options).catch((error) => {
          if (options.signal.aborted) throw error;
          return broken(house, attack, options, error);
        }),
      );
    }
    const code = await house.server.end();
    const { traces, trace } = house;
    const rows: Row[] = [];
    for (const [n, { acknowledged, ...half }] of halves.entries()) {
      // Where the oldest may go, what is not there any more is not lost.
      const kept = attacks[n]?.excuse?.forgets === true ? new Set<string>() : acknowledged;
      const store = await storeState(directory, kept);
      const left = await attacks[n]?.after?.(directory) ?? [];
      rows.push({ ...half, code, traces, trace, store, left });
    }
    const rest = attacks.slice(halves.length);
    return rest.length === 0 ? rows : [...rows, ...await runGroup(rest, options)];
  } finally {
    await house?.server[Symbol.asyncDispose]();
    await Deno.remove(directory, { recursive: true });
  }
}

/** A server that may be killed and started again. */
class House {
  readonly #directory: string;
  #server: AttackedServer;
  #tracesBefore = 0;
  #traceBefore = "";

  constructor(directory: string, server: AttackedServer) {
    this.#directory = directory;
    this.#server = server;
  }

  get server(): AttackedServer {
    return this.#server;
  }

  /** Lines of stack traces in the logs of all its lives. */
  get traces(): number {
    return this.#tracesBefore + this.#server.traces;
  }

  get trace(): string {
    return this.#traceBefore || this.#server.firstTrace;
  }

  async killAndRestart(attack: Attack): Promise<void> {
    await this.#server[Symbol.asyncDispose]();
    this.#traceBefore ||= this.#server.firstTrace;
    this.#tracesBefore += this.#server.traces;
    this.#server = await AttackedServer.start(this.#directory, needsOf(attack), this.#server);
  }
}

/** The row of an attack that could not be carried out to its end: most of all because the server has died. */
function broken(
  house: House | undefined,
  { name }: Attack,
  { seconds, seed }: RunOptions,
  error: unknown,
): HalfRow {
  const none = spread([]);
  const tally = { said: 0, acknowledged: 0, received: 0, lost: 0, doubled: 0 };
  const breaches = [error instanceof Error ? error.message : String(error)];
  return {
    ...{ attack: name, seconds, seed, serverCpuMs: 0, acknowledged: new Set() },
    met: {
      ping: none,
      say: none,
      join: none,
      health: none,
      tally,
      unanswered: 0,
      refused: {},
      cuts: [],
    },
    memory: { before: 0, peak: 0, after: 0 },
    alive: house?.server.alive ?? false,
    attacked: { connections: 0, refused: 0, bytesOut: 0, bytesIn: 0, cpuMs: 0, breaches },
  };
}

async function trial(
  house: House,
  attack: Attack,
  tag: string,
  { seconds, seed, signal }: RunOptions,
): Promise<HalfRow> {
  const { port, http } = house.server;
  await using prober = await Prober.start(() => house.server);
  await pause(QUIET_MS);
  forgetPeak(house.server.pid);
  using memory = new MemoryWatch(() => house.server.pid);
  const cpuBefore = busyMs(house.server.pid);
  await using attackers = startAttackers(attack.name, { chat: port, http, seconds, seed, tag });
  const over = new AbortController();
  const stop = () => attackers.signal("SIGKILL");
  signal.addEventListener("abort", stop);
  const scene: Scene = {
    seconds,
    ready: attackers.ready,
    rest: (ms) => pause(ms, over.signal),
    signal: (whom, name) => (whom === "server" ? house.server : attackers).signal(name),
    killAndRestart: () => house.killAndRestart(attack),
  };
  const [attacked] = await Promise.all([
    attackers.attacked.finally(() => over.abort()),
    attack.scene?.(scene),
  ]).finally(() => signal.removeEventListener("abort", stop));
  const serverCpuMs = busyMs(house.server.pid) - cpuBefore;
  const { acknowledged, ...met } = await prober.finish();
  await pause(AFTER_MS);
  return {
    ...{ attack: attack.name, seconds, seed, met, memory: memory.end(), acknowledged },
    ...{ alive: house.server.alive, serverCpuMs, attacked },
  };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });
}
