/**
 * Nothing is acknowledged, published or shown in a history before the disk has it.
 *
 * @module
 */

import { durableStore, type StorageError } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandDisk } from "./hand_disk.ts";
import { folder, startOn } from "./place.ts";
import { everything, page, refused, say, texts } from "./talk.ts";

Deno.test("a message is acknowledged and published after its sync, and seen nowhere before", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await using tom = await server.text("Tom");
  await say(alice, ["before"]);
  for (const client of [bob, tom]) {
    if (client === tom) await client.expectLines("Alice: before");
    else await client.nextOf("NewMessage");
  }
  const sync = disk.hold("not yet");
  await alice.send({ type: "Broadcast", content: "not yet", id: "1" });
  await sync.arrived();
  // What comes after it waits too, in the next group.
  await bob.send({ type: "Whisper", to: "Alice", content: "later", id: "2" });
  for (const client of [alice, bob, tom]) {
    if (client === alice) {
      assertEquals((await page(alice)).messages.map(({ content }) => content), ["before"]);
    }
    await client.expectNothing();
  }
  await using carol = await server.connect();
  await carol.send({ type: "Login", username: "Carol", resume: { lobby: 0 } });
  assertEquals((await carol.next("Welcome")).heads, { lobby: 1 });
  assertEquals((await carol.next("NewMessage")).content, "before");
  await carol.expectNothing();

  sync.release();
  assertEquals((await alice.nextOf("Ack")).re, "1");
  assertEquals((await alice.nextOf("PrivateMessage")).content, "later");
  assertEquals((await bob.nextOf("PrivateSent")).re, "2");
  assertEquals((await carol.nextOf("NewMessage")).content, "not yet");
  await tom.expectLines("[Server] Carol has joined.", "Alice: not yet");
});

Deno.test("a message that waits for its sync and is repeated meanwhile is stored once", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using alice = await server.frames("Alice");
  const sync = disk.hold("once");
  const message = { type: "Broadcast", content: "once", id: "1" };
  await alice.send(message);
  await sync.arrived();
  await alice.close();
  // The name is kept for what is on its way; its own client takes it back.
  await using again = await server.frames("Alice", alice.session);
  await again.send(message);
  await again.expectNothing();
  sync.release();
  const acks = [await again.nextOf("Ack")];
  await again.send(message);
  acks.push(await again.nextOf("Ack"));
  assertEquals(acks[1], acks[0]);
  assertEquals((await everything(again, { room: "lobby" })).length, 1);
});

Deno.test("messages whose sync fails are unknown, never heard, and nothing is acknowledged until a restart", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await startOn(place.path, { storage: disk.storage });
    await using alice = await server.frames("Alice");
    await using bob = await server.frames("Bob");
    await say(alice, texts(3));
    const sync = disk.hold("doubtful");
    await alice.send({ type: "Broadcast", content: "doubtful", id: "d" });
    await sync.arrived();
    await alice.send({ type: "Broadcast", content: "after it", id: "e" }, { type: "Ping" });
    await alice.nextOf("Pong");
    disk.broken = true;
    sync.release();
    await refused(alice, "d", "unknown");
    await refused(alice, "e", "unknown");
    disk.broken = false;
    // Nobody can say more of it until the store is opened again: it may be there.
    await alice.send({ type: "Broadcast", content: "doubtful", id: "d" });
    await refused(alice, "d", "unknown");
    await alice.send({ type: "Broadcast", content: "no more", id: "f" });
    await refused(alice, "f");
    await alice.send({ type: "Whisper", to: "Bob", content: "no more", id: "w" });
    await refused(alice, "w");
    assertEquals((await everything(bob, { room: "lobby" })).length, 3);
    assertEquals(server.events.filter(({ kind }) => kind === "storage_failed").length, 1);
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  const kept = await everything(alice, { room: "lobby" });
  // What the failed sync left in doubt may be there, or not; but only as it was said.
  assert(kept.length >= 3 && kept.length <= 4, `${kept.length} messages`);
  assertEquals(
    kept.map(({ content }) => content),
    [...texts(3), "doubtful"].slice(0, kept.length),
  );
  // Said again under its id it is there once, whatever became of the first.
  await alice.send({ type: "Broadcast", content: "doubtful", id: "d" });
  assertEquals((await alice.nextOf("Ack")).seq, 4);
  const [ack] = await say(alice, ["again"]);
  assertEquals(ack?.seq, 5);
});

Deno.test("what was given to a store whose sync fails is unknown, what comes after it is refused", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using store = await durableStore(place.path, {
    durability: "durable",
    storage: disk.storage,
  });
  const append = (): Promise<StorageError | undefined> =>
    new Promise((settled) =>
      store.append({ stream: "room/a", at: 1, encode: () => new Uint8Array(3), settled })
    );
  disk.fullAfter = 0;
  assertEquals((await append())?.outcome, "refused");
  disk.fullAfter = Infinity;
  assertEquals(await append(), undefined);
  disk.broken = true;
  assertEquals((await append())?.outcome, "unknown");
  disk.broken = false;
  assertEquals((await append())?.outcome, "refused");
});
