/**
 * What is marked on the time axis: what the server counted between two reports, and what operators marked, each once.
 *
 * @module
 */

import { Sampler } from "../../observe/dashboard/sampler.ts";
import type { Counted, ServerReport } from "../../observe/dashboard/server_report.ts";
import { assertEquals } from "../assert.ts";

const COUNTED: Counted = {
  uptimeMs: 5_000,
  cutOff: 3,
  rateLimited: 7,
  loginsRefused: 1,
  marks: [],
};

function report(at: number, more: Partial<Counted> = {}, pid = 1): ServerReport {
  return { at, pid, users: 0, rooms: [], counted: { ...COUNTED, uptimeMs: at, ...more } };
}

/** What is marked in a second that ends with that report. */
function marked(sampler: Sampler, one: ServerReport): readonly string[] {
  sampler.report(one);
  return sampler.second(one.at, undefined).marks?.map(({ kind, text }) => `${kind}: ${text}`) ?? [];
}

Deno.test("what was counted before the first report is no news, and what comes then is marked once", () => {
  const sampler = new Sampler();
  assertEquals(marked(sampler, report(1_000)), []);
  assertEquals(marked(sampler, report(2_000, { cutOff: 4, rateLimited: 9, loginsRefused: 2 })), [
    "cutOff: 1 reader was cut off",
    "rateLimited: 2 messages came too fast",
    "loginsRefused: 1 login was refused",
  ]);
  assertEquals(marked(sampler, report(3_000, { cutOff: 4, rateLimited: 9, loginsRefused: 2 })), []);
});

Deno.test("a restart is marked, also over a break of the connection, and not as what it counts anew", () => {
  const sampler = new Sampler();
  marked(sampler, report(10_000));
  sampler.cut();
  assertEquals(sampler.second(11_000, undefined).marks, undefined);
  assertEquals(marked(sampler, report(12_000, { uptimeMs: 500, cutOff: 0 }, 2)), [
    "restarted: the server was started anew",
  ]);
});

Deno.test("a mark of an operator is told once, at its own time, and not when it is older than the axis", () => {
  const sampler = new Sampler();
  const old = { at: 1_000, by: "Op", text: "long ago" };
  const first = { at: 2_000_000, by: "Op", text: "deployed" };
  const second = { at: 2_001_500, by: "Op", text: "and back" };
  sampler.report(report(2_001_000, { marks: [old, first] }));
  assertEquals(sampler.second(2_001_000, undefined).marks, [
    { at: 2_000_000, kind: "marked", text: "deployed" },
  ]);
  assertEquals(marked(sampler, report(2_002_000, { marks: [old, first, second] })), [
    "marked: and back",
  ]);
});

Deno.test("more marks than fit into a second are told in the next ones, and what was counted is told at once", () => {
  const sampler = new Sampler();
  const marks = Array.from({ length: 18 }, (_, n) => ({
    at: 2_000_000 + n,
    by: "Op",
    text: `burst ${n}`,
  }));
  marked(sampler, report(2_000_000));
  const first = report(2_001_000, { marks, cutOff: 4 });
  const told = [marked(sampler, first)];
  for (let second = 2; second < 5; second++) {
    const { marks: more = [] } = sampler.second(2_000_000 + second * 1_000, undefined);
    told.push(more.map(({ kind, text }) => `${kind}: ${text}`));
  }
  const all = marks.map(({ text }) => `marked: ${text}`);
  const cut = "cutOff: 1 reader was cut off";
  assertEquals(told, [[...all.slice(0, 7), cut], all.slice(7, 15), all.slice(15), []]);
});

Deno.test("a mark of the same moment as one that was told before is told, too", () => {
  const sampler = new Sampler();
  const first = { at: 2_000_000, by: "Op", text: "deployed" };
  const second = { at: 2_000_000, by: "Other", text: "me, too" };
  assertEquals(marked(sampler, report(2_000_500, { marks: [first] })), ["marked: deployed"]);
  assertEquals(marked(sampler, report(2_001_500, { marks: [first, second] })), [
    "marked: me, too",
  ]);
});
