/**
 * Somebody takes a name that has become free, while what was meant for its owner is on its way.
 *
 * @module
 */

import { ChatError, connect } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { Relay } from "./relay.ts";

Deno.test("a whisper that was cut off does not go to who takes its receiver's name meanwhile", async () => {
  await using server = startServer();
  await using relay = new Relay(server.port, '"Whisper"');
  await using bob = await server.frames("Bob");
  await using alice = connect({ port: relay.port, name: "Alice" });
  const said = alice.whisper("Bob", "the PIN is 1234").catch((error: unknown) => error);
  await relay.whenCut();
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  await using mallory = await server.frames("Bob");
  relay.mend();
  const error = await within(said, "The answer");
  assert(error instanceof ChatError && error.code === "not_found", String(error));
  // Alice said what was left to say before her next word.
  await alice.say("done");
  assertEquals((await mallory.nextOf("NewMessage")).content, "done");
  await mallory.expectNothing();
  // Who has the name now can be whispered to, as ever.
  await alice.whisper("Bob", "who are you?");
  assertEquals((await mallory.nextOf("PrivateMessage")).content, "who are you?");
});

Deno.test("it comes to the same session, also over another connection", async () => {
  await using server = startServer();
  await using relay = new Relay(server.port, '"Whisper"');
  await using bob = await server.frames("Bob");
  await using alice = connect({ port: relay.port, name: "Alice" });
  const said = alice.whisper("Bob", "the PIN is 1234");
  await relay.whenCut();
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  await using again = await server.frames("Bob", bob.session);
  relay.mend();
  assertEquals((await within(said, "The answer")).seq, 1);
  assertEquals((await again.nextOf("PrivateMessage")).content, "the PIN is 1234");
});

Deno.test("nor does one that was cut off before it was known who its receiver is; and its sender is told", async () => {
  await using server = startServer();
  await using relay = new Relay(server.port, '"ListUsers"');
  await using bob = await server.frames("Bob");
  await using alice = connect({ port: relay.port, name: "Alice" });
  const said = alice.whisper("Bob", "the PIN is 1234").catch((error: unknown) => error);
  await relay.whenCut();
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  await using mallory = await server.frames("Bob");
  relay.mend();
  const error = await within(said, "The answer");
  assert(error instanceof ChatError && error.code === "not_found", String(error));
  await alice.say("done");
  assertEquals((await mallory.nextOf("NewMessage")).content, "done");
  await mallory.expectNothing();
  await alice.whisper("Bob", "who are you?");
  assertEquals((await mallory.nextOf("PrivateMessage")).content, "who are you?");
});

Deno.test("nor does one that is said while the connection is broken, to somebody who was whispered with before", async () => {
  await using server = startServer();
  await using relay = new Relay(server.port, '"Ping"');
  await using bob = await server.frames("Bob");
  await using alice = connect({ port: relay.port, name: "Alice" });
  await alice.whisper("Bob", "are you there?");
  const lost = alice.ping().catch(() => {});
  await relay.whenCut();
  await server.event("left", ({ user }) => user === "Alice");
  const said = alice.whisper("Bob", "the PIN is 1234").catch((error: unknown) => error);
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  await using mallory = await server.frames("Bob");
  relay.mend();
  const error = await within(said, "The answer");
  await lost;
  assert(error instanceof ChatError && error.code === "not_found", String(error));
  await mallory.nextOf("UserJoined");
  await mallory.expectNothing();
});

Deno.test("who was whispered with and left unseen is not taken for who has the name next", async () => {
  await using server = startServer();
  await using bob = await server.frames("Bob");
  await bob.send({ type: "Leave", room: "lobby", id: "out" });
  await bob.nextOf("Ack");
  await using alice = connect({ port: server.port, name: "Alice" });
  await alice.whisper("Bob", "are you there?");
  // She shares no room with him: that he leaves she does not hear, as of one among many who leave a large room.
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  await using mallory = await server.frames("Bob");
  const error = await alice.whisper("Bob", "the PIN is 1234").catch((error: unknown) => error);
  assert(error instanceof ChatError && error.code === "not_found", String(error));
  await mallory.expectNothing();
  // She was told, and means who has the name now.
  await alice.whisper("Bob", "who are you?");
  assertEquals((await mallory.nextOf("PrivateMessage")).content, "who are you?");
});

Deno.test("a whisper to a tag is refused while another session has the name; a user's tag can be asked", async () => {
  await using server = startServer();
  await using bob = await server.frames("Bob");
  await using alice = await server.frames("Alice");
  await alice.send({ type: "ListUsers", user: "bob" });
  const { users, tag } = await alice.nextOf("UserList");
  assertEquals(users, ["Bob"]);
  assert(tag !== undefined && tag !== bob.session);
  await alice.send({ type: "Whisper", to: "Bob", content: "no", toTag: "x".repeat(22), id: "1" });
  assertEquals((await alice.nextError("not_found")).re, "1");
  await alice.send({ type: "Whisper", to: "Bob", content: "yes", toTag: tag, id: "2" });
  assertEquals((await bob.nextOf("PrivateMessage")).content, "yes");
  await alice.nextOf("PrivateSent");
  await alice.send({ type: "ListUsers", user: "Nobody" });
  await alice.nextError("not_found");
});
