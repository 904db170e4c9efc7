/**
 * Several failing calls in one run: nothing acknowledged is lost, and nothing waits for ever.
 *
 * @module
 */

import { within } from "../../within.ts";
import { run } from "./crashes.ts";
import { tryMany } from "./disk_faults.ts";
import type { StoreRow } from "./mod.ts";
import { assertEquals } from "../../assert.ts";

// In the first of these, ending a segment waited for records that a full disk had rejected.
const SEEDS = [
  62,
  64,
  260,
  374,
  388,
  899_403,
  2_069_910_658,
  2_069_910_984,
  2_069_911_582,
  Date.now() % 1_000_000,
];

for (const seed of SEEDS) {
  Deno.test(`calls that fail here and there in a random run lose nothing and end (seed ${seed})`, async () => {
    await within(tryMany(seed), "A run with failing calls");
  });
}

Deno.test("an attack ends when its time is over, and counts what it has tried", async () => {
  const rows: StoreRow[] = [];
  const { signal } = new AbortController();
  await run({ seconds: 0.2, seed: 1, report: (row) => rows.push(row), signal });
  assertEquals(rows.length > 0, true);
  assertEquals(rows.flatMap(({ wrong }) => wrong), []);
});
