/**
 * The suite's own judgement: each promise that a row breaks is named, and a good row breaks none.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import { LATENCY_MS_MAX, MEMORY_BESIDE, MEMORY_BUDGET } from "./numbers.ts";
import { faults, onlySlow, type Row } from "./row.ts";
import { type Spread, spread } from "./spread.ts";

const FAST: Spread = { count: 10, p50: 1, p99: 2, max: 3, ownMax: 3 };
const GOOD: Row = {
  attack: "none",
  seconds: 1,
  seed: 1,
  met: {
    ping: FAST,
    say: FAST,
    join: FAST,
    health: FAST,
    tally: { said: 10, acknowledged: 10, received: 10, lost: 0, doubled: 0 },
    unanswered: 0,
    refused: {},
    cuts: [],
  },
  memory: { before: 1, peak: MEMORY_BUDGET, after: 1 },
  alive: true,
  code: 0,
  store: { damages: 0, lost: 0, doubled: 0 },
  left: [],
  traces: 0,
  trace: "",
  serverCpuMs: 1,
  attacked: { connections: 1, refused: 0, bytesOut: 1, bytesIn: 1, breaches: [], cpuMs: 1 },
};

function withMet(met: Partial<Row["met"]>): Row {
  return { ...GOOD, met: { ...GOOD.met, ...met } };
}

Deno.test("a good row has no fault", () => {
  assertEquals(faults(GOOD, { judging: "as met" }), []);
});

Deno.test("each promise that is broken makes one fault", () => {
  const { tally } = GOOD.met;
  const slow = { ...FAST, max: LATENCY_MS_MAX + 1, ownMax: LATENCY_MS_MAX + 1 };
  const broken: readonly Row[] = [
    withMet({ ping: slow }),
    withMet({ say: slow }),
    withMet({ join: slow }),
    withMet({ health: slow }),
    withMet({ tally: { ...tally, acknowledged: 0 } }),
    withMet({ tally: { ...tally, lost: 1 } }),
    withMet({ tally: { ...tally, doubled: 1 } }),
    withMet({ unanswered: 1 }),
    withMet({ refused: { busy: 1 } }),
    withMet({ cuts: ["Anna: slow_consumer"] }),
    { ...GOOD, memory: { ...GOOD.memory, peak: MEMORY_BUDGET + MEMORY_BESIDE + 1 } },
    { ...GOOD, alive: false, code: 133 },
    { ...GOOD, code: 1 },
    { ...GOOD, store: { ...GOOD.store, refuses: "damaged" } },
    { ...GOOD, store: { ...GOOD.store, damages: 1 } },
    { ...GOOD, store: { ...GOOD.store, lost: 1 } },
    { ...GOOD, store: { ...GOOD.store, doubled: 1 } },
    { ...GOOD, traces: 1 },
    { ...GOOD, left: ["the store has outgrown its size"] },
    { ...GOOD, attacked: { ...GOOD.attacked, breaches: ["a stranger is Anna"] } },
  ];
  for (const row of broken) {
    assertEquals(faults(row, { judging: "as met" }).length, 1, Deno.inspect(row));
  }
});

Deno.test("what the machine has taken is not held against the server, if that is asked for", () => {
  const row = withMet({ ping: { ...FAST, max: LATENCY_MS_MAX * 2, ownMax: 10 } });
  assertEquals(faults(row, { judging: "as met" }).length, 1);
  assertEquals(faults(row, { judging: "without the machine's" }), []);
});

Deno.test("what nobody could spare the honest is excused, and nothing else", () => {
  const excuse = { latencyMs: () => 1_000, cut: true };
  const stopped = { ...FAST, max: LATENCY_MS_MAX + 1_000 };
  const row = withMet({ ping: stopped, cuts: ["Anna: gone"], refused: { "join busy": 1 } });
  assertEquals(faults(row, { judging: "as met", excuse }), []);
  const slower = withMet({ ping: { ...FAST, max: LATENCY_MS_MAX + 1_001 } });
  assertEquals(faults(slower, { judging: "as met", excuse }).length, 1);
  const lossy = withMet({ tally: { ...GOOD.met.tally, lost: 1 } });
  assertEquals(faults(lossy, { judging: "as met", excuse }).length, 1);
});

Deno.test("where all places are taken, nobody new need come in, and who is there is served", () => {
  const excuse = { refusals: /^(join busy|health 503)$/ };
  const judge = { judging: "as met", excuse } as const;
  assertEquals(faults(withMet({ refused: { "join busy": 3, "health 503": 1 } }), judge), []);
  assertEquals(faults(withMet({ refused: { busy: 1 } }), judge).length, 1);
  assertEquals(faults(withMet({ cuts: ["Anna: busy"] }), judge).length, 1);
});

Deno.test("only slowness is worth a second look", () => {
  const slow = faults(withMet({ ping: { ...FAST, max: 9_999 } }), { judging: "as met" });
  assertEquals(onlySlow(slow), true);
  assertEquals(onlySlow([...slow, "the server died with code 133"]), false);
  assertEquals(onlySlow([]), false);
});

Deno.test("a spread tells the longest, and the longest that the server has made", () => {
  const all = [{ ms: 900, machineMs: 880 }, { ms: 100, machineMs: 0 }, { ms: 1, machineMs: 0 }];
  const { count, p50, max, ownMax } = spread(all);
  assertEquals({ count, p50, max, ownMax }, { count: 3, p50: 100, max: 900, ownMax: 100 });
});
