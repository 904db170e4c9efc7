/**
 * A reader that stands still is seen as what it is, and what is kept of it is bounded and goes.
 *
 * @module
 */

import type { TraceReport } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { frame, startServer } from "../../harness.ts";
import { ask } from "../conformance/asking.ts";
import { followed } from "../../../server/tracing/followed.ts";
import { eventually } from "../durable/place.ts";
import { CountingClient, marking, operatorToken, wayOf } from "./counting.ts";

const CONTENT = "x".repeat(8_000);

Deno.test("who reads nothing makes a message the slowest, and its end is told", async () => {
  const lagBytesMax = 1 << 20;
  await using server = startServer({
    operatorToken,
    limits: { messagesPerSecond: 0, lagBytesMax },
  });
  await using anna = await CountingClient.join(server, "Anna");
  await using sleeper = await server.connect({ reading: false });
  await sleeper.send({ type: "Login", username: "Sleeper" });
  await server.event("joined", ({ user }) => user === "Sleeper");
  await using op = await marking(server, "lobby");
  let seq = 0;
  const say = async (content: string) => {
    await anna.send(frame({ type: "Broadcast", content, id: `i${++seq}` }));
    await anna.finds(`"re":"i${seq}"`);
  };
  const slow = ({ receivers }: TraceReport) => receivers.find(({ user }) => user === "Sleeper");
  // Until its socket takes no more.
  let stuck: TraceReport;
  do {
    await say(CONTENT);
    stuck = (await ask(op, { type: "Trace", seq })) as unknown as TraceReport;
  } while (slow(stuck)?.done);
  await say("short");
  // It becomes that: others took long, too, and are over.
  const slowest = await eventually(async () => {
    const report = (await ask(op, { type: "Trace", slowest: true })) as unknown as TraceReport;
    return slow(report)?.done ? undefined : report;
  }, "The message that somebody has not got");
  assertEquals(slowest.seq, stuck.seq);
  while (!server.events.some((event) => event.kind === "left" && event.user === "Sleeper")) {
    await say(CONTENT);
  }
  const over = (await ask(op, { type: "Trace", seq: stuck.seq })) as unknown as TraceReport;
  assert(slow(over)?.why?.includes("cut off"), JSON.stringify(slow(over)));
  await say("the end");
  const last = await wayOf(op, { last: true });
  assertEquals([last.seq, slow(last)], [seq, undefined]);
});

Deno.test("of more than 64 who get a message the others are counted, and who is slow is followed first", async () => {
  await using server = startServer({
    operatorToken,
    limits: { messagesPerSecond: 0, addressConnectionsMax: 1_000 },
  });
  await using stack = new AsyncDisposableStack();
  for (let one = 0; one < 70; one++) {
    stack.use(await CountingClient.join(server, `User${one}`));
  }
  await using anna = await CountingClient.join(server, "Anna");
  await using op = await marking(server, "lobby");
  await anna.send(frame({ type: "Broadcast", content: "hello" }));
  await anna.finds("hello");
  const report = await wayOf(op, { last: true });
  assertEquals([report.receivers.length, report.left], [64, 72 - 64]);
  const hearers = Array.from({ length: 2_000 }, (_, at) => ({ outbox: { busy: at === 1_000 } }));
  const { hearers: chosen, left } = followed(hearers, 2_000, 64);
  assert(chosen.length === 64 && chosen[0] === hearers[1_000] && chosen[1] === hearers[0]);
  assertEquals(left, 2_000 - 64);
});

Deno.test("a room of its own is marked alone, whispers never are, and a guest who asks on and on learns nothing", async () => {
  await using server = startServer({ operatorToken, limits: { messagesPerSecond: 0 } });
  await using anna = await server.frames("Anna");
  await using op = await marking(server, "Tea");
  await anna.send({ type: "Join", room: "tea", id: "j" });
  await anna.nextOf("Ack");
  await anna.send({ type: "Whisper", to: "Op", content: "psst", id: "w" });
  await anna.send({ type: "Broadcast", content: "elsewhere", id: "1" });
  await anna.send({ type: "Broadcast", room: "tea", content: "here", id: "2" });
  while ((await anna.nextOf("Ack")).re !== "2");
  const state = await ask(op, { type: "Trace", on: true });
  assertEquals(state["kept"], 1, "what was said in the one room");
  const { room, receivers } = await wayOf(op, { last: true });
  assertEquals([room, receivers.map(({ user }) => user)], ["tea", ["Anna"]]);
  const asked = Array.from(
    { length: 500 },
    (_, at) => ({ type: "Trace", last: true, id: `${at}` }),
  );
  await anna.send(...asked);
  for (const { id } of asked) {
    const { code, re } = await anna.nextOf("Error");
    assertEquals([code, re], ["forbidden", id]);
  }
});

Deno.test("for more than 64 operators nothing more is marked, and who has gone makes room", async () => {
  await using server = startServer({ operatorToken, limits: { messagesPerSecond: 0 } });
  await using stack = new AsyncDisposableStack();
  const first = stack.use(await marking(server, "lobby", "Op0"));
  for (let one = 1; one < 64; one++) stack.use(await marking(server, "lobby", `Op${one}`));
  await using late = await server.connect();
  await late.send({ type: "Login", username: "Late", operator: operatorToken });
  await late.nextOf("Welcome");
  const refused = await ask(late, { type: "Trace", on: true });
  assertEquals(refused["code"], "busy");
  await first.close();
  await server.event("left", ({ user }) => user === "Op0");
  assertEquals((await ask(late, { type: "Trace", on: true }))["on"], true);
});
