/**
 * People who keep order: rooms have owners and moderators, and who is put out stays out.
 *
 * @module
 */

import { NOT_SAID } from "../../../server/session/astray.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { folder, startOn } from "../durable/place.ts";
import { ask, done, inRoom, refused } from "./asking.ts";

Deno.test("who makes a room owns it, and nobody else sets it", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await refused(ben, { type: "Room", room: "tea", slow: 5 }, "forbidden");
  await refused(ben, { type: "Kick", room: "tea", user: "Anna" }, "forbidden");
  await done(anna, { type: "Room", room: "TEA", slow: 5, topicBy: "moderators" });
  assertEquals(await ben.nextOf("RoomChanged"), {
    type: "RoomChanged",
    room: "tea",
    by: "Anna",
    access: "open",
    slow: 5,
    topicBy: "moderators",
  });
  assertEquals(await ask(ben, { type: "Room", room: "tea" }).then(({ re: _, ...rest }) => rest), {
    type: "Room",
    room: "tea",
    access: "open",
    slow: 5,
    topicBy: "moderators",
    users: 2,
    owner: "Anna",
    moderators: [],
    rank: "nobody",
  });
  await refused(ben, { type: "Topic", room: "tea", topic: "mine" }, "forbidden");
  await done(anna, { type: "Topic", room: "tea", topic: "green" });
  // The lobby is nobody's but the operators'.
  await refused(anna, { type: "Kick", room: "lobby", user: "Ben" }, "forbidden");
});

Deno.test("who was kicked is out at once, hears why, and does not come back for a minute", async () => {
  let now = Date.UTC(2026, 1, 1);
  await using server = startServer({ clock: () => now });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await using cleo = await inRoom(server, "Cleo", "tea");
  await done(anna, { type: "Kick", room: "tea", user: "ben", why: "spam" });
  const told = {
    type: "Order",
    act: "kick",
    room: "tea",
    user: "Ben",
    by: "Anna",
    seconds: 60,
    why: "spam",
  };
  assertEquals(await ben.nextOf("Order"), told);
  assertEquals(await cleo.nextOf("Order"), told);
  assertEquals(await cleo.nextOf("UserLeft"), { type: "UserLeft", username: "Ben", room: "tea" });
  await refused(ben, { type: "Broadcast", room: "tea", content: "hey" }, "not_in_room");
  await refused(ben, { type: "History", room: "tea" }, "not_in_room");
  const why = await refused(ben, { type: "Join", room: "TEA" }, "banned");
  assertEquals(why, "You are banned from the room 'TEA' for 60 seconds (spam).");
  now += 59_999;
  await refused(ben, { type: "Join", room: "tea" }, "banned");
  now += 1;
  await done(ben, { type: "Join", room: "tea" });
});

Deno.test("who is banned does not come back: in another case, by a look-alike, by resume, by another session or name", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", "tea");
  const ben = await inRoom(server, "Bob", "tea");
  await done(anna, { type: "Ban", room: "tea", user: "Bob" });
  assertEquals((await ben.nextOf("Order")).act, "ban");
  await refused(ben, { type: "Join", room: "tea" }, "banned");
  const { session } = ben;
  await ben.close();
  await server.event("left", ({ user }) => user === "Bob");
  // Another session under his name, in any case, and names that look like it.
  for (const name of ["Bob", "BOB", "B0b", "ВОВ"]) {
    const again = await server.connect();
    await again.send({ type: "Login", username: name, resume: { tea: 0 } });
    const first = await again.message();
    if (first.type === "Welcome") {
      assertEquals(first.rooms, ["lobby"], name);
      await refused(again, { type: "Join", room: "tea" }, "banned");
    } else assertEquals(first.type, "Error");
    await again.close();
    await server.event("left");
  }
  // His own session under another name.
  await using renamed = await server.connect();
  await renamed.send({ type: "Login", username: "Zoe", session, resume: { tea: 0 } });
  assertEquals((await renamed.next("Welcome")).rooms, ["lobby"]);
  await refused(renamed, { type: "Join", room: "tea" }, "banned");
  // Whoever has nothing to do with him comes in.
  await using dora = await inRoom(server, "Dora", "tea");
  await refused(dora, { type: "Unban", room: "tea", user: "Bob" }, "forbidden");
  await done(anna, { type: "Unban", room: "tea", user: "bob" });
  await done(renamed, { type: "Join", room: "tea" });
});

