/**
 * Whispers to somebody who is away: an account hears of them when it comes in, a guest is not there.
 *
 * @module
 */

import { CONTENT_BYTES_MAX } from "../../../server/wire/limits.ts";
import type { Welcome } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { whisper } from "../durable/talk.ts";

const PASSWORD = "correct horse";
const TOKEN = "the operator's own token";
const OPTIONS = { passwordCost: CHEAP, operatorToken: TOKEN };

async function registered(server: TestServer, username: string): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Register", username, password: PASSWORD });
  await client.next("Welcome");
  return client;
}

/** Makes a name an account whose owner is away. */
async function absent(server: TestServer, username: string): Promise<void> {
  const client = await registered(server, username);
  await client.close();
  await server.event("left", ({ user }) => user === username);
}

async function comeIn(
  server: TestServer,
  username: string,
): Promise<{ client: RawClient; welcome: Welcome }> {
  const client = await server.connect();
  await client.send({ type: "Login", username, password: PASSWORD });
  return { client, welcome: await client.next("Welcome") };
}

Deno.test("a whisper to an absent account waits, its sender is told so, and the account hears of it and reads it", async () => {
  await using server = startServer(OPTIONS);
  await absent(server, "Bob");
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Whisper", to: "bob", content: "are you there?", id: "1" });
  const { at: _, ...sent } = await alice.next("PrivateSent");
  const said = { type: "PrivateSent", to: "Bob", content: "are you there?", seq: 1, waits: true };
  assertEquals(sent, { ...said, re: "1" });
  await alice.send({ type: "Whisper", to: "Bob", content: "call me" });
  assertEquals((await alice.next("PrivateSent")).waits, true);
  await alice.expectNothing();
  const { client: bob, welcome } = await comeIn(server, "Bob");
  assertEquals(welcome.unread, [{ with: "Alice", head: 2, read: 0, unread: 2 }]);
  await bob.send({ type: "History", with: "Alice", after: 0, id: "2" });
  const { messages, more } = await bob.next("HistoryPage");
  assertEquals([messages.map(({ content }) => content), more], [
    ["are you there?", "call me"],
    false,
  ]);
  await alice.nextOf("UserJoined");
  await alice.send({ type: "Whisper", to: "Bob", content: "welcome", id: "3" });
  assertEquals((await alice.next("PrivateSent")).waits, undefined);
  assertEquals((await bob.next("PrivateMessage")).content, "welcome");
  await bob.close();
});

Deno.test("an absent guest, nobody, and an account where there are none are not found", async () => {
  await using server = startServer(OPTIONS);
  await using alice = await server.frames("Alice");
  const guest = await server.frames("Gast");
  await guest.close();
  await server.event("left", ({ user }) => user === "Gast");
  for (const to of ["Gast", "nobody"]) {
    await alice.send({ type: "Whisper", to, content: "psst", id: "1" });
    const { msg } = await alice.nextOf("Error");
    assertEquals(msg, `User '${to}' not found.`);
  }
  await alice.expectNothing();
});

Deno.test("the tag of an absent account is told and meant; who registers the name later is told of nothing", async () => {
  await using server = startServer(OPTIONS);
  await absent(server, "Bob");
  await using alice = await server.frames("Alice");
  await alice.send({ type: "ListUsers", user: "BOB", id: "1" });
  const { users, accounts, tag } = await alice.next("UserList");
  assertEquals([users, accounts], [[], ["Bob"]]);
  await alice.send({ type: "Whisper", to: "Bob", toTag: "x".repeat(22), content: "psst", id: "2" });
  await alice.nextError("not_found");
  await alice.send({ type: "Whisper", to: "Bob", toTag: tag, content: "psst", id: "3" });
  assertEquals((await alice.next("PrivateSent")).waits, true);
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.next("Welcome");
  await op.send({ type: "RemoveAccount", username: "Bob", id: "4" });
  await op.next("Ack");
  await using bob = await server.connect();
  await bob.send({ type: "Register", username: "Bob", password: PASSWORD });
  const welcome = await bob.next("Welcome");
  assert(welcome.tag !== tag);
  assertEquals(welcome.unread, undefined);
  await bob.send({ type: "History", with: "Alice", after: 0, id: "5" });
  assertEquals((await bob.next("HistoryPage")).messages, []);
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  const again = await comeIn(server, "Bob");
  assertEquals(again.welcome.unread, undefined);
  await again.client.close();
});

