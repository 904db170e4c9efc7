/**
 * Entry of `deno task attack`: attacks the real server, or the store, and says what became of the honest.
 *
 * @module
 */

import { attacks } from "./attacks/mod.ts";
import type { Attack } from "./attack.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { note, print } from "../bench/output.ts";
import { faults, onlySlow, type Row } from "./row.ts";
import { runAttack } from "./runner.ts";
import { HEADING, line } from "./table.ts";

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args, () => Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    return 2;
  }
  if (options.help) {
    print(USAGE);
    for (const { name, root } of attacks) print(`  ${name.padEnd(26)}${root}`);
    return 0;
  }
  const unknown = options.only.filter((name) => !attacks.some((one) => one.name === name));
  if (unknown.length > 0) {
    note(`There is no attack "${unknown.join('", "')}". --help lists them.`);
    return 2;
  }
  return await attackServer(options);
}

async function attackServer(options: Options): Promise<number> {
  const { only, json, seed, seconds } = options;
  const chosen = attacks.filter(({ name }) => only.length === 0 || only.includes(name));
  note(`${chosen.length} attacks of ${seconds} s each, seed ${seed}`);
  if (!json) print(HEADING);
  const bad: string[] = [];
  for (const attack of chosen) {
    const { row, wrong } = await judged(attack, options);
    print(json ? JSON.stringify({ ...row, faults: wrong }) : line(row));
    for (const fault of wrong) note(`  ${attack.name}: ${fault}`);
    if (wrong.length > 0) bad.push(attack.name);
  }
  if (bad.length > 0) note(`Not good enough: ${bad.join(", ")} (--seed ${seed})`);
  return bad.length > 0 ? 1 : 0;
}

async function judged(
  attack: Attack,
  { seconds, seed, careful }: Options,
): Promise<{ row: Row; wrong: string[] }> {
  const judging = careful ? "without the machine's" : "as met";
  for (let looks = 1;; looks++) {
    const row = await runAttack(attack, { seconds, seed });
    const wrong = faults(row, judging);
    if (!careful || looks > 1 || !onlySlow(wrong)) return { row, wrong };
    note(`  ${attack.name} was only slow (${wrong.join("; ")}): once more`);
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
