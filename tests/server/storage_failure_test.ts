/**
 * A store that is slow or fails: nobody hears what is not durable, and nobody is told that it is.
 *
 * @module
 */

import { type Append, memoryStore, type MessageStore } from "../../server/mod.ts";
import { StorageError } from "../../server/store/store_port.ts";
import { assertEquals } from "../assert.ts";
import { startServer } from "../harness.ts";

/** A store whose appends wait until the test decides about them. */
function handStore(): MessageStore & { arrived(): Promise<void>; pass(): void; fail(): void } {
  const store = memoryStore();
  const waiting: Append[] = [];
  let wake = Promise.withResolvers<void>();
  return {
    ...store,
    append(message) {
      waiting.push(message);
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
    async arrived() {
      while (waiting.length === 0) await wake.promise;
    },
    pass() {
      const message = waiting.shift();
      if (message !== undefined) store.append(message);
    },
    fail() {
      waiting.shift()?.settled(new StorageError("The disk is full"));
    },
  };
}

Deno.test("a message is told and acknowledged when it is durable, not before", async () => {
  const store = handStore();
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "Broadcast", content: "hi", id: "1" });
  await store.arrived();
  await alice.expectNothing();
  await bob.expectNothing();
  store.pass();
  assertEquals((await alice.next("Ack")).seq, 1);
  await alice.next("NewMessage");
  await bob.expectLines("Alice: hi");
});

Deno.test("storage answers a message that could not be kept; nobody hears it", async () => {
  const store = handStore();
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  for (
    const message of [
      { type: "Broadcast", content: "lost", id: "1" },
      { type: "Whisper", to: "Bob", content: "lost", id: "2" },
    ]
  ) {
    await alice.send(message);
    await store.arrived();
    store.fail();
    assertEquals((await alice.nextError("storage")).re, message.id);
    await bob.expectNothing();
  }
  await server.event("storage_failed");
  assertEquals(server.events.filter(({ kind }) => kind === "storage_failed").length, 1);
});

Deno.test("storage answers a message without an id too", async () => {
  const store = handStore();
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: "lost" });
  await store.arrived();
  store.fail();
  assertEquals((await alice.nextError("storage")).re, undefined);
});

Deno.test("an id whose message was not kept may be sent again", async () => {
  const store = handStore();
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: "hi", id: "1" });
  await store.arrived();
  store.fail();
  await alice.nextError("storage");
  await alice.send({ type: "Broadcast", content: "hi", id: "1" });
  await store.arrived();
  store.pass();
  assertEquals((await alice.next("Ack")).seq, 1);
  await alice.next("NewMessage");
});

Deno.test("an id that is sent again while it waits gets the same answer, and is stored once", async () => {
  const store = handStore();
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  const message = { type: "Broadcast", content: "hi", id: "1" };
  await alice.send(message, message);
  await store.arrived();
  await alice.expectNothing();
  store.pass();
  store.pass();
  const [first, second] = [await alice.next("Ack"), await alice.next("Ack")];
  assertEquals([first.seq, second], [1, first]);
  await alice.next("NewMessage");
  await alice.expectNothing();
});

Deno.test("internal ends a connection whose store throws; the others go on", async () => {
  const store = memoryStore();
  const broken: MessageStore = { ...store, read: () => Promise.reject(new Error("A defect")) };
  const server = startServer({ store: broken });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "History" });
  await alice.nextError("internal");
  await alice.expectEnd();
  await bob.next("UserLeft");
  await bob.expectNothing();
  await server.event("failed");
  await bob.close();
  await server.server.close();
});