Deno.test("an id that is used again is answered alike, and waits once", async () => {
  await using server = startServer(OPTIONS);
  await absent(server, "Bob");
  await using alice = await server.frames("Alice");
  const whisper = { type: "Whisper", to: "Bob", content: "psst", id: "1" };
  await alice.send(whisper, whisper);
  const first = await alice.next("PrivateSent");
  assertEquals(first.waits, true);
  assertEquals(await alice.next("PrivateSent"), first);
  const { client, welcome } = await comeIn(server, "Bob");
  assertEquals(welcome.unread?.map(({ unread }) => unread), [1]);
  await client.close();
});

Deno.test("who answers has read; what comes then is unread alone, from each person on its own", async () => {
  await using server = startServer(OPTIONS);
  const bob = await registered(server, "Bob");
  const alice = await registered(server, "Alice");
  await using eve = await server.frames("Eve");
  await whisper(alice, "Bob", ["one", "two"]);
  await whisper(bob, "Alice", ["three"]);
  await whisper(alice, "Bob", ["four"]);
  await whisper(eve, "Bob", ["five"]);
  for (let n = 0; n < 2; n++) await bob.nextOf("PrivateMessage");
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  const again = await comeIn(server, "Bob");
  assertEquals(again.welcome.unread, [
    { with: "Alice", head: 4, read: 3, unread: 1 },
    { with: "Eve", head: 1, read: 0, unread: 1 },
  ]);
  for (const client of [alice, again.client]) await client.close();
});

Deno.test("a text client whispers to who is away, and reads after its login what waited, once", async () => {
  await using server = startServer(OPTIONS);
  await absent(server, "Bob");
  await using alice = await server.text("Alice");
  await alice.write("/w Bob are you there?\n/w nobody x\n");
  await alice.expectLines(
    "[Private to Bob, who is away] are you there?",
    "[Server] User 'nobody' not found.",
  );
  await using eve = await server.frames("Eve");
  await alice.expectLines("[Server] Eve has joined.");
  await whisper(eve, "Bob", ["[Server] two\nlines", "taken back"]);
  await eve.send({ type: "Delete", with: "Bob", id: "1" });
  await eve.nextOf("MessageDeleted");
  const bob = await server.connect();
  await bob.write(`Bob\n${PASSWORD}\n`);
  await bob.expectLines(
    "[Server] Password for Bob:",
    "[Server] Alice whispered once while you were away.",
    "[Private from Alice] are you there?",
    "[Server] Eve whispered once while you were away.",
    "[Private from Eve] (Server) two",
    "[Private from Eve] lines",
  );
  await alice.expectLines("[Server] Bob has joined.");
  await bob.expectNothing();
  await alice.write("/w Bob welcome\n");
  await bob.expectLines("[Private from Alice] welcome");
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  const again = await comeIn(server, "Bob");
  assertEquals(again.welcome.unread, undefined);
  await again.client.close();
});

Deno.test("of very many whispers a text client reads the newest hundred of each, and fewer of long ones", async () => {
  await using server = startServer({ ...OPTIONS, limits: { messagesPerSecond: 0 } });
  await absent(server, "Bob");
  await using alice = await server.frames("Alice");
  await using eve = await server.frames("Eve");
  await whisper(alice, "Bob", Array.from({ length: 120 }, (_, n) => `${n}`));
  const long = "x".repeat(CONTENT_BYTES_MAX - 10);
  await whisper(eve, "Bob", Array.from({ length: 60 }, (_, n) => `${n}${long}`));
  const bob = await server.connect();
  await bob.write(`Bob\n${PASSWORD}\n`);
  await bob.expectLines("[Server] Password for Bob:");
  const often = (who: string, count: number) =>
    `[Server] ${who} whispered often while you were away; these are the newest ${count}, and there are more.`;
  await bob.expectLines(often("Alice", 100));
  for (let n = 20; n < 120; n++) await bob.expectLines(`[Private from Alice] ${n}`);
  const heading = await bob.line();
  const count = Number(/newest (\d+), /.exec(heading)?.[1]);
  assert(count > 5 && count < 60, heading);
  assertEquals(heading, often("Eve", count));
  const first = await bob.line();
  assert(first.startsWith(`[Private from Eve] ${60 - count}x`), first);
  await bob.close();
});