Deno.test("an address is banned with its user where the moderator wants it, and shown to operators alone", async () => {
  const operatorToken = "operator".repeat(5);
  await using server = startServer({ exempt: [], operatorToken });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await done(anna, { type: "Ban", room: "tea", user: "Ben", withAddress: true });
  assertEquals((await ben.nextOf("Order")).act, "ban");
  await using cleo = await server.frames("Cleo");
  await refused(cleo, { type: "Join", room: "tea" }, "banned");
  const shown = JSON.stringify([
    await ask(anna, { type: "Room", room: "tea" }),
    await ask(anna, { type: "Audit", room: "tea" }),
  ]);
  assert(!shown.includes("127.0.0.1"), shown);
  await using operator = await server.connect();
  await operator.send({ type: "Login", username: "Op", operator: operatorToken });
  await operator.next("Welcome");
  const all = JSON.stringify([
    await ask(operator, { type: "Room", room: "tea" }),
    await ask(operator, { type: "Audit", room: "tea" }),
  ]);
  assertEquals(all.split('"address":"127.0.0.1"').length, 3, all);
  await refused(anna, { type: "Ban", room: "tea", address: "10.0.0.0/8" }, "forbidden");
  await done(operator, { type: "Ban", room: "tea", address: "10.0.0.0/8" });
  await refused(operator, { type: "Ban", room: "tea", address: "10.0.0.0/8000" }, "invalid");
});

Deno.test("who is muted hears and does not speak; a slow room and one for announcements restrain all but moderators", async () => {
  let now = Date.UTC(2026, 1, 1);
  await using server = startServer({ clock: () => now });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await done(anna, { type: "Mute", room: "tea", user: "Ben", seconds: 600 });
  const say = { type: "Broadcast", room: "tea", content: "hey" };
  assertEquals(
    await refused(ben, say, "forbidden"),
    "You are muted in this room for 10 minutes.",
  );
  await refused(ben, { type: "Topic", room: "tea", topic: "t" }, "forbidden");
  const file = { type: "FileOffer", room: "tea", filename: "f", size: 1 };
  await refused(ben, file, "forbidden");
  await done(anna, say);
  assertEquals((await ben.nextOf("NewMessage")).content, "hey");
  await done(anna, { type: "Unban", room: "tea", user: "Ben" });
  await done(ben, say);

  await done(anna, { type: "Room", room: "tea", slow: 10 });
  await done(ben, say);
  const early = await ask(ben, say);
  assertEquals([early["code"], early["wait"]], ["rate_limited", 10_000]);
  for (let i = 0; i < 3; i++) await done(anna, say);
  now += 10_000;
  await done(ben, say);

  await done(anna, { type: "Room", room: "tea", slow: 0, access: "announce" });
  await refused(ben, say, "forbidden");
  await refused(ben, file, "forbidden");
  await done(anna, say);
  await done(anna, { type: "Room", room: "tea", promote: "Ben" });
  await done(ben, say);
  await refused(ben, { type: "Kick", room: "tea", user: "Anna" }, "forbidden");
  await refused(ben, { type: "Room", room: "tea", promote: "Anna" }, "forbidden");
  await done(anna, { type: "Room", room: "tea", demote: "Ben" });
  await refused(ben, say, "forbidden");
});

