/**
 * Attacks in the moment in which something else is on its way to the disk: a name that becomes somebody's account, a password that an
 * operator gives, a ban from the server, a kick.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { eventually, folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";
const session = "m".repeat(40);
const room = "tea";

/** A server on a disk that can be held, with an operator in the room, whose it is. */
async function begin(path: string) {
  const disk = new HandDisk(path);
  const serve = { operatorToken, passwordCost: CHEAP };
  const server = await startOn(path, { storage: disk.storage, serve });
  const op = await comesIn(server, { username: "Root", operator: operatorToken });
  await done(op, { type: "Join", room });
  let held: ReturnType<HandDisk["hold"]> | undefined;
  return {
    hold: (text: string) => held = disk.hold(text),
    server,
    op,
    async [Symbol.asyncDispose]() {
      // Also where a test fails: nothing ends on a disk that hangs.
      held?.release();
      await op[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Sends what is heard before the disk answers. */
async function sent(client: RawClient, ...messages: readonly object[]): Promise<void> {
  await client.send(...messages, { type: "Ping" });
  await client.nextOf("Pong");
}

for (const type of ["Edit", "Delete", "React"] as const) {
  Deno.test(`${type} by a guest is answered also when his name becomes somebody's account meanwhile`, async () => {
    using place = folder();
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await using ben = await inRoom(server, "Ben", room);
    await done(ben, { type: "Broadcast", room, content: "first" });
    const adding = hold('"act":"account"');
    await op.send({ type: "AddAccount", username: "Ben", password, id: "add" });
    await adding.arrived();
    await sent(ben, { type: "Broadcast", room, content: "second", id: "second" });
    // It waits for what he has said before it.
    await ben.send({ type, room, seq: 1, content: "other", emoji: "👍", on: true, id: "change" });
    adding.release();
    const word = hold("second");
    await word.arrived();
    assertEquals((await answerTo(op, "add"))["type"], "Ack");
    word.release();
    const answer = await answerTo(ben, "change");
    assertEquals(answer["code"] ?? answer["type"], type === "React" ? "Ack" : "forbidden");
  });
}

Deno.test("a guest who was given another name and closes his side is answered first what he said before", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using ben = await inRoom(server, "Ben", room);
  const adding = hold('"act":"account"');
  await op.send({ type: "AddAccount", username: "Ben", password });
  await adding.arrived();
  await sent(ben, { type: "Broadcast", room, content: "last words", id: "last" });
  adding.release();
  const word = hold("last words");
  await word.arrived();
  await ben.nextOf("Renamed");
  await ben.closeWrite();
  // The server has read that when it has answered what somebody else said behind it.
  await ask(op, { type: "Ping" });
  await ask(op, { type: "Ping" });
  word.release();
  assertEquals((await answerTo(ben, "last"))["type"], "Ack");
});

Deno.test("who makes his name an account does not stay by a password that an operator has replaced in the same group of the disk", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using ben = await inRoom(server, "Ben", room);
  // Who gives a password is not heard on until that is done.
  await using second = await comesIn(server, { username: "Second", operator: operatorToken });
  const before = hold("until then");
  await op.send({ type: "Broadcast", content: "until then" });
  await before.arrived();
  await ben.send({ type: "Register", username: "Ben", password });
  // As soon as it is on its way it is an account to operators.
  await eventually(async () => {
    const { accounts } = await ask(second, { type: "Accounts" });
    return (accounts as readonly unknown[]).length > 0 ? true : undefined;
  }, "the account is on its way");
  await op.send({ type: "SetPassword", username: "Ben", password: "another horse", id: "set" });
  await eventually(async () => {
    const { accounts } = await ask(second, { type: "Accounts" });
    return (accounts as readonly { devices: number }[])[0]?.devices === 0 ? true : undefined;
  }, "the password is on its way");
  before.release();
  assertEquals((await answerTo(op, "set"))["type"], "Ack");
  assertEquals((await ben.nextOf("Error")).code, "auth_failed");
  await ben.expectEnd();
});

Deno.test("whom a ban from the server hits that is on its way makes no account, comes not in again and is not heard", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using eve = await inRoom(server, "Eve", room);
  await using eva = await inRoom(server, "Eva", room, session);
  const banning = hold('"act":"ban"');
  for (const user of ["Eve", "Eva"]) await op.send({ type: "Ban", server: true, user, id: user });
  await banning.arrived();
  await refused(eve, { type: "Register", username: "Eve", password }, "banned");
  await refused(eva, { type: "Broadcast", room, content: "behind it" }, "banned");
  await using again = await server.connect();
  await again.send({ type: "Login", username: "Eva-2", session });
  assertEquals((await again.message() as { code?: string }).code, "banned");
  banning.release();
  for (const user of ["Eve", "Eva"]) assertEquals((await answerTo(op, user))["type"], "Ack");
  assertEquals((await ask(op, { type: "Accounts" }))["accounts"], []);
});

Deno.test("who moderates and is being kicked deletes nothing of others any more", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using ben = await inRoom(server, "Ben", room);
  await using cleo = await inRoom(server, "Cleo", room);
  await done(op, { type: "Room", room, promote: "Ben" });
  await done(cleo, { type: "Broadcast", room, content: "mine" });
  const kicking = hold('"act":"kick"');
  await op.send({ type: "Kick", room, user: "Ben", id: "kick" });
  await kicking.arrived();
  await refused(ben, { type: "Delete", room, seq: 1 }, "forbidden");
  kicking.release();
  assertEquals((await answerTo(op, "kick"))["type"], "Ack");
});

