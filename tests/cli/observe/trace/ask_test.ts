/**
 * Asking for a message that is not said yet, and waiting for those who have not got it.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { askForMessage } from "../../../../cli/observe/trace/ask.ts";
import { wantedMessage } from "../../../../cli/observe/trace/values.ts";
import {
  ChatError,
  type TracedMessage,
  type TraceReport,
  type Tracing,
} from "../../../../server/wire/mod.ts";
import { assertEquals, assertRejects, assertThrows } from "../../../assert.ts";

const CLOCK = { kind: "machine", ns: 1_000, at: 0 } as const;

function report(seq: number, accepted: number, done: boolean): TraceReport {
  return {
    ...{ type: "TraceReport", room: "lobby", seq, clock: CLOCK, accepted, published: accepted + 1 },
    from: { user: "anna", speech: "frames" },
    receivers: [{ user: "ben", speech: "frames", writes: [], done }],
    left: 0,
    unknown: [],
  };
}

/** A server that answers one question after the other like that; the last answer for ever. */
class Script {
  readonly asked: TracedMessage[] = [];
  readonly marked: (string | undefined)[] = [];
  readonly #answers: (TraceReport | "not_found" | "forbidden")[];

  constructor(...answers: (TraceReport | "not_found" | "forbidden")[]) {
    this.#answers = answers;
  }

  on(room?: string): Promise<Tracing> {
    this.marked.push(room);
    return Promise.resolve({ type: "Tracing", on: true, clock: CLOCK, kept: 0, forgotten: 0 });
  }

  of(message: TracedMessage): Promise<TraceReport> {
    this.asked.push(message);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (typeof answer === "object") return Promise.resolve(answer);
    return Promise.reject(new ChatError(answer ?? "not_found", "No."));
  }
}

/** A clock that goes on by a second whenever it is read. */
function fast(): () => number {
  let ms = 0;
  return () => ms += 1_000;
}

const HOW = {
  waitMs: 60_000,
  signal: new AbortController().signal,
  isUnread: () => false,
  pause: () => Promise.resolve(),
};

Deno.test("the next message is one that is said after the marking began, and is waited for until all have it", async () => {
  const script = new Script(
    "not_found",
    report(7, 999, true),
    report(8, 1_001, false),
    report(8, 1_001, true),
  );
  const found = await askForMessage(script, { which: "last", room: "lobby" }, HOW);
  assertEquals([found?.seq, found?.receivers[0]?.done], [8, true]);
  assertEquals(script.marked, ["lobby"]);
  assertEquals(script.asked, [
    ...Array.from({ length: 3 }, () => ({ room: "lobby", last: true as const })),
    { room: "lobby", seq: 8 },
  ]);
});

Deno.test("who was sent it and does not read it is waited for, and not for ever", async () => {
  const script = new Script(report(8, 1_001, true));
  const found = await askForMessage(script, { which: "last", room: undefined }, {
    ...HOW,
    isUnread: () => true,
    now: fast(),
  });
  assertEquals(found?.seq, 8);
  assertEquals(script.asked.length > 2 && script.asked.length < 8, true, `${script.asked.length}`);
});

Deno.test("a message that nobody says is not waited for longer than was asked", async () => {
  const script = new Script("not_found");
  const found = await askForMessage(script, { which: "seq", room: "den", seq: 3 }, {
    ...HOW,
    now: fast(),
  });
  assertEquals(found, undefined);
  // Marking begins anew each minute.
  assertEquals(script.marked, [undefined]);
  assertEquals(script.asked.at(-1), { room: "den", seq: 3 });
});

Deno.test("the slowest is asked for once, when the time is over", async () => {
  const script = new Script(report(5, 1, true));
  const found = await askForMessage(script, { which: "slowest" }, {
    ...HOW,
    waitMs: 3_000,
    now: fast(),
  });
  assertEquals([found?.seq, script.asked[0]], [5, { slowest: true }]);
});

Deno.test("marking is asked for again before the server forgets it", async () => {
  const script = new Script("not_found");
  await askForMessage(script, { which: "last", room: undefined }, {
    ...HOW,
    waitMs: 300_000,
    now: fast(),
  });
  assertEquals(script.marked.length >= 4, true, `${script.marked.length}`);
});

Deno.test("what the server refuses is told", async () => {
  const script = new Script("forbidden");
  await assertRejects(
    askForMessage(script, { which: "last", room: undefined }, HOW),
    ChatError,
  );
});

Deno.test("a message is 'last', a room with 'last', or a room with a number", () => {
  assertEquals(wantedMessage("last"), { which: "last", room: undefined });
  assertEquals(wantedMessage("lobby/last"), { which: "last", room: "lobby" });
  assertEquals(wantedMessage("#lobby/42"), { which: "seq", room: "lobby", seq: 42 });
  for (
    const text of [
      "",
      "lobby",
      "42",
      "/42",
      "lobby/0",
      "lobby/x",
      "lobby/",
      "lobby/1.5",
      "lobby/-1",
    ]
  ) {
    assertThrows(() => wantedMessage(text), InvalidArgumentError);
  }
});
