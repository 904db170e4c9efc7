/**
 * A store into which anything was brought: the server shows what is a message, and goes on.
 *
 * @module
 */

import { openStore } from "../../../db/mod.ts";
import { assertEquals } from "../../assert.ts";
import { folder, startOn } from "./place.ts";
import { say } from "./talk.ts";

const encoder = new TextEncoder();

/** Bodies that are no messages, each for its own reason. */
const BODIES: readonly string[] = [
  "",
  "null",
  "7",
  "[]",
  "{}",
  '"text"',
  "no JSON {",
  "\xff\xfe",
  '{"type":"NewMessage"}',
  '{"type":"NewMessage","room":"lobby","seq":1,"content":"without from","at":1,"id":"x"}',
  '{"type":"NewMessage","room":"lobby","seq":1,"from":7,"content":"x","at":1,"id":"x"}',
  '{"type":"NewMessage","room":7,"seq":1,"from":"Anna","content":"x","at":1}',
  '{"type":"Welcome","username":"Anna","rooms":[],"server":"x","protocol":1,"durability":"none"}',
  '{"type":"Error","code":"shutting_down","msg":"Go away."}',
  '{"type":"NoSuchType"}',
  '{"type":"NewMessage","room":"lobby","seq":1,"from":"Anna","content":"another seq","at":1}',
];

const FACTS: readonly string[] = ["", "null", "7", "{}", '{"name":7}', '{"name":"other"}', "{"];

Deno.test("whatever bodies and facts a store holds, the server starts, serves what is a message, and goes on", async () => {
  using place = folder();
  {
    await using store = await openStore(place.path);
    const good =
      '{"type":"NewMessage","room":"lobby","seq":1,"from":"Anna","content":"old","at":1}';
    store.append("room/lobby", encoder.encode(good), { at: 1 });
    for (const stream of ["room/lobby", "pair/anna/ben", "other"]) {
      for (const body of BODIES) store.append(stream, encoder.encode(body), { at: 2 });
    }
    for (const [i, fact] of FACTS.entries()) store.put(`room/r${i}`, encoder.encode(fact));
    store.put("epoch", Uint8Array.of(0xff, 0));
    await store.flush();
  }
  await using server = await startOn(place.path);
  await using anna = await server.frames("Anna");
  // Repetitions of ids that are in such bodies.
  for (const id of ["x", "y"]) {
    await anna.send({ type: "Broadcast", content: `new ${id}`, id });
    assertEquals((await anna.nextOf("Ack")).re, id);
  }
  await anna.send({ type: "History", limit: 100 });
  const page = await anna.nextOf("HistoryPage");
  assertEquals(page.messages.map(({ content }) => content), ["old", "new x", "new y"]);
  await anna.send({ type: "ListRooms" });
  await anna.nextOf("RoomList");
  for (const room of ["r0", "r5", "r6"]) {
    await anna.send({ type: "Join", room, id: room });
    assertEquals((await anna.nextOf("Ack")).room, room);
  }
  await using ben = await server.connect();
  await ben.send({ type: "Login", username: "Ben", resume: { lobby: 0 } });
  await ben.next("Welcome");
  const heard: string[] = [];
  for (let i = 0; i < 3; i++) heard.push((await ben.nextOf("NewMessage")).content);
  assertEquals(heard, ["old", "new x", "new y"]);
  await say(anna, ["and on"]);
});
