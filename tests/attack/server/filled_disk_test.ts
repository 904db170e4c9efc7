/**
 * Attacks by who fills the disk: he is put out all the same, and nobody is kept from coming in or from looking after an account.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, type ServerOn, startOn, untilFull } from "../../server/durable/place.ts";

const PASSWORD = "correct horse";
const TOKEN = "the operators' token";

function start(path: string, { storage }: HandDisk): Promise<ServerOn> {
  return startOn(path, { storage, serve: { operatorToken: TOKEN, passwordCost: CHEAP } });
}

async function login(server: TestServer, message: object): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", ...message });
  return client;
}

Deno.test("who fills the disk is muted, kicked and banned, also from the server, and that holds", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await start(place.path, disk);
    await using anna = await inRoom(server, "Anna", "tea");
    await done(anna, { type: "Broadcast", room: "tea", content: "mine" });
    await using eve = await inRoom(server, "Eve", "tea");
    await using op = await login(server, { username: "Root", operator: TOKEN });
    await op.next("Welcome");
    disk.freePart = 0.006;
    await untilFull(server, eve);
    await refused(anna, { type: "Broadcast", room: "tea", content: "words" }, "storage");
    await done(anna, { type: "Mute", room: "tea", user: "Eve" });
    await done(anna, { type: "Room", room: "tea", access: "announce" });
    await done(anna, { type: "Ban", room: "tea", user: "Eve", why: "fills the disk" });
    await done(op, { type: "Ban", server: true, user: "Eve" });
    assertEquals((await eve.nextOf("Error")).code, "banned");
    // What is to be kept for ever without need waits.
    await refused(anna, { type: "Room", room: "tea", promote: "Root" }, "storage");
  }
  await using server = await start(place.path, disk);
  await using eve = await login(server, { username: "Eve" });
  await eve.nextError("banned");
  await using op = await login(server, { username: "Root", operator: TOKEN });
  await op.next("Welcome");
  const room = await ask(op, { type: "Room", room: "tea" });
  assertEquals([room["access"], (room["bans"] as unknown[]).length], ["announce", 1]);
});

Deno.test("while the disk is full an owner comes in, and takes a stolen device's token and its password away", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await start(place.path, disk);
  await using anna = await server.connect();
  await anna.send({ type: "Register", username: "Anna", password: PASSWORD });
  await anna.next("Welcome");
  await using lost = await login(server, { username: "Anna", password: PASSWORD });
  const { device, deviceId } = await lost.next("Welcome");
  disk.freePart = 0.006;
  await untilFull(server, anna);
  await using again = await login(server, { username: "Anna", password: PASSWORD });
  const welcome = await again.next("Welcome");
  assertEquals([welcome.account, welcome.device], [true, undefined]);
  await done(again, { type: "RevokeDevice", device: deviceId });
  await done(again, { type: "Password", old: PASSWORD, password: "battery staple" });
  await using thief = await login(server, { username: "Anna", device });
  await thief.nextError("auth_failed");
  await thief.send({ type: "Login", username: "Anna", password: PASSWORD });
  await thief.nextError("auth_failed");
  await thief.send({ type: "Register", username: "Eve", password: PASSWORD });
  await thief.nextError("storage");
});

Deno.test("what keeps order does not take all of what is kept in reserve, and deletions go on", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await start(place.path, disk);
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Broadcast", room: "tea", content: "mine" });
  disk.freePart = 0.004;
  await untilFull(server, anna);
  await refused(anna, { type: "Ban", room: "tea", user: "Eve" }, "storage");
  await done(anna, { type: "Delete", room: "tea", seq: 1 });
});

Deno.test("a room that an account enters while the disk is full is its own after an orderly end", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await start(place.path, disk);
    await using filler = await server.frames("Filler");
    await using anna = await server.connect();
    await anna.send({ type: "Register", username: "Anna", password: PASSWORD });
    await anna.next("Welcome");
    await done(anna, { type: "Join", room: "tea" });
    disk.freePart = 0.006;
    await untilFull(server, filler);
    await done(anna, { type: "Join", room: "cake" });
  }
  disk.freePart = undefined;
  await using server = await start(place.path, disk);
  await using anna = await login(server, { username: "Anna", password: PASSWORD });
  assertEquals((await anna.next("Welcome")).rooms, ["lobby", "tea", "cake"]);
});
