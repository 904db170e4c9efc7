/**
 * What pages are told of where the reader is, without a browser.
 *
 * @module
 */

import { Conversations } from "../../observe/dashboard/conversations.ts";
import { type Client, type ClientEvent, connect } from "../../server/wire/mod.ts";
import { assertEquals } from "../assert.ts";
import { startServer, within } from "../harness.ts";
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

Deno.test("a page's user who types is told of where the room wants it, unless that is not wanted", async () => {
  await using server = startServer();
  await using olga = await ownerOfTea(server.port);
  for (const tellsTyping of [true, false]) {
    await using eve = connect({ port: server.port, name: "Eve", typing: true });
    const [told, said] = [() => {}, () => {}];
    const conversations = new Conversations({ client: eve, where: "", tellsTyping, told, said });
    await conversations.answer({ type: "join", id: "j", room: "tea" });
    for (const room of ["tea", "lobby"]) {
      const answer = await conversations.answer({ type: "typing", id: "t", room });
      assertEquals(answer, { kind: "done" });
    }
    await eve.say(`${tellsTyping}`, { room: "tea" });
    const typists: string[] = [];
    for await (const event of olga) {
      if (event.type === "Typing") typists.push(`${event.from} in ${event.room}`);
      if (event.type === "NewMessage" && event.content === `${tellsTyping}`) break;
    }
    assertEquals(typists, tellsTyping ? ["Eve in tea"] : []);
  }
});

Deno.test("pages are told of others who type, but not of who is ignored", async () => {
  await using server = startServer();
  await using olga = await ownerOfTea(server.port);
  await using ben = connect({ port: server.port, name: "Ben", rooms: ["tea"], typing: true });
  await ben.join("tea");
  await using eve = connect({ port: server.port, name: "Eve", rooms: ["tea"], typing: true });
  await eve.join("tea");
  const typists: string[] = [];
  const conversations = new Conversations({
    client: eve,
    where: "here",
    told: () => {},
    said: (event) => {
      if (event.kind === "typing") typists.push(`${event.from} in ${event.room}`);
    },
  });
  await conversations.answer({ type: "ignore", id: "i", name: "Ben", on: true });
  for (const client of [ben, eve, olga]) client.tellTyping("tea");
  for (const client of [ben, olga]) await client.say("done", { room: "tea" });
  for await (const event of eve) {
    conversations.hear(event);
    if (event.type === "NewMessage" && event.from === "Olga") break;
  }
  assertEquals(typists, ["Olga in tea"]);
});

/** Whose room it is, which wants to know who types. */
async function ownerOfTea(port: number): Promise<Client> {
  const client = connect({ port, name: "Olga", typing: true });
  await client.join("tea");
  await client.order.set({ room: "tea", typing: true });
  return client;
}
