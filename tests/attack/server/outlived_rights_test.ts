/**
 * Attacks by rights that outlive their reason: who was spared because of what he was, and who asked while he still was it.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { startServer, type TestServer, within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";
const SERVER = { operatorToken, passwordCost: CHEAP };

function root(server: TestServer) {
  return comesIn(server, { username: "Root", operator: operatorToken });
}

Deno.test("who was banned from the server and came in as an operator is out when he is none any more", async () => {
  await using server = startServer(SERVER);
  await using op = await root(server);
  const before = await comesIn(server, { type: "Register", username: "Eve", password });
  await done(op, { type: "Ban", server: true, user: "Eve" });
  assertEquals((await before.nextOf("Error")).code, "banned");
  await before.close();
  await done(op, { type: "SetRole", username: "Eve", role: "operator" });
  await using eve = await comesIn(server, { username: "Eve", password });
  await done(op, { type: "SetRole", username: "Eve", role: "user" });
  await done(op, { type: "Broadcast", content: "without Eve" });
  const told: string[] = [];
  while (told.at(-1) !== "Error") told.push((await eve.message()).type);
  assertEquals(told.includes("NewMessage"), false);
  await eve.expectEnd();
});

for (
  const [how, deed] of [
    ["is demoted", { demote: "Iena" }],
    ["hands it over", { owner: "Ben" }],
  ] as const
) {
  Deno.test(`who keeps order in a room in spite of a ban of a name like his is out when he ${how}`, async () => {
    await using server = startServer(SERVER);
    await using op = await root(server);
    await using iena = await inRoom(server, "Iena", "tea");
    await using ben = await inRoom(server, "Ben", "tea");
    if ("demote" in deed) {
      await done(op, { type: "Room", room: "tea", promote: "Iena" });
      await done(op, { type: "Room", room: "tea", owner: "Ben" });
    }
    await done(op, { type: "Ban", room: "tea", user: "lena" });
    await done(ben, { type: "Broadcast", room: "tea", content: "with Iena" });
    while ((await iena.nextOf("NewMessage")).content !== "with Iena");
    await done(op, { type: "Room", room: "tea", ...deed });
    await refused(iena, { type: "History", room: "tea" }, "not_in_room");
    await refused(iena, { type: "Join", room: "tea" }, "banned");
    // Who is kept out by nothing stays.
    assertEquals((await ask(ben, { type: "History", room: "tea" }))["type"], "HistoryPage");
  });
}

Deno.test("what there is of an account is not told to who is no operator any more when it is counted", async () => {
  const memory = memoryStore();
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const read: MessageStore["read"] = async (...what) => {
    asked.resolve();
    await released.promise;
    return await memory.read(...what);
  };
  await using server = startServer({ ...SERVER, store: { ...memory, read } });
  await using op = await root(server);
  await using anna = await comesIn(server, { type: "Register", username: "Anna", password });
  await ask(anna, { type: "Broadcast", content: "one" });
  await using eve = await comesIn(server, { type: "Register", username: "Eve", password });
  await done(op, { type: "SetRole", username: "Eve", role: "operator" });
  await eve.send({ type: "EraseAccount", username: "Anna", count: true, id: "count" });
  await within(asked.promise, "It is counted");
  await done(op, { type: "SetRole", username: "Eve", role: "user" });
  released.resolve();
  assertEquals((await answerTo(eve, "count"))["code"], "forbidden");
});

Deno.test("an account that left a room for the invited since it is no operator's any more does not come into it by itself when it is open", async () => {
  await using server = startServer(SERVER);
  await using op = await root(server);
  await done(op, { type: "AddAccount", username: "Olga", password, role: "operator" });
  await using anna = await inRoom(server, "Anna", "board");
  await done(anna, { type: "Room", room: "board", access: "invite" });
  await using olga = await comesIn(server, { username: "Olga", password });
  await done(olga, { type: "Join", room: "board" });
  await done(op, { type: "SetRole", username: "Olga", role: "user" });
  await refused(olga, { type: "History", room: "board" }, "not_in_room");
  await done(anna, { type: "Room", room: "board", access: "open" });
  await using again = await server.connect();
  await again.send({ type: "Login", username: "Olga", password });
  assertEquals((await again.next("Welcome")).rooms, ["lobby"]);
});
