/**
 * Somebody says something and closes its side at once, as a script does: what was stored is acknowledged, what was not
 * is told, and the others hear all of it before they hear that it left. Until then nobody else has its name.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { type Append, StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";

/** A store whose disk is slow: appends wait until they are let through. */
function slowStore() {
  const store = memoryStore();
  const held: Append[] = [];
  let more = Promise.withResolvers<void>();
  const append = (message: Append): void => {
    held.push(message);
    more.resolve();
    more = Promise.withResolvers();
  };
  return {
    store: { ...store, append },
    /** Resolves when so many wait. */
    async holds(count: number): Promise<void> {
      while (held.length < count) await within(more.promise, `${count} appends`);
    },
    pass: () => held.splice(0).forEach((message) => store.append(message)),
    refuse: (error: StorageError) => held.splice(0).forEach((message) => message.settled(error)),
  };
}

const SAID = [
  { type: "Broadcast", content: "one", id: "a" },
  { type: "Broadcast", content: "two", id: "b" },
];

Deno.test("what is said just before its sender closes its side is acknowledged when it is stored, and told before it has left", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store });
  await using bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await bob.next("UserJoined");
  await alice.send(...SAID);
  await alice.closeWrite();
  await slow.holds(2);
  slow.pass();
  for (const { content } of SAID) assertEquals((await bob.next("NewMessage")).content, content);
  assertEquals((await bob.next("UserLeft")).username, "Alice");
  assertEquals((await alice.nextOf("Ack")).re, "a");
  assertEquals((await alice.nextOf("Ack")).re, "b");
  // As it is a member until then, it hears itself, too.
  for (const { content } of SAID) {
    assertEquals((await alice.nextOf("NewMessage")).content, content);
  }
  await alice.expectEnd();
});

for (const end of ["", "\n", "\n/quit\n"]) {
  Deno.test(`a last line that ends with ${JSON.stringify(end)} is told before its speaker has left`, async () => {
    const slow = slowStore();
    await using server = startServer({ store: slow.store });
    await using bob = await server.frames("Bob");
    await using carol = await server.text("Carol");
    await bob.next("UserJoined");
    await carol.write(`farewell${end}`);
    if (!end.includes("/quit")) await carol.closeWrite();
    await slow.holds(1);
    slow.pass();
    assertEquals((await bob.next("NewMessage")).content, "farewell");
    await bob.next("UserLeft");
    await carol.expectEnd();
  });
}

Deno.test("nobody comes in under the name of somebody whose last words are on their way, but its own client", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store });
  await using alice = await server.frames("Alice");
  await alice.send(...SAID);
  await alice.closeWrite();
  await slow.holds(2);
  await using mallory = await server.connect();
  await mallory.send({ type: "Login", username: "alice" });
  await mallory.nextError("name_taken");
  await using again = await server.frames("Alice", alice.session);
  slow.pass();
  assertEquals((await again.nextOf("NewMessage")).content, "one");
});

Deno.test("who breaks the protocol behind its last words is told so, and they come before it has left", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store });
  await using bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await bob.next("UserJoined");
  await alice.send(...SAID);
  await alice.write(new Uint8Array([0, 255, 255, 255]));
  await slow.holds(2);
  // What it says now is not heard any more.
  await alice.send({ type: "Broadcast", content: "three" });
  slow.pass();
  for (const { content } of SAID) assertEquals((await bob.next("NewMessage")).content, content);
  await bob.next("UserLeft");
  await alice.nextOf("Ack");
  await alice.nextOf("Ack");
  assertEquals((await alice.nextOf("Error")).code, "frame_too_large");
  await alice.expectEnd();
});

Deno.test("what the disk refused is told to a sender that has closed its side, in frames and in lines", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store });
  await using bob = await server.frames("Bob");
  for (const end of ["", "/quit\n"]) {
    await using carol = await server.text("Carol");
    await carol.write(`hello\n${end}`);
    if (end === "") await carol.closeWrite();
    await slow.holds(1);
    slow.refuse(new StorageError("the disk is full"));
    await bob.nextOf("UserLeft");
    await carol.expectLines(
      "[Server] The server cannot store messages right now. Nothing was sent.",
    );
    await carol.expectEnd();
  }
  await using alice = await server.frames("Alice");
  await alice.send(...SAID.slice(1));
  await alice.closeWrite();
  await slow.holds(1);
  slow.refuse(new StorageError("the disk is full"));
  assertEquals((await alice.nextError("storage")).re, "b");
  await alice.expectEnd();
});

Deno.test("a disk that never answers holds nobody's connection and name for longer than its limit", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store, limits: { settleMsMax: 50 } });
  await using bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await alice.send(...SAID);
  await alice.closeWrite();
  await alice.expectEnd();
  await bob.nextOf("UserLeft");
  await using again = await server.frames("Alice");
  assert(again.session !== alice.session);
});
