/**
 * Attack: spam that is to fill the disk. The store keeps to its size by letting the oldest go, and where it cannot it
 * refuses new words with a sentence and goes on serving.
 *
 * @module
 */

import { memoryStorage } from "../../../db/memory.ts";
import { diskStorage, type Space, type Storage } from "../../../db/mod.ts";
import { DISK_RESERVE_BYTES_MAX, STORE_BYTES_MIN } from "../../../server/durable/limits.ts";
import { durableStore } from "../../../server/mod.ts";
import type { MessageStore, StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { eventually, folder, startOn } from "../../server/durable/place.ts";
import { say } from "../../server/durable/talk.ts";

const BODY = new Uint8Array(1_000);

/** Says one thing; gives what became of it. */
function append(
  store: MessageStore,
  stream: string,
  at: number,
): Promise<StorageError | undefined> {
  return new Promise((resolve) =>
    store.append({ stream, at, encode: () => BODY, settled: (error) => resolve(error) })
  );
}

/** The answer to the message with an id. */
async function answerTo(client: RawClient, id: string): Promise<{ type: string; code?: string }> {
  for (;;) {
    const message = await client.message();
    if ("re" in message && message.re === id) return message;
  }
}

function bytesIn(path: string): number {
  let bytes = 0;
  for (const { name } of Deno.readDirSync(path)) {
    try {
      bytes += Deno.statSync(`${path}/${name}`).size;
    } catch (error) {
      // Compaction has removed it meanwhile.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return bytes;
}

Deno.test("spam of five times the store's size never makes it larger, and what was said last is there", async () => {
  using place = folder();
  const troubles: unknown[] = [];
  let forgotten = 0;
  await using store = await durableStore(place.path, {
    durability: "os",
    bytesMax: STORE_BYTES_MIN,
    onTrouble: (error) => troubles.push(error),
    onForgotten: ({ messages, why }) => {
      assertEquals(why, "space");
      forgotten += messages;
    },
  });
  let most = 0;
  let refused = 0;
  const count = 5 * STORE_BYTES_MIN / BODY.length;
  for (let i = 0; i < count;) {
    const stream = i % 3 === 0 ? "room/lobby" : `pair/a/b${i % 100}`;
    const error = await append(store, stream, 1_000 + i);
    if (error === undefined) i++;
    else {
      assertEquals(error.told, "This server's store is full. Nothing was sent.");
      refused++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    store.tend?.();
    if (i % 50 === 0) most = Math.max(most, bytesIn(place.path));
  }
  assert(most <= STORE_BYTES_MIN, `${most} bytes in the directory, ${refused} refused`);
  assert(forgotten > count / 2, `${forgotten} of ${count} are gone`);
  assertEquals(troubles, []);
  const { messages } = await store.read("room/lobby", { limit: 500, bytesMax: 1e6 });
  assertEquals(messages.at(-1)?.seq, store.head("room/lobby"));
  assert(messages.length > 100, `${messages.length} of the newest are there`);
});

Deno.test("the oldest begin to go as soon as a store is tight, and not only when somebody looks", async () => {
  let forgotten = 0;
  await using store = await durableStore("tight", {
    durability: "os",
    storage: memoryStorage("tight"),
    bytesMax: STORE_BYTES_MIN,
    onForgotten: ({ messages }) => forgotten += messages,
  });
  let at = 0;
  await eventually(async () => {
    await append(store, "room/lobby", ++at);
    await new Promise((resolve) => setImmediate(resolve));
    return forgotten > 0 ? true : undefined;
  }, "The oldest go");
  assertEquals(await append(store, "room/lobby", ++at), undefined);
});

Deno.test("while the oldest go, who said most of what is new is refused, and nobody else", async () => {
  await using store = await durableStore("tight", {
    durability: "os",
    storage: memoryStorage("tight"),
    bytesMax: STORE_BYTES_MIN,
  });
  const refusals = new Map<string, (string | undefined)[]>();
  const say = (payer: string) => {
    const settled = (error?: StorageError) => {
      if (error === undefined) return;
      refusals.set(payer, [...refusals.get(payer) ?? [], error.told]);
    };
    store.append({ stream: "room/lobby", at: 1, payer, encode: () => BODY, settled });
  };
  // In one turn of the loop, so that nothing can go meanwhile.
  for (let n = 0; n < 2 * STORE_BYTES_MIN / BODY.length; n++) say("1");
  for (let n = 0; n < 5; n++) say("2");
  for (let n = 0; n < 5; n++) say("3");
  assertEquals([...refusals.keys()], ["1"]);
  const [first = ""] = refusals.get("1") ?? [];
  assert(first.includes("most that is new in it came from you"), first);
});

Deno.test("on a disk that is nearly full new words are refused with a sentence, history is served, and it goes on with space", async () => {
  using place = folder();
  const content = "said while there was room";
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await say(alice, [content]);
  }
  let space: Space = { free: DISK_RESERVE_BYTES_MAX, total: 1e12 };
  const storage: Storage = { ...diskStorage(place.path), space: () => Promise.resolve(space) };
  const store = await durableStore(place.path, { durability: "durable", storage });
  await using server = await startServer({ store, limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: "no room", id: "1" });
  const { code, msg, re } = await alice.nextOf("Error");
  assertEquals([code, re], ["storage", "1"]);
  assertEquals(msg, "The server's disk is nearly full. Nothing was sent.");
  await alice.send({ type: "Topic", topic: "no room either", id: "2" });
  assertEquals((await alice.nextOf("Error")).re, "2");
  await alice.send({ type: "History" });
  const page = await alice.nextOf("HistoryPage");
  assertEquals(page.messages.map(({ content }) => content), [content]);
  space = { free: 2 * DISK_RESERVE_BYTES_MAX, total: 1e12 };
  await eventually(async () => {
    store.tend?.();
    await alice.send({ type: "Broadcast", content: "room again", id: "1" });
    const answer = await answerTo(alice, "1");
    return answer.type === "Ack" ? true : undefined;
  }, "Words are taken again");
});

Deno.test("what was too old is gone with its bytes, while the server serves", async () => {
  using place = folder();
  let now = 1_000_000;
  await using store = await durableStore(place.path, {
    durability: "os",
    retainMs: 100_000,
    bytesMax: 64 * STORE_BYTES_MIN,
    clock: () => now,
    steady: () => now,
  });
  for (let i = 0; i < 500; i++) await append(store, `room/r${i % 5}`, now);
  now += 100_001;
  await append(store, "room/r0", now);
  await eventually(async () => {
    store.tend?.();
    await new Promise((resolve) => setImmediate(resolve));
    const { messages } = await store.read("room/r0", { limit: 500, bytesMax: 1e9 });
    return messages.length === 1 ? true : undefined;
  }, "Only what is young enough is left");
  assertEquals((await store.read("room/r1", { limit: 500, bytesMax: 1e9 })).messages, []);
  assertEquals(store.head("room/r1"), 100, "seqs are not given out again");
});

Deno.test("a store in which no further stream may begin goes on with those that it has", async () => {
  // Two for each of the three rooms: what was said there, and by whom.
  const storage = memoryStorage("streams");
  const store = await durableStore("streams", { durability: "os", storage, streamsMax: 6 });
  await using server = await startServer({ store, limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  await using _bob = await server.frames("Bob");
  await alice.send({ type: "Join", room: "one" }, { type: "Join", room: "two" });
  for (const room of ["lobby", "one", "two"]) {
    await alice.send({ type: "Broadcast", content: "hello", room, id: room });
    assertEquals((await answerTo(alice, room)).type, "Ack");
  }
  for (let i = 0; i < 10; i++) {
    await alice.send({ type: "Whisper", to: "Bob", content: "psst", id: `w${i}` });
    const answer = await answerTo(alice, `w${i}`);
    assertEquals([answer.type, answer.code], ["Error", "storage"]);
  }
  await alice.send({ type: "Broadcast", content: "still here", id: "last" });
  assertEquals((await answerTo(alice, "last")).type, "Ack");
});
