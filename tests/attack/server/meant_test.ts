/**
 * Attacks on whom a deed of order means: other names of the same session, other people of the same name, and what changes of that
 * between the word and the disk.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { answerTo, ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const session = "m".repeat(40);
const room = "tea";

/** Sends what is heard before the disk answers. */
async function sent(client: RawClient, ...messages: readonly object[]): Promise<void> {
  await client.send(...messages, { type: "Ping" });
  await client.nextOf("Pong");
}

/** Lets the disk answer nothing from here on. */
async function holding(disk: HandDisk, client: RawClient): Promise<ReturnType<HandDisk["hold"]>> {
  const hold = disk.hold("until then");
  await client.send({ type: "Broadcast", room, content: "until then" });
  await hold.arrived();
  return hold;
}

/** Somebody who was in a room under a name, was made a moderator there, and has gone. */
async function promoted(server: TestServer, by: RawClient, name: string): Promise<void> {
  {
    await using _one = await inRoom(server, name, room, session);
    await done(by, { type: "Room", room, promote: name });
  }
  await server.event("left", ({ user }) => user === name);
}

for (const type of ["Ban", "Mute"] as const) {
  Deno.test(`${type} of a moderator who is away hits him under the name that he is here under`, async () => {
    await using server = startServer();
    await using anna = await inRoom(server, "Anna", room);
    await promoted(server, anna, "Ben");
    await using bob = await inRoom(server, "Bob", room, session);
    await done(anna, { type, room, user: "Ben" });
    const code = type === "Ban" ? "not_in_room" : "forbidden";
    await refused(bob, { type: "Broadcast", room, content: "still here" }, code);
    if (type === "Ban") await refused(bob, { type: "Join", room }, "banned");
  });
}

for (const where of [{ room }, { server: true }]) {
  Deno.test(`who leaves under the name that is banned before the disk has it is out under his other one (${Object.keys(where)})`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    const serve = { operatorToken };
    await using server = await startOn(place.path, { storage: disk.storage, serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    await done(op, { type: "Join", room });
    const ben = await inRoom(server, "Ben", room, session);
    await using bob = await inRoom(server, "Bob", room, session);
    using hold = await holding(disk, op);
    await sent(op, { type: "Ban", ...where, user: "Ben", id: "ban" });
    await ben.close();
    await server.event("left", ({ user }) => user === "Ben");
    hold.release();
    assertEquals((await answerTo(op, "ban"))["type"], "Ack");
    if ("server" in where) {
      assertEquals((await bob.nextOf("Error")).code, "banned");
      await bob.expectEnd();
    } else await refused(bob, { type: "Broadcast", room, content: "still here" }, "not_in_room");
  });
}

Deno.test("who is made a moderator no more deletes nothing of others before the disk has that", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await inRoom(server, "Anna", room);
  await using ben = await inRoom(server, "Ben", room);
  await done(anna, { type: "Room", room, promote: "Ben" });
  await using cleo = await inRoom(server, "Cleo", room);
  await done(cleo, { type: "Broadcast", room, content: "mine" });
  using hold = disk.hold('"act":"demote"');
  await anna.send({ type: "Room", room, demote: "Ben", id: "demote" });
  await hold.arrived();
  await refused(ben, { type: "Delete", room, seq: 1 }, "forbidden");
  hold.release();
  assertEquals((await answerTo(anna, "demote"))["type"], "Ack");
});

Deno.test("who moderates does not lift what is being said of himself", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await inRoom(server, "Anna", room);
  await using ben = await inRoom(server, "Ben", room);
  await done(anna, { type: "Room", room, promote: "Ben" });
  using hold = await holding(disk, anna);
  await sent(anna, { type: "Mute", room, user: "Ben", id: "mute" });
  await refused(ben, { type: "Unban", room, user: "Ben" }, "forbidden");
  hold.release();
  assertEquals((await answerTo(anna, "mute"))["type"], "Ack");
  await refused(ben, { type: "Broadcast", room, content: "free" }, "forbidden");
});

