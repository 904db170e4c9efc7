/**
 * What a room lets go for its age is deleted, is soon in no file, and stays so over a kill; what it is not about stays.
 *
 * @module
 */

import { verifyStore } from "../../../db/mod.ts";
import { durableStore, ERASING_KEY, type MessageStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { ask, done, inRoom } from "../conformance/asking.ts";
import { copyFiles, eventually, filesWith, folder } from "./place.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A server and a store whose clocks go together, by hand. */
interface Place extends AsyncDisposable {
  readonly server: TestServer;
  readonly store: MessageStore;
  /** Lets time pass, and the store look after itself. */
  pass(ms: number): void;
}

/** All clocks of a test, which go on over restarts. */
class Time {
  nowMs = 1_764_000_000_000;
}

async function start(path: string, time: Time, retainMs?: number): Promise<Place> {
  const began = time.nowMs;
  const store = await durableStore(path, {
    durability: "durable",
    retainMs,
    clock: () => time.nowMs,
    steady: () => time.nowMs - began,
    onTrouble: (error) => {
      throw error;
    },
  });
  const clock = () => time.nowMs;
  const server = startServer({ store, clock, limits: { messagesPerSecond: 0 } });
  return {
    server,
    store,
    pass(ms) {
      time.nowMs += ms;
      store.tend?.();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function contentsIn(client: RawClient, room: string): Promise<string[]> {
  const { messages } = await ask(client, { type: "History", room });
  return (messages as readonly { readonly content: string }[]).map(({ content }) => content);
}

/** Waits until a room holds no more than this. */
async function until(client: RawClient, room: string, wanted: readonly string[]): Promise<void> {
  await eventually(async () => {
    const contents = await contentsIn(client, room);
    return JSON.stringify(contents) === JSON.stringify(wanted) ? true : undefined;
  }, `${room} holds ${wanted}`);
}

/** Waits until nothing is to be erased any more, as a server does that looks after its store again and again. */
async function erased({ store, pass }: Place, path: string, stepMs = 0): Promise<void> {
  await eventually(async () => {
    pass(stepMs);
    await verifyStore(path);
    return store.values.value(ERASING_KEY) === undefined ? true : undefined;
  }, "erased");
}

async function say(client: RawClient, room: string, ...contents: string[]): Promise<void> {
  for (const content of contents) await done(client, { type: "Broadcast", room, content });
}

Deno.test("a room that is set to a time lets go at once what is older, and it is in no file a minute later", async () => {
  using place = folder();
  const time = new Time();
  await using chat = await start(place.path, time);
  await using anna = await inRoom(chat.server, "Anna", "tea");
  await say(anna, "tea", "SECRET-ONE", "SECRET-TWO");
  await say(anna, "lobby", "lobby stays");
  chat.pass(2 * DAY_MS);
  await say(anna, "tea", "young");
  await done(anna, { type: "Edit", room: "tea", seq: 3, content: "young and edited" });
  await done(anna, { type: "Room", room: "tea", retain: 1 });
  chat.pass(0);
  await until(anna, "tea", ["young and edited"]);
  assertEquals(await contentsIn(anna, "lobby"), ["lobby stays"]);
  assert(filesWith(place.path, "SECRET").length > 0, "Words go from the files a little later");
  chat.pass(MINUTE_MS);
  await erased(chat, place.path);
  assertEquals(filesWith(place.path, "SECRET"), []);
  const { damages, dead } = await verifyStore(place.path);
  assertEquals([damages, dead], [[], 0]);
  // What moderators did stays, and its author can still change what is there.
  const { records } = await ask(anna, { type: "Audit", room: "tea" });
  assertEquals((records as unknown[]).length, 1);
  await done(anna, { type: "Delete", room: "tea", seq: 3 });
});

Deno.test("a kill between the deletion and the erasing is made up for, and seqs go on", async () => {
  using place = folder();
  using copied = folder();
  const time = new Time();
  let session: string;
  {
    await using chat = await start(place.path, time);
    await using anna = await inRoom(chat.server, "Anna", "tea");
    ({ session } = anna);
    await say(anna, "tea", "THE-SECRET");
    chat.pass(2 * DAY_MS);
    await say(anna, "tea", "young");
    await done(anna, { type: "Room", room: "tea", retain: 1 });
    chat.pass(0);
    await until(anna, "tea", ["young"]);
    copyFiles(place.path, copied.path);
  }
  assert(filesWith(copied.path, "THE-SECRET").length > 0);
  await using chat = await start(copied.path, time);
  await using anna = await inRoom(chat.server, "Anna", "tea", session);
  assertEquals(await contentsIn(anna, "tea"), ["young"], "Deleted is deleted");
  chat.pass(MINUTE_MS);
  await erased(chat, copied.path);
  assertEquals(filesWith(copied.path, "THE-SECRET"), []);
  // The time is the room's still: it lets go what was said before the kill.
  chat.pass(2 * DAY_MS);
  await until(anna, "tea", []);
  const { seq } = await ask(anna, { type: "Broadcast", room: "tea", content: "third" });
  assert((seq as number) > 2, `${seq}`);
});

Deno.test("what goes day by day is out of the files within an hour", async () => {
  using place = folder();
  const time = new Time();
  await using chat = await start(place.path, time);
  await using anna = await inRoom(chat.server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", retain: 3 });
  chat.pass(0);
  await say(anna, "tea", "THE-SECRET");
  for (let day = 0; day < 2; day++) chat.pass(DAY_MS);
  assertEquals(await contentsIn(anna, "tea"), ["THE-SECRET"]);
  chat.pass(DAY_MS + MINUTE_MS);
  await until(anna, "tea", []);
  chat.pass(HOUR_MS);
  await eventually(async () => {
    chat.pass(0);
    await verifyStore(place.path);
    return filesWith(place.path, "THE-SECRET").length === 0 ? true : undefined;
  }, "the words are out of the files");
  // Who said it was noted up to an hour before it, and goes as much later.
  await erased(chat, place.path, HOUR_MS);
});

Deno.test("a room's time makes nothing live longer than the server's", async () => {
  using place = folder();
  const time = new Time();
  await using chat = await start(place.path, time, 2 * DAY_MS);
  await using anna = await inRoom(chat.server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", retain: 30 });
  await say(anna, "tea", "one");
  chat.pass(DAY_MS);
  await say(anna, "tea", "two");
  assertEquals(await contentsIn(anna, "tea"), ["one", "two"]);
  chat.pass(DAY_MS + HOUR_MS);
  await until(anna, "tea", ["two"]);
});
