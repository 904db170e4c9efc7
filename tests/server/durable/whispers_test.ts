/**
 * What two whispered is for these two, also after a restart.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { folder, startOn } from "./place.ts";
import { page, say, whisper } from "./talk.ts";

Deno.test("whispers are read by both sessions of the pair after a restart, in whatever case they are named", async () => {
  using place = folder();
  const secrets: string[] = [];
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using bob = await server.frames("Bob");
    secrets.push(alice.session, bob.session);
    await whisper(alice, "Bob", ["one"]);
    await whisper(bob, "Alice", ["two"]);
    await whisper(alice, "bob", ["three"]);
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("ALICE", secrets[0]);
  // Bob is not here: what he and Alice said is hers all the same.
  const { messages } = await page(alice, { with: "BOB" });
  assertEquals(messages.map(({ seq, from, content }) => [seq, from, content]), [
    [1, "Alice", "one"],
    [2, "Bob", "two"],
    [3, "Alice", "three"],
  ]);
  await using bob = await server.frames("bob", secrets[1]);
  assertEquals((await page(bob, { with: "alice" })).messages, messages);
});

Deno.test("nobody else reads a whisper: not by History, not by resume, not by joining a room of its name", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using _bob = await server.frames("Bob");
    await whisper(alice, "Bob", ["secret"]);
    await say(alice, ["public"]);
  }
  await using server = await startOn(place.path);
  await using eve = await server.connect();
  const names = ["alice/bob", "bob", "pair/alice/bob", "../pair/alice/bob", "alice"];
  const resume = Object.fromEntries(names.map((name) => [name, 0]));
  await eve.send({ type: "Login", username: "Eve", resume });
  assertEquals((await eve.next("Welcome")).rooms, ["lobby", "bob", "alice"]);
  await eve.expectNothing();
  for (const name of [...names, "eve/alice/bob", "alice/bob/eve", "Alice/Bob"]) {
    await eve.send({ type: "History", with: name, id: "h" });
    assertEquals((await eve.nextError("not_found")).re, "h");
  }
  assertEquals((await page(eve, { room: "lobby" })).messages.map(({ content }) => content), [
    "public",
  ]);
  await using carol = await server.frames("Carol");
  for (const [asker, other] of [[eve, "Carol"], [carol, "Eve"]] as const) {
    assertEquals((await page(asker, { with: other })).messages, []);
  }
});
