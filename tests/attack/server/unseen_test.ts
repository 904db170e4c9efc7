/**
 * Attacks on rooms for the invited: to be in one, or to stay in it, without being one of those.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { answerTo, ask, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const TOKEN = "the operators' token";
const CLOSE = { type: "Room", room: "tea", access: "invite" };

/** Who is in the list of those who are invited. */
async function invited(moderator: RawClient): Promise<unknown> {
  return (await ask(moderator, { type: "Room", room: "tea" }))["invited"];
}

/** All that somebody is told until now. */
async function heard(client: RawClient): Promise<string> {
  let all = "";
  for (let trip = 0; trip < 2; trip++) {
    await client.send({ type: "Ping", id: "heard" });
    for (let type = ""; type !== "Pong";) {
      const message = await client.message();
      ({ type } = message);
      all += JSON.stringify(message);
    }
  }
  return all;
}

async function closed(server: TestServer): Promise<RawClient> {
  const anna = await inRoom(server, "Anna", "tea");
  await done(anna, CLOSE);
  return anna;
}

/** That somebody is in the room with all that this means, and is put out of it by a kick for good. */
async function isInvitedAndCanBeKicked(anna: RawClient, ben: RawClient): Promise<void> {
  assertEquals((await ask(ben, { type: "Room", room: "tea" }))["rank"], "invited");
  assertEquals(await invited(anna), ["Anna", "Ben"]);
  await done(anna, { type: "Kick", room: "tea", user: "Ben", seconds: 1 });
  assertEquals(await invited(anna), ["Anna"]);
  await refused(ben, { type: "History", room: "tea" }, "not_in_room");
}

Deno.test("who comes into a room while it is being closed is put out, and hears nothing of what is said then", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await inRoom(server, "Anna", "tea");
  const sync = disk.hold('"access":"invite"');
  await anna.send({ ...CLOSE, id: "close" });
  await sync.arrived();
  await using eve = await inRoom(server, "Eve", "tea");
  await using text = await server.connect();
  await text.write("Tom\n/join tea\n");
  await text.expectLines("[Server] You are in tea now.");
  sync.release();
  const told = await eve.nextOf("Order");
  assertEquals([told.act, told.user, told.by], ["kick", "Eve", "Anna"]);
  await done(anna, { type: "Broadcast", room: "tea", content: "S3CRET" });
  assert(!(await heard(eve)).includes("S3CRET"));
  await refused(eve, { type: "History", room: "tea" }, "not_in_room");
  await refused(eve, { type: "Join", room: "tea" }, "not_found");
  assertEquals(await invited(anna), ["Anna"]);
  // Text has no word for being nowhere.
  await text.expectLines(
    "[Server] Anna has set tea: for the invited.",
    "[Server] Eve has left.",
    "[Server] Anna has put Tom out.",
    "[Server] You are in the lobby now.",
  );
  await done(eve, { type: "Broadcast", content: "in the lobby" });
  await text.expectLines("Eve: in the lobby");
});

Deno.test("who moderated a room for the invited is in it as one of them, until he is put out", async () => {
  await using server = startServer();
  await using anna = await closed(server);
  await using ben = await server.frames("Ben");
  await done(anna, { type: "Room", room: "tea", promote: "Ben" });
  await done(ben, { type: "Join", room: "tea" });
  await done(anna, { type: "Room", room: "tea", demote: "Ben" });
  await isInvitedAndCanBeKicked(anna, ben);
});

Deno.test("who handed a room for the invited over is in it as one of them, until he is put out", async () => {
  await using server = startServer();
  await using ben = await inRoom(server, "Ben", "tea");
  await done(ben, { type: "Broadcast", room: "tea", content: "mine" });
  await done(ben, { type: "Leave", room: "tea" });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(ben, CLOSE);
  await done(ben, { type: "Join", room: "tea" });
  await done(ben, { type: "Room", room: "tea", owner: "Anna" });
  await isInvitedAndCanBeKicked(anna, ben);
});

Deno.test("a guest who gets another name stays one of the invited, and who has the name then is none", async () => {
  await using server = startServer({ operatorToken: TOKEN });
  await using anna = await closed(server);
  await using ben = await server.frames("Ben");
  await done(anna, { type: "Invite", room: "tea", user: "Ben" });
  await done(ben, { type: "Join", room: "tea" });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Root", operator: TOKEN });
  await op.next("Welcome");
  await done(op, { type: "AddAccount", username: "Ben", password: "correct horse" });
  assert((await ben.nextOf("Renamed")).username !== "Ben");
  assertEquals((await ask(ben, { type: "Room", room: "tea" }))["rank"], "invited");
  await using other = await server.connect();
  await other.send({ type: "Login", username: "Ben", password: "correct horse" });
  await other.next("Welcome");
  await refused(other, { type: "Join", room: "tea" }, "not_found");
});

Deno.test("who came into a room while it was being closed, and was put out, does not come back by himself when it is open again", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const session = "e".repeat(40);
  {
    await using server = await startOn(place.path, { storage: disk.storage });
    await using anna = await inRoom(server, "Anna", "board");
    await done(anna, { type: "Broadcast", room: "board", content: "open" });
    {
      await using eve = await server.frames("Eve", session);
      using closing = disk.hold('"act":"set"');
      await anna.send({ type: "Room", room: "board", access: "invite", id: "close" });
      await closing.arrived();
      await done(eve, { type: "Join", room: "board" });
      closing.release();
      assertEquals((await answerTo(anna, "close"))["type"], "Ack");
    }
    await done(anna, { type: "Broadcast", room: "board", content: "for the invited" });
    await done(anna, { type: "Room", room: "board", access: "open" });
  }
  for (const [rooms, out] of [[["lobby"], ["board"]], [["lobby", "board"], undefined]] as const) {
    await using server = await startOn(place.path);
    await using eve = await server.connect();
    await eve.send({ type: "Login", username: "Eve", session, resume: { board: 1 } });
    const welcome = await eve.next("Welcome");
    assertEquals([welcome.rooms, welcome.out], [rooms, out]);
    // From then on it is one that she has entered.
    if (out !== undefined) await done(eve, { type: "Join", room: "board" });
  }
});
