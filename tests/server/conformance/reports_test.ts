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
import { comesIn, done, inRoom, refused } from "./asking.ts";

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
  // Who is here is told at once, and then the others are not told later: she has to be here first.
  while (await anna.line() !== "[Server] You are in tea now.");
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
  await anna.expectLines(
    "[Server] Ben has joined.",
    "[Server] You are in tea now.",
    "[Server] Anna set the topic: green",
  );
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
  await anna.expectLines("[Server] You are in tea now.", "[Server] Anna deleted a message.");
  await using ben = await server.text("Ben");
  await ben.write("/join tea\n/report too loud\n");
  while (
    await ben.line() !== "[Server] It is before the moderators, but its words were taken back."
  );
  while (await anna.line() !== "[Server] Ben reports what Anna said (too loud).");
  await anna.expectLines("[Server] In tea, Anna said what was deleted");
});

Deno.test("who reports without a number what was taken back reports no innocent's words instead", async () => {
  let now = Date.UTC(2026, 1, 1);
  await using server = startServer({ clock: () => now });
  await using anna = await inRoom(server, "Anna", "tea");
  await using eve = await inRoom(server, "Eve", "tea");
  await using cleo = await inRoom(server, "Cleo", "tea");
  await using zoe = await inRoom(server, "Zoe", "tea");
  const report = { type: "Report", room: "tea" };
  const reported = async (by: RawClient): Promise<readonly unknown[]> => {
    await done(by, report);
    const last = (await anna.nextOf("Reported")).messages.at(-1);
    return [last?.from, last?.content];
  };
  const says = async (who: RawClient, content: string): Promise<void> => {
    now += 1_000;
    await done(who, { type: "Broadcast", room: "tea", content });
  };
  const deletes = async (who: RawClient, seq: number): Promise<void> => {
    now += 1_000;
    await done(who, { type: "Delete", room: "tea", seq });
  };
  await says(eve, "rude");
  await deletes(eve, 1);
  assertEquals(await reported(zoe), ["Eve", ""]);
  // Somebody spoke meanwhile, and what was taken back is what Zoe saw last.
  await says(eve, "rude again");
  await says(cleo, "hello");
  await deletes(eve, 2);
  assertEquals(
    await refused(zoe, report, "invalid"),
    "Eve took a message back after Cleo spoke, so it is not clear what you mean. " +
      "Report again in 60 s to report what Cleo said.",
  );
  now += 60_000;
  assertEquals(await reported(zoe), ["Cleo", "hello"]);
  // Who takes back what stands above his own last words is meant by these.
  await says(eve, "first");
  await says(eve, "rude once more");
  await deletes(eve, 4);
  assertEquals(await reported(zoe), ["Eve", "rude once more"]);
  // What a moderator deleted was before one, and one's own is not what one reports.
  await says(cleo, "and I");
  await deletes(anna, 5);
  assertEquals(await reported(zoe), ["Cleo", "and I"]);
  await says(zoe, "mine");
  await deletes(zoe, 7);
  assertEquals(await reported(zoe), ["Cleo", "and I"]);
});
