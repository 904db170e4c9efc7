/**
 * Runs one attack: a server of its own, the honest, the attackers, and the look at what is left.
 *
 * ```text
 *   server ─ honest alone ─ before │ attackers … peak │ settle ─ after ─ SIGTERM ─ verify, dump
 * ```
 *
 * @module
 */

import { type Attacked, attackWith } from "./attackers.ts";
import { storeState } from "./after.ts";
import type { Attack } from "./attack.ts";
import { AFTER_MS, MEMORY_LOOK_MS, QUIET_MS } from "./numbers.ts";
import { Prober } from "./prober.ts";
import { busyMs, forgetPeak, memoryOf } from "./proc.ts";
import type { Row } from "./row.ts";
import { AttackedServer } from "./server.ts";

/** How to run. */
export interface RunOptions {
  readonly seconds: number;
  readonly seed: number;
}

/** Runs an attack; gives its row. */
export async function runAttack(attack: Attack, { seconds, seed }: RunOptions): Promise<Row> {
  const directory = await Deno.makeTempDir({ prefix: "chat-attack-" });
  try {
    await using server = await AttackedServer.start(directory, attack.server);
    const { port, pid, http } = server;
    await using prober = await Prober.start(() => ({ port, pid }));
    await pause(QUIET_MS);
    forgetPeak(pid);
    using memory = new MemoryWatch(pid);
    const cpuBefore = busyMs(pid);
    const attacked: Attacked = await attackWith(attack.name, { chat: port, http, seconds, seed });
    const serverCpuMs = busyMs(pid) - cpuBefore;
    const { acknowledged, ...met } = await prober.finish();
    await pause(AFTER_MS);
    const peakAndAfter = memory.end();
    const alive = server.alive;
    await prober[Symbol.asyncDispose]();
    const code = await server.end();
    const store = await storeState(directory, acknowledged);
    const { traces } = server;
    return {
      ...{ attack: attack.name, seconds, seed, met, memory: peakAndAfter },
      ...{ alive, code, store, traces, serverCpuMs, attacked },
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Looks at a process's memory again and again. */
class MemoryWatch implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #pid: number;
  readonly #before: number;
  #peak = 0;
  #now = 0;

  constructor(pid: number) {
    this.#pid = pid;
    this.#look();
    this.#before = this.#now;
    this.#timer = setInterval(() => this.#look(), MEMORY_LOOK_MS);
  }

  /** What it was and is. What the kernel remembers as the peak counts, where it remembers it. */
  end(): Row["memory"] {
    this.#look();
    return { before: this.#before, peak: this.#peak, after: this.#now };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const memory = memoryOf(this.#pid);
    if (memory === undefined) return;
    this.#now = memory.resident;
    this.#peak = Math.max(this.#peak, memory.resident, memory.peak);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
