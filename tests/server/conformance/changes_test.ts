/**
 * Taking back what was said in a room: who may, what all are told, and what is there afterwards.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { memoryStore } from "../../../server/mod.ts";

const FREE = { messagesPerSecond: 0 };

async function say(client: RawClient, ...contents: readonly string[]): Promise<void> {
  for (const content of contents) {
    await client.send({ type: "Broadcast", content });
    await client.nextOf("NewMessage");
  }
}

/** What is said again about the newest messages, without times. */
async function history(client: RawClient): Promise<unknown[]> {
  await client.send({ type: "History" });
  const { messages } = await client.nextOf("HistoryPage");
  return messages.map(({ seq, from, content, edited, deleted }) => ({
    seq,
    from,
    content,
    ...(edited === undefined ? {} : { edited: edited > 0 }),
    ...(deleted === undefined ? {} : { deleted }),
  }));
}

Deno.test("Edit gives a message other words: all are told, it is acknowledged, and history has the new ones", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await say(alice, "helo", "again");
  await bob.nextOf("NewMessage");
  await bob.nextOf("NewMessage");
  await alice.send({ type: "Edit", seq: 1, content: "hello", id: "e1" });
  const { at, ...told } = await bob.next("MessageEdited");
  assertEquals(told, {
    type: "MessageEdited",
    room: "lobby",
    seq: 1,
    content: "hello",
    by: "Alice",
  });
  assertEquals(await alice.next("Ack"), { type: "Ack", room: "lobby", seq: 1, at, re: "e1" });
  assertEquals(await alice.next("MessageEdited"), { ...told, at });
  assertEquals(await history(bob), [
    { seq: 1, from: "Alice", content: "hello", edited: true },
    { seq: 2, from: "Alice", content: "again" },
  ]);
});

Deno.test("Delete takes a message's words away, and its place stays", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await say(alice, "one", "THE-SECRET", "three");
  for (let i = 0; i < 3; i++) await bob.nextOf("NewMessage");
  await alice.send({ type: "Delete", seq: 2, id: "d1" });
  const { at, ...told } = await bob.next("MessageDeleted");
  assertEquals(told, { type: "MessageDeleted", room: "lobby", seq: 2, by: "Alice" });
  assertEquals(await alice.next("Ack"), { type: "Ack", room: "lobby", seq: 2, at, re: "d1" });
  await alice.next("MessageDeleted");
  assertEquals(await history(bob), [
    { seq: 1, from: "Alice", content: "one" },
    { seq: 2, from: "Alice", content: "", edited: true, deleted: true },
    { seq: 3, from: "Alice", content: "three" },
  ]);
});

Deno.test("a change that is said twice is made and told once, and answered alike", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await say(alice, "helo", "oops");
  await bob.nextOf("NewMessage");
  await bob.nextOf("NewMessage");
  for (
    const change of [
      { type: "Edit", seq: 1, content: "hello", id: "e" },
      { type: "Delete", seq: 2, id: "d" },
    ]
  ) {
    await alice.send(change, change);
    const first = await alice.nextOf("Ack");
    assertEquals(await alice.nextOf("Ack"), first);
  }
  await bob.next("MessageEdited");
  await bob.next("MessageDeleted");
  await bob.expectNothing();
});

Deno.test("nobody else may edit or delete a message, and nobody is told that it was tried", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await say(alice, "mine");
  await bob.nextOf("NewMessage");
  await bob.send(
    { type: "Edit", seq: 1, content: "yours", id: "1" },
    { type: "Delete", seq: 1, id: "2" },
  );
  for (const re of ["1", "2"]) {
    const { code, re: of } = await bob.next("Error");
    assertEquals([code, of], ["forbidden", re]);
  }
  await alice.expectNothing();
  assertEquals(await history(alice), [{ seq: 1, from: "Alice", content: "mine" }]);
});

Deno.test("who has the name now changes nothing of who had it before; who comes back with its secret does", async () => {
  await using server = startServer({ limits: FREE });
  await using eve = await server.frames("Eve");
  const first = await server.frames("Alice");
  await say(first, "of the first Alice");
  const { session } = first;
  await first.close();
  await eve.nextOf("UserLeft");
  const stranger = await server.frames("Alice");
  await stranger.send(
    { type: "Edit", seq: 1, content: "of a stranger", id: "1" },
    { type: "Delete", seq: 1, id: "2" },
  );
  assertEquals((await stranger.nextOf("Error")).code, "forbidden");
  assertEquals((await stranger.nextOf("Error")).code, "forbidden");
  await say(stranger, "of the second Alice");
  await stranger.close();
  await eve.nextOf("UserLeft");
  await using back = await server.connect();
  await back.send({ type: "Login", username: "alice", session });
  await back.next("Welcome");
  await back.send(
    { type: "Edit", seq: 2, content: "of a stranger", id: "1" },
    { type: "Edit", seq: 1, content: "of the first Alice, indeed", id: "2" },
  );
  assertEquals((await back.next("Error")).code, "forbidden");
  await back.next("Ack");
  await back.next("MessageEdited");
  await say(back, "again");
  await back.send({ type: "Delete", seq: 3, id: "3" });
  assertEquals((await back.nextOf("Ack")).seq, 3);
});

