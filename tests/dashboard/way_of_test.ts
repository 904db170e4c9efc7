/**
 * The way of a message, for a page: asked of the server, joined with what the kernel told.
 *
 * @module
 */

import { wayOf } from "../../observe/dashboard/way_of.ts";
import {
  ChatError,
  type TracedMessage,
  type TraceReport,
  type Tracing,
} from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const CLOCK = { kind: "machine", ns: 5_000, at: 0 } as const;
const REPORT: TraceReport = {
  ...{ type: "TraceReport", room: "lobby", seq: 7, clock: CLOCK },
  from: { user: "anna", speech: "frames" },
  ...{ accepted: 1_000, given: 2_000, durable: 3_000, published: 4_000 },
  receivers: [],
  left: 0,
  unknown: [],
};

/** A server that answers like that, and remembers in which order it was asked. */
function server(answer: TraceReport | "not_found" | "forbidden") {
  const asked: (TracedMessage | "on")[] = [];
  return {
    asked,
    on: (): Promise<Tracing> => {
      asked.push("on");
      if (answer === "forbidden") {
        return Promise.reject(new ChatError("forbidden", "Only operators."));
      }
      return Promise.resolve({ type: "Tracing", on: true, clock: CLOCK, kept: 0, forgotten: 0 });
    },
    of: (which: TracedMessage): Promise<TraceReport> => {
      asked.push(which);
      return typeof answer === "object"
        ? Promise.resolve(answer)
        : Promise.reject(new ChatError(answer, "No."));
    },
  };
}

const NOTHING = { calls: [], why: "The kernel is not watched." };

Deno.test("a message that was followed has its steps, and why the kernel's are missing", async () => {
  const traces = server(REPORT);
  const answer = await wayOf(traces, { room: "lobby", seq: 7 }, NOTHING);
  assert(answer.kind === "way");
  assertEquals(answer.chain.steps.map(({ to }) => to), ["given", "durable", "published"]);
  assertEquals(answer.chain.unknown.map(({ why }) => why), ["The kernel is not watched."]);
  assertEquals(traces.asked, ["on", { room: "lobby", seq: 7 }]);
});

Deno.test("who asks for a message that was not followed begins it, and is told so", async () => {
  const traces = server("not_found");
  const answer = await wayOf(traces, { room: "lobby", seq: 7 }, NOTHING);
  assert(
    answer.kind === "refused" && answer.sentence.includes("From now on"),
    JSON.stringify(answer),
  );
  assertEquals(traces.asked[0], "on");
});

Deno.test("who is no operator is told what the server says", async () => {
  const answer = await wayOf(server("forbidden"), { room: "lobby", seq: 7 }, NOTHING);
  assertEquals(answer, { kind: "refused", sentence: "Only operators." });
});
