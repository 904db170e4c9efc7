/**
 * Rooms for the invited: nobody else reads them, comes in, or sees that they are there.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { folder, startOn } from "../durable/place.ts";
import { ask, done, inRoom, refused } from "./asking.ts";

const SAY = { type: "Broadcast", room: "council", content: "the plan" };

Deno.test("a room for the invited is in nobody else's list, and answers nobody else as if it were not there", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", "council");
  await using ben = await inRoom(server, "Ben", "council");
  await using eve = await inRoom(server, "Eve", "tea");
  await done(anna, { type: "Topic", room: "council", topic: "secret" });
  await done(anna, { type: "Room", room: "council", access: "invite" });
  await done(anna, SAY);
  assertEquals((await ask(eve, { type: "ListRooms" }))["rooms"], [
    { name: "lobby", users: 3 },
    { name: "tea", users: 1 },
  ]);
  for (const one of [anna, ben]) {
    assertEquals((await ask(one, { type: "ListRooms" }))["rooms"], [
      { name: "council", users: 2, topic: "secret" },
      { name: "lobby", users: 3 },
      { name: "tea", users: 1 },
    ]);
  }
  const room = "council";
  const asked = [
    { type: "Join", room },
    { type: "ListUsers", room },
    { type: "Room", room },
    { type: "Audit", room },
    { type: "Invite", room, user: "Eve" },
    { type: "Kick", room, user: "Ben" },
    { type: "Ban", room, user: "Ben" },
    { type: "Room", room, access: "open" },
  ];
  for (const message of asked) {
    assertEquals(await refused(eve, message, "not_found"), "Room 'council' not found.");
  }
  for (const message of [SAY, { type: "History", room }, { type: "Topic", room, topic: "x" }]) {
    assertEquals(
      await refused(eve, message, "not_in_room"),
      "You are not in the room 'council'.",
    );
  }
  // Who names it when he logs in is not let in either.
  await using dora = await server.connect();
  await dora.send({ type: "Login", username: "Dora", resume: { council: 0 } });
  assertEquals((await dora.next("Welcome")).rooms, ["lobby"]);
});

Deno.test("who was invited comes in and reads; who was there when it closed comes back; who was kicked is not invited any more", async () => {
  let now = Date.UTC(2026, 1, 1);
  await using server = startServer({ clock: () => now });
  await using anna = await inRoom(server, "Anna", "council");
  const ben = await inRoom(server, "Ben", "council");
  await done(anna, { type: "Room", room: "council", access: "invite" });
  await done(anna, SAY);
  await ben.close();
  await anna.nextOf("UserLeft");
  await using again = await server.connect();
  await again.send({
    type: "Login",
    username: "Ben",
    session: ben.session,
    resume: { council: 0 },
  });
  assertEquals((await again.next("Welcome")).rooms, ["lobby", "council"]);
  assertEquals((await again.nextOf("NewMessage")).content, "the plan");

  await using eve = await server.frames("Eve");
  await refused(again, { type: "Invite", room: "council", user: "Eve" }, "forbidden");
  await done(anna, { type: "Invite", room: "council", user: "Eve" });
  assertEquals(await eve.nextOf("Order"), {
    type: "Order",
    act: "invite",
    room: "council",
    user: "Eve",
    by: "Anna",
    at: now,
  });
  await done(eve, { type: "Join", room: "council" });
  const page = await ask(eve, { type: "History", room: "council" });
  assertEquals((page["messages"] as unknown[]).length, 1);
  await done(anna, { type: "Kick", room: "council", user: "Eve", seconds: 1 });
  now += 60_000;
  await refused(eve, { type: "Join", room: "council" }, "not_found");
  assertEquals((await ask(eve, { type: "ListRooms" }))["rooms"], [{ name: "lobby", users: 3 }]);
});

Deno.test("a closed room stays closed over a restart, when nobody is in it, and when it is not among those that are listed", async () => {
  using place = folder();
  let session = "";
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "council");
    ({ session } = anna);
    await done(anna, { type: "Room", room: "council", access: "invite" });
    await done(anna, SAY);
    await done(anna, { type: "Leave", room: "council" });
    await using eve = await server.frames("Eve");
    await refused(eve, { type: "Join", room: "council" }, "not_found");
  }
  await using server = await startOn(place.path);
  await using eve = await server.frames("Eve");
  await refused(eve, { type: "Join", room: "COUNCIL" }, "not_found");
  assertEquals((await ask(eve, { type: "ListRooms" }))["rooms"], [{ name: "lobby", users: 1 }]);
  await using anna = await server.frames("Anna", session);
  await done(anna, { type: "Join", room: "council" });
  await done(anna, { type: "Room", room: "council", access: "open" });
  await done(eve, { type: "Join", room: "council" });
});

Deno.test("the lobby is not closed, and operators see every room", async () => {
  const operatorToken = "operator".repeat(5);
  await using server = startServer({ operatorToken });
  await using anna = await inRoom(server, "Anna", "council");
  await done(anna, { type: "Room", room: "council", access: "invite" });
  await using operator = await server.connect();
  await operator.send({ type: "Login", username: "Op", operator: operatorToken });
  await operator.next("Welcome");
  await refused(operator, { type: "Room", access: "invite" }, "invalid");
  await done(operator, { type: "Room", access: "announce" });
  await refused(anna, { type: "Broadcast", content: "hey" }, "forbidden");
  const list = JSON.stringify(await ask(operator, { type: "ListRooms" }));
  assert(list.includes("council"), list);
  await done(operator, { type: "Join", room: "council" });
  await done(operator, { type: "Kick", room: "council", user: "Anna" });
});
