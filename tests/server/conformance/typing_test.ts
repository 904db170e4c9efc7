/**
 * Who is typing: told where a room wants it, to whom asked for it, as far as somebody could say a word there; and nothing of it is kept.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { folder, startOn } from "../durable/place.ts";
import { type Answer, ask, comesIn, done, inRoom, refused } from "./asking.ts";

const FREE = { messagesPerSecond: 0 };
const NOTE = { type: "Typing", room: "tea" };

/** Who types, as somebody was told until now. */
async function heard(client: RawClient): Promise<string[]> {
  const id = crypto.randomUUID();
  await client.send({ type: "Ping", id });
  const names: string[] = [];
  for (;;) {
    const message: Answer = { ...await client.message() };
    if (message["type"] === "Typing") names.push(`${message["from"]} in ${message["room"]}`);
    if (message["re"] === id) return names;
  }
}

/** Somebody in a room who asked to be told who types. */
async function watching(server: TestServer, username: string, room: string): Promise<RawClient> {
  const client = await comesIn(server, { username, typing: true });
  await done(client, { type: "Join", room });
  return client;
}

/** A clock that goes on when the test says so: notes have a pace. */
function handClock(): { steady: () => number; pass: (ms: number) => void } {
  let now = 0;
  return { steady: () => now, pass: (ms) => void (now += ms) };
}

Deno.test("a room tells who types when its moderators have said so, and it stays so over a restart", async () => {
  using place = folder();
  let session: string | undefined;
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "tea");
    ({ session } = anna);
    await using ben = await watching(server, "Ben", "tea");
    await refused(anna, NOTE, "forbidden");
    await refused(ben, { type: "Room", room: "tea", typing: true }, "forbidden");
    await refused(anna, { type: "Room", room: "tea", typing: "on" }, "invalid");
    assertEquals((await ask(anna, { type: "Room", room: "tea" }))["typing"], undefined);
    await done(anna, { type: "Room", room: "tea", typing: true });
    assertEquals((await ben.nextOf("RoomChanged")).typing, true);
    await done(anna, NOTE);
    assertEquals(await heard(ben), ["Anna in tea"]);
    // What else is set leaves it as it is.
    await done(anna, { type: "Room", room: "tea", slow: 1 });
    assertEquals((await ben.nextOf("RoomChanged")).typing, true);
  }
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "tea", session);
    await using ben = await watching(server, "Ben", "tea");
    await done(anna, NOTE);
    assertEquals(await heard(ben), ["Anna in tea"]);
    await done(anna, { type: "Room", room: "tea", typing: false });
    assertEquals((await ben.nextOf("RoomChanged")).typing, undefined);
    await refused(anna, NOTE, "forbidden");
    assertEquals(await heard(ben), []);
    const { records } = await ask(anna, { type: "Audit", room: "tea" });
    const sets = (records as readonly { readonly set?: object }[]).flatMap(({ set }) => set ?? []);
    assertEquals(sets, [{ typing: true }, { slow: 1 }, { typing: false }]);
  }
  await using server = await startOn(place.path);
  await using anna = await inRoom(server, "Anna", "tea", session);
  const { typing, rank } = await ask(anna, { type: "Room", room: "tea" });
  assertEquals([typing, rank], [undefined, "owner"]);
});

