/**
 * Replies: the number of what was said before, which comes with the message and stays with it.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

const FREE = { messagesPerSecond: 0 };

Deno.test("a reply is told, is in the history and comes with resume; an edit keeps it, a deletion does not", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await alice.send(
    { type: "Broadcast", content: "tea?" },
    { type: "Broadcast", content: "yes", reply: 1, id: "the id" },
    { type: "Broadcast", content: "no \\ \n", reply: 1 },
  );
  await alice.next("NewMessage");
  const { at: _, ...told } = await alice.nextOf("NewMessage");
  assertEquals(told, {
    type: "NewMessage",
    room: "lobby",
    seq: 2,
    from: "Alice",
    content: "yes",
    id: "the id",
    reply: 1,
  });
  assertEquals((await alice.next("NewMessage")).reply, 1);
  await bob.expectLines("Alice: tea?", "Alice: yes", "Alice: no \\ ");
  await alice.send({ type: "Edit", seq: 2, content: "oh yes" }, { type: "Delete", seq: 3 });
  await alice.nextOf("MessageDeleted");
  await alice.send({ type: "History" });
  const { messages } = await alice.nextOf("HistoryPage");
  assertEquals(messages.map(({ content, reply }) => [content, reply]), [
    ["tea?", undefined],
    ["oh yes", 1],
    ["", undefined],
  ]);
});

Deno.test("there is no reply to what nobody said, nor to itself", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using _bob = await server.frames("Bob");
  await alice.next("UserJoined");
  for (const reply of [0, 1, 2, Number.MAX_SAFE_INTEGER]) {
    await alice.send(
      { type: "Broadcast", content: "x", reply, id: "1" },
      { type: "Whisper", to: "Bob", content: "x", reply, id: "2" },
    );
    for (let i = 0; i < 2; i++) assertEquals((await alice.next("Error")).code, "not_found");
  }
  await alice.send({ type: "Broadcast", content: "x", reply: -1, id: "1" });
  assertEquals((await alice.next("Error")).code, "invalid");
});

Deno.test("a whisper may be a reply to one of the other's", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "Whisper", to: "Bob", content: "psst" });
  await bob.next("PrivateMessage");
  await bob.send({ type: "Whisper", to: "Alice", content: "what?", reply: 1, id: "w" });
  const { reply, content } = await alice.nextOf("PrivateMessage");
  assertEquals([reply, content], [1, "what?"]);
  await bob.nextOf("PrivateSent");
  await bob.send({ type: "History", with: "Alice" });
  const { messages } = await bob.next("HistoryPage");
  assertEquals(messages.map(({ reply }) => reply), [undefined, 1]);
});