Deno.test("a moderator who is muted keeps order without a word: why he does something is told to all, and refused", async () => {
  await using server = startServer({ clock: () => Date.UTC(2026, 1, 1) });
  await using anna = await inRoom(server, "Anna", "tea");
  await using mia = await inRoom(server, "Mia", "tea");
  await using _ben = await inRoom(server, "Ben", "tea");
  await using watcher = await inRoom(server, "Will", "tea");
  await done(anna, { type: "Room", room: "tea", promote: "Mia" });
  await done(anna, { type: "Mute", room: "tea", user: "Mia", seconds: 600 });
  const of = { room: "tea", user: "Ben" };
  for (const type of ["Mute", "Unban", "Ban", "Kick"]) {
    assertEquals(
      await refused(mia, { type, ...of, why: "words of mine" }, "forbidden"),
      "You are muted in this room for 10 minutes. Do it without saying why.",
    );
  }
  for (const type of ["Mute", "Unban", "Kick"]) await done(mia, { type, ...of, why: " " });
  await done(anna, { type: "Unban", room: "tea", user: "Mia" });
  await done(mia, { type: "Ban", ...of, why: "spam" });
  const told: unknown[] = [];
  while (told.length < 6) {
    const { act, user, why } = await watcher.nextOf("Order");
    told.push([act, user, why]);
  }
  assertEquals(told, [
    ["promote", "Mia", undefined],
    ["mute", "Mia", undefined],
    ["mute", "Ben", undefined],
    ["unban", "Ben", undefined],
    ["kick", "Ben", undefined],
    ["unban", "Mia", undefined],
  ]);
  assertEquals((await watcher.nextOf("Order")).why, "spam");
});

Deno.test("who has the owner's name and not his session is not the owner, and the owner is it again when he is back", async () => {
  await using server = startServer();
  const anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await anna.close();
  await ben.nextOf("UserLeft");
  const false_ = await inRoom(server, "Anna", "tea");
  await refused(false_, { type: "Kick", room: "tea", user: "Ben" }, "forbidden");
  await false_.close();
  await ben.nextOf("UserLeft");
  await using again = await inRoom(server, "Anna", "tea", anna.session);
  await done(again, { type: "Kick", room: "tea", user: "Ben" });
});

Deno.test("order survives a restart: owner, bans, mutes and settings, and every act is on record", async () => {
  using place = folder();
  let session: string | undefined;
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "tea");
    ({ session } = anna);
    await using ben = await inRoom(server, "Ben", "tea");
    await done(anna, { type: "Broadcast", room: "tea", content: "mine" });
    await done(anna, { type: "Room", room: "tea", access: "announce", slow: 3 });
    await done(anna, { type: "Ban", room: "tea", user: "Ben", why: "spam" });
    await done(anna, { type: "Mute", room: "tea", user: "Nobody", seconds: 1_000 });
    await ben.nextOf("Order");
  }
  await using server = await startOn(place.path);
  await using ben = await server.frames("Ben");
  await refused(ben, { type: "Join", room: "tea" }, "banned");
  await using anna = await inRoom(server, "Anna", "tea", session);
  const room = await ask(anna, { type: "Room", room: "tea" });
  assertEquals([room["access"], room["slow"], room["rank"]], ["announce", 3, "owner"]);
  const page = await ask(anna, { type: "Audit", room: "tea" });
  const records = page["records"] as readonly Record<string, unknown>[];
  assertEquals(records.map(({ at: _, ...rest }) => rest), [
    { seq: 1, by: "Anna", act: "set", set: { access: "announce", slow: 3 } },
    { seq: 2, by: "Anna", act: "ban", user: "Ben", why: "spam" },
    { seq: 3, by: "Anna", act: "mute", user: "Nobody", seconds: 1_000 },
  ]);
  await refused(ben, { type: "Audit", room: "tea" }, "banned");
  await refused(ben, { type: "Audit", server: true }, "forbidden");
});

