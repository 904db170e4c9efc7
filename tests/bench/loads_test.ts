/**
 * Tests of the loads (workloads.ts, c/speech.c) on the server itself, in small: each is understood, and each member is told all
 * that is owed to it and nothing else. They measure nothing.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { testWith } from "../skips.ts";
import { compilePrograms } from "./compile.ts";
import { measure, type Outcome } from "./generator.ts";
import { servers, startServer } from "./servers.ts";
import { peopleWorkloads, type Workload } from "./workloads.ts";

/** As many as it takes to be that load. */
function inSmall(workload: Workload): Workload {
  const aside = (workload.movers ?? 0) + (workload.readers ?? 0) + (workload.stalled ?? 0);
  const receivers = Math.min(workload.receivers - aside, 40);
  const { movers = 0, readers = 0, stalled = 0 } = workload;
  const asides = { movers: Math.min(movers, 5), readers, stalled };
  return {
    ...workload,
    ...asides,
    receivers: receivers + asides.movers + readers + stalled,
    senders: Math.min(workload.senders, 8),
    rooms: Math.min(workload.rooms ?? 1, 8),
  };
}

/** Whether there was time enough for everything to be seen. */
function isTelling(outcome: Outcome, asks: boolean): boolean {
  if (outcome.kind !== "measured") return !outcome.reason.startsWith("no message reached");
  return outcome.figures.sent > 0 && (!asks || outcome.figures.answersPerS > 0);
}

testWith(["cc"], "the server answers each load as it is owed", async (t) => {
  const { signal } = new AbortController();
  await using programs = await compilePrograms(signal);
  if (programs === undefined) throw new Error("The generator could not be compiled");
  const durable = servers.find(({ name }) => name === "chat-durable");
  if (durable === undefined) throw new Error("There is no durable server");
  await using server = await startServer(durable, programs, signal);
  for (const workload of peopleWorkloads) {
    await t.step(workload.title, async () => {
      const asks = Boolean(workload.movers || workload.readers);
      const after = (seconds: number) =>
        measure(server, programs, {
          workload: inSmall(workload),
          seconds,
          warmup: 0.1,
          landed: "all",
          speech: workload.speech ?? "chat",
          signal,
        });
      let outcome = await after(0.5);
      // A machine that is busy with something else got nowhere.
      if (!isTelling(outcome, asks)) outcome = await after(10);
      strictEqual(outcome.kind, "measured", JSON.stringify(outcome));
      ok(outcome.figures.sent > 0, "nothing was said");
      strictEqual(outcome.figures.answersPerS > 0, asks);
    });
  }
});
