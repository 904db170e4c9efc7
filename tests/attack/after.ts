/**
 * What is left of an attack: whether the store opens and is whole, and whether what was acknowledged is in it once.
 *
 * Asked of the program itself, as an owner would: `chat db verify` and `chat db dump`.
 *
 * @module
 */

import { within } from "../within.ts";
import { END_MS_MAX } from "./numbers.ts";
import { HONEST_ROOM, HONEST_SPEAKER } from "./prober.ts";
import type { StoreState } from "./row.ts";
import { chatCommand, chatEnvironment } from "./server.ts";

/** Looks at a store that no server has open. */
export async function storeState(
  directory: string,
  acknowledged: ReadonlySet<string>,
): Promise<StoreState> {
  const verified = await chat("db", "verify", "--json", directory);
  const dumped = await chat("db", "dump", "--room", HONEST_ROOM, directory);
  const found = new Map<string, number>();
  for (const line of dumped.out.split("\n").filter((line) => line !== "")) {
    const { from, id } = JSON.parse(line).body ?? {};
    if (from === HONEST_SPEAKER && typeof id === "string") found.set(id, (found.get(id) ?? 0) + 1);
  }
  const broken = [verified, dumped].find(({ code }) => code !== 0);
  return {
    ...(broken === undefined ? {} : { refuses: broken.err.trim() || `code ${broken.code}` }),
    damages: verified.out === "" ? 0 : JSON.parse(verified.out).damage.length,
    lost: [...acknowledged].filter((id) => !found.has(id)).length,
    doubled: [...found.values()].filter((count) => count > 1).length,
  };
}

async function chat(
  ...args: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const [program = "", ...rest] = chatCommand(...args);
  const output = new Deno.Command(program, {
    args: rest,
    env: chatEnvironment(),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const { code, stdout, stderr } = await within(output, `chat ${args.join(" ")}`, END_MS_MAX);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}
