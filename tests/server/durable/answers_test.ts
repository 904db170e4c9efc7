/**
 * Answers that depend on the disk: given when it has what they speak of, and given again after a restart.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { HandDisk } from "./hand_disk.ts";
import { folder, startOn } from "./place.ts";
import { say } from "./talk.ts";

Deno.test("Topic is neither acknowledged nor told when the disk refuses it", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using alice = await server.frames("Alice");
  await say(alice, ["x"]);
  disk.fullAfter = 0;
  await alice.send({ type: "Topic", topic: "lost", id: "t" });
  const { code, re } = await alice.nextOf("Error");
  assertEquals([code, re], ["storage", "t"]);
  await alice.expectNothing();
});

Deno.test("a Whisper repeated after a restart gets PrivateSent also while its receiver is not back yet", async () => {
  using place = folder();
  const w = { type: "Whisper", to: "Bob", content: "psst", id: "w" };
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using _bob = await server.frames("Bob");
    await alice.send(w);
    await alice.nextOf("PrivateSent");
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send(w);
  await alice.next("PrivateSent");
});

Deno.test("a Broadcast repeated after a restart by one who has not entered the room again gets its Ack", async () => {
  using place = folder();
  const w = { type: "Broadcast", room: "tea", content: "psst", id: "w" };
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await alice.send({ type: "Join", room: "tea" }, w);
    await alice.nextOf("Ack");
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send(w);
  await alice.next("Ack");
});
