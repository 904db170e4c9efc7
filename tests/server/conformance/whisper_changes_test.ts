/**
 * Taking back what was whispered: told to the one it was for, and to nobody else.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";

const FREE = { messagesPerSecond: 0 };

async function whisper(from: RawClient, to: string, content: string): Promise<void> {
  await from.send({ type: "Whisper", to, content });
  await from.nextOf("PrivateSent");
}

async function history(client: RawClient, other: string): Promise<unknown[]> {
  await client.send({ type: "History", with: other });
  const { messages } = await client.nextOf("HistoryPage");
  return messages.map(({ seq, content, deleted = false }) => [seq, content, deleted]);
}

Deno.test("whispers are edited and deleted: the other one is told, the asker answered, and both read it so", async () => {
  await using server = startServer({ limits: FREE });
  await using eve = await server.frames("Eve");
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  for (let i = 0; i < 2; i++) await eve.nextOf("UserJoined");
  await whisper(alice, "Bob", "one");
  await whisper(alice, "Bob", "two");
  for (let i = 0; i < 2; i++) await bob.nextOf("PrivateMessage");
  await alice.send({ type: "Edit", with: "BOB", seq: 1, content: "ONE", id: "e" });
  const { at, ...told } = await bob.next("MessageEdited");
  assertEquals(told, { type: "MessageEdited", with: "Alice", seq: 1, content: "ONE", by: "Alice" });
  assertEquals(await alice.nextOf("MessageEdited"), { ...told, with: "Bob", at, re: "e" });
  await alice.send({ type: "Delete", with: "Bob", seq: 2, id: "d" });
  assertEquals((await bob.next("MessageDeleted")).with, "Alice");
  assertEquals((await alice.next("MessageDeleted")).re, "d");
  for (const [reader, other] of [[alice, "Bob"], [bob, "Alice"]] as const) {
    assertEquals(await history(reader, other), [[1, "ONE", false], [2, "", true]]);
  }
  await eve.expectNothing();
});

Deno.test("only who whispered changes it; a stranger with a name learns not even that it is there", async () => {
  await using server = startServer({ limits: FREE });
  await using bob = await server.frames("Bob");
  const alice = await server.frames("Alice");
  await whisper(alice, "Bob", "mine");
  await bob.nextOf("PrivateMessage");
  const change = [
    { type: "Edit", seq: 1, content: "x", id: "1" },
    { type: "Delete", seq: 1, id: "2" },
  ];
  await bob.send(...change.map((one) => ({ ...one, with: "Alice" })));
  for (let i = 0; i < 2; i++) assertEquals((await bob.next("Error")).code, "forbidden");
  await alice.close();
  await bob.nextOf("UserLeft");
  await using stranger = await server.frames("Alice");
  await stranger.send(...change.map((one) => ({ ...one, with: "Bob" })));
  for (let i = 0; i < 2; i++) {
    const { code, msg } = await stranger.next("Error");
    assertEquals([code, msg], ["not_found", "There is no such message."]);
  }
  await stranger.send({ type: "Edit", with: "Bob", room: "lobby", content: "x", id: "3" });
  assertEquals((await stranger.next("Error")).code, "invalid");
  assertEquals(await history(bob, "Alice"), [[1, "mine", false]]);
});

Deno.test("a whisper is changed when the other one has left; who has the name then hears nothing of it", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  await whisper(alice, "Bob", "one");
  const { session } = bob;
  await bob.close();
  await alice.nextOf("UserLeft");
  const stranger = await server.frames("Bob");
  await alice.send({ type: "Edit", with: "Bob", seq: 1, content: "ONE" });
  assertEquals((await alice.nextOf("MessageEdited")).content, "ONE");
  await stranger.expectNothing();
  await stranger.close();
  await alice.nextOf("UserLeft");
  await using back = await server.connect();
  await back.send({ type: "Login", username: "Bob", session });
  await back.next("Welcome");
  assertEquals(await history(back, "Alice"), [[1, "ONE", false]]);
});

Deno.test("in text mode /edit and /delete are of a whisper when that was the last thing said", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await alice.write("to all\n/w bob psst\n/edit psst!\n/delete\n");
  await bob.expectLines(
    "Alice: to all",
    "[Private from Alice] psst",
    "[Private from Alice, edited] psst!",
    "[Server] Alice deleted a whisper to you.",
  );
  await alice.expectLines(
    "[Private to Bob] psst",
    "[Private to Bob, edited] psst!",
    "[Server] You deleted a whisper to Bob.",
  );
  await alice.write("again\n/edit again!\n");
  await bob.expectLines("Alice: again", "[Server] Alice edited a message: again!");
});

Deno.test("an id of a whisper that was edited is answered as the first time", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using _bob = await server.frames("Bob");
  const said = { type: "Whisper", to: "Bob", content: "psst", id: "w" };
  await alice.send(said);
  const first = await alice.nextOf("PrivateSent");
  await alice.send({ type: "Edit", with: "Bob", seq: 1, content: "psst!" });
  await alice.next("MessageEdited");
  await alice.send(said);
  assertEquals(await alice.next("PrivateSent"), first);
});
