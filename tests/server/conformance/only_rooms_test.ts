/**
 * A login that names its rooms comes into these and no others, and nobody elsewhere sees it: so a script says one thing.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { done } from "./asking.ts";
import { device, PASSWORD } from "./device.ts";

const OPTIONS = { passwordCost: CHEAP };

Deno.test("a login that names its rooms comes into these alone, and its account keeps the rooms that it had", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna } = await device(server, "Register");
  await done(anna, { type: "Join", room: "tea" });
  await anna.close();
  await server.event("left", ({ user }) => user === "Anna");
  await using ben = await server.frames("Ben");
  await using cleo = await server.frames("Cleo");
  await done(cleo, { type: "Join", room: "ops" });
  await done(cleo, { type: "Leave", room: "lobby" });
  await ben.next("UserJoined");
  await ben.next("UserLeft");
  await done(ben, { type: "Join", room: "tea" });

  const { client: script, welcome } = await device(server, "Login", { rooms: ["OPS", "ops"] });
  assertEquals([welcome.rooms, welcome.heads, welcome.unread], [["ops"], { ops: 0 }, undefined]);
  await done(script, { type: "Broadcast", room: "ops", content: "deployed", id: "1" });
  assertEquals((await cleo.next("UserJoined")).username, "Anna");
  assertEquals((await cleo.next("NewMessage")).content, "deployed");
  await script.next("NewMessage");
  await script.send({ type: "Broadcast", content: "is this the lobby?", id: "2" });
  assertEquals((await script.next("Error")).code, "not_in_room");
  await script.close();
  assertEquals((await cleo.next("UserLeft")).username, "Anna");
  // Neither in the lobby nor where she is when she comes home.
  await ben.expectNothing();

  const { client: home, welcome: again } = await device(server);
  assertEquals(again.rooms, ["lobby", "tea"]);
  await home.close();
});

Deno.test("who names no room is in none, whispers, and is told what others whisper", async () => {
  await using server = startServer(OPTIONS);
  await using ben = await server.frames("Ben");
  const { client: anna } = await device(server, "Register");
  await anna.close();
  for (const type of ["UserJoined", "UserLeft"] as const) await ben.next(type);
  for (const username of ["Guest", "Anna"]) {
    await using script = await server.connect();
    const proof = username === "Anna" ? { password: PASSWORD } : {};
    await script.send({ type: "Login", username, rooms: [], ...proof });
    assertEquals((await script.next("Welcome")).rooms, []);
    await script.send({ type: "Whisper", to: "Ben", content: "psst" });
    assertEquals((await ben.next("PrivateMessage")).from, username);
    await ben.send({ type: "Whisper", to: username, content: "yes?" });
    await ben.next("PrivateSent");
    await script.next("PrivateSent");
    assertEquals((await script.next("PrivateMessage")).content, "yes?");
  }
});

Deno.test("what a first word about an account says beside its own fields is not believed", async () => {
  await using server = startServer(OPTIONS);
  await using anna = await server.connect();
  const odd = { rooms: 7, resume: "all", session: [], operator: {} };
  await anna.send({ type: "Register", username: "Anna", password: PASSWORD, ...odd });
  assertEquals((await anna.next("Welcome")).rooms, ["lobby"]);
});

Deno.test("who names a room that is closed to them is not in it, and nobody there sees them", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna } = await device(server, "Register");
  for (
    const [room, how] of [["den", { type: "Room", access: "invite" }], ["club", {
      type: "Ban",
      user: "Mal",
    }]] as const
  ) {
    await done(anna, { type: "Join", room });
    await done(anna, { room, ...how });
  }
  await using mal = await server.connect();
  await mal.send({ type: "Login", username: "Mal", rooms: ["den", "DEN", "club"] });
  assertEquals((await mal.next("Welcome")).rooms, []);
  await mal.send({ type: "Broadcast", room: "den", content: "here I am", id: "1" });
  assertEquals((await mal.nextOf("Error")).code, "not_in_room");
  await done(anna, { type: "Broadcast", room: "den", content: "alone", id: "2" });
  await mal.expectNothing();
  await anna.close();
});

Deno.test("what was missed comes in the rooms that are named alone, and no list is too long to be refused", async () => {
  await using server = startServer(OPTIONS);
  await using ben = await server.frames("Ben");
  await done(ben, { type: "Join", room: "tea" });
  for (const room of ["lobby", "tea"]) {
    await done(ben, { type: "Broadcast", room, content: "one", id: room });
    await ben.next("NewMessage");
  }
  await using script = await server.connect();
  const resume = { lobby: 0, tea: 0 };
  await script.send({ type: "Login", username: "ci", rooms: ["tea", "two words", ""], resume });
  assertEquals((await script.next("Welcome")).rooms, ["tea"]);
  assertEquals((await script.next("NewMessage")).room, "tea");
  await script.expectNothing();
  await using other = await server.connect();
  const rooms = Array.from({ length: 201 }, (_, n) => `r${n}`);
  await other.send({ type: "Login", username: "many", rooms });
  assertEquals((await other.next("Error")).code, "invalid");
});
