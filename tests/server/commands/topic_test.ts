/**
 * `Topic`: what a room is about, as a command and on the wire.
 *
 * @module
 */

import { topic } from "../../../server/commands/topic.ts";
import { TOPIC_CHARS_MAX } from "../../../server/limits.ts";
import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { hall, user } from "./views.ts";

Deno.test("topic() changes the room that is named, or the one the asker is in", () => {
  const alice = user("Alice", "lobby", "tea");
  assertEquals(topic(alice, hall({}), { type: "Topic", room: "TEA", topic: "green" }), [
    { do: "topic", room: "tea", topic: "green" },
  ]);
  assertEquals(topic(alice, hall({}), { type: "Topic", topic: "" }), [
    { do: "topic", room: "lobby", topic: "" },
  ]);
});

Deno.test("topic() refuses a room that the asker is not in, and a topic that is too long", () => {
  const alice = user("Alice", "lobby");
  const codes = [
    topic(alice, hall({}), { type: "Topic", room: "tea", topic: "green" }),
    topic(alice, hall({}), { type: "Topic", topic: "x".repeat(TOPIC_CHARS_MAX + 1) }),
  ].map(([effect]) => effect?.do === "refuse" ? effect.code : undefined);
  assertEquals(codes, ["not_in_room", "too_long"]);
});

Deno.test("Topic is told to every member in both ways of speaking, and stands in the list of rooms", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "Topic", topic: "tea\x1b[2J" });
  assertEquals(await alice.next("Topic"), {
    type: "Topic",
    room: "lobby",
    topic: "tea\x1b[2J",
    by: "Alice",
  });
  await bob.expectLines("[Server] Alice set the topic: tea(2J");
  await alice.send({ type: "ListRooms" });
  assertEquals((await alice.next("RoomList")).rooms, [
    { name: "lobby", users: 2, topic: "tea\x1b[2J" },
  ]);
  await bob.write("/topic \n");
  await bob.expectLines("[Server] Bob took the topic away.");
  await alice.next("Topic");
  await alice.send({ type: "ListRooms" });
  assertEquals((await alice.next("RoomList")).rooms, [{ name: "lobby", users: 2 }]);
});
