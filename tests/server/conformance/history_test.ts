/**
 * Pages of a room's history.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";

const FREE = { messagesPerSecond: 0 };

async function say(client: RawClient, count: number, content = "x"): Promise<void> {
  await client.send(...Array.from({ length: count }, () => ({ type: "Broadcast", content })));
  for (let n = 0; n < count; n++) await client.nextOf("NewMessage");
}

async function page(client: RawClient, asked: object) {
  await client.send({ type: "History", id: "h", ...asked });
  const { messages, more, room, re } = await client.next("HistoryPage");
  assertEquals(re, "h");
  return { seqs: messages.map(({ seq }) => seq), more, room };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

Deno.test("History gives the newest 50, oldest first", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  assertEquals(await page(alice, {}), { seqs: [], more: false, room: "lobby" });
  await say(alice, 60);
  assertEquals(await page(alice, {}), { seqs: range(11, 60), more: true, room: "lobby" });
});

Deno.test("History pages backwards and forwards without gap or double", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 25);
  const back = [await page(alice, { limit: 10 })];
  back.push(await page(alice, { limit: 10, before: back[0]?.seqs[0] }));
  back.push(await page(alice, { limit: 10, before: back[1]?.seqs[0] }));
  assertEquals(back.map(({ seqs }) => seqs), [range(16, 25), range(6, 15), range(1, 5)]);
  assertEquals(back.map(({ more }) => more), [true, true, false]);
  const forth = [await page(alice, { limit: 10, after: 0 }), await page(alice, { after: 10 })];
  assertEquals(forth.map(({ seqs }) => seqs), [range(1, 10), range(11, 25)]);
  assertEquals(forth.map(({ more }) => more), [true, false]);
});

Deno.test("History holds messages exactly as they were told", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: 'ü \u0000 \n "', id: "i" });
  await alice.next("Ack");
  const told = await alice.next("NewMessage");
  await alice.send({ type: "History" });
  assertEquals((await alice.next("HistoryPage")).messages, [told]);
});

Deno.test("History of a room is for its members, whenever they came", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await say(alice, 3);
  await using bob = await server.frames("Bob");
  assertEquals((await page(bob, {})).seqs, [1, 2, 3]);
});

Deno.test("History gives 500 at most, and fewer when they are long", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, 510);
  assertEquals((await page(alice, { limit: 500 })).seqs, range(11, 510));
  await say(alice, 150, "y".repeat(8_000));
  const { seqs, more } = await page(alice, { limit: 500 });
  assert(seqs.length > 10 && seqs.length < 150 && more, `${seqs.length} messages`);
  assertEquals(seqs, range(661 - seqs.length, 660));
});

Deno.test("History keeps what the store keeps: older messages are gone, seqs go on", async () => {
  const store = memoryStore({ messagesMax: 5, bytesMax: 1_000_000 });
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  await say(alice, 12);
  assertEquals(await page(alice, { after: 0 }), { seqs: range(8, 12), more: false, room: "lobby" });
});
