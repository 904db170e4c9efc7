/**
 * What an account hears of rooms that were closed while it was away.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { comesIn, done } from "../../server/conformance/asking.ts";

const username = "Anna";
const password = "correct horse";

/** The rooms of which somebody who has just come in is told that something was done to it there. */
async function roomsHeardOf(client: RawClient): Promise<readonly string[]> {
  await client.send({ type: "Login", username, password }, { type: "Ping", id: "behind" });
  const rooms: string[] = [];
  for (;;) {
    const message = await client.message();
    if (message.type === "Pong") return rooms;
    if (message.type === "Order") rooms.push(message.room ?? "");
  }
}

Deno.test("an account that comes in hears nothing of a room that was open when it was banned there, and is for others now", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  const before = await comesIn(server, { type: "Register", username, password });
  await using mod = await server.frames("Mod");
  for (const room of ["open", "layoffs", "board"]) await done(mod, { type: "Join", room });
  await done(before, { type: "Join", room: "board" });
  await done(mod, { type: "Room", room: "board", access: "invite" });
  await before.close();
  await server.event("left", ({ user }) => user === username);
  for (const room of ["open", "layoffs", "board"]) {
    await done(mod, { type: "Ban", room, user: username });
  }
  await done(mod, { type: "Room", room: "layoffs", access: "invite" });
  await using anna = await server.connect();
  assertEquals(await roomsHeardOf(anna), ["open", "board"]);
});