Deno.test("who asked for it learns at its login, and when it enters, which rooms want it; nobody else is told", async () => {
  await using server = startServer({ limits: FREE, passwordCost: CHEAP });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Join", room: "dev" });
  await done(anna, { type: "Room", room: "tea", typing: true });
  await using ben = await server.connect();
  await ben.send({ type: "Login", username: "Ben", typing: true, resume: { tea: 0, dev: 0 } });
  assertEquals((await ben.next("Welcome")).typing, ["tea"]);
  await using cleo = await server.connect();
  await cleo.send({ type: "Login", username: "Cleo", resume: { tea: 0 } });
  assertEquals((await cleo.next("Welcome")).typing, undefined);
  assertEquals((await ask(cleo, { type: "Join", room: "tea" }))["typing"], undefined);
  assertEquals((await ask(ben, { type: "Join", room: "tea" }))["typing"], true);
  assertEquals((await ask(ben, { type: "Join", room: "dev" }))["typing"], undefined);
  assertEquals((await ask(ben, { type: "Leave", room: "tea" }))["typing"], undefined);
  // Who makes an account with its first word asks for it as well.
  await using dora = await server.connect();
  await dora.send({
    type: "Register",
    username: "Dora",
    password: "correct horse",
    typing: true,
  });
  await dora.next("Welcome");
  await done(dora, { type: "Join", room: "tea" });
  await done(anna, NOTE);
  assertEquals(await Promise.all([anna, ben, cleo, dora].map(heard)), [[], [], [], [
    "Anna in tea",
  ]]);
});

Deno.test("it is told to others there who asked for it: not in lines, not to one's own devices, and nothing of it is kept", async () => {
  await using server = startServer({ limits: FREE, passwordCost: CHEAP });
  await using owner = await inRoom(server, "Olga", "tea");
  await done(owner, { type: "Room", room: "tea", typing: true });
  await using first = await server.connect();
  await first.send({ type: "Register", username: "Anna", password: "correct horse", typing: true });
  const { device } = await first.next("Welcome");
  await done(first, { type: "Join", room: "tea" });
  await using second = await comesIn(server, { username: "Anna", device, typing: true });
  await using ben = await watching(server, "Ben", "tea");
  await using text = await server.text("Tom");
  await text.write("/join tea\n");
  await text.expectLines("[Server] You are in tea now.");
  // Without an id there is no answer.
  await first.send(NOTE);
  assertEquals(await heard(first), []);
  assertEquals(await heard(ben), ["Anna in tea"]);
  assertEquals(await heard(second), []);
  await done(first, { type: "Broadcast", room: "tea", content: "here" });
  await text.expectLines("Anna: here");
  const { messages, more } = await ask(ben, { type: "History", room: "tea" });
  assertEquals([(messages as unknown[]).length, more], [1, false]);
});

Deno.test("who could not say a word there now is not told of, with no answer, or told why under an id", async () => {
  let now = 1_764_000_000_000;
  const { steady, pass } = handClock();
  await using server = startServer({ limits: FREE, clock: () => now, steady });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", typing: true });
  await using ben = await watching(server, "Ben", "tea");
  await using cleo = await watching(server, "Cleo", "tea");
  const isRefused = async (code: Parameters<typeof refused>[2]): Promise<string> => {
    await ben.send(NOTE);
    const why = await refused(ben, NOTE, code);
    assertEquals(await heard(cleo), [], why);
    return why;
  };
  await done(anna, { type: "Room", room: "tea", access: "announce" });
  assertEquals(await isRefused("forbidden"), "Only moderators speak in this room.");
  await done(anna, { type: "Room", room: "tea", access: "open" });
  await done(anna, { type: "Mute", room: "tea", user: "Ben" });
  assertEquals(await isRefused("forbidden"), "You are muted in this room.");
  await done(anna, { type: "Unban", room: "tea", user: "Ben" });
  await done(anna, { type: "Room", room: "tea", slow: 30 });
  // To type is no word: who has typed may still say his.
  await done(ben, NOTE);
  assertEquals(await heard(cleo), ["Ben in tea"]);
  await done(ben, { type: "Broadcast", room: "tea", content: "one" });
  now += 1_000;
  assertEquals(await isRefused("rate_limited"), "This room is slow: wait 29 s.");
  // Moderators need not wait.
  await done(anna, { type: "Broadcast", room: "tea", content: "one" });
  await done(anna, NOTE);
  assertEquals(await heard(cleo), ["Anna in tea"]);
  now += 29_000;
  pass(10_000);
  await done(ben, NOTE);
  assertEquals(await heard(cleo), ["Ben in tea"]);
  await done(anna, { type: "Kick", room: "tea", user: "Ben" });
  await isRefused("not_in_room");
});

