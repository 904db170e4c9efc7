/**
 * Starts the attackers' process so that it takes what the server leaves, and no more than one core.
 *
 * Over a network attackers cost the server's machine nothing; here they run on the same cores. So they run with a lower
 * priority (`nice`) and on the last core only (`taskset`), where these programs are: the server may always have the
 * other core for itself, and a core that both want is the server's by nine to one. What the attackers took is in the row.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { within } from "../within.ts";
import { hasProgram } from "../skips.ts";
import { type Done, type Orders, READY } from "./engine.ts";
import { START_MS_MAX } from "./numbers.ts";

/** What the attackers did, and what that cost them. */
export interface Attacked extends Done {
  readonly cpuMs: number;
}

const CHILD = fileURLToPath(new URL("./attacker_child.ts", import.meta.url));
/** How long a crowd may take to come and to settle, beside the attack itself, in ms. */
const CROWD_MS_MAX = 60_000;
/** A tenth of the weight of a process of usual priority. */
const NICENESS = 10;

/** Attackers at work. */
export interface Attackers extends AsyncDisposable {
  /** What they have done, when they have ended by themselves. */
  readonly attacked: Promise<Attacked>;
  /** Resolves when they begin, and when they have ended. */
  readonly ready: Promise<void>;
  signal(name: Deno.Signal): void;
}

/** Lets an attack be carried out by a process of its own. */
export function startAttackers(name: string, orders: Orders): Attackers {
  const [program = "", ...args] = [
    ...(hasProgram("nice") ? ["nice", "-n", `${NICENESS}`] : []),
    ...(hasProgram("taskset") ? ["taskset", "-c", `${navigator.hardwareConcurrency - 1}`] : []),
    ...[Deno.execPath(), "run", "--quiet", "--no-check", "--frozen", "--no-prompt", "--allow-all"],
    ...[CHILD, name, JSON.stringify(orders)],
  ];
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "piped" })
    .spawn();
  const ready = Promise.withResolvers<void>();
  let said = "";
  const output = Promise.all([
    child.status,
    new Response(child.stderr).text(),
    child.stdout.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({
        write(text) {
          said += text;
          if (said.startsWith(`${READY}\n`)) ready.resolve();
        },
      }),
    ),
  ]).finally(ready.resolve);
  const signal = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch (error) {
      // It has ended.
      if (!(error instanceof TypeError)) throw error;
    }
  };
  const limit = orders.seconds * 1000 + START_MS_MAX + CROWD_MS_MAX;
  const attacked = (async () => {
    const [{ code }, stderr] = await within(output, `The attackers of ${name}`, limit);
    if (code !== 0) throw new Error(`The attackers of ${name} failed: ${stderr}`);
    return JSON.parse(said.trim().split("\n").at(-1) ?? "") as Attacked;
  })();
  // Whoever disposes before it waited for the end is not to be told of it.
  attacked.catch(() => {});
  return {
    attacked,
    ready: ready.promise,
    signal,
    async [Symbol.asyncDispose]() {
      signal("SIGKILL");
      await output;
    },
  };
}
