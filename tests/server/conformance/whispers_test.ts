/**
 * Whispers: to the receiver, to the sender's echo, and to nobody else.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer, withoutAt } from "../../harness.ts";

Deno.test("Whisper reaches its receiver, is echoed to its sender, and is heard by nobody else", async () => {
  await using server = startServer();
  await using eve = await server.frames("Eve");
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await eve.next("UserJoined");
  await eve.next("UserJoined");
  await alice.next("UserJoined");
  await alice.send({ type: "Whisper", to: "BOB", content: "psst", id: "1" });
  const sent = await alice.next("PrivateSent");
  assertEquals(withoutAt(sent), {
    type: "PrivateSent",
    re: "1",
    to: "Bob",
    content: "psst",
    seq: 1,
  });
  const { at, from, content, seq } = await bob.next("PrivateMessage");
  assertEquals([at, from, content, seq], [sent.at, "Alice", "psst", 1]);
  for (const client of [alice, bob, eve]) await client.expectNothing();
});

Deno.test("Whisper counts its seq per pair, in both directions", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await using eve = await server.frames("Eve");
  await alice.send({ type: "Whisper", to: "Bob", content: "x" });
  assertEquals((await alice.nextOf("PrivateSent")).seq, 1);
  await bob.nextOf("PrivateMessage");
  await bob.send({ type: "Whisper", to: "Alice", content: "y" });
  assertEquals((await alice.nextOf("PrivateMessage")).seq, 2);
  await eve.send({ type: "Whisper", to: "Alice", content: "z" });
  assertEquals((await alice.nextOf("PrivateMessage")).seq, 1);
});

Deno.test("Whisper under an id that was used is echoed alike and delivered once", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.next("UserJoined");
  const whisper = { type: "Whisper", to: "Bob", content: "psst", id: "1" };
  await alice.send(whisper, whisper);
  const first = await alice.next("PrivateSent");
  assertEquals(await alice.next("PrivateSent"), first);
  await bob.next("PrivateMessage");
  await bob.expectNothing();
});

Deno.test("Whisper to oneself is delivered and echoed", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Whisper", to: "Alice", content: "note to self" });
  const types = new Set([(await alice.message()).type, (await alice.message()).type]);
  assertEquals(types, new Set(["PrivateMessage", "PrivateSent"]));
});

Deno.test("Whisper reaches somebody who is in no room", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await bob.send({ type: "Leave", room: "lobby", id: "1" });
  await bob.next("Ack");
  await alice.send({ type: "Whisper", to: "Bob", content: "psst" });
  assertEquals((await bob.next("PrivateMessage")).content, "psst");
});

Deno.test("History with a user gives the whispers of both to both, and to nobody else", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await using eve = await server.frames("Eve");
  await alice.send({ type: "Whisper", to: "Bob", content: "question" });
  await bob.nextOf("PrivateMessage");
  await bob.send({ type: "Whisper", to: "Alice", content: "answer" });
  await bob.nextOf("PrivateSent");
  const pages: unknown[] = [];
  for (const [client, other] of [[alice, "bob"], [bob, "ALICE"]] as const) {
    await client.send({ type: "History", with: other });
    const { with: with_, room, messages, more } = await client.nextOf("HistoryPage");
    assertEquals([with_?.toLowerCase(), room, more], [other.toLowerCase(), undefined, false]);
    pages.push(messages);
    assertEquals(
      messages.map((m) => m.type === "PrivateMessage" && [m.from, m.to, m.content, m.seq]),
      [["Alice", "Bob", "question", 1], ["Bob", "Alice", "answer", 2]],
    );
  }
  assertEquals(pages[0], pages[1]);
  for (const other of ["Alice", "Bob", "alice/bob", "../pair/alice/bob"]) {
    await eve.send({ type: "History", with: other });
    const answer = await eve.message();
    assert(
      answer.type === "Error" || (answer.type === "HistoryPage" && answer.messages.length === 0),
      JSON.stringify(answer),
    );
  }
});