Deno.test("each note says when it was made, by the clock that the welcome told; who did not ask is told no time", async () => {
  let now = 1_764_000_000_000;
  await using server = startServer({ limits: FREE, clock: () => now });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", typing: true });
  await using ben = await server.connect();
  await ben.send({ type: "Login", username: "Ben", typing: true });
  assertEquals((await ben.next("Welcome")).at, now);
  await using cleo = await server.connect();
  await cleo.send({ type: "Login", username: "Cleo" });
  assertEquals((await cleo.next("Welcome")).at, undefined);
  await done(ben, { type: "Join", room: "tea" });
  now += 5_000;
  await done(anna, NOTE);
  assertEquals((await ben.nextOf("Typing")).at, now);
});

Deno.test("in a room for the invited nobody else hears it, and who is put out hears no more of it", async () => {
  await using server = startServer({ limits: FREE });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await watching(server, "Ben", "tea");
  await using eve = await comesIn(server, { username: "Eve", typing: true });
  await done(anna, { type: "Room", room: "tea", access: "invite", typing: true });
  assertEquals(await refused(eve, NOTE, "not_in_room"), "You are not in the room 'tea'.");
  await refused(eve, { ...NOTE, room: "no such" }, "not_in_room");
  await done(anna, NOTE);
  assertEquals([await heard(ben), await heard(eve)], [["Anna in tea"], []]);
  await done(anna, { type: "Kick", room: "tea", user: "Ben" });
  await done(anna, NOTE);
  assertEquals(await heard(ben), []);
});

Deno.test("of one three notes at once are told, of a room six, and what is too much is lost and not told later", async () => {
  const { steady, pass } = handClock();
  await using server = startServer({ limits: FREE, steady });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", typing: true });
  await using watcher = await watching(server, "Will", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await using cleo = await inRoom(server, "Cleo", "tea");
  for (let i = 0; i < 3; i++) await done(anna, NOTE);
  const late = await ask(anna, NOTE);
  assertEquals([late["code"], late["wait"]], ["rate_limited", 2_000]);
  for (let i = 0; i < 3; i++) await done(ben, NOTE);
  const full = await ask(cleo, NOTE);
  assertEquals([full["code"], full["wait"]], ["rate_limited", 500]);
  assertEquals((await heard(watcher)).length, 6);
  pass(2_000);
  assertEquals(await heard(watcher), []);
  await done(anna, NOTE);
  await refused(anna, NOTE, "rate_limited");
  assertEquals(await heard(watcher), ["Anna in tea"]);
  // Whoever types asks as much as ever of the server, and says as much.
  for (let i = 0; i < 30; i++) await anna.send(NOTE);
  await done(anna, { type: "Broadcast", room: "tea", content: "words" });
});

Deno.test("in lines it is /room typing on, and /room tells it", async () => {
  await using server = startServer();
  await using anna = await server.text("Anna");
  const open = "open to everybody";
  await anna.write("/join tea\n/room typing on\n");
  await anna.expectLines(
    "[Server] You are in tea now.",
    `[Server] Anna has set tea: ${open}, who types is shown.`,
  );
  await anna.write("/room\n");
  await anna.expectLines(
    `[Server] Room tea (1): ${open}, who types is shown. It is Anna's. You are its owner.`,
  );
  await anna.write("/room typing off\n");
  await anna.expectLines(`[Server] Anna has set tea: ${open}.`);
  await anna.write("/room typing maybe\n");
  const line = await anna.line();
  assert(line.includes("typing on, typing off"), line);
  await anna.write("/audit\n");
  for (const word of ["on", "off"]) {
    const record = await anna.line();
    assert(record.endsWith(`Anna has set the room (typing ${word}).`), record);
  }
});
