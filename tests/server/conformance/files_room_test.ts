/**
 * A file offered to a room: each accepts for itself, and who accepts in time shares one reading.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer, utf8 } from "../../harness.ts";
import type { Limits } from "../../../server/mod.ts";
import { ask, done, inRoom, refused } from "./asking.ts";
import { chats, content, transfer } from "../files/talk.ts";

interface Room extends AsyncDisposable {
  readonly server: TestServer;
  readonly alice: RawClient;
  readonly bob: RawClient;
  readonly carol: RawClient;
}

async function room(limits: Partial<Limits> = {}): Promise<Room> {
  const server = startServer({ limits: { messagesPerSecond: 0, fileGatherMs: 50, ...limits } });
  const alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  const carol = await server.frames("Carol");
  for (const client of [alice, alice, bob]) await client.next("UserJoined");
  return {
    server,
    alice,
    bob,
    carol,
    async [Symbol.asyncDispose]() {
      await Promise.all([alice, bob, carol].map((client) => client.close()));
      await server[Symbol.asyncDispose]();
    },
  };
}

async function offer(
  { alice, bob, carol }: Room,
  { size, beside = true }: { size: number; beside?: boolean },
): Promise<string> {
  await alice.send({ type: "FileOffer", room: "lobby", filename: "f", size, beside, id: "o" });
  const { offer, users } = await alice.next("OfferAck");
  assertEquals(users, 2);
  const told = { type: "FileOffer", from: "Alice", filename: "f", size, offer, room: "lobby" };
  for (const client of [bob, carol]) assertEquals(await client.next("FileOffer"), told);
  return offer;
}

async function accept(client: RawClient, alice: RawClient, offset = 0): Promise<void> {
  await client.send({ type: "FileAccept", from: "Alice", filename: "f", offset, beside: true });
  assertEquals((await alice.next("FileAccept")).offset, offset);
}

Deno.test("one reading serves all who accept in time, from the smallest offset; each gets from its own", async () => {
  await using place = await room();
  const { server, alice, bob, carol } = place;
  const bytes = content(200_000);
  await offer(place, { size: bytes.length });
  await accept(bob, alice, 150_000);
  await accept(carol, alice, 10);
  const upload = await alice.next("StartUpload");
  assertEquals([upload.to, upload.offset], ["lobby", 10]);
  const up = await transfer(server, upload.token);
  const downs: RawClient[] = [];
  for (const [client, offset] of [[bob, 150_000], [carol, 10]] as const) {
    const download = await client.next("StartDownload");
    assertEquals(download.offset, offset);
    const down = await transfer(server, download.token);
    assertEquals((await down.next("StartDownload")).offset, offset);
    downs.push(down);
  }
  await up.write(bytes.subarray(10));
  for (const [n, offset] of [150_000, 10].entries()) {
    assertEquals(await downs[n]?.bytes(bytes.length - offset), bytes.subarray(offset));
    await downs[n]?.next("FileDone");
  }
  assertEquals([(await alice.next("FileDone")).by, (await alice.next("FileDone")).by].sort(), [
    "Bob",
    "Carol",
  ]);
  await Promise.all([up, ...downs].map((client) => client.close()));
});

Deno.test("who accepts later gets a reading of its own, while the first still runs", async () => {
  await using place = await room({ fileGatherMs: 1 });
  const { server, alice, bob, carol } = place;
  await offer(place, { size: 4 });
  const ends: RawClient[] = [];
  for (const client of [bob, carol]) {
    await accept(client, alice);
    const up = await transfer(server, (await alice.next("StartUpload")).token);
    const down = await transfer(server, (await client.next("StartDownload")).token);
    await up.write("ab");
    await down.next("StartDownload");
    assertEquals(await down.bytes(2), utf8("ab"));
    ends.push(up, down);
  }
  await Promise.all(ends.map((client) => client.close()));
});

Deno.test("a receiver that goes or stands still drops out, and the others do not notice", async () => {
  await using place = await room({ fileStallMsMax: 1_200 });
  const { server, alice, bob, carol } = place;
  const size = 64 << 20;
  await offer(place, { size });
  await accept(bob, alice);
  await accept(carol, alice);
  const up = await transfer(server, (await alice.next("StartUpload")).token);
  await up.next("StartUpload");
  const asleep = await server.connect({ reading: false });
  await asleep.send({ type: "Transfer", token: (await bob.next("StartDownload")).token });
  const down = await transfer(server, (await carol.next("StartDownload")).token);
  await down.next("StartDownload");
  const piece = content(1 << 20);
  const sending = (async () => {
    for (let sent = 0; sent < size; sent += piece.length) await up.write(piece);
  })();
  for (let got = 0; got < size; got += piece.length) {
    assertEquals(await down.bytes(piece.length), piece);
  }
  await sending;
  await down.next("FileDone");
  const cancel = await alice.next("FileCancel");
  assertEquals([cancel.by, cancel.again], ["Bob", true]);
  assertEquals((await alice.next("FileDone")).by, "Carol");
  await chats(alice, bob);
  await Promise.all([up, down, asleep].map((client) => client.close()));
});

Deno.test("a sender who offers inline serves a room too", async () => {
  await using place = await room();
  const { server, alice, bob, carol } = place;
  await offer(place, { size: 3, beside: false });
  await bob.send({ type: "FileAccept", from: "Alice", filename: "f" });
  await alice.next("FileAccept");
  await accept(carol, alice);
  await alice.next("StartUpload");
  await alice.write("abc");
  // The bytes flow when the last connection is there.
  const down = await transfer(server, (await carol.next("StartDownload")).token);
  await down.next("StartDownload");
  await bob.next("StartDownload");
  assertEquals(await bob.bytes(3), utf8("abc"));
  await bob.next("FileDone");
  assertEquals(await down.bytes(3), utf8("abc"));
  await alice.next("FileDone");
  await alice.next("FileDone");
  await chats(alice, bob);
  await down.close();
});

Deno.test("an offer to a room ends for its sender when the last one has answered or gone", async () => {
  await using place = await room({ offerMsMax: 30 });
  const { alice, bob, carol } = place;
  const id = await offer(place, { size: 3 });
  await bob.send({ type: "FileReject", from: "Alice", filename: "f" });
  await alice.next("FileReject");
  await carol.next("FileCancel");
  const cancel = await alice.next("FileCancel");
  assertEquals([cancel.offer, "by" in cancel], [id, false]);
  await alice.send({ type: "FileCancel", offer: id });
  await alice.nextError("not_found");
});

Deno.test("a room with nobody else in it cannot be offered a file", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.send({ type: "FileOffer", room: "lobby", filename: "f", size: 1 });
  await alice.nextError("not_found");
});

Deno.test("who came after an offer to a room cannot take it", async () => {
  await using place = await room();
  await offer(place, { size: 3 });
  await using dora = await place.server.frames("Dora");
  await dora.send({ type: "FileAccept", from: "Alice", filename: "f" });
  await dora.nextError("not_found");
});

Deno.test("who is put out of a room gets no more of its files, and what it offered there is over", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0, fileGatherMs: 50 } });
  await using alice = await inRoom(server, "Alice", "tea");
  await using bob = await inRoom(server, "Bob", "tea");
  await using carol = await inRoom(server, "Carol", "tea");
  const size = 1 << 20;
  const named = { type: "FileOffer", room: "tea", filename: "f", size, beside: true };
  await ask(alice, named);
  for (const client of [bob, carol]) {
    await client.nextOf("FileOffer");
    await ask(client, { type: "FileAccept", from: "Alice", filename: "f", beside: true });
  }
  const up = await transfer(server, (await alice.nextOf("StartUpload")).token);
  await up.next("StartUpload");
  const downs: RawClient[] = [];
  for (const client of [bob, carol]) {
    const down = await transfer(server, (await client.nextOf("StartDownload")).token);
    await down.next("StartDownload");
    downs.push(down);
  }
  const [toBob, toCarol] = downs as [RawClient, RawClient];
  const half = content(size / 2);
  await up.write(half);
  for (const down of downs) assertEquals(await down.bytes(half.length), half);
  const { offer } = await ask(bob, { ...named, filename: "g" });
  await carol.nextOf("FileOffer");
  await done(alice, { type: "Kick", room: "tea", user: "Bob" });
  const told = await bob.nextOf("FileCancel");
  assertEquals([told.by, told.offer], [undefined, offer]);
  assertEquals((await carol.nextOf("FileCancel")).offer, offer);
  assertEquals((await bob.nextOf("FileCancel")).by, "Alice");
  await up.write(half);
  assertEquals(await toCarol.bytes(half.length), half);
  await toCarol.next("FileDone");
  // A word of the end may come; of the file, nothing does.
  assert((await toBob.rest()).length < 1_000);
  await refused(carol, { type: "FileAccept", from: "Bob", filename: "g" }, "not_found");
  await Promise.all([up, ...downs].map((client) => client.close()));
});
