/**
 * Erasing somebody while others do what they can to keep its words: none comes back, and nobody else loses any.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { ask, comesIn, done, refused } from "../../server/conformance/asking.ts";
import { CHEAP } from "../../server/accounts/place.ts";

const operatorToken = "operator".repeat(5);
const SAID = 300;

function start(store: MessageStore = memoryStore()): TestServer {
  const limits = { messagesPerSecond: 0 };
  return startServer({ store, operatorToken, passwordCost: CHEAP, limits });
}

const ANNA = { type: "Register", username: "Anna", password: "correct horse" };

/** All that is there, as bytes: what is searched for must be in none of it. */
async function allOf(store: MessageStore): Promise<string> {
  const all: string[] = [];
  for (const stream of store.streams("")) {
    const { messages } = await store.read(stream, { after: 0, limit: 10_000, bytesMax: Infinity });
    for (const { body } of messages) all.push(new TextDecoder().decode(body));
  }
  return all.join("\n");
}

async function said(client: RawClient, content: string, times: number): Promise<void> {
  const ids = Array.from({ length: times }, (_, n) => `${content} ${n}`);
  await client.send(...ids.map((id) => ({ type: "Broadcast", content: id, id })));
  for (const _ of ids) await client.nextOf("Ack");
}

Deno.test("who reacts, edits and says on while somebody is erased keeps none of its words and loses none of his own", async () => {
  const store = memoryStore();
  await using server = start(store);
  await using op = await comesIn(server, { username: "Op", operator: operatorToken });
  await using ben = await server.frames("Ben");
  await using anna = await comesIn(server, ANNA);
  await said(anna, "SECRET", SAID);
  await said(ben, "of Ben", 10);
  const erasing = ask(op, { type: "EraseAccount", username: "Anna" });
  // Each of these writes a message anew that is just being blanked.
  const reacting = Array.from({ length: SAID }, (_, n) => ({
    type: "React",
    seq: n + 1,
    emoji: "👍",
    on: true,
    id: `r${n}`,
  }));
  await ben.send(...reacting);
  await op.send(...Array.from({ length: SAID }, (_, n) => ({ type: "Delete", seq: n + 1 })));
  const { done: isDone, messages } = await erasing;
  assertEquals([isDone, messages], [true, SAID]);
  await done(ben, { type: "Broadcast", content: "still here" });
  const text = await allOf(store);
  assert(!text.includes("SECRET"), text.slice(Math.max(0, text.indexOf("SECRET") - 200)));
  assert(!text.includes('"from":"Anna"') && !text.includes('"from":"anna"'));
  assertEquals(text.match(/of Ben \d+"/g)?.length, 20, "content and id of each");
  const page = await store.read("room/lobby", { after: 0, limit: 10_000, bytesMax: Infinity });
  assertEquals(page.messages.length, SAID + 11);
});

/** A store that takes so many changes, and refuses the next ones. */
function failingBehind(taken: number, store: MessageStore) {
  const disk = {
    taken,
    store: {
      ...store,
      replace: (change: Parameters<MessageStore["replace"]>[0]) => {
        if (disk.taken-- > 0) store.replace(change);
        else change.settled(new StorageError("The disk is full"));
      },
    },
  };
  return disk;
}

Deno.test("a disk that fails in the middle is told, and who asks again erases the rest", async () => {
  const store = memoryStore();
  const disk = failingBehind(50, store);
  await using server = start(disk.store);
  await using op = await comesIn(server, { username: "Op", operator: operatorToken });
  await using anna = await comesIn(server, ANNA);
  await said(anna, "SECRET", SAID);
  const msg = await refused(op, { type: "EraseAccount", username: "Anna" }, "storage");
  assert(msg.includes("has no account any more") && msg.includes("goes on with that"), msg);
  assertEquals((await anna.nextOf("Error")).code, "auth_failed");
  assert((await allOf(store)).includes("SECRET"));
  disk.taken = Infinity;
  const { done: isDone, messages } = await ask(op, { type: "EraseAccount", username: "Anna" });
  assertEquals([isDone, messages], [true, SAID - 50]);
  assert(!(await allOf(store)).includes("SECRET"));
  await refused(op, { type: "EraseAccount", username: "Anna" }, "not_found");
});

Deno.test("what a server did not get to is erased at its next start, and the name's next owner keeps his own", async () => {
  const store = memoryStore();
  const disk = failingBehind(50, store);
  // It outlives the server.
  const failing = { ...disk.store, [Symbol.asyncDispose]: () => Promise.resolve() };
  {
    await using server = start(failing);
    await using op = await comesIn(server, { username: "Op", operator: operatorToken });
    await using anna = await comesIn(server, ANNA);
    await said(anna, "SECRET", SAID);
    await refused(op, { type: "EraseAccount", username: "Anna" }, "storage");
    await using other = await comesIn(server, ANNA);
    await said(other, "of another Anna", 3);
  }
  disk.taken = Infinity;
  await using server = start(failing);
  await using eve = await server.frames("Eve");
  while ([...store.values.keys("erase/")].length > 0) await ask(eve, { type: "Ping" });
  const text = await allOf(store);
  assert(!text.includes("SECRET"));
  assertEquals(text.match(/"content":"of another Anna \d"/g)?.length, 3);
});
