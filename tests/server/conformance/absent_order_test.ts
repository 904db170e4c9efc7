/**
 * Keeping order among accounts that are away: they are meant by their names, and hear of it when they come in.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { NEWS_READ_MS } from "../../../server/order/limits.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { eventually, folder, startOn } from "../durable/place.ts";
import { ask, done, inRoom, refused } from "./asking.ts";

const PASSWORD = "correct horse";
const operatorToken = "operator".repeat(5);
const SERVE = { passwordCost: CHEAP, operatorToken };

/** Somebody logs in to an account, or makes it. */
async function account(
  server: TestServer,
  username: string,
  type: "Login" | "Register" = "Login",
): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type, username, password: PASSWORD });
  await client.next("Welcome");
  return client;
}

/** An account whose owner is away, and was in some rooms. */
async function absent(server: TestServer, username: string, ...rooms: string[]): Promise<void> {
  const client = await account(server, username, "Register");
  for (const room of rooms) await done(client, { type: "Join", room });
  await client.close();
  await server.event("left", ({ user }) => user === username);
}

/** What an account is told of order when it comes in, without the times. */
async function toldAtLogin(
  server: TestServer,
  username: string,
  type: "Login" | "Register" = "Login",
): Promise<object[]> {
  await using client = await account(server, username, type);
  const told: object[] = [];
  await client.send({ type: "Ping", id: "end" });
  for (;;) {
    const message = await client.message();
    if (message.type === "Pong") return told;
    if (message.type !== "Order") continue;
    const { at: _, type: __, ...rest } = message;
    told.push(rest);
  }
}

Deno.test("an account that is away is invited by its name, hears of it at its login, and again if it went at once, and comes in", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path, { serve: SERVE });
    await absent(server, "Eve");
    await using anna = await inRoom(server, "Anna", "council");
    await done(anna, { type: "Room", room: "council", access: "invite" });
    await refused(anna, { type: "Invite", room: "council", user: "Gast" }, "not_found");
    await done(anna, { type: "Invite", room: "council", user: "eve" });
  }
  await using server = await startOn(place.path, { serve: SERVE });
  const invited = { act: "invite", room: "council", user: "Eve", by: "Anna" };
  // A script names where it is, and is told nothing of that.
  await using script = await server.connect();
  await script.send({ type: "Login", username: "Eve", password: PASSWORD, rooms: [] });
  await script.next("Welcome");
  await script.expectNothing();
  assertEquals(await toldAtLogin(server, "Eve"), [invited]);
  // Who goes at once may have read nothing.
  assertEquals(await toldAtLogin(server, "Eve"), [invited]);
  await using eve = await account(server, "Eve");
  await done(eve, { type: "Join", room: "council" });
});

Deno.test("what was done while an account was away is not told again when it has been here for a while", async () => {
  const store = memoryStore();
  let steadyMs = 0;
  await using server = startServer({ ...SERVE, store, steady: () => steadyMs });
  await absent(server, "Eve");
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Invite", room: "tea", user: "Eve" });
  await using eve = await account(server, "Eve");
  assertEquals((await eve.nextOf("Order")).act, "invite");
  steadyMs += NEWS_READ_MS;
  await eventually(async () => {
    await ask(eve, { type: "Ping" });
    return store.values.has("news/eve") ? undefined : true;
  }, "Forgetting what Eve was told");
  assertEquals(await toldAtLogin(server, "Eve"), []);
});

