/**
 * Attacks by a server that begins anew: what was a room for the invited is none any more, and whoever comes first makes it.
 *
 * @module
 */

import { ChatError, connect } from "../../../server/wire/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { freePort } from "../../ports.ts";
import { ask, comesIn, done, inRoom } from "../../server/conformance/asking.ts";

const room = "board";

Deno.test("who was in a room for the invited does not come back by himself where it is open, and says nothing there", async () => {
  const port = freePort();
  const limits = { drainMsMax: 0 };
  let server = startServer({ port, limits });
  await using ben = connect({ port, name: "Ben" });
  await ben.online();
  {
    await using anna = await inRoom(server, "Anna", room);
    await done(anna, { type: "Room", room, access: "invite" });
    await done(anna, { type: "Invite", room, user: "Ben" });
    await ben.join(room);
    await ben.join("tea");
    await ben.say("for the board", { room });
  }
  await server[Symbol.asyncDispose]();
  // It is said as soon as the server is back.
  const refused = assertRejects(ben.say("also for the board", { room }), ChatError);
  server = startServer({ port, limits });
  await using _ending = server;
  assertEquals((await within(refused, "What is said there")).code, "not_in_room");
  await ben.say("hello");
  assertEquals(ben.status.kind === "online" && ben.status.welcome.rooms, ["lobby", "tea"]);
  await using eve = await inRoom(server, "Eve", room);
  assertEquals((await ask(eve, { type: "History", room }))["messages"], []);
  assertEquals((await ask(eve, { type: "Room", room }))["rank"], "owner");
});

Deno.test("a login brings nobody from another history into a room that was for the invited there and is not here", async () => {
  await using server = startServer();
  await using anna = await inRoom(server, "Anna", room);
  const session = "b".repeat(40);
  const comes = async (epoch?: string) => {
    await using ben = await server.connect();
    const resume = { [room]: 7, tea: 3 };
    const history = epoch === undefined ? {} : { epoch };
    await ben.send({
      type: "Login",
      username: "Ben",
      session,
      resume,
      closed: ["BOARD"],
      ...history,
    });
    const welcome = await ben.next("Welcome");
    // Who is there when a room is closed is invited: so he has gone first.
    const before = new Set<unknown>(server.events);
    await ben.close();
    await server.event("left", (one) => one.user === "Ben" && !before.has(one));
    return welcome;
  };
  const { rooms, epoch, closed } = await comes("another one");
  assertEquals([rooms, closed], [["lobby", "tea"], undefined]);
  assertEquals((await comes(epoch)).rooms, ["lobby", room, "tea"], "It was opened meanwhile");
  await done(anna, { type: "Room", room, access: "invite" });
  assertEquals((await comes("another one")).rooms, ["lobby", "tea"]);
  await using ben = await comesIn(server, { username: "Ben", session });
  await done(anna, { type: "Invite", room, user: "Ben" });
  assertEquals((await ask(ben, { type: "Join", room }))["closed"], true);
  const invited = await comes("another one");
  assertEquals([invited.rooms, invited.closed], [["lobby", room, "tea"], [room]]);
});
