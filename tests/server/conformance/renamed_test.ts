/**
 * Guests who get another name because theirs has become somebody's account: they stay where they are, and what they are there.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { ask, done, inRoom, refused } from "./asking.ts";

const operatorToken = "operator".repeat(5);
const SERVE = { passwordCost: CHEAP, operatorToken };

async function operator(server: TestServer): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", username: "Op", operator: operatorToken });
  await client.next("Welcome");
  return client;
}

/** Makes a guest's name somebody's account. */
function take(op: RawClient, username: string): Promise<void> {
  return done(op, { type: "AddAccount", username, password: "correct horse" });
}

Deno.test("a guest who gets another name is still owner, moderator and invited where he was; whoever has the name now is nobody", async () => {
  await using server = startServer(SERVE);
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await using cleo = await server.frames("Cleo");
  await using op = await operator(server);
  await done(anna, { type: "Room", room: "tea", promote: "Ben" });
  await done(anna, { type: "Room", room: "tea", access: "invite" });
  await done(anna, { type: "Invite", room: "tea", user: "Cleo" });
  for (const username of ["Anna", "Ben", "Cleo"]) await take(op, username);
  const name = (await ben.nextOf("Renamed")).username;
  assert(name.startsWith("Guest-"));
  const user = (await cleo.nextOf("Renamed")).username;
  await done(cleo, { type: "Join", room: "tea" });
  assertEquals((await ask(anna, { type: "Room", room: "tea" }))["rank"], "owner");
  assertEquals((await ask(ben, { type: "Room", room: "tea" }))["rank"], "moderator");
  await done(ben, { type: "Kick", room: "tea", user });
  assert(JSON.stringify(await ask(ben, { type: "ListRooms" })).includes("tea"));
  await using heir = await server.connect();
  await heir.send({ type: "Login", username: "Anna", password: "correct horse" });
  assertEquals((await heir.next("Welcome")).rooms, ["lobby"]);
  await refused(heir, { type: "Join", room: "tea" }, "not_found");
  // His rank is ended under the name that he has, too.
  await done(anna, { type: "Room", room: "tea", demote: name });
  assertEquals((await ask(ben, { type: "Room", room: "tea" }))["rank"], "invited");
});

Deno.test("a guest who gets another name while the store is asked whether he said something before is answered all the same", async () => {
  const store = memoryStore();
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  const read: typeof store.read = async (stream, range) => {
    if (isHeld && stream.startsWith("pair/")) {
      asked.resolve();
      await gate.promise;
    }
    return store.read(stream, range);
  };
  await using server = startServer({ ...SERVE, store: { ...store, read } });
  await using anna = await server.frames("Anna");
  const said = { type: "Whisper", to: "Anna", id: "w" };
  {
    await using other = await server.frames("Ben");
    await other.send({ ...said, content: "of another Ben" });
    await other.nextOf("PrivateSent");
  }
  await server.event("left", ({ user }) => user === "Ben");
  await using ben = await server.frames("Ben");
  await using op = await operator(server);
  isHeld = true;
  await ben.send({ ...said, content: "from Ben" });
  await asked.promise;
  await take(op, "Ben");
  gate.resolve();
  const { username } = await ben.nextOf("Renamed");
  assertEquals((await ben.nextOf("PrivateSent")).content, "from Ben");
  await anna.nextOf("PrivateMessage");
  assertEquals((await anna.nextOf("PrivateMessage")).from, username);
});

Deno.test("a guest who gets another name while he is told what he missed comes into all his rooms", async () => {
  const store = memoryStore();
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let isHeld = false;
  const read: typeof store.read = async (stream, range) => {
    if (isHeld && stream === "room/tea") {
      asked.resolve();
      await gate.promise;
    }
    return store.read(stream, range);
  };
  await using server = startServer({ ...SERVE, store: { ...store, read } });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Join", room: "cake" });
  for (const room of ["tea", "cake"]) await done(anna, { type: "Broadcast", room, content: room });
  await using op = await operator(server);
  isHeld = true;
  await using ben = await server.connect();
  await ben.send({ type: "Login", username: "Ben", resume: { tea: 0, cake: 0 } });
  assertEquals((await ben.next("Welcome")).rooms, ["lobby", "tea", "cake"]);
  await asked.promise;
  await take(op, "Ben");
  gate.resolve();
  const { username } = await ben.nextOf("Renamed");
  for (const room of ["tea", "cake"]) {
    assertEquals((await ben.nextOf("NewMessage")).content, room);
  }
  for (const room of ["tea", "cake"]) {
    await done(ben, { type: "Broadcast", room, content: `in ${room}` });
    const users = (await ask(op, { type: "ListUsers", room }))["users"];
    assertEquals(users, ["Anna", username]);
  }
});
