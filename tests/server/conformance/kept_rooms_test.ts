/**
 * An account keeps its rooms while it is away, and hears where something is unread, and where it was named.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { done } from "./asking.ts";
import { device, PASSWORD } from "./device.ts";
import { say } from "../durable/talk.ts";

const TOKEN = "the operator's own token";
const OPTIONS = { passwordCost: CHEAP, operatorToken: TOKEN, limits: { messagesPerSecond: 0 } };

async function gone(server: TestServer, client: RawClient): Promise<void> {
  const before = server.events.filter(({ kind }) => kind === "left").length;
  await client.close();
  const count = () => server.events.filter(({ kind }) => kind === "left").length;
  await server.event("left", () => count() > before);
}

/** Anna, who was in two rooms and is away, and Bob, who is in both. */
async function away(server: TestServer): Promise<RawClient> {
  const { client } = await device(server, "Register");
  await done(client, { type: "Join", room: "tea" });
  await done(client, { type: "Join", room: "Coffee" });
  const bob = await server.frames("Bob");
  await done(bob, { type: "Join", room: "tea" });
  await done(bob, { type: "Join", room: "coffee" });
  await gone(server, client);
  return bob;
}

Deno.test("an account comes back into its rooms on any device, and hears what is unread there and where it is named", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  await say(bob, ["hello Anna!", "and others"], "tea");
  await say(bob, ["Annabel is here", "annaanna"], "coffee");
  const { client, welcome } = await device(server);
  assertEquals(welcome.rooms, ["lobby", "tea", "Coffee"]);
  assertEquals(welcome.heads, { lobby: 0, tea: 2, Coffee: 2 });
  assertEquals(welcome.unread, [
    { room: "tea", head: 2, read: 0, unread: 2, mentioned: true },
    { room: "Coffee", head: 2, read: 0, unread: 2, mentioned: false },
  ]);
  await client.expectNothing();
  await say(bob, ["now"], "coffee");
  assertEquals((await client.next("NewMessage")).content, "now");
  await done(client, { type: "Read", room: "tea", seq: 2 });
  const { client: phone, welcome: { unread, rooms } } = await device(server);
  assertEquals(rooms, ["lobby", "tea", "Coffee"]);
  assertEquals(unread, [{ room: "Coffee", head: 3, read: 0, unread: 3, mentioned: false }]);
  for (const one of [client, phone]) await one.close();
});

Deno.test("a room that was left is not come back to, nor one where the account may not be any more", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  const { client } = await device(server);
  await done(client, { type: "Leave", room: "tea" });
  await gone(server, client);
  const { client: again, welcome } = await device(server);
  assertEquals(welcome.rooms, ["lobby", "Coffee"]);
  await gone(server, again);
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.next("Welcome");
  await done(op, { type: "Join", room: "coffee" });
  await done(op, { type: "Ban", room: "coffee", user: "Anna" });
  await say(bob, ["Anna is out"], "coffee");
  const { client: last, welcome: { rooms, unread } } = await device(server);
  assertEquals([rooms, unread], [["lobby"], undefined]);
  await last.close();
});

Deno.test("a device that reads on in a room does not make it the account's again that another one has left, nor one that it named alone", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  const { client } = await device(server);
  const { client: phone } = await device(server);
  await done(client, { type: "Leave", room: "tea" });
  await say(bob, ["one more"], "tea");
  await done(phone, { type: "Read", room: "tea", seq: 1 });
  const { client: script } = await device(server, "Login", { rooms: ["milk"] });
  await done(script, { type: "Broadcast", room: "milk", content: "said" });
  await done(script, { type: "Read", room: "milk", seq: 1 });
  for (const one of [client, phone, script]) await gone(server, one);
  const { client: again, welcome } = await device(server);
  assertEquals(welcome.rooms, ["lobby", "Coffee"]);
  await again.close();
});

