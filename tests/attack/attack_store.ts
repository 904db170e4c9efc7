/**
 * `deno task attack store`: lets each attack on the store have its share of the time, and adds up what they report.
 *
 * @module
 */

import { note, print } from "../bench/output.ts";
import type { Options } from "./options.ts";
import { type StoreAttack, storeAttacks, type StoreRow } from "./store/mod.ts";

/** Sentences that are printed of one kind of faults: more of them say nothing more. */
const SENTENCES_MAX = 20;
const WHAT_WIDTH = 60;

/** Attacks the store; gives the exit code. */
export async function attackStore(options: Options, signal: AbortSignal): Promise<number> {
  const { only, seconds, seed, form } = options;
  const json = form === "json";
  const chosen = storeAttacks.filter(({ name }) => only.length === 0 || only.includes(name));
  note(`${chosen.length} attacks on the store in ${seconds} s, seed ${seed}`);
  if (!json) print("faults".padEnd(WHAT_WIDTH) + "tried".padStart(10) + "broken".padStart(10));
  let all = 0;
  const bad: string[] = [];
  for (const attack of chosen) {
    signal.throwIfAborted();
    for (
      const { what, faults, wrong } of await rowsOf(attack, {
        options,
        share: chosen.length,
        signal,
      })
    ) {
      all += faults;
      if (json) print(JSON.stringify({ attack: attack.name, seed, what, faults, wrong }));
      else {print(
          what.padEnd(WHAT_WIDTH) + `${faults}`.padStart(10) + `${wrong.length}`.padStart(10),
        );}
      for (const sentence of wrong.slice(0, SENTENCES_MAX)) note(`  ${what}: ${sentence}`);
      if (wrong.length > 0 || faults === 0) bad.push(what);
    }
  }
  note(`${all} faults tried`);
  if (bad.length > 0) note(`Not good enough: ${bad.join(", ")} (--seed ${seed})`);
  return bad.length > 0 ? 1 : 0;
}

/** What an attack reports, rows of one kind added up. */
async function rowsOf(
  attack: StoreAttack,
  { options, share, signal }: {
    readonly options: Options;
    readonly share: number;
    readonly signal: AbortSignal;
  },
): Promise<StoreRow[]> {
  const sums = new Map<string, StoreRow>();
  const report = ({ what, faults, wrong }: StoreRow) => {
    const sum = sums.get(what);
    sums.set(what, {
      what,
      faults: (sum?.faults ?? 0) + faults,
      wrong: [...sum?.wrong ?? [], ...wrong],
    });
  };
  const run = await attack.load();
  try {
    await run({ seconds: options.seconds / share, seed: options.seed, report, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    report({ what: attack.name, faults: 0, wrong: [`it broke off: ${error}`] });
  }
  return [...sums.values()];
}
