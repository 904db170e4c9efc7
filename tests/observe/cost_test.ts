/**
 * What watching costs: measured in samples, divided by the time of the samples.
 *
 * @module
 */

import { Libbpf } from "../../observe/libbpf.ts";
import { costBetween, observe } from "../../observe/mod.ts";
import { RunTimeStatistics } from "../../observe/run_time.ts";
import { assert, assertEquals } from "../assert.ts";
import { testAsRoot } from "../skips.ts";
import { Echo, toTheEnd } from "./children.ts";

const SECOND = 1e9;

Deno.test("the share is of the time in which was measured, not of the whole interval", () => {
  const before = { ts: 0, cost: { runs: 10, ns: 1_000, measuredNs: SECOND / 10 } };
  const now = { ts: SECOND, cost: { runs: 110, ns: 8_501_000, measuredNs: SECOND / 5 } };
  assertEquals(costBetween(before, now), { nsPerRun: 85_000, share: 0.085, measured: 0.1 });
});

Deno.test("nothing that ran cost nothing, and what was not measured is not known", () => {
  const idle = { ts: SECOND, cost: { runs: 0, ns: 0, measuredNs: SECOND / 10 } };
  assertEquals(costBetween({ ts: 0 }, idle), { share: 0, measured: 0.1 });
  assertEquals(costBetween({ ts: 0 }, { ts: SECOND }), undefined);
  assertEquals(costBetween(idle, { ...idle, ts: 2 * SECOND }), undefined);
});

Deno.test("a recording that does not say how long was measured tells the cost of a run alone", () => {
  const old = { ts: SECOND, cost: { runs: 100, ns: 32_000 } };
  assertEquals(costBetween({ ts: 0 }, old), { nsPerRun: 320 });
});

Deno.test("an observer that began anew has not cost less than nothing", () => {
  const before = { ts: 0, cost: { runs: 900, ns: 90_000, measuredNs: SECOND } };
  const now = { ts: SECOND, cost: { runs: 10, ns: 1_000, measuredNs: SECOND / 10 } };
  assertEquals(costBetween(before, now)?.nsPerRun, 100);
});

testAsRoot([], "samples take a tenth of the time, and only what ran in them counts", () => {
  using library = Libbpf.open();
  // One run each microsecond, which takes 100 ns, whether somebody measures or not.
  let nowNs = 0;
  const look = () => ({ runs: nowNs / 1_000, ns: nowNs / 10 });
  using statistics = new RunTimeStatistics(library, SECOND, look);
  assertEquals(statistics.measured(nowNs), undefined);
  const began: number[] = [];
  let sampled = 0;
  for (const look = SECOND / 50; nowNs < 100 * SECOND; nowNs += look) {
    if (nowNs % SECOND === 0) statistics.start(nowNs);
    else statistics.tick(nowNs);
    const { measuredNs = 0 } = statistics.measured(nowNs) ?? {};
    if (measuredNs === sampled) continue;
    if (began.length === 0 || nowNs - (began.at(-1) ?? 0) > SECOND / 5) began.push(nowNs);
    sampled = measuredNs;
  }
  statistics.stop(nowNs);
  const { runs, ns, measuredNs } = statistics.measured(nowNs) ?? { runs: 0, ns: 0, measuredNs: 0 };
  assertEquals([runs * 1_000, ns * 10], [measuredNs, measuredNs]);
  assert(measuredNs >= 9.5 * SECOND && measuredNs <= 12.5 * SECOND, `${measuredNs}`);
  // In each tenth of an interval but the last some samples begin.
  const tenths = new Set(began.map((at) => Math.floor(at % SECOND / (SECOND / 10))));
  assert([0, 1, 2, 3, 4, 5, 6, 7, 8].every((tenth) => tenths.has(tenth)), `${[...tenths]}`);
});

testAsRoot([], "what the kernel measures for others between samples does not count", async () => {
  using library = Libbpf.open();
  // Somebody else has the kernel measure all the time.
  const other = library.c.bpf_enable_stats(0);
  assert(other >= 0);
  try {
    await using echo = await Echo.start();
    const options = { pids: [echo.pid], intervalMs: 1_000, durationMs: 1_000, events: false };
    await using seen = await observe(options);
    const talking = echo.talk("tcp4", Array<number>(2_000).fill(10));
    const [{ end }] = await Promise.all([toTheEnd(seen), talking]);
    const { runs, ns, measuredNs = 0 } = end.last.cost ?? { runs: 0, ns: 0 };
    const calls = end.last.send.calls + end.last.recv.calls;
    assert(runs > 0 && ns > 0 && ns < measuredNs, `${runs} runs, ${ns} of ${measuredNs} ns`);
    assert(measuredNs < (end.ts - seen.start.ts) / 2, `measured for ${measuredNs} ns`);
    assert(calls > 0, `${calls} calls`);
  } finally {
    library.c.close(other);
  }
});
