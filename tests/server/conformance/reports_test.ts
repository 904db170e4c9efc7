/**
 * Reports that nobody heard who could do something: those who could are told when they come in, with what was said.
 *
 * @module
 */

import type { Reported } from "../../../server/wire/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { folder, startOn } from "../durable/place.ts";
import { comesIn, done, inRoom } from "./asking.ts";

const PASSWORD = "correct horse";
const operatorToken = "operator".repeat(5);
const SERVE = { passwordCost: CHEAP, operatorToken };

function comeIn(server: TestServer, login: object): Promise<RawClient> {
  return comesIn(server, { password: PASSWORD, ...login });
}

async function leave(server: TestServer, client: RawClient, name: string): Promise<void> {
  await client.close();
  await server.event("left", ({ user }) => user === name);
}

/** What an account is told of reports when it comes in. */
async function reportsAtLogin(server: TestServer, username: string): Promise<Reported[]> {
  await using client = await comeIn(server, { username });
  await client.send({ type: "Ping", id: "end" });
  const told: Reported[] = [];
  for (;;) {
    const message = await client.message();
    if (message.type === "Pong") return told;
    if (message.type === "Reported") told.push(message);
  }
}

function shown({ by, room, why, messages, at }: Reported): unknown {
  return [by, room, why, messages.map(({ content }) => content), at !== undefined];
}

Deno.test("moderators who are away hear of a report when they come in, over a restart, in the words that still stand", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path, { serve: SERVE });
    const anna = await comeIn(server, { type: "Register", username: "Anna" });
    await done(anna, { type: "Join", room: "tea" });
    await using ben = await inRoom(server, "Ben", "tea");
    await using cleo = await inRoom(server, "Cleo", "tea");
    const mia = await comeIn(server, { type: "Register", username: "Mia" });
    await done(anna, { type: "Room", room: "tea", promote: "Mia" });
    await leave(server, mia, "Mia");
    await leave(server, anna, "Anna");
    for (const content of ["first", "second", "rude"]) {
      await done(ben, { type: "Broadcast", room: "tea", content });
    }
    await done(ben, { type: "Delete", room: "tea", seq: 2 });
    await done(cleo, { type: "Report", room: "tea", why: "see for yourself" });
  }
  await using server = await startOn(place.path, { serve: SERVE });
  const report = ["Cleo", "tea", "see for yourself", ["first", "", "rude"], true];
  for (const name of ["Anna", "Mia"]) {
    assertEquals((await reportsAtLogin(server, name)).map(shown), [report]);
  }
  await using anna = await server.connect();
  await anna.write(`Anna\n${PASSWORD}\n`);
  await anna.expectLines("[Server] Password for Anna:");
  await anna.write("/join tea\n");
  // Who is here is told at once, and then the others are not told later.
  await using ben = await inRoom(server, "Ben", "tea");
  await done(ben, { type: "Report", room: "tea", seq: 3 });
  while (!(await anna.line()).startsWith("[Server] Ben reports what Ben said."));
  await anna.expectLines('[Server] In tea, Ben said "first"');
  assertEquals((await reportsAtLogin(server, "Mia")).map(shown), [report]);
});

Deno.test("a report in a room without moderators waits for operators", async () => {
  await using server = startServer(SERVE);
  await using op = await comeIn(server, {
    username: "Op",
    password: undefined,
    operator: operatorToken,
  });
  for (const username of ["Rita", "Rolf"]) {
    await done(op, { type: "AddAccount", username, password: PASSWORD, role: "operator" });
  }
  await using ben = await server.frames("Ben");
  await using cleo = await server.frames("Cleo");
  await done(ben, { type: "Broadcast", content: "rude" });
  await done(cleo, { type: "Report", seq: 1 });
  assertEquals((await op.nextOf("Reported")).by, "Cleo");
  const report = ["Cleo", "lobby", undefined, ["rude"], true];
  assertEquals((await reportsAtLogin(server, "Rita")).map(shown), [report]);
  await done(ben, { type: "Broadcast", content: "ruder" });
  await done(cleo, { type: "Report", seq: 2, why: "again" });
  const again = ["Cleo", "lobby", "again", ["rude", "ruder"], true];
  assertEquals((await reportsAtLogin(server, "Rita")).map(shown), [report, again]);
  assertEquals((await reportsAtLogin(server, "Rolf")).map(shown), [report, again]);
  await done(op, { type: "AddAccount", username: "Ute", password: PASSWORD });
  assertEquals(await reportsAtLogin(server, "Ute"), []);
});

Deno.test("in lines, a moderator sees until when somebody is out and what the room is about, and whom he cannot put out", async () => {
  const now = Date.UTC(2026, 1, 1, 12);
  await using server = startServer({ ...SERVE, clock: () => now });
  await using anna = await server.text("Anna");
  await using ben = await server.text("Ben");
  await anna.write("/join tea\n/topic green\n");
  await anna.expectLines("[Server] Ben has joined.", "[Server] Anna set the topic: green");
  await anna.write("/kick Ben\n/kick nobody\n/kick\n/report\n/ban 10.0.0.0/8\n/ban Ben 2h loud\n");
  await anna.expectLines(
    "[Server] 'Ben' is not in this room.",
    "[Server] User 'nobody' not found.",
    "[Server] Usage: /kick NAME [WHY]",
    "[Server] Nobody else has said anything here of late.",
    "[Server] Only operators ban addresses.",
    "[Server] Anna has banned Ben for 2 hours (loud).",
  );
  await ben.expectLines(
    "[Server] Anna has left.",
    "[Server] Anna has banned Ben in tea for 2 hours (loud).",
  );
  await anna.write("/room\n");
  await anna.expectLines(
    "[Server] Room tea (1): open to everybody. It is Anna's. You are its owner.",
    "[Server] Topic: green",
    "[Server] Banned: Ben until 2026-02-01 14:00 (loud)",
  );
});

Deno.test("in lines, who reports hears that it has come to the moderators, and they what was deleted", async () => {
  await using server = startServer();
  await using anna = await server.text("Anna");
  await anna.write("/join tea\nrude\n/delete\n");
  await anna.expectLines("[Server] Anna deleted a message.");
  await using ben = await server.text("Ben");
  await ben.write("/join tea\n/report too loud\n");
  while (await ben.line() !== "[Server] It is before the moderators.");
  while (await anna.line() !== "[Server] Ben reports what Anna said (too loud).");
  await anna.expectLines("[Server] In tea, Anna said what was deleted");
});
