/**
 * What was taken back is in no file soon after, over restarts and kills, and what else is known of it stays.
 *
 * @module
 */

import { diskStorage, openStore, type Storage, verifyStore } from "../../../db/mod.ts";
import { durableStore, ERASING_KEY, type MessageStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { DISK_RESERVE_BYTES_MAX } from "../../../server/durable/limits.ts";
import { CHEAP } from "../accounts/place.ts";
import { HandDisk } from "./hand_disk.ts";
import { copyFiles, eventually, filesWith, folder } from "./place.ts";

const MINUTE_MS = 60_000;

/** A server on a store whose clock is moved by hand. */
interface Place extends AsyncDisposable {
  readonly server: TestServer;
  readonly store: MessageStore;
  /** Lets a minute pass, and what is due then be done. */
  minute(): Promise<void>;
}

async function start(path: string, storage?: Storage): Promise<Place> {
  let steadyMs = 0;
  const store = await durableStore(path, {
    durability: "durable",
    steady: () => steadyMs,
    ...(storage === undefined ? {} : { storage }),
    onTrouble: (error) => {
      throw error;
    },
  });
  const server = startServer({ store, limits: { messagesPerSecond: 0 }, passwordCost: CHEAP });
  return {
    server,
    store,
    async minute() {
      steadyMs += MINUTE_MS;
      store.tend?.();
      await eventually(async () => {
        await verifyStore(path);
        return store.values.value(ERASING_KEY) === undefined ? true : undefined;
      }, "old words go");
      assertEquals((await verifyStore(path)).dead, 0);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function ask(client: RawClient, message: object): Promise<void> {
  await client.send({ ...message, id: "x" + crypto.randomUUID() });
  await client.nextOf("Ack");
}

async function contents(client: RawClient): Promise<string[]> {
  await client.send({ type: "History" });
  return (await client.nextOf("HistoryPage")).messages.map(({ content }) => content);
}

Deno.test("edited and deleted words are in no file a minute later, and verify says so before and after", async () => {
  using place = folder();
  {
    await using chat = await start(place.path);
    await using alice = await chat.server.frames("Alice");
    await using bob = await chat.server.frames("Bob");
    for (const content of ["SECRET-ONE", "public", "SECRET-TWO"]) {
      await ask(alice, { type: "Broadcast", content });
    }
    await ask(bob, { type: "Broadcast", content: "other" });
    await ask(alice, { type: "Edit", seq: 1, content: "SECRET-ONE-AGAIN" });
    await ask(alice, { type: "Edit", seq: 1, content: "one" });
    await ask(alice, { type: "Delete", seq: 3 });
    assertEquals((await verifyStore(place.path)).dead, 3);
    assertEquals(filesWith(place.path, "SECRET").length, 1);
    await chat.minute();
    assertEquals(filesWith(place.path, "SECRET"), []);
    assertEquals(await contents(bob), ["one", "public", "", "other"]);
    await ask(alice, { type: "Broadcast", content: "goes on" });
  }
  const { damages, dead } = await verifyStore(place.path);
  assertEquals([damages, dead], [[], 0]);
  await using chat = await start(place.path);
  await using eve = await chat.server.frames("Eve");
  assertEquals(await contents(eve), ["one", "public", "", "other", "goes on"]);
  const old = chat.store.values.value(ERASING_KEY);
  assertEquals(old, undefined, "Nothing is due any more");
});

Deno.test("a kill before that is made up for at the next start", async () => {
  using place = folder();
  using copied = folder();
  {
    await using chat = await start(place.path);
    await using alice = await chat.server.frames("Alice");
    await ask(alice, { type: "Broadcast", content: "THE-SECRET" });
    await ask(alice, { type: "Delete", seq: 1 });
    copyFiles(place.path, copied.path);
  }
  assert(filesWith(copied.path, "THE-SECRET").length > 0);
  await using chat = await start(copied.path);
  await using eve = await chat.server.frames("Eve");
  assertEquals(await contents(eve), [""], "Deleted is deleted");
  await chat.minute();
  assertEquals(filesWith(copied.path, "THE-SECRET"), []);
});

Deno.test("over a restart the author is known, what was changed is told, and a repeated id is answered", async () => {
  using place = folder();
  const said = { type: "Broadcast", content: "helo", id: "the-id" };
  let session = "";
  let at = 0;
  {
    await using chat = await start(place.path);
    await using alice = await chat.server.frames("Alice");
    session = alice.session;
    await alice.send(said);
    at = (await alice.nextOf("Ack")).at;
    await ask(alice, { type: "Edit", seq: 1, content: "hello" });
    await ask(alice, { type: "Broadcast", content: "two" });
    await chat.minute();
  }
  await using chat = await start(place.path);
  await using stranger = await chat.server.frames("Alice");
  await stranger.send({ type: "Edit", seq: 2, content: "x", id: "1" });
  assertEquals((await stranger.nextOf("Error")).code, "forbidden");
  await stranger.close();
  await using alice = await chat.server.connect();
  await eventually(async () => {
    await alice.send({ type: "Login", username: "Alice", session, resume: { lobby: 1 } });
    return (await alice.message()).type === "Welcome" ? true : undefined;
  }, "the name is free");
  assertEquals((await alice.nextOf("MessageEdited")).content, "hello");
  assertEquals((await alice.nextOf("NewMessage")).seq, 2);
  await alice.send(said);
  assertEquals(await alice.nextOf("Ack"), { type: "Ack", room: "lobby", seq: 1, at, re: "the-id" });
  await ask(alice, { type: "Edit", seq: 2, content: "zwei" });
  assertEquals(await contents(alice), ["hello", "zwei"]);
});

Deno.test("beside a room stand who said what and what was changed, and the words in the room alone", async () => {
  using place = folder();
  {
    await using chat = await start(place.path);
    await using alice = await chat.server.frames("Alice");
    await ask(alice, { type: "Broadcast", content: "THE-WORDS" });
    await ask(alice, { type: "Broadcast", content: "two" });
    await ask(alice, { type: "Edit", seq: 1, content: "OTHER-WORDS" });
  }
  await using store = await openStore(place.path);
  const streams = [...store.streams()].map(({ name, count }) => [name, count]);
  assertEquals(streams, [["author/lobby", 1], ["room/lobby", 2], ["change/lobby", 1]]);
  for (const name of ["author/lobby", "change/lobby"]) {
    const [entry] = await store.read(name);
    assert(entry?.kind === "message");
    assert(!new TextDecoder().decode(entry.body).includes("WORDS"));
  }
});

Deno.test("on a disk that is nearly full an edit is refused, and a deletion is taken and erased", async () => {
  using place = folder();
  let session = "";
  {
    await using chat = await start(place.path);
    await using alice = await chat.server.frames("Alice");
    session = alice.session;
    await ask(alice, { type: "Broadcast", content: "THE-SECRET" });
    await ask(alice, { type: "Broadcast", content: "two" });
  }
  const space = { free: DISK_RESERVE_BYTES_MAX, total: 1e12 };
  const storage = { ...diskStorage(place.path), space: () => Promise.resolve(space) };
  await using chat = await start(place.path, storage);
  await using alice = await chat.server.frames("Alice", session);
  await alice.send({ type: "Edit", seq: 2, content: "zwei", id: "1" });
  assertEquals((await alice.nextOf("Error")).code, "storage");
  await alice.send({ type: "React", seq: 2, emoji: "+1", on: true, id: "2" });
  assertEquals((await alice.nextOf("Error")).code, "storage");
  await ask(alice, { type: "Delete", seq: 1 });
  assertEquals(await contents(alice), ["", "two"]);
  await chat.minute();
  assertEquals(filesWith(place.path, "THE-SECRET"), []);
});

Deno.test("reactions outlive a restart with whose they are, and what they wrote anew is erased with the words", async () => {
  using place = folder();
  let session = "";
  {
    await using chat = await start(place.path);
    await using alice = await chat.server.frames("Alice");
    await using bob = await chat.server.frames("Bob");
    session = bob.session;
    await ask(alice, { type: "Broadcast", content: "THE-SECRET" });
    await ask(alice, { type: "React", seq: 1, emoji: "+1", on: true });
    await ask(bob, { type: "React", seq: 1, emoji: "+1", on: true });
    assertEquals((await verifyStore(place.path)).dead, 2, "A reaction alone has nothing erased");
    assertEquals(chat.store.values.value(ERASING_KEY), undefined);
  }
  await using chat = await start(place.path);
  await using bob = await chat.server.frames("Bob", session);
  await ask(bob, { type: "React", seq: 1, emoji: "+1", on: true });
  await bob.send({ type: "History" });
  const { messages: [message] } = await bob.nextOf("HistoryPage");
  assertEquals(message?.reactions, [{ emoji: "+1", count: 2, mine: true }]);
  await ask(bob, { type: "React", seq: 1, emoji: "+1", on: false });
  await ask(bob, { type: "Broadcast", content: "two" });
  await ask(bob, { type: "Delete", seq: 2 });
  await chat.minute();
  assertEquals((await verifyStore(place.path)).dead, 0);
});

Deno.test("what the disk refuses of a change is told, changes nothing, and a later one is taken", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using chat = await start(place.path, disk.storage);
  await using alice = await chat.server.frames("Alice");
  await using bob = await chat.server.frames("Bob");
  await alice.next("UserJoined");
  await ask(alice, { type: "Broadcast", content: "one" });
  await bob.next("NewMessage");
  disk.fullAfter = 0;
  for (const change of [{ type: "Edit", content: "x" }, { type: "Delete" }]) {
    await alice.send({ ...change, seq: 1, id: "1" });
    assertEquals((await alice.nextOf("Error")).code, "storage");
  }
  await bob.expectNothing();
  assertEquals(await contents(bob), ["one"]);
  disk.fullAfter = Infinity;
  await eventually(async () => {
    await alice.send({ type: "Delete", seq: 1, id: "2" });
    const answer = await alice.message();
    return answer.type === "Ack" ? true : undefined;
  }, "a later one is taken");
  await bob.next("MessageDeleted");
  assertEquals(await contents(bob), [""]);
});

Deno.test("an account takes back on one device what it said on another, also after a restart, and what it said as the guest that it was", async () => {
  using place = folder();
  const password = "correct horse";
  {
    await using chat = await start(place.path);
    await using guest = await chat.server.frames("Anna");
    await ask(guest, { type: "Broadcast", content: "as a guest" });
    await guest.send({ type: "Register", username: "Anna", password });
    await guest.nextOf("Welcome");
    await ask(guest, { type: "Broadcast", content: "with an account" });
    await ask(guest, { type: "React", seq: 2, emoji: "+1", on: true });
  }
  await using chat = await start(place.path);
  await using other = await chat.server.connect();
  await other.send({ type: "Login", username: "anna", password });
  await other.nextOf("Welcome");
  await ask(other, { type: "Edit", seq: 1, content: "as who I was" });
  await ask(other, { type: "Edit", seq: 2, content: "from elsewhere" });
  await other.send({ type: "History" });
  const { messages } = await other.nextOf("HistoryPage");
  assertEquals(messages.map(({ content }) => content), ["as who I was", "from elsewhere"]);
  assertEquals(messages.at(-1)?.reactions, [{ emoji: "+1", count: 1, mine: true }]);
});
