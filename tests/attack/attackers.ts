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
import type { Done, Orders } from "./engine.ts";
import { START_MS_MAX } from "./numbers.ts";

/** What the attackers did, and what that cost them. */
export interface Attacked extends Done {
  readonly cpuMs: number;
}

const CHILD = fileURLToPath(new URL("./attacker_child.ts", import.meta.url));
/** A tenth of the weight of a process of usual priority. */
const NICENESS = 10;

/** Carries out an attack in a process of its own. */
export async function attackWith(name: string, orders: Orders): Promise<Attacked> {
  const [program = "", ...args] = [
    ...(hasProgram("nice") ? ["nice", "-n", `${NICENESS}`] : []),
    ...(hasProgram("taskset") ? ["taskset", "-c", `${navigator.hardwareConcurrency - 1}`] : []),
    ...[Deno.execPath(), "run", "--quiet", "--no-check", "--frozen", "--no-prompt", "--allow-all"],
    ...[CHILD, name, JSON.stringify(orders)],
  ];
  const child = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "piped" })
    .spawn();
  const output = child.output();
  try {
    const limit = orders.seconds * 1000 + START_MS_MAX;
    const { code, stdout, stderr } = await within(output, `The attackers of ${name}`, limit);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    if (code !== 0) throw new Error(`The attackers of ${name} failed: ${text(stderr)}`);
    return JSON.parse(text(stdout));
  } catch (error) {
    try {
      child.kill("SIGKILL");
    } catch (gone) {
      if (!(gone instanceof TypeError)) throw gone;
    }
    await output;
    throw error;
  }
}