Deno.test("who is to moderate no more sets no topic where only moderators do", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using ben = await inRoom(server, "Ben", room);
  await done(op, { type: "Room", room, promote: "Ben" });
  await done(op, { type: "Room", room, topicBy: "moderators" });
  await done(ben, { type: "Topic", room, topic: "his" });
  const demoting = hold('"act":"demote"');
  await op.send({ type: "Room", room, demote: "Ben", id: "demote" });
  await demoting.arrived();
  await refused(ben, { type: "Topic", room, topic: "still his" }, "forbidden");
  demoting.release();
  assertEquals((await answerTo(op, "demote"))["type"], "Ack");
});

Deno.test("a guest who moderates hears of reports under whatever name of his session", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", room);
  {
    await using _ben = await inRoom(server, "Ben", room, session);
    await done(anna, { type: "Room", room, promote: "Ben" });
  }
  await server.event("left", ({ user }) => user === "Ben");
  await using bob = await comesIn(server, { username: "Bob", session });
  await using eve = await inRoom(server, "Eve", room);
  await done(eve, { type: "Broadcast", room, content: "bad" });
  // Somebody else who has the name that he had is told nothing.
  await using ben = await inRoom(server, "Ben", room);
  await done(ben, { type: "Report", room, why: "bad words" });
  const { by, messages } = await bob.nextOf("Reported");
  assertEquals([by, messages.map(({ content }) => content)], ["Ben", ["bad"]]);
  await ben.expectNothing();
});

Deno.test("a whisper to a guest whose name becomes an account when he has left waits for nobody", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using carl = await server.frames("Carl");
  let whispering: ReturnType<HandDisk["hold"]>;
  {
    await using _ben = await server.frames("Ben");
    whispering = hold("psst");
    await sent(carl, { type: "Whisper", to: "Ben", content: "psst", id: "psst" });
    await whispering.arrived();
  }
  await server.event("left", ({ user }) => user === "Ben");
  await op.send({ type: "AddAccount", username: "Ben", password });
  // Who gives a password is not heard on until that is done.
  await using second = await comesIn(server, { username: "Second", operator: operatorToken });
  await eventually(async () => {
    const { accounts } = await ask(second, { type: "Accounts" });
    return (accounts as readonly unknown[]).length > 0 ? true : undefined;
  }, "the account is on its way");
  whispering.release();
  assertEquals((await answerTo(carl, "psst"))["waits"], undefined);
  const again = await ask(carl, { type: "Whisper", to: "Ben", content: "hello" });
  assertEquals(again["waits"], true);
});
