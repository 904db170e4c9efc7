/**
 * What pages are told of where the reader is, without a browser.
 *
 * @module
 */

import { Conversations } from "../../observe/dashboard/conversations.ts";
import { type ClientEvent, connect } from "../../server/wire/mod.ts";
import { assertEquals } from "../assert.ts";
import { within } from "../harness.ts";
import { freePort } from "../ports.ts";
import { folder, startOn } from "../server/durable/place.ts";

const OPERATOR = "operator".repeat(5);
const SESSION = `eve-${"x".repeat(40)}`;

Deno.test("pages show no room any more that the reader was left out of while the server could not be reached", async () => {
  using place = folder();
  const port = freePort();
  let now = 1_700_000_000_000;
  const serve = { operatorToken: OPERATOR, clock: () => now, limits: { drainMsMax: 0 } };
  let server = await startOn(place.path, { serve: { ...serve, port } });
  await using eve = connect({ port, name: "Eve", session: SESSION });
  const told: (readonly string[])[] = [];
  const conversations = new Conversations({
    client: eve,
    where: "here",
    told: (state) => {
      if (state.type === "link" && state.rooms !== undefined) told.push(state.rooms);
    },
    said: () => {},
  });
  const events = eve[Symbol.asyncIterator]();
  const hear = async (isLast: (event: ClientEvent) => boolean): Promise<void> => {
    for (;;) {
      const { value, done } = await events.next();
      if (done === true) return;
      conversations.hear(value);
      if (isLast(value)) return;
    }
  };
  await within(hear((one) => one.type === "Status" && one.status.kind === "online"), "The login");
  const rooms = ["tea", "den"];
  {
    await using op = connect({ port, name: "Root", operator: OPERATOR });
    for (const room of rooms) {
      await op.join(room);
      await op.say("hello", { room });
    }
  }
  for (const room of rooms) await conversations.enter(room);
  assertEquals(conversations.standing.rooms, ["lobby", ...rooms]);
  await server[Symbol.asyncDispose]();
  {
    await using elsewhere = await startOn(place.path, { serve });
    await using op = connect({ port: elsewhere.port, name: "Root", operator: OPERATOR });
    await using again = connect({ port: elsewhere.port, name: "Eve", session: SESSION, rooms });
    await again.online();
    await op.online();
    for (const room of rooms) await again.join(room);
    // From one she is put out, and may come back; of the other she may know nothing.
    for (const room of rooms) await op.order.kick({ room, user: "Eve", seconds: 1 });
    await op.order.set({ room: "den", access: "invite" });
  }
  now += 2_000;
  server = await startOn(place.path, { serve: { ...serve, port } });
  await using _ending = server;
  await within(hear((one) => one.type === "Error" && one.code === "not_found"), "The refusal");
  assertEquals(conversations.standing.rooms, ["lobby"]);
  assertEquals(told.at(-1), ["lobby"]);
});
