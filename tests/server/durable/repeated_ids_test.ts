/**
 * An id that was used before a restart is known after it: the message is not taken twice.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import { RECENT_ID_MS, RECENT_MESSAGES_MAX } from "../../../server/limits.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { folder, startOn } from "./place.ts";
import { everything, range } from "./talk.ts";

const BROADCAST = { type: "Broadcast", content: "once", id: "b" };
const WHISPER = { type: "Whisper", to: "Bob", content: "psst", id: "w" };

Deno.test("a Broadcast repeated after a restart gets the first one's Ack, and nobody hears it", async () => {
  using place = folder();
  const acks = [];
  for (let start = 0; start < 3; start++) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using bob = await server.text("Bob");
    await alice.next("UserJoined");
    await alice.send(BROADCAST);
    acks.push(await alice.nextOf("Ack"));
    if (start > 0) {
      await alice.expectNothing();
      await bob.expectNothing();
    }
    assertEquals((await everything(alice, { room: "lobby" })).length, 1);
  }
  assertEquals(acks[1], acks[0]);
  assertEquals(acks[2], acks[0]);
});

Deno.test("a Whisper repeated after a restart gets the first one's PrivateSent, and is not sent twice", async () => {
  using place = folder();
  const sent = [];
  for (let start = 0; start < 3; start++) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await using bob = await server.frames("Bob");
    await alice.next("UserJoined");
    await alice.send(WHISPER);
    sent.push(await alice.next("PrivateSent"));
    if (start === 0) await bob.next("PrivateMessage");
    await bob.expectNothing();
    assertEquals((await everything(bob, { with: "Alice" })).length, 1);
  }
  assertEquals(sent[1], sent[0]);
  assertEquals(sent[2], sent[0]);
});

Deno.test("ids are each user's own, also over a restart", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await alice.send(BROADCAST);
    await alice.nextOf("Ack");
  }
  await using server = await startOn(place.path);
  await using bob = await server.frames("Bob");
  await bob.send(BROADCAST);
  assertEquals((await bob.nextOf("Ack")).seq, 2);
  await using alice = await server.frames("ALICE");
  await alice.send(BROADCAST);
  assertEquals((await alice.nextOf("Ack")).seq, 1);
});

Deno.test("an id is known for ten minutes after its message, also over a restart, and no longer", async () => {
  for (const [ageMs, seq] of [[RECENT_ID_MS - 60_000, 1], [RECENT_ID_MS, 2]] as const) {
    using place = folder();
    {
      await using server = await startOn(place.path);
      await using alice = await server.frames("Alice");
      await alice.send(BROADCAST);
      await alice.nextOf("Ack");
    }
    const clock = () => Date.now() + ageMs;
    await using server = await startOn(place.path, { clock });
    await using alice = await server.frames("Alice");
    await alice.send(BROADCAST);
    assertEquals((await alice.nextOf("Ack")).seq, seq);
  }
});

Deno.test("a message that was stored is known again although its sender never heard of it", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using bob = await server.frames("Bob");
    await using alice = await server.frames("Alice");
    await alice.send(BROADCAST, { ...BROADCAST, id: "c" });
    await alice.close();
    await bob.nextOf("NewMessage");
    await bob.nextOf("NewMessage");
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send(BROADCAST, { ...BROADCAST, id: "c" }, { ...BROADCAST, id: "d" });
  const seqs = [];
  while (seqs.length < 3) seqs.push((await alice.nextOf("Ack")).seq);
  assertEquals(seqs, [1, 2, 3]);
});

/** Fills a store with messages of the last minutes: every thousandth in a quiet room, the others in the lobby. */
async function fill(path: string, count: number): Promise<void> {
  await using store = await durableStore(path, { durability: "os" });
  const start = Date.now() - 300_000;
  for (const n of range(1, count)) {
    const room = n % 1_000 === 0 ? "quiet" : "lobby";
    const at = start + Math.floor(n * 300_000 / count);
    const kept = Promise.withResolvers<void>();
    store.append({
      stream: `room/${room}`,
      at,
      encode: (seq) => {
        const from = `User${n % 50}`;
        return utf8(
          JSON.stringify({ type: "NewMessage", room, seq, from, content: "x", at, id: `${n}` }),
        );
      },
      settled: (error) => error === undefined ? kept.resolve() : kept.reject(error),
    });
    if (n % 10_000 === 0 || n === count) await kept.promise;
  }
}

Deno.test("of more messages than can be known again, the newest are, in every room", async () => {
  using place = folder();
  const count = RECENT_MESSAGES_MAX + 1_000;
  await fill(place.path, count);
  await using server = await startOn(place.path);
  await using user = await server.frames("User0");
  await user.send({ type: "Join", room: "quiet" });
  for (const [room, n] of [["quiet", count], ["lobby", count - 50]] as const) {
    await user.send({ type: "Broadcast", room, content: "x", id: `${n}` });
    const quiet = Math.floor(n / 1_000);
    assertEquals((await user.nextOf("Ack")).seq, room === "quiet" ? quiet : n - quiet, room);
  }
});
