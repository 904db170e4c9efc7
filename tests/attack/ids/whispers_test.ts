/**
 * Somebody takes a name that has become free, and wants to read what was whispered to it.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { betweenIn } from "../../../server/store/whispers.ts";
import { WHISPERS_LOOKED_AT_MAX } from "../../../server/limits.ts";
import type { HistoryPage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, utf8 } from "../../harness.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { page, range, whisper } from "../../server/durable/talk.ts";

function contents(messages: readonly { readonly content: string }[]): string[] {
  return messages.map(({ content }) => content);
}

async function pageWith(client: RawClient, asked: object): Promise<HistoryPage> {
  await client.send({ type: "History", ...asked });
  return await client.nextOf("HistoryPage");
}

Deno.test("a stranger under a name that became free reads none of its whispers; its session reads all", async () => {
  using place = folder();
  let secret = "";
  {
    await using server = await startOn(place.path);
    await using bob = await server.frames("Bob");
    {
      await using alice = await server.frames("Alice");
      secret = alice.session;
      await whisper(alice, "Bob", ["secret of Alice"]);
      await whisper(bob, "Alice", ["secret for Alice"]);
    }
    await server.event("left");
    await using stranger = await server.frames("alice");
    assertEquals((await page(stranger, { with: "Bob" })).messages, []);
    await whisper(stranger, "Bob", ["I am another"]);
    assertEquals(contents((await page(stranger, { with: "Bob" })).messages), ["I am another"]);
    // Bob talked with both.
    assertEquals(contents((await page(bob, { with: "Alice" })).messages), [
      "secret of Alice",
      "secret for Alice",
      "I am another",
    ]);
  }
  await using server = await startOn(place.path);
  await using again = await server.frames("Alice", secret);
  assertEquals(again.session, secret);
  assertEquals(contents((await page(again, { with: "Bob" })).messages), [
    "secret of Alice",
    "secret for Alice",
  ]);
});

Deno.test("with somebody who is away a stranger cannot even tell whether there were whispers", async () => {
  await using server = startServer();
  {
    await using alice = await server.frames("Alice");
    await using bob = await server.frames("Bob");
    await whisper(alice, "Bob", ["x"]);
    await bob.nextOf("PrivateMessage");
  }
  await server.event("left", ({ user }) => user === "Bob");
  await using stranger = await server.frames("Alice");
  for (const name of ["Bob", "Nobody"]) {
    await stranger.send({ type: "History", with: name });
    assertEquals((await stranger.nextError("not_found")).msg, `User '${name}' not found.`);
  }
});

Deno.test("a secret that could be guessed is not taken for one", async () => {
  await using server = startServer();
  await using bob = await server.frames("Bob");
  for (const secret of ["", "alice", "x".repeat(31), "x".repeat(65), `${"x".repeat(40)}\n`]) {
    await using alice = await server.frames("Alice", secret);
    assert(alice.session !== secret && alice.session.length >= 32);
    await alice.close();
    await bob.nextOf("UserLeft");
  }
});

Deno.test("a stranger who knows an id is not told what was whispered under it", async () => {
  await using server = startServer();
  await using bob = await server.frames("Bob");
  {
    await using alice = await server.frames("Alice");
    await alice.send({ type: "Whisper", to: "Bob", content: "secret", id: "w" });
    await alice.nextOf("PrivateSent");
  }
  await bob.nextOf("UserLeft");
  await using stranger = await server.frames("Alice");
  await stranger.send({ type: "Whisper", to: "Bob", content: "guess", id: "w" });
  const { content, seq } = await stranger.nextOf("PrivateSent");
  assertEquals([content, seq], ["guess", 2]);
});

Deno.test("nor is one who comes while it is on its way to the disk", async () => {
  const store = memoryStore();
  const held: (() => void)[] = [];
  const append: typeof store.append = (message) => void held.push(() => store.append(message));
  // A name is kept for last words, but not for as long as this disk takes.
  await using server = startServer({ store: { ...store, append }, limits: { settleMsMax: 1 } });
  await using bob = await server.frames("Bob");
  const whisper = { type: "Whisper", to: "Bob", content: "secret", id: "w" };
  {
    await using alice = await server.frames("Alice");
    await alice.send(whisper, { type: "Ping" });
    await alice.nextOf("Pong");
  }
  await bob.nextOf("UserLeft");
  await using stranger = await server.frames("Alice");
  await stranger.send({ ...whisper, content: "guess" }, { type: "Ping" });
  await stranger.nextOf("Pong");
  for (const pass of held) pass();
  assertEquals((await stranger.nextOf("Error")).code, "invalid");
  assertEquals((await bob.nextOf("PrivateMessage")).content, "secret");
});

Deno.test("a whisper that becomes durable when a stranger has its receiver's name is not told to that one", async () => {
  const store = memoryStore();
  const held: (() => void)[] = [];
  const slow = {
    ...store,
    append: (message: Parameters<typeof store.append>[0]) =>
      void held.push(() => store.append(message)),
  };
  await using server = startServer({ store: slow });
  await using bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await bob.send({ type: "Whisper", to: "Alice", content: "for Alice", id: "w" }, { type: "Ping" });
  await bob.nextOf("Pong");
  await alice.close();
  await bob.nextOf("UserLeft");
  await using stranger = await server.frames("Alice");
  for (const pass of held) pass();
  assertEquals((await bob.nextOf("PrivateSent")).seq, 1);
  await stranger.expectNothing();
  await stranger.close();
  await bob.nextOf("UserLeft");
  // It is kept for whom it was meant.
  await using again = await server.frames("Alice", alice.session);
  assertEquals(contents((await page(again, { with: "Bob" })).messages), ["for Alice"]);
});

Deno.test("no content can make a whisper look as if it were of another session", () => {
  const body = (content: string, rest: object) =>
    utf8(JSON.stringify({ type: "PrivateMessage", from: "A", content, at: 1, ...rest }));
  const tag = "x".repeat(22);
  const tail = `,"between":["${tag}","${tag}"]}`;
  assertEquals(betweenIn(body("hi", { between: [tag, tag] })), [tag, tag]);
  for (const text of [tail, `"${tail}`, `\\"${tail}`, `"]}${tail}`]) {
    assertEquals(betweenIn(body(text, {})), undefined);
    assertEquals(betweenIn(body("hi", { id: text })), undefined);
  }
});

Deno.test("what strangers whispered under one's name is passed over, and looked at in bounded steps", async () => {
  const store = memoryStore();
  await using server = startServer({ store, limits: { messagesPerSecond: 0 } });
  await using _bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await whisper(alice, "Bob", ["first"]);
  const count = 2 * WHISPERS_LOOKED_AT_MAX;
  for (const n of range(1, count)) {
    const body = utf8(JSON.stringify({ type: "PrivateMessage", from: "Alice", content: `${n}` }));
    store.append({ stream: "pair/alice/bob", at: 1, encode: () => body, settled: () => {} });
  }
  await whisper(alice, "Bob", ["last"]);
  const first = await pageWith(alice, { with: "Bob" });
  assertEquals([contents(first.messages), first.more], [["last"], true]);
  const second = await pageWith(alice, { with: "Bob", before: first.next });
  assertEquals([contents(second.messages), second.more, second.next], [
    ["first"],
    false,
    undefined,
  ]);
});