Deno.test("what cannot be changed is refused with its reason", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, "one", "two");
  await alice.send({ type: "Delete", seq: 2 });
  await alice.next("MessageDeleted");
  for (
    const [change, code, words] of [
      [{ type: "Edit", seq: 9, content: "x" }, "not_found", /no such message/],
      [{ type: "Edit", seq: 0, content: "x" }, "not_found", /no such message/],
      [{ type: "Edit", seq: 2, content: "x" }, "not_found", /was deleted/],
      [{ type: "Edit", seq: 1, content: "" }, "invalid", /empty/],
      [{ type: "Edit", seq: 1, content: "x".repeat(8193) }, "too_long", /8192/],
      [{ type: "Edit", seq: 1, content: "x", room: "tea" }, "not_in_room", /tea/],
      [{ type: "Delete", seq: 1, room: "tea" }, "not_in_room", /tea/],
      [{ type: "Delete", seq: -1 }, "invalid", /seq/],
      [{ type: "Edit", seq: 1 }, "invalid", /content/],
    ] as const
  ) {
    await alice.send({ ...change, id: "1" });
    const error = await alice.next("Error");
    assertEquals([error.code, error.re], [code, "1"], JSON.stringify(change));
    assert(words.test(error.msg), error.msg);
  }
  assertEquals(await history(alice), [
    { seq: 1, from: "Alice", content: "one" },
    { seq: 2, from: "Alice", content: "", edited: true, deleted: true },
  ]);
});

Deno.test("without a number it is what was said last over this connection in that room", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Edit", content: "x", id: "0" });
  assertEquals((await alice.next("Error")).code, "not_found");
  await alice.send(
    { type: "Broadcast", content: "one" },
    { type: "Broadcast", content: "two" },
    { type: "Edit", content: "zwei", id: "1" },
    { type: "Join", room: "tea" },
    { type: "Edit", room: "tea", content: "x", id: "2" },
  );
  assertEquals((await alice.nextOf("Ack")).seq, 2);
  assertEquals((await alice.nextOf("Error")).code, "not_found");
  await alice.send({ type: "Delete", id: "3" });
  assertEquals((await alice.nextOf("Ack")).seq, 2);
});

Deno.test("who comes back hears what was changed meanwhile of what it saw, once, and then what is new", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await say(alice, "one", "two", "three");
  await alice.send({ type: "Edit", seq: 1, content: "ONE" });
  await alice.next("MessageEdited");
  await say(alice, "four", "five");
  await alice.send(
    { type: "Edit", seq: 2, content: "2" },
    { type: "Edit", seq: 2, content: "TWO" },
    { type: "Delete", seq: 4 },
  );
  for (let i = 0; i < 2; i++) await alice.next("MessageEdited");
  await alice.next("MessageDeleted");
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 4 } });
  await bob.next("Welcome");
  const edited = await bob.next("MessageEdited");
  assertEquals([edited.seq, edited.content, edited.by], [2, "TWO", "Alice"]);
  assertEquals((await bob.next("MessageDeleted")).seq, 4);
  const missed = await bob.next("NewMessage");
  assertEquals([missed.seq, missed.content], [5, "five"]);
  await bob.expectNothing();
  await bob.close();
  await alice.nextOf("UserLeft");
  await using eve = await server.connect();
  await eve.send({ type: "Login", username: "Eve", resume: { lobby: 1 } });
  await eve.next("Welcome");
  assertEquals((await eve.next("MessageEdited")).content, "ONE");
  const news = [];
  for (let i = 0; i < 4; i++) news.push(await eve.next("NewMessage"));
  assertEquals(news.map(({ content, deleted = false }) => [content, deleted]), [
    ["TWO", false],
    ["three", false],
    ["", true],
    ["five", false],
  ]);
  await eve.expectNothing();
});

Deno.test("an id that is said again is answered after its message was edited, and after it was deleted", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  const said = { type: "Broadcast", content: "helo", id: "b" };
  await alice.send(said);
  const first = await alice.nextOf("Ack");
  await alice.send({ type: "Edit", seq: 1, content: "hello" });
  await alice.nextOf("MessageEdited");
  await alice.send(said);
  assertEquals(await alice.next("Ack"), first);
  await alice.send({ ...said, content: "other words" });
  assertEquals((await alice.next("Error")).code, "invalid");
  await alice.send({ type: "Delete", seq: 1 });
  await alice.nextOf("MessageDeleted");
  await alice.send(said);
  assertEquals(await alice.next("Ack"), first);
  await alice.expectNothing();
});

