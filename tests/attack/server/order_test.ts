/**
 * Attacks on order: coming back while one is put out, acts that overtake each other, lists without end, and records that say nothing.
 *
 * @module
 */

import { openStore } from "../../../db/mod.ts";
import { SANCTIONS_MAX } from "../../../server/order/limits.ts";
import { OrderBook } from "../../../server/order/order_book.ts";
import { SEALED } from "../../../server/order/order.ts";
import type { FoldedName, ServerMessage } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { RawClient, startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { serveArgs, ServerProcess } from "../../server/process.ts";

const TALKATIVE = { limits: { messagesPerSecond: 0, lagBytesMax: 64 << 20 } };

/** All answers to many questions that are sent in one write, by their ids. */
async function askAll(client: RawClient, messages: readonly object[]): Promise<ServerMessage[]> {
  await client.send(...messages.map((message, n) => ({ ...message, id: `n${n}` })));
  const answers = new Map<string, ServerMessage>();
  while (answers.size < messages.length) {
    const answer = await client.message();
    if (answer.re !== undefined) answers.set(answer.re, answer);
  }
  return messages.map((_, n) => answers.get(`n${n}`) as ServerMessage);
}

Deno.test("who is banned while he is still reading what he missed does not come in behind it", async () => {
  await using server = startServer(TALKATIVE);
  await using anna = await inRoom(server, "Anna", "tea");
  const content = "x".repeat(8_000);
  await askAll(
    anna,
    Array.from({ length: 1_500 }, () => ({
      type: "Broadcast",
      room: "tea",
      content,
    })),
  );
  await using ben = await server.connect({ reading: false });
  await ben.send({ type: "Login", username: "Ben", resume: { tea: 0 } });
  await server.event("joined", ({ user }) => user === "Ben");
  await done(anna, { type: "Ban", room: "tea", user: "Ben" });
  await done(anna, { type: "Broadcast", room: "tea", content: "S3CRET" });
  ben.startReading();
  await ben.next("Welcome");
  let read = 0;
  for (;; read++) {
    const message = await ben.message();
    if (message.type === "Error") {
      assertEquals(message.code, "banned");
      break;
    }
    assert(!JSON.stringify(message).includes("S3CRET"));
  }
  assert(read < 1_500, `${read} of what was said before`);
  await done(anna, { type: "Broadcast", room: "tea", content: "S3CRET" });
  await ben.expectNothing();
});

Deno.test("acts that come all at once are done one upon the other, and none is lost over a power failure", async () => {
  using place = folder();
  const names = Array.from({ length: 40 }, (_, n) => `Mob${n}`);
  const args = ["--port", "0", "--data", place.path, "--durability", "durable", "--rate", "0"];
  const start = () => ServerProcess.start(serveArgs(...args));
  let session = "";
  {
    await using server = await start();
    await using anna = await RawClient.connect(server.port);
    await anna.send({ type: "Login", username: "Anna" });
    session = (await anna.next("Welcome")).session ?? "";
    await done(anna, { type: "Join", room: "tea" });
    const acts = [
      ...names.map((user) => ({ type: "Ban", room: "tea", user })),
      { type: "Mute", room: "tea", user: "Loud" },
      { type: "Unban", room: "tea", user: "Mob0" },
      { type: "Room", room: "tea", access: "announce" },
    ];
    for (const answer of await askAll(anna, acts)) assertEquals(answer.type, "Ack");
    await server.end("SIGKILL", 5_000);
  }
  await using server = await start();
  await using anna = await RawClient.connect(server.port);
  await anna.send({ type: "Login", username: "Anna", session });
  await anna.next("Welcome");
  const room = await ask(anna, { type: "Room", room: "tea" });
  const bans = room["bans"] as { user: string }[];
  assertEquals(bans.map(({ user }) => user), names.slice(1));
  assertEquals([room["access"], (room["mutes"] as unknown[]).length], ["announce", 1]);
  const page = await ask(anna, { type: "Audit", room: "tea", limit: 500 });
  assertEquals((page["records"] as unknown[]).length, names.length + 3);
});

Deno.test("a ban that is said again while its name is away lets nobody in who was out", async () => {
  const operatorToken = "the operators' token";
  await using server = startServer({ ...TALKATIVE, operatorToken });
  await using op = await server.connect();
  await op.send({ type: "Login", username: "Root", operator: operatorToken });
  await op.next("Welcome");
  await done(op, { type: "Join", room: "tea" });
  const session = "s".repeat(40);
  for (const where of [{ room: "tea" }, { server: true }]) {
    {
      await using ben = await server.frames("Ben", session);
      await done(op, { type: "Ban", ...where, user: "Ben" });
      if ("server" in where) await ben.nextError("banned");
    }
    await server.event("left", ({ user }) => user === "Ben");
    await done(op, { type: "Ban", ...where, user: "Ben", seconds: 3_600, why: "for longer" });
    await using benny = await server.connect();
    await benny.send({ type: "Login", username: "Benny", session });
    if ("server" in where) await benny.nextError("banned");
    else {
      await benny.next("Welcome");
      await refused(benny, { type: "Join", ...where }, "banned");
    }
  }
});

Deno.test("a room's lists end, and what is in them is shown in one frame", async () => {
  await using server = startServer(TALKATIVE);
  await using anna = await inRoom(server, "Anna", "tea");
  const bans = Array.from({ length: SANCTIONS_MAX + 1 }, (_, n) => ({
    type: "Ban",
    room: "tea",
    user: `Mob${n}`,
  }));
  const answers = await askAll(anna, bans);
  assertEquals(answers.findIndex(({ type }) => type === "Error"), SANCTIONS_MAX);
  const room = await ask(anna, { type: "Room", room: "tea" });
  assertEquals((room["bans"] as unknown[]).length, SANCTIONS_MAX);
  await using ben = await server.frames("Ben");
  await done(ben, { type: "Join", room: "tea" });
  await refused(ben, { type: "Ban", room: "tea", user: "Anna", why: "y".repeat(201) }, "forbidden");
});

Deno.test("who does things to somebody who is away pays for all that is written for it", async () => {
  await using server = startServer({
    passwordCost: CHEAP,
    limits: { messagesPerSecond: 1_000, messagesBurst: 1_000, userBytesPerDay: 500_000 },
  });
  await using ben = await server.connect();
  await ben.send({ type: "Register", username: "Ben", password: "correct horse" });
  await ben.next("Welcome");
  await ben.close();
  await server.event("left", ({ user }) => user === "Ben");
  await using anna = await inRoom(server, "Anna", "tea");
  const why = "\u0001".repeat(200);
  const deeds = Array.from(
    { length: 200 },
    () => ({ type: "Mute", room: "tea", user: "Ben", why }),
  );
  const answers = await askAll(anna, deeds);
  // Twenty of these wait for Ben, and each is written with all the others.
  const taken = answers.filter(({ type }) => type === "Ack").length;
  assert(taken > 10 && taken < 60, `${taken} were taken`);
});

Deno.test("a room of which it cannot be read how it is set is closed to all but operators", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "tea");
    await done(anna, { type: "Broadcast", room: "tea", content: "hello" });
  }
  {
    await using store = await openStore(place.path);
    await store.put("order/tea", new TextEncoder().encode('{"access":"by password"}')).done;
  }
  await using server = await startOn(place.path);
  await using eve = await server.frames("Eve");
  await refused(eve, { type: "Join", room: "tea" }, "not_found");
  // So it is when the disk does not give it any more.
  const values = { keys: () => [], value: () => undefined, has: () => true, write: () => {} };
  const book = new OrderBook({ values, durability: "durable" });
  assertEquals(book.of("tea" as FoldedName), SEALED);
});