Deno.test("a guest keeps no rooms, and one who registers keeps those where it is", async () => {
  await using server = startServer(OPTIONS);
  await using guest = await server.frames("Anna");
  await done(guest, { type: "Join", room: "tea" });
  await gone(server, guest);
  const { client } = await device(server, "Register");
  await done(client, { type: "Join", room: "milk" });
  await gone(server, client);
  const bob = await server.frames("Bob");
  await done(bob, { type: "Join", room: "juice" });
  await bob.send({ type: "Register", username: "Bob", password: PASSWORD });
  await bob.nextOf("Welcome");
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  const { client: anna, welcome } = await device(server);
  assertEquals(welcome.rooms, ["lobby", "milk"]);
  const { client: again, welcome: { rooms } } = await device(server, "Login", { username: "Bob" });
  assertEquals(rooms, ["lobby", "juice"]);
  for (const one of [anna, again]) await one.close();
});

Deno.test("what resume names is sent again, and the account's other rooms are told of", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  await say(bob, ["one", "two"], "tea");
  await say(bob, ["one"], "coffee");
  const { client, welcome } = await device(server, "Login", { resume: { tea: 1, milk: 0 } });
  assertEquals(welcome.rooms, ["lobby", "tea", "milk", "Coffee"]);
  assertEquals((await client.next("NewMessage")).content, "two");
  await client.expectNothing();
  await client.close();
});

Deno.test("of many unread messages the newest are looked at, and nothing is said of the others", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  await say(bob, ["Anna?"], "tea");
  for (let n = 0; n < 3; n++) {
    await say(bob, Array.from({ length: 200 }, (_, n) => `${n}`), "tea");
  }
  const { client, welcome } = await device(server);
  assertEquals(welcome.unread, [{ room: "tea", head: 601, read: 0, unread: 601 }]);
  await gone(server, client);
  await say(bob, ["anna, there is tea"], "tea");
  const { client: again, welcome: { unread } } = await device(server);
  assertEquals(unread?.map(({ mentioned }) => mentioned), [true]);
  await again.close();
});

Deno.test("what is kept of an account is read once while it comes home", async () => {
  const store = memoryStore();
  const read: string[] = [];
  const value: typeof store.values.value = (key) => {
    read.push(key);
    return store.values.value(key);
  };
  await using server = startServer({
    ...OPTIONS,
    store: { ...store, values: { ...store.values, value } },
  });
  await using bob = await away(server);
  await say(bob, ["anna, there is tea"], "tea");
  read.length = 0;
  const { client, welcome } = await device(server);
  assertEquals(welcome.rooms, ["lobby", "tea", "Coffee"]);
  await client.close();
  const again = await server.connect();
  read.length = 0;
  await again.send({ type: "Login", username: "Anna", device: welcome.device });
  await again.next("Welcome");
  const counts = (prefix: string) => read.filter((key) => key.startsWith(prefix)).length;
  assertEquals(counts("read/"), 1);
  assert(counts("account/") <= 1, "a proof is looked at again without the disk");
  await again.close();
});

Deno.test("a client of text comes into the lobby, and the account's rooms stay", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  const lines = await server.connect();
  await lines.write(`Anna\n${PASSWORD}\n/join milk\n`);
  await lines.expectLines("[Server] Password for Anna:");
  await bob.nextOf("UserJoined");
  await bob.nextOf("UserLeft");
  await gone(server, lines);
  const { client, welcome } = await device(server);
  assertEquals(welcome.rooms, ["lobby", "tea", "Coffee", "milk"]);
  await client.close();
});

Deno.test("whose account is taken away while it comes home is not let in", async () => {
  await using server = startServer(OPTIONS);
  await using bob = await away(server);
  for (let n = 0; n < 2; n++) {
    await say(bob, Array.from({ length: 200 }, (_, n) => `${n}`), n === 0 ? "tea" : "coffee");
  }
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: TOKEN });
  await op.next("Welcome");
  const coming = await server.connect();
  await coming.send({ type: "Login", username: "Anna", password: PASSWORD });
  await op.send({ type: "RemoveAccount", username: "Anna", id: "1" });
  await op.nextOf("Ack");
  const answer = await coming.message();
  // Whichever was first: it never stays.
  if (answer.type === "Welcome") await coming.nextOf("Error");
  else assertEquals(answer.type === "Error" && answer.code, "auth_failed");
  await using guest = await server.frames("Anna");
  await guest.expectNothing();
  await coming.close();
});