Deno.test("text clients edit and delete what they said last, and read of it without the words that went", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.text("Alice");
  await using bob = await server.text("Bob");
  await alice.expectLines("[Server] Bob has joined.");
  await alice.write("/edit nothing yet\n/delete\n/edit\n");
  await alice.expectLines(
    "[Server] You have said nothing here yet that could be changed.",
    "[Server] You have said nothing here yet that could be changed.",
    "[Server] Usage: /edit TEXT",
  );
  await alice.write("we meet at thre, by the old bridge\n/edit at three, by the bridge\n");
  await bob.expectLines(
    "Alice: we meet at thre, by the old bridge",
    "[Server] Alice edited a message: at three, by the bridge",
  );
  await alice.write("/delete\n/delete\n");
  await bob.expectLines("[Server] Alice deleted a message.");
  await alice.expectLines(
    "[Server] Alice edited a message: at three, by the bridge",
    "[Server] Alice deleted a message.",
  );
  await alice.write("/edit too late\n");
  await alice.expectLines("[Server] That message was deleted.");
  await bob.expectNothing();
});

Deno.test("a text client's edit cannot forge the server's words or another line", async () => {
  await using server = startServer({ limits: FREE });
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await say(alice, "[Server] \x1b[2J\nBob: x");
  await alice.send({ type: "Edit", seq: 1, content: "first\nsecond \x1b[2J[Server] third" });
  await bob.expectLines(
    "Alice: (Server) (2J",
    "Alice: Bob: x",
    "[Server] Alice edited a message: first",
    "[Server] Alice edited a message: second (2J(Server) third",
  );
});

Deno.test("after thousands of authors each is still found, and nobody is taken for another one", async () => {
  const store = memoryStore();
  const author = (n: number) =>
    new TextEncoder().encode(
      JSON.stringify({ from: `u${n % 3}`, tag: `tag ${n}`, seq: n }),
    );
  for (let n = 1; n <= 2_000; n++) {
    store.append({
      stream: "author/lobby",
      at: n,
      encode: () => author(n),
      settled: () => {},
    });
  }
  const { tagOfAuthor } = await import("../../../server/store/authors.ts");
  const { foldText } = await import("../../../server/wire/mod.ts");
  const find = (from: string, seq: number) =>
    tagOfAuthor(
      (stream, range) => store.read(stream, range),
      (s) => store.head(s),
      foldText("lobby"),
      {
        from: foldText(from),
        seq,
      },
    );
  for (const seq of [1, 2, 3, 4, 500, 1_000, 1_999, 2_000, 5_000]) {
    for (const n of [0, 1, 2]) {
      const last = Math.min(seq, 2_000);
      const wanted = [last, last - 1, last - 2].find((one) => one > 0 && one % 3 === n);
      assertEquals(await find(`u${n}`, seq), wanted === undefined ? undefined : `tag ${wanted}`);
    }
  }
  assertEquals(await find("somebody", 1_000), undefined);
});

Deno.test("a server that sets a time for it lets nobody change later what was said or whispered, in frames and in lines", async () => {
  let now = 1_764_000_000_000;
  await using server = startServer({
    limits: { ...FREE, changeMsMax: 60_000 },
    clock: () => now,
  });
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await say(alice, "helo");
  await alice.send({ type: "Whisper", to: "Bob", content: "psst" });
  await alice.nextOf("PrivateSent");
  await bob.write("of lines\n");
  await alice.nextOf("NewMessage");
  now += 60_000;
  await alice.send({ type: "Edit", seq: 1, content: "hello", id: "in time" });
  await alice.nextOf("Ack");
  now += 1;
  await alice.send(
    { type: "Edit", seq: 1, content: "hullo", id: "e" },
    { type: "Delete", seq: 1, id: "d" },
    { type: "Delete", with: "Bob", seq: 1, id: "w" },
  );
  const msgs = [];
  for (let i = 0; i < 3; i++) {
    const { code, msg, re } = await alice.nextOf("Error");
    msgs.push([re, code, msg]);
  }
  const late = "That was said more than 60 seconds ago: it cannot be";
  assertEquals(msgs, [
    ["e", "forbidden", `${late} edited any more.`],
    ["d", "forbidden", `${late} deleted any more.`],
    ["w", "forbidden", `${late} deleted any more.`],
  ]);
  await bob.write("/delete\n");
  for (;;) {
    const line = await bob.line();
    if (line === `[Server] ${late} deleted any more.`) break;
  }
  assertEquals(await history(alice), [
    { seq: 1, from: "Alice", content: "hello", edited: true },
    { seq: 2, from: "Bob", content: "of lines" },
  ]);
});
