/**
 * Reactions: counted, once for each who gives one, read with the message; and nobody is told the tags of the others.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, utf8 } from "../../harness.ts";
import { isReaction } from "../../../server/commands/emoji.ts";

const FREE = { messagesPerSecond: 0 };

async function react(client: RawClient, emoji: string, on = true, seq = 1): Promise<void> {
  await client.send({ type: "React", seq, emoji, on, id: "r" });
  assertEquals((await client.nextOf("Ack")).seq, seq);
}

async function reactions(client: RawClient): Promise<unknown> {
  await client.send({ type: "History" });
  return (await client.nextOf("HistoryPage")).messages.map(({ reactions }) => reactions);
}

Deno.test("React is told to all with its count, is acknowledged, and is read with the message", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await using eve = await server.text("Eve");
  for (let i = 0; i < 2; i++) await alice.next("UserJoined");
  await bob.next("UserJoined");
  await alice.send({ type: "Broadcast", content: "tea?" }, { type: "Broadcast", content: "now" });
  for (const client of [alice, bob]) {
    for (let i = 0; i < 2; i++) await client.next("NewMessage");
  }
  await react(bob, "👍");
  assertEquals(await alice.next("Reactions"), {
    type: "Reactions",
    room: "lobby",
    seq: 1,
    emoji: "👍",
    count: 1,
    by: "Bob",
    on: true,
  });
  await react(alice, "👍");
  await react(alice, ":tea:");
  await react(alice, ":tea:");
  assertEquals((await bob.nextOf("Reactions")).count, 1);
  assertEquals((await bob.next("Reactions")).count, 2);
  assertEquals((await bob.next("Reactions")).emoji, ":tea:");
  await bob.expectNothing();
  assertEquals(await reactions(bob), [
    [{ emoji: "👍", count: 2, mine: true }, { emoji: ":tea:", count: 1 }],
    undefined,
  ]);
  await react(bob, "👍", false);
  assertEquals((await bob.next("Reactions")).on, false);
  await react(bob, "👍", false);
  await bob.expectNothing();
  await react(alice, "👍", false);
  assertEquals(await reactions(alice), [[{ emoji: ":tea:", count: 1, mine: true }], undefined]);
  await eve.expectLines("Alice: tea?", "Alice: now");
  await eve.expectNothing();
});

Deno.test("an edit keeps reactions, a deletion takes them away, and a deleted message takes no more", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: "helo" });
  await react(alice, "🎉");
  await alice.send({ type: "Edit", seq: 1, content: "hello" });
  assertEquals(await reactions(alice), [[{ emoji: "🎉", count: 1, mine: true }]]);
  await alice.send({ type: "Delete", seq: 1 });
  assertEquals(await reactions(alice), [undefined]);
  await alice.send({ type: "React", seq: 1, emoji: "🎉", on: true, id: "x" });
  assertEquals((await alice.nextOf("Error")).code, "not_found");
});

Deno.test("of who reacted nobody is told more than the names as it happens: no tag is in any byte that is sent", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.send({ type: "ListUsers", user: "Alice" });
  const { tag = "" } = await alice.nextOf("UserList");
  assert(tag.length === 22);
  await bob.send({ type: "Broadcast", content: "x" });
  await alice.nextOf("NewMessage");
  await react(alice, "👍");
  const seen: string[] = [];
  await bob.send({ type: "History" });
  const decoder = new TextDecoder();
  while (!(seen.at(-1) ?? "").includes("HistoryPage")) seen.push(decoder.decode(await bob.body()));
  await using eve = await server.connect();
  await eve.send({ type: "Login", username: "Eve", resume: { lobby: 0 } });
  while (!(seen.at(-1) ?? "").includes("NewMessage")) seen.push(decoder.decode(await eve.body()));
  assert(seen.at(-1)?.includes('"reactions":[{"emoji":"👍","count":1}]') === true, seen.at(-1));
  assert(!seen.join("").includes(tag));
  assert(!seen.join("").includes("reacted"));
});

Deno.test("a message takes so many kinds of reactions, and what is no reaction is refused", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: "x" });
  for (let i = 0; i < 32; i++) await react(alice, `r${i}`);
  await alice.send({ type: "React", seq: 1, emoji: "r32", on: true, id: "x" });
  assertEquals((await alice.nextOf("Error")).code, "busy");
  await react(alice, "r31");
  await react(alice, "r0", false);
  await react(alice, "r32");
  for (
    const [message, code] of [
      [{ emoji: "two words", on: true }, "invalid"],
      [{ emoji: "", on: true }, "invalid"],
      [{ emoji: "\x1b[2J", on: true }, "invalid"],
      [{ emoji: "👍👍", on: true }, "invalid"],
      [{ emoji: "👍", on: true, seq: 99 }, "not_found"],
      [{ emoji: "👍", on: true, room: "nowhere" }, "not_in_room"],
      [{ emoji: "👍" }, "invalid"],
    ] as const
  ) {
    await alice.send({ type: "React", seq: 1, ...message, id: "x" });
    assertEquals((await alice.nextOf("Error")).code, code, JSON.stringify(message));
  }
});

Deno.test("many who react at once to one message are all counted", async () => {
  await using server = startServer({ limits: FREE });
  await using first = await server.frames("u0");
  await first.send({ type: "Broadcast", content: "x" });
  await first.nextOf("NewMessage");
  const clients = [first];
  for (let i = 1; i < 20; i++) clients.push(await server.frames(`u${i}`));
  await Promise.all(clients.map((client) => react(client, "👍")));
  assertEquals(await reactions(first), [[{ emoji: "👍", count: 20, mine: true }]]);
  await Promise.all(clients.slice(1).map((client) => react(client, "👍", false)));
  assertEquals(await reactions(first), [[{ emoji: "👍", count: 1, mine: true }]]);
  for (const client of clients.slice(1)) await client.close();
});

Deno.test("isReaction() takes one emoji or a short word", () => {
  for (
    const text of ["👍", "👍🏽", "❤", "❤️", "👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇩🇪", "1️⃣", "+1", ":tada:", "ok", "ß", "日本"]
  ) {
    assert(isReaction(text), text);
  }
  const bad = [
    "",
    " ",
    "a b",
    "👍 ",
    "👍a",
    "👍👍",
    "a\n",
    "\u202e",
    "\u200b",
    "[Server]",
    "a:\u0000",
  ];
  for (const text of [...bad, "x".repeat(33), "日".repeat(11), "👍".repeat(40)]) {
    assert(!isReaction(text), JSON.stringify(text));
  }
  assertEquals(utf8("日".repeat(10)).length, 30);
  assert(isReaction("日".repeat(10)));
});
