/**
 * How far an account has read: moved by any of its devices, heard by the others, and told to those that come in.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { device, PASSWORD } from "./device.ts";
import { say, whisper } from "../durable/talk.ts";

const OPTIONS = { passwordCost: CHEAP };

async function read(client: RawClient, message: object): Promise<[room: string, seq: number]> {
  await client.send({ type: "Read", id: "read", ...message });
  const { re, room, seq } = await client.nextOf("Ack");
  assertEquals(re, "read");
  return [room, seq];
}

Deno.test("Read moves the account's position, never back and never beyond what is there; other devices hear it once", async () => {
  await using server = startServer(OPTIONS);
  const { client: laptop } = await device(server, "Register");
  const { client: phone } = await device(server);
  await using bob = await server.frames("Bob");
  for (const client of [laptop, phone]) await client.next("UserJoined");
  await say(bob, ["one", "two", "three"]);
  await whisper(bob, "Anna", ["psst", "psst!"]);
  for (const client of [laptop, phone]) {
    for (let n = 0; n < 3; n++) await client.next("NewMessage");
    for (let n = 0; n < 2; n++) await client.next("PrivateMessage");
  }
  assertEquals(await read(laptop, { room: "LOBBY", seq: 2 }), ["lobby", 2]);
  assertEquals(await phone.next("ReadMoved"), { type: "ReadMoved", room: "lobby", seq: 2 });
  assertEquals(await read(laptop, { room: "lobby", seq: 1 }), ["lobby", 2]);
  assertEquals(await read(phone, { room: "lobby", seq: 99 }), ["lobby", 3]);
  assertEquals((await laptop.next("ReadMoved")).seq, 3);
  assertEquals(await read(phone, { with: "BOB", seq: 1 }), ["", 1]);
  assertEquals(await laptop.next("ReadMoved"), { type: "ReadMoved", with: "Bob", seq: 1 });
  assertEquals(await read(phone, { with: "BOB", seq: 1 }), ["", 1]);
  assertEquals(await read(phone, { with: "nobody", seq: 7 }), ["", 0]);
  await laptop.send({ type: "Read", room: "lobby", seq: 3 });
  for (const client of [laptop, phone]) await client.expectNothing();
  const { client: tablet, welcome } = await device(server);
  assertEquals(welcome.unread, [{ with: "Bob", head: 2, read: 1, unread: 1 }]);
  for (const client of [laptop, phone, tablet]) await client.close();
});

Deno.test("who speaks has read; what others say then is unread at the next login", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna } = await device(server, "Register");
  await using bob = await server.frames("Bob");
  await say(bob, ["one", "two"]);
  assertEquals(await read(anna, { room: "lobby", seq: 1 }), ["lobby", 1]);
  await say(anna, ["three"]);
  await anna.close();
  await server.event("left", ({ user }) => user === "Anna");
  await say(bob, ["four", "five"]);
  const { client: again, welcome } = await device(server);
  assertEquals(welcome.unread, [{ room: "lobby", head: 5, read: 3, unread: 2, mentioned: false }]);
  assertEquals(await read(again, { room: "lobby", seq: 5 }), ["lobby", 5]);
  await again.close();
});

Deno.test("what a client of text was told is read when it leaves", async () => {
  await using server = startServer(OPTIONS);
  const { client: anna } = await device(server, "Register");
  await read(anna, { room: "lobby", seq: 0 });
  await anna.close();
  await server.event("left", ({ user }) => user === "Anna");
  await using bob = await server.frames("Bob");
  const lines = await server.connect();
  await lines.write(`Anna\n${PASSWORD}\n`);
  await lines.expectLines("[Server] Password for Anna:");
  await bob.next("UserJoined");
  await say(bob, ["one"]);
  await lines.expectLines("Bob: one");
  await lines.close();
  await bob.nextOf("UserLeft");
  await say(bob, ["two"]);
  const { client: again, welcome } = await device(server);
  assertEquals(welcome.unread, [{ room: "lobby", head: 2, read: 1, unread: 1, mentioned: false }]);
  await again.close();
});

Deno.test("Read takes one place, of who has an account, where it is", async () => {
  await using server = startServer(OPTIONS);
  await using guest = await server.frames("Gast");
  await guest.send(
    { type: "Read", seq: 1, id: "1" },
    { type: "Read", room: "lobby", with: "Bob", seq: 1, id: "2" },
    { type: "Read", room: "tea", seq: 1, id: "3" },
    { type: "Read", room: "lobby", seq: 1, id: "4" },
    { type: "Read", with: "Bob", seq: 1, id: "5" },
    { type: "Read", room: "lobby", seq: -1, id: "6" },
  );
  for (const code of ["invalid", "invalid", "not_in_room", "forbidden", "forbidden", "invalid"]) {
    assertEquals((await guest.next("Error")).code, code);
  }
});
