/**
 * Attacks on being put out of a room: coming back to it by itself, as a client does that was asleep meanwhile, when that is over.
 *
 * @module
 */

import { type ClientEvent, connect } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, type TestServer, within } from "../../harness.ts";
import { freePort } from "../../ports.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, comesIn, done, inRoom } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { copyFiles, folder, startOn } from "../../server/durable/place.ts";

const password = "correct horse";
const session = "m".repeat(40);
const room = "tea";
/** Who comes back as a client does after a break. */
const AGAIN = {
  guest: { username: "Eve", session },
  account: { username: "Eve", password },
};
type Who = keyof typeof AGAIN;

/** Eve for the first time, in a room. */
async function firstTime(server: TestServer, who: Who): Promise<RawClient> {
  const register = { type: "Register", username: "Eve", password };
  const eve = await comesIn(server, who === "guest" ? AGAIN.guest : register);
  await done(eve, { type: "Join", room });
  return eve;
}

async function leaves(server: TestServer, eve: RawClient): Promise<void> {
  await eve.close();
  await server.event("left", ({ user }) => user === "Eve");
}

/** The rooms that a login leads Eve to, who is gone again then. */
async function roomsOf(server: TestServer, who: Who, more: object = {}): Promise<unknown> {
  const eve = await server.connect();
  await eve.send({ type: "Login", ...AGAIN[who], resume: { [room]: 0 }, ...more });
  const { rooms } = await eve.next("Welcome");
  await leaves(server, eve);
  return rooms;
}

for (const who of ["guest", "account"] as const) {
  for (const [how, end] of [["is over", undefined], ["is lifted", "Unban"]] as const) {
    Deno.test(`when a kick ${how} the one of who is ${who} enters the room himself or not at all, also after a restart`, async () => {
      using place = folder();
      let now = 1_700_000_000_000;
      const serve = { passwordCost: CHEAP, clock: () => now };
      {
        await using server = await startOn(place.path, { serve });
        await using anna = await inRoom(server, "Anna", room, "a".repeat(40));
        await using eve = await firstTime(server, who);
        await done(anna, { type: "Kick", room, user: "Eve" });
        if (end === undefined) now += 61_000;
        else await done(anna, { type: end, room, user: "Eve" });
        await leaves(server, eve);
        assertEquals(await roomsOf(server, who), ["lobby"]);
      }
      {
        await using server = await startOn(place.path, { serve });
        assertEquals(await roomsOf(server, who), ["lobby"]);
        // Who names it in what he asks for enters it.
        assertEquals(await roomsOf(server, who, { rooms: [room] }), [room]);
        await using eve = await comesIn(server, AGAIN[who]);
        await done(eve, { type: "Join", room });
        await leaves(server, eve);
        assertEquals(await roomsOf(server, who), ["lobby", room]);
      }
      await using server = await startOn(place.path, { serve });
      assertEquals(await roomsOf(server, who), ["lobby", room]);
    });
  }
}

Deno.test("a client that comes back while it is still kicked does not enter by itself when that is over a moment later", async () => {
  using place = folder();
  let now = 1_700_000_000_000;
  await using server = await startOn(place.path, { serve: { clock: () => now } });
  await using anna = await inRoom(server, "Anna", room);
  const first = await firstTime(server, "guest");
  await done(anna, { type: "Kick", room, user: "Eve" });
  await leaves(server, first);
  const eve = await server.connect();
  await eve.send({ type: "Login", ...AGAIN.guest, resume: { [room]: 0 } });
  const { rooms, out } = await eve.next("Welcome");
  assertEquals([rooms, out], [["lobby"], [room]]);
  const { code, msg } = await eve.next("Error");
  assertEquals([code, msg], ["banned", "You are banned from the room 'tea' for 60 seconds."]);
  now += 61_000;
  // He himself may.
  await done(eve, { type: "Join", room });
  await eve.close();
});