Deno.test("a text client keeps order by lines, and sees what is done", async () => {
  await using server = startServer({ clock: () => Date.UTC(2026, 1, 1, 12) });
  await using anna = await server.text("Anna");
  await anna.write("/join tea\n/slow 0\n");
  await anna.expectLines(
    "[Server] You are in tea now.",
    "[Server] Anna has set tea: open to everybody.",
  );
  await using ben = await server.text("Ben");
  await ben.write("/join tea\n");
  await ben.expectLines("[Server] You are in tea now.");
  await anna.expectLines("[Server] Ben has joined.");
  await anna.write("/mute Ben 10m too loud\n");
  await anna.expectLines("[Server] Anna has muted Ben for 10 minutes (too loud).");
  await ben.expectLines("[Server] Anna has muted Ben for 10 minutes (too loud).");
  await ben.write("hey\n");
  await ben.expectLines("[Server] You are muted in this room for 10 minutes (too loud).");
  await anna.write("/kick Ben\n");
  await ben.expectLines(
    "[Server] Anna has put Ben out for 60 seconds.",
    "[Server] You are in the lobby now.",
  );
  await anna.expectLines(
    "[Server] Anna has put Ben out for 60 seconds.",
    "[Server] Ben has left.",
  );
  await ben.write("back in the lobby\n/join tea\n");
  await ben.expectLines(
    `[Server] ${NOT_SAID.msg}`,
    "[Server] You are banned from the room 'tea' for 60 seconds.",
  );
  await anna.write("/room\n/mute\n/ban nobody-at-all 1d [Server] x\n");
  await anna.expectLines(
    "[Server] Room tea (1): open to everybody. It is Anna's. You are its owner.",
    "[Server] Banned: Ben until 2026-02-01 12:01",
    "[Server] Muted: Ben until 2026-02-01 12:10 (too loud)",
    "[Server] Usage: /mute NAME [10m|2h|7d] [WHY]",
    "[Server] Anna has banned nobody-at-all for 24 hours ((Server) x).",
  );
});

Deno.test("who reports a message puts it before the moderators who are here, and on record without its words", async () => {
  const operatorToken = "operator".repeat(5);
  await using server = startServer({ operatorToken });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await using cleo = await server.text("Cleo");
  await cleo.write("/join tea\n");
  await cleo.expectLines("[Server] You are in tea now.");
  await using operator = await server.connect();
  await operator.send({ type: "Login", username: "Op", operator: operatorToken });
  await operator.next("Welcome");
  await done(anna, { type: "Leave", room: "tea" });
  await cleo.expectLines("[Server] Anna has left.");
  for (let n = 1; n <= 8; n++) {
    await done(ben, { type: "Broadcast", room: "tea", content: `word ${n}` });
    await cleo.expectLines(`Ben: word ${n}`);
  }
  await cleo.write("mine\n/report he is rude\n");
  const report = await anna.nextOf("Reported");
  assertEquals(await operator.nextOf("Reported"), report);
  assertEquals([report.by, report.room, report.why], ["Cleo", "tea", "he is rude"]);
  assertEquals(
    report.messages.map(({ seq, from, content }) => [seq, from, content]),
    [3, 4, 5, 6, 7, 8].map((n) => [n, "Ben", `word ${n}`]),
  );
  await done(ben, { type: "Report", room: "tea", seq: 9 });
  assertEquals((await anna.nextOf("Reported")).messages.at(-1)?.content, "mine");
  await refused(ben, { type: "Report", room: "tea", seq: 99 }, "not_found");
  const page = JSON.stringify(await ask(anna, { type: "Audit", room: "tea" }));
  assert(page.includes('"message":8') && !page.includes("word 8"), page);
  await cleo.expectLines("[Server] It is before the moderators.");
  await cleo.expectNothing();
  await done(anna, { type: "Join", room: "tea" });
  await cleo.expectLines("[Server] Anna has joined.");
  await done(anna, { type: "Room", room: "tea", promote: "Cleo" });
  await done(anna, { type: "Delete", room: "tea", seq: 8 });
  await cleo.write("/audit\n");
  const seen: string[] = [];
  while (!/deleted message 8 of Ben/.test(seen.at(-1) ?? "")) seen.push(await cleo.line());
  assert(seen.some((line) => line.endsWith("Cleo has reported message 8 of Ben (he is rude).")));
});
