/**
 * Who must go when memory is short.
 *
 * @module
 */

import fc from "fast-check";
import { dearest as dearestInSteps, type Payer, Sum } from "../../../server/budget/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const LOGS = [{ name: "lobby" }, { name: "tea" }, { name: "work" }];

function bytesOf(payers: Iterable<Payer>, sharedBytes: number): number {
  const sum = new Sum(sharedBytes);
  for (const payer of payers) sum.add(payer);
  return sum.bytes;
}

function dearest(payers: Iterable<Payer>, sharedBytes: number, bytesMax: number): Payer[] {
  return [...dearestInSteps(payers, sharedBytes, bytesMax)].filter((one) => one !== undefined);
}

function costOf({ ownBytes, lags }: Payer): number {
  return lags.reduce((sum, { bytes }) => sum + bytes, ownBytes);
}

const payer = fc.record({
  ownBytes: fc.nat(1_000),
  lags: fc.subarray(LOGS).chain((logs) =>
    fc.tuple(...logs.map((log) => fc.nat(1_000).map((bytes) => ({ log, bytes }))))
  ),
});

Deno.test("a log counts once, with the slowest", () => {
  const [log = {}] = LOGS;
  const lagging = (bytes: number): Payer => ({ ownBytes: 10, lags: [{ log, bytes }] });
  assertEquals(bytesOf([lagging(500), lagging(700), lagging(0)], 1), 731);
  // Whoever lags least is no relief: the log is as long without it.
  const payers = [lagging(500), lagging(700), lagging(0)];
  assertEquals(dearest(payers, 0, 700), payers.slice(1, 2));
});

Deno.test("nobody goes while all fit, the dearest go first, and no more than needed", () => {
  fc.assert(fc.property(fc.array(payer, { maxLength: 30 }), fc.nat(3_000), fc.nat(20_000), (
    payers,
    shared,
    max,
  ) => {
    const gone = dearest(payers, shared, max);
    const stay = payers.filter((one) => !gone.includes(one));
    if (bytesOf(payers, shared) <= max) return assertEquals(gone, []);
    if (bytesOf(payers, 0) <= max / 4) return assertEquals(gone, []);
    const target = Math.max(max * 0.9, shared + max / 4 * 0.9);
    assert(stay.length === 0 || bytesOf(stay, shared) <= target);
    assert(bytesOf([...stay, ...gone.slice(-1)], shared) > target);
    const cheapest = Math.min(...gone.map(costOf));
    for (const one of stay) assert(costOf(one) <= cheapest);
  }));
});

Deno.test("when what is shared alone is more than the budget, only those go who take more than the connections' part", () => {
  assertEquals(dearest([], 100, 10), []);
  const payers = [{ ownBytes: 1, lags: [] }, { ownBytes: 1, lags: [] }];
  assertEquals(dearest(payers, 100, 10), []);
  const greedy = { ownBytes: 2, lags: [] };
  assertEquals(dearest([...payers, greedy], 100, 10), [greedy]);
});
