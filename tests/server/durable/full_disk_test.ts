/**
 * A full disk: reading goes on, writers are told, the log says it once, and nothing acknowledged is lost.
 *
 * @module
 */

import { verifyStore } from "../../../db/mod.ts";
import { operatorToken } from "../../../cli/operator_token.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { HandDisk } from "./hand_disk.ts";
import { eventually, folder, startOn } from "./place.ts";
import { testWithMount } from "./privileges.ts";
import { smallDisk } from "./small_disk.ts";
import { everything, freshId, heard, page, range, refused, say, texts, whisper } from "./talk.ts";

function failures({ events }: TestServer): number {
  return events.filter(({ kind }) => kind === "storage_failed").length;
}

Deno.test("while the disk is full people read, come, go and are told; then writing goes on", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  let secret: string;
  {
    await using server = await startOn(place.path, { storage: disk.storage });
    await using alice = await server.frames("Alice");
    secret = alice.session;
    await say(alice, texts(5));
    await using bob = await server.frames("Bob");
    await whisper(bob, "Alice", ["before"]);
    disk.fullAfter = 0;
    for (let n = 0; n < 20; n++) {
      const id = freshId();
      await alice.send({ type: "Broadcast", content: "lost", id });
      await refused(alice, id);
    }
    await bob.send({ type: "Whisper", to: "Alice", content: "lost", id: "w" });
    await refused(bob, "w");
    assertEquals((await page(alice)).messages.length, 5);
    assertEquals((await page(alice, { with: "Bob" })).messages.length, 1);
    await using carol = await server.connect();
    await carol.send({ type: "Login", username: "Carol", resume: { lobby: 2 } });
    assertEquals(await heard(carol, 3), [3, 4, 5]);
    await carol.expectNothing();
    await using tom = await server.text("Tom");
    await tom.write("lost\n");
    assert(/store|kept|saved/i.test(await tom.line()), "A text client is told too");
    for (const name of ["Carol", "Tom"]) {
      assertEquals((await bob.next("UserJoined")).username, name);
    }
    assertEquals(failures(server), 1);

    disk.fullAfter = Infinity;
    // The store may still be cutting off what it could not write; then it refuses once more.
    const sent = await eventually(async () => {
      await bob.send({ type: "Whisper", to: "Alice", content: "kept", id: "w" });
      const answer = await bob.message();
      return answer.type === "PrivateSent" ? answer : undefined;
    }, "Writing goes on");
    assertEquals(sent.seq, 2);
    assertEquals((await say(alice, ["kept"])).map(({ seq }) => seq), [6]);
    disk.fullAfter = 0;
    await alice.send({ type: "Broadcast", content: "lost", id: "2" });
    await refused(alice, "2");
    assertEquals(failures(server), 2, "The next time is told again");
  }
  disk.fullAfter = Infinity;
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice", secret);
  const contents = (await everything(alice, { room: "lobby" })).map(({ content }) => content);
  assertEquals(contents, [...texts(5), "kept"]);
  const whispers = (await everything(alice, { with: "Bob" })).map(({ content }) => content);
  assertEquals(whispers, ["before", "kept"]);
});

Deno.test("a disk that takes a few bytes at a time, and is full in the middle, tears no message", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  disk.writeBytesMax = 7;
  {
    await using server = await startOn(place.path, { storage: disk.storage });
    await using alice = await server.frames("Alice");
    for (const content of texts(10)) {
      disk.fullAfter = 40;
      await alice.send({ type: "Broadcast", content, id: content });
      await refused(alice, content);
      disk.fullAfter = Infinity;
      await alice.send({ type: "Broadcast", content, id: content });
      await alice.nextOf("Ack");
    }
    assert(disk.shortWrites > 100, `${disk.shortWrites} short writes`);
  }
  assertEquals((await verifyStore(place.path)).damages, []);
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  const kept = await everything(alice, { room: "lobby" });
  assertEquals(kept.map(({ content }) => content), texts(10));
});

Deno.test("a room first seen while the disk was full is there after a restart", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await startOn(place.path, { storage: disk.storage });
    await using alice = await server.frames("Alice");
    await alice.send({ type: "Join", room: "Tea", id: "j" });
    await alice.nextOf("Ack");
    disk.fullAfter = 0;
    await alice.send({ type: "Broadcast", room: "tea", content: "lost", id: "1" });
    await refused(alice, "1");
    disk.fullAfter = Infinity;
    await eventually(async () => {
      await alice.send({ type: "Broadcast", room: "tea", content: "kept", id: "1" });
      return await answered(alice) === "Ack" ? true : undefined;
    }, "Writing goes on");
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send({ type: "ListRooms" });
  const { rooms } = await alice.nextOf("RoomList");
  assertEquals(rooms.map(({ name }) => name), ["Tea", "lobby"]);
});

testWithMount("on a file system that is really full, nothing acknowledged is lost", async () => {
  await using disk = await smallDisk(512 << 10);
  const content = "x".repeat(1_000);
  let acknowledged = 0;
  {
    await using server = await startOn(disk.path);
    await using alice = await server.frames("Alice");
    for (let time = 1; time <= 2; time++) {
      acknowledged += (await say(alice, texts(20))).length;
      await disk.fill(16 << 10);
      for (let refusals = 0; refusals < 10;) {
        await alice.send({ type: "Broadcast", content, id: freshId() });
        if (await answered(alice) === "Ack") acknowledged++;
        else refusals++;
      }
      assertEquals(failures(server), time, "It is told once");
      assertEquals((await everything(alice, { room: "lobby" })).length, acknowledged);
      disk.empty();
      // Who has measured the disk while it was full knows only at its next look that it is not any more.
      await eventually(async () => {
        await alice.send({ type: "Broadcast", content, id: freshId() });
        return await answered(alice) === "Ack" ? true : undefined;
      }, "Writing goes on");
      acknowledged++;
    }
    acknowledged += (await say(alice, texts(20))).length;
  }
  assertEquals((await verifyStore(disk.path)).damages, []);
  await using server = await startOn(disk.path);
  await using alice = await server.frames("Alice");
  const kept = await everything(alice, { room: "lobby" });
  assertEquals(kept.map(({ seq }) => seq), range(1, acknowledged));
});

/** What the last message came to: stored, or refused because the disk is full. */
async function answered(client: RawClient): Promise<"Ack" | "Error"> {
  for (;;) {
    const message = await client.message();
    if (message.type === "Error") assertEquals(message.code, "storage");
    if (message.type === "Ack" || message.type === "Error") return message.type;
  }
}

testWithMount(
  "a server starts on a full disk, serves what was said, and stores again when there is space",
  async () => {
    await using disk = await smallDisk(400 << 10);
    {
      await using server = await startOn(disk.path);
      await using alice = await server.frames("Alice");
      await say(alice, texts(5));
    }
    await disk.fill(0);
    await using server = await startOn(disk.path);
    {
      using operator = operatorToken(disk.path);
      assertEquals(operator.token, undefined, "There is no room for the file");
    }
    await using alice = await server.frames("Alice");
    assertEquals((await everything(alice, { room: "lobby" })).length, 5);
    await alice.send({ type: "Broadcast", content: "lost", id: "l" });
    await refused(alice, "l");
    disk.empty();
    const sent = await eventually(async () => {
      await alice.send({ type: "Broadcast", content: "kept", id: "k" });
      const answer = await alice.message();
      return answer.type === "Ack" ? answer : undefined;
    }, "Writing goes on");
    assertEquals(sent.seq, 6);
    assertEquals((await everything(alice, { room: "lobby" })).length, 6);
  },
);
