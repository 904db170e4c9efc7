/**
 * Entry of `deno task attack`: attacks the real server, or the store, and says what became of the honest.
 *
 * @module
 */

import { attacks } from "./attacks/mod.ts";
import type { Attack } from "./attack.ts";
import { attackStore } from "./attack_store.ts";
import { type Options, parseOptions, USAGE } from "./options.ts";
import { note, print } from "../bench/output.ts";
import { overTls } from "./over_tls.ts";
import { faults, onlySlow, type Row } from "./row.ts";
import { groupsOf } from "./groups.ts";
import { runGroup } from "./runner.ts";
import { storeAttacks } from "./store/mod.ts";
import { HEADING, HEADING_MARKDOWN, line, lineMarkdown } from "./table.ts";

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
    print("\nOn the server, and what each aims at:\n");
    for (const { name, root } of attacks) print(`  ${name.padEnd(26)}${root}`);
    print("\nOn the store:\n");
    for (const { name, about } of storeAttacks) print(`  ${name.padEnd(26)}${about}`);
    return 0;
  }
  const all = options.whom === "server" ? attacks : storeAttacks;
  const unknown = options.only.filter((name) => !all.some((one) => one.name === name));
  if (unknown.length > 0) {
    note(`There is no attack "${unknown.join('", "')}". --help lists them.`);
    return 2;
  }
  const controller = new AbortController();
  const stop = () => controller.abort(new Error("Stopped"));
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, stop);
  await using _tls = options.tls ? await overTls() : undefined;
  try {
    const attack = options.whom === "server" ? attackServer : attackStore;
    return await attack(options, controller.signal);
  } catch (error) {
    note(error instanceof Error ? error.message : String(error));
    return controller.signal.aborted ? 130 : 1;
  } finally {
    for (const name of ["SIGINT", "SIGTERM"] as const) Deno.removeSignalListener(name, stop);
  }
}

async function attackServer(options: Options, signal: AbortSignal): Promise<number> {
  const { only, form, seed, seconds, group, tls } = options;
  const chosen = attacks.filter(({ name, onTls = false }) =>
    only.includes(name) || (only.length === 0 && (tls || !onTls))
  );
  const idle = tls ? undefined : chosen.find(({ onTls }) => onTls);
  if (idle !== undefined) {
    note(`The attack "${idle.name}" is on TLS: give --tls.`);
    return 2;
  }
  note(`${chosen.length} attacks of ${seconds} s each, seed ${seed}`);
  const heading = { table: HEADING, markdown: HEADING_MARKDOWN, json: "" }[form];
  if (heading !== "") print(heading);
  const bad: string[] = [];
  for (const together of groupsOf(chosen, group)) {
    for (const { row, wrong } of await judged(together, { ...options, signal })) {
      const shown = {
        table: () => line(row),
        markdown: () => lineMarkdown(row, wrong),
        json: () => JSON.stringify({ ...row, faults: wrong }),
      };
      print(shown[form]());
      for (const fault of wrong) note(`  ${row.attack}: ${fault}`);
      if (wrong.length > 0) bad.push(row.attack);
    }
  }
  if (bad.length > 0) note(`Not good enough: ${bad.join(", ")} (--seed ${seed})`);
  return bad.length > 0 ? 1 : 0;
}

interface Judged {
  readonly row: Row;
  readonly wrong: readonly string[];
}

/** The rows of a group. What was only slow is looked at a second time, alone, if care is asked for. */
async function judged(
  together: readonly Attack[],
  options: Options & { readonly signal: AbortSignal },
): Promise<Judged[]> {
  const judging = options.careful ? "without the machine's" : "as met";
  const judge = (attack: Attack, row: Row): Judged => ({
    row,
    wrong: faults(row, { judging, excuse: attack.excuse }),
  });
  const all: Judged[] = [];
  for (const [n, row] of (await runGroup(together, options)).entries()) {
    const attack = together[n];
    if (attack === undefined) throw new Error(`A row too many: ${row.attack}`);
    const first = judge(attack, row);
    if (!options.careful || !onlySlow(first.wrong)) {
      all.push(first);
      continue;
    }
    note(`  ${attack.name} was only slow (${first.wrong.join("; ")}): once more`);
    const [again = row] = await runGroup([attack], options);
    all.push(judge(attack, again));
  }
  return all;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
