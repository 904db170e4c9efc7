/**
 * Somebody says something and closes its side at once, as a script does: what was stored is acknowledged, and what was
 * not is told, though its sender is a member no more.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { type Append, StorageError } from "../../../server/store_port.ts";
import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

/** A store whose disk is slow: appends wait until they are let through. */
function slowStore() {
  const store = memoryStore();
  const held: Append[] = [];
  return {
    store: { ...store, append: (message: Append) => void held.push(message) },
    pass: () => held.splice(0).forEach((message) => store.append(message)),
    refuse: (error: StorageError) => held.splice(0).forEach(({ settled }) => settled(error)),
  };
}

const SAID = [
  { type: "Broadcast", content: "one", id: "a" },
  { type: "Broadcast", content: "two", id: "b" },
];

Deno.test("what is said just before its sender closes its side is acknowledged when it is stored", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store });
  await using bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await bob.nextOf("UserJoined");
  await alice.send(...SAID);
  await alice.closeWrite();
  // Its name is free at once, whatever the disk does.
  await bob.nextOf("UserLeft");
  slow.pass();
  assertEquals((await alice.nextOf("Ack")).re, "a");
  assertEquals((await alice.nextOf("Ack")).re, "b");
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
    await bob.nextOf("UserLeft");
    slow.refuse(new StorageError("the disk is full"));
    await carol.expectLines(
      "[Server] The server cannot store messages right now. Nothing was sent.",
    );
    await carol.expectEnd();
  }
  await using alice = await server.frames("Alice");
  await alice.send(...SAID.slice(1));
  await alice.closeWrite();
  await bob.nextOf("UserLeft");
  slow.refuse(new StorageError("the disk is full"));
  assertEquals((await alice.nextError("storage")).re, "b");
  await alice.expectEnd();
});

Deno.test("a disk that never answers holds nobody's connection for longer than its limit", async () => {
  const slow = slowStore();
  await using server = startServer({ store: slow.store, limits: { settleMsMax: 50 } });
  await using alice = await server.frames("Alice");
  await alice.send(...SAID);
  await alice.closeWrite();
  await alice.expectEnd();
});