Deno.test("who moderates and is muted under another name does not cut that short by saying it again", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", room);
  await promoted(server, anna, "Ben");
  {
    await using _bobby = await inRoom(server, "Bobby", room, session);
    await done(anna, { type: "Mute", room, user: "Bobby" });
  }
  await server.event("left", ({ user }) => user === "Bobby");
  await using ben = await inRoom(server, "Ben", room, session);
  await refused(ben, { type: "Mute", room, user: "Bobby", seconds: 1 }, "forbidden");
  await refused(ben, { type: "Unban", room, user: "Bobby" }, "forbidden");
  // Somebody else who has that name now is another one.
  await using _other = await inRoom(server, "Bobby", room);
  await done(ben, { type: "Mute", room, user: "Bobby", seconds: 1 });
  const { mutes } = await ask(anna, { type: "Room", room });
  const untils = (mutes as { readonly until?: number }[]).map(({ until }) => until !== undefined);
  assertEquals(untils, [false, true]);
});

Deno.test("who has a name is demoted before who had it, also while his promotion is on its way to the disk", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await inRoom(server, "Anna", room);
  await promoted(server, anna, "Ben");
  await using ben = await inRoom(server, "Ben", room);
  using hold = await holding(disk, anna);
  await sent(
    anna,
    { type: "Room", room, promote: "Ben", id: "promote" },
    { type: "Room", room, demote: "Ben", id: "demote" },
  );
  hold.release();
  assertEquals((await answerTo(anna, "promote"))["type"], "Ack");
  assertEquals((await answerTo(anna, "demote"))["type"], "Ack");
  assertEquals((await ask(ben, { type: "Room", room }))["rank"], "nobody");
  await using before = await inRoom(server, "Bob", room, session);
  assertEquals((await ask(before, { type: "Room", room }))["rank"], "moderator");
  // Of who is away the name is left.
  await done(anna, { type: "Room", room, demote: "Ben" });
  assertEquals((await ask(before, { type: "Room", room }))["rank"], "nobody");
});

Deno.test("who is made a moderator and leaves before the disk has it is hit by a ban of his name", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await inRoom(server, "Anna", room);
  const ben = await inRoom(server, "Ben", room, session);
  using hold = await holding(disk, anna);
  await sent(anna, { type: "Room", room, promote: "Ben", id: "promote" });
  await ben.close();
  await server.event("left", ({ user }) => user === "Ben");
  await sent(anna, { type: "Ban", room, user: "Ben", id: "ban" });
  hold.release();
  assertEquals((await answerTo(anna, "ban"))["type"], "Ack");
  await using again = await server.frames("Bob", session);
  await refused(again, { type: "Join", room }, "banned");
});

Deno.test("no moderator puts out a room's owner by another name of his session", async () => {
  await using server = startServer();
  await using gil = await inRoom(server, "Gil", room, session);
  await using mia = await inRoom(server, "Mia", room);
  await done(gil, { type: "Room", room, promote: "Mia" });
  await using _gol = await inRoom(server, "Gol", room, session);
  for (const type of ["Kick", "Ban", "Mute"]) {
    await refused(mia, { type, room, user: "Gol" }, "forbidden");
  }
  await done(gil, { type: "Broadcast", room, content: "mine" });
});

Deno.test("what was said of somebody is lifted by the name that he has now", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", room);
  {
    await using _ben = await inRoom(server, "Ben", room, session);
    await done(anna, { type: "Ban", room, user: "Ben" });
  }
  await server.event("left", ({ user }) => user === "Ben");
  await using bob = await server.frames("Bob", session);
  await refused(bob, { type: "Join", room }, "banned");
  await done(anna, { type: "Unban", room, user: "Bob" });
  await done(bob, { type: "Join", room });
});
