/**
 * The table of unanswered requests: order, window, and what becomes of each.
 *
 * @module
 */

import { ChatError, ClosedError, type ServerMessage } from "../../../server/wire/mod.ts";
import { IN_FLIGHT_MAX, Outstanding, OUTSTANDING_MAX } from "../../../server/wire/outstanding.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { within } from "../../harness.ts";

function add(table: Outstanding, id: string): Promise<ServerMessage> {
  return table.add({ type: "Broadcast", content: `say ${id}`, id });
}

function take(table: Outstanding): string[] {
  return [...table.take()].map(({ id }) => id);
}

function ack(re: string): ServerMessage {
  return { type: "Ack", re, room: "lobby", seq: 1, at: 0 };
}

function tooFast(re: string) {
  return { type: "Error", code: "rate_limited", msg: "Too fast.", re } as const;
}

Deno.test("take() gives each request once, oldest first", () => {
  const table = new Outstanding();
  for (const id of ["a", "b", "c"]) void add(table, id);
  assertEquals(take(table), ["a", "b", "c"]);
  assertEquals(take(table), []);
  assertEquals(table.size, 3);
});

Deno.test("settle() resolves the request that was answered, whatever the order of answers", async () => {
  const table = new Outstanding();
  const first = add(table, "a");
  const second = add(table, "b");
  take(table);
  assert(table.settle(ack("b")));
  assert(table.settle(ack("a")));
  assertEquals([(await first).re, (await second).re], ["a", "b"]);
  assertEquals(table.size, 0);
});

Deno.test("settle() rejects with the server's code and sentence", async () => {
  const table = new Outstanding();
  const answer = add(table, "a");
  table.settle({ type: "Error", re: "a", code: "too_long", msg: "Too long." });
  const error = await assertRejects(answer, ChatError);
  assertEquals([error.code, error.message], ["too_long", "Too long."]);
});

Deno.test("settle() leaves alone what answers nothing of ours", () => {
  const table = new Outstanding();
  void add(table, "a");
  assert(!table.settle(ack("b")));
  assert(!table.settle({ type: "Pong" }));
  assert(table.has("a"));
});

Deno.test("settle() settles a request once", () => {
  const table = new Outstanding();
  void add(table, "a");
  assert(table.settle(ack("a")));
  assert(!table.settle(ack("a")));
});

Deno.test("take() holds back what goes over the window, and gives it as answers come", () => {
  const table = new Outstanding();
  for (let n = 0; n < IN_FLIGHT_MAX + 2; n++) void add(table, `${n}`);
  assertEquals(take(table).length, IN_FLIGHT_MAX);
  assertEquals(take(table), []);
  table.settle(ack("5"));
  assertEquals(take(table), [`${IN_FLIGHT_MAX}`]);
  assertEquals(take(table), []);
});

Deno.test("broke() gives everything again in the old order, before what is new", () => {
  const table = new Outstanding();
  for (const id of ["a", "b", "c"]) void add(table, id);
  take(table);
  table.settle(ack("b"));
  void add(table, "d");
  table.broke();
  assertEquals(take(table), ["a", "c", "d"]);
});

Deno.test("putBack() gives a refused request again in its old place", () => {
  const table = new Outstanding();
  for (const id of ["a", "b", "c"]) void add(table, id);
  take(table);
  table.putBack(tooFast("c"));
  table.putBack(tooFast("b"));
  void add(table, "d");
  assertEquals(take(table), ["b", "c", "d"]);
});

Deno.test("putBack() frees the window once, however often the server says it", () => {
  const table = new Outstanding();
  for (let n = 0; n < IN_FLIGHT_MAX + 5; n++) void add(table, `${n}`);
  take(table);
  for (let n = 0; n < 3; n++) table.putBack(tooFast("0"));
  table.putBack(tooFast("unknown"));
  assertEquals(take(table), ["0"]);
});

Deno.test("rejectAll() rejects what waits; of what was sent it says that nobody knows", async () => {
  const table = new Outstanding();
  const answers = [add(table, "a"), add(table, "b")];
  take(table);
  const late = add(table, "c");
  table.rejectAll(new RangeError("the end"));
  const refusals = await Promise.all([
    ...answers.map((answer) => assertRejects(answer, ClosedError)),
    assertRejects(late, RangeError),
  ]);
  assertEquals(refusals.map(({ message }) => message), ["the end", "the end", "the end"]);
  assertEquals(refusals.map((error) => error instanceof ClosedError && error.unknown), [
    true,
    true,
    false,
  ]);
  assertEquals(table.size, 0);
});

Deno.test("add() refuses a request over the bound at once", async () => {
  const table = new Outstanding();
  const waiting: Promise<ServerMessage>[] = [];
  for (let n = 0; n < OUTSTANDING_MAX; n++) waiting.push(add(table, `${n}`));
  const error = await assertRejects(add(table, "one more"), ChatError);
  assertEquals(error.code, "busy");
  assertEquals(table.size, OUTSTANDING_MAX);
});

Deno.test("add() of what waits already waits with it, and is sent once", async () => {
  const table = new Outstanding();
  const both = [add(table, "same"), add(table, "same")];
  assertEquals([table.size, take(table)], [1, ["same"]]);
  table.settle(ack("same"));
  assertEquals(await within(Promise.all(both), "Both answers"), [ack("same"), ack("same")]);
});

Deno.test("add() of something else under an id that waits already is refused, and loses neither", async () => {
  const table = new Outstanding();
  const first = add(table, "same");
  const other = table.add({ type: "Broadcast", content: "other", id: "same" });
  assertEquals((await assertRejects(other, ChatError)).code, "invalid");
  take(table);
  table.settle(ack("same"));
  assertEquals(await first, ack("same"));
});