Deno.test("an account that is away is kicked, banned, muted and let be, made a moderator and an owner, each heard at its login", async () => {
  await using server = startServer(SERVE);
  await absent(server, "Eve", "tea");
  await using anna = await inRoom(server, "Anna", "tea");
  const about = { room: "tea", user: "Eve" };
  const told = { ...about, by: "Anna" };
  await done(anna, { type: "Ban", ...about, why: "spam" });
  await done(anna, { type: "Unban", ...about });
  await done(anna, { type: "Mute", ...about, seconds: 600 });
  await done(anna, { type: "Room", room: "tea", promote: "Eve" });
  await done(anna, { type: "Room", room: "tea", owner: "EVE" });
  assertEquals(await toldAtLogin(server, "Eve"), [
    { act: "ban", ...told, why: "spam" },
    { act: "unban", ...told },
    { act: "mute", ...told, seconds: 600 },
    // She is more than that by now.
    { act: "promote", ...told },
    { act: "owner", ...told },
  ]);
  await using eve = await inAccountRoom(server, "Eve", "tea");
  assertEquals((await ask(eve, { type: "Room", room: "tea" }))["rank"], "owner");
  await refused(anna, { type: "Kick", ...about }, "forbidden");
});

async function inAccountRoom(server: TestServer, name: string, room: string): Promise<RawClient> {
  const client = await account(server, name);
  await done(client, { type: "Join", room });
  return client;
}

Deno.test("who was put out, here or away, does not come back to that room by coming in again, and comes back by entering it", async () => {
  let now = Date.UTC(2026, 1, 1);
  await using server = startServer({ ...SERVE, clock: () => now });
  await absent(server, "Eve", "tea");
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await account(server, "Ben", "Register");
  await done(ben, { type: "Join", room: "tea" });
  for (const user of ["Eve", "Ben"]) await done(anna, { type: "Kick", room: "tea", user });
  now += 60_000;
  for (const username of ["Eve", "Ben"]) {
    await using client = await server.connect();
    await client.send({ type: "Login", username, password: PASSWORD });
    assertEquals((await client.next("Welcome")).rooms, ["lobby"], username);
    await done(client, { type: "Join", room: "tea" });
  }
});

Deno.test("an operator who is away stands above moderators and operators, and a stranger's closed room is not told of", async () => {
  await using server = startServer(SERVE);
  await absent(server, "Eve");
  await absent(server, "Root");
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: operatorToken });
  await op.next("Welcome");
  await done(op, { type: "SetRole", username: "Root", role: "operator" });
  await using anna = await inRoom(server, "Anna", "council");
  await refused(anna, { type: "Ban", room: "council", user: "Root" }, "forbidden");
  await refused(op, { type: "Ban", server: true, user: "Root" }, "forbidden");
  await done(anna, { type: "Room", room: "council", access: "invite" });
  await done(anna, { type: "Ban", room: "council", user: "Eve" });
  assertEquals(await toldAtLogin(server, "Eve"), []);
  // The whole server's ban is of the account, not of a name alone.
  await done(op, { type: "Ban", server: true, user: "Eve" });
  await using eve = await server.connect();
  await eve.send({ type: "Login", username: "Eve", password: PASSWORD });
  await eve.nextError("banned");
});

Deno.test("what was done to an account that is gone is not told to who has the name later; a text client reads it in lines", async () => {
  await using server = startServer(SERVE);
  await absent(server, "Eve");
  await absent(server, "Dora");
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Op", operator: operatorToken });
  await op.next("Welcome");
  await using anna = await server.text("Anna");
  await anna.write("/join tea\n/invite Eve\n/invite Dora\n/mute Dora 10m loud\n");
  await anna.expectLines(
    "[Server] You are in tea now.",
    "[Server] Anna has invited Eve to tea.",
    "[Server] Anna has invited Dora to tea.",
    "[Server] Anna has muted Dora for 10 minutes (loud).",
  );
  await done(op, { type: "RemoveAccount", username: "Eve" });
  assertEquals(await toldAtLogin(server, "Eve", "Register"), []);
  await using dora = await server.connect();
  await dora.write(`Dora\n`);
  await dora.expectLines("[Server] Password for Dora:");
  await dora.write(`${PASSWORD}\n`);
  await dora.expectLines(
    "[Server] Anna has invited Dora to tea.",
    "[Server] Anna has muted Dora in tea for 10 minutes (loud).",
  );
});