Deno.test("who joins a room in which he is while he is being put out does not take that back", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  let now = 1_700_000_000_000;
  await using server = await startOn(place.path, {
    storage: disk.storage,
    serve: { clock: () => now },
  });
  await using anna = await inRoom(server, "Anna", room);
  const eve = await firstTime(server, "guest");
  await done(anna, { type: "Kick", room, user: "Eve", seconds: 1 });
  now += 2_000;
  await done(eve, { type: "Join", room });
  using hold = disk.hold('"act":"kick"');
  await anna.send({ type: "Kick", room, user: "Eve", seconds: 1, id: "kick" });
  await hold.arrived();
  await done(eve, { type: "Join", room });
  hold.release();
  await anna.nextOf("Ack");
  now += 2_000;
  await leaves(server, eve);
  assertEquals(await roomsOf(server, "guest"), ["lobby"]);
});

Deno.test("an account that was put out does not come back by itself where the server was killed with nothing else on the disk than that", async () => {
  using place = folder();
  using killed = folder();
  const disk = new HandDisk(place.path);
  let now = 1_700_000_000_000;
  const serve = { passwordCost: CHEAP, clock: () => now };
  {
    await using server = await startOn(place.path, { storage: disk.storage, serve });
    await using anna = await inRoom(server, "Anna", room);
    const eve = await firstTime(server, "account");
    await leaves(server, eve);
    await done(anna, { type: "Broadcast", room, content: "it has left" });
    using hold = disk.hold('"act":"kick"');
    await anna.send({ type: "Kick", room, user: "Eve", seconds: 1 });
    await hold.arrived();
    copyFiles(place.path, killed.path);
    hold.release();
  }
  now += 2_000;
  await using server = await startOn(killed.path, { serve });
  await using eve = await server.connect();
  await eve.send({ type: "Login", ...AGAIN.account });
  assertEquals((await eve.next("Welcome")).rooms, ["lobby"]);
});

Deno.test("to the lobby everybody comes with his login, also who was put out of it", async () => {
  using place = folder();
  let now = 1_700_000_000_000;
  const operatorToken = "operator".repeat(5);
  const serve = { operatorToken, clock: () => now };
  await using server = await startOn(place.path, { serve });
  await using op = await comesIn(server, { username: "Root", operator: operatorToken });
  const eve = await comesIn(server, AGAIN.guest);
  await done(op, { type: "Kick", room: "lobby", user: "Eve" });
  await leaves(server, eve);
  now += 61_000;
  await using again = await comesIn(server, { ...AGAIN.guest, resume: { lobby: 0 } });
  assertEquals((await ask(again, { type: "ListUsers" }))["users"], ["Eve", "Root"]);
});

/** Resolves when a client hears a refusal. */
async function refusalHeard(client: AsyncIterable<ClientEvent>, code: string): Promise<void> {
  for await (const event of client) if (event.type === "Error" && event.code === code) return;
}

Deno.test("our own client, which heard nothing of a kick, does not enter the room again by itself when that is over, but when it is asked", async () => {
  using place = folder();
  let now = 1_700_000_000_000;
  const port = freePort();
  const operatorToken = "operator".repeat(5);
  const serve = { operatorToken, clock: () => now, limits: { drainMsMax: 0 } };
  let server = await startOn(place.path, { serve: { ...serve, port } });
  await using eve = connect({ port, name: "Eve", session });
  await eve.join(room);
  await eve.say("hello", { room });
  await server[Symbol.asyncDispose]();
  {
    await using elsewhere = await startOn(place.path, { serve });
    await using op = await comesIn(elsewhere, { username: "Root", operator: operatorToken });
    await using again = await comesIn(elsewhere, { ...AGAIN.guest, resume: { [room]: 1 } });
    await done(op, { type: "Kick", room, user: "Eve", seconds: 1 });
    await again.nextOf("Order");
  }
  now += 2_000;
  server = await startOn(place.path, { serve: { ...serve, port } });
  await using _ending = server;
  await within(refusalHeard(eve, "banned"), "That she was put out");
  // What it asks by itself was asked before that.
  await eve.ping();
  assertEquals((await eve.users(room)).users, []);
  await eve.join(room);
  assertEquals((await eve.users(room)).users, ["Eve"]);
});
