/**
 * Files offered to rooms by many: an offer is told once through the room's log, and remembered once, however many are there.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";

const FILE = { type: "FileOffer", room: "tea", filename: "f", size: 3, beside: true, id: "o" };

async function within(server: TestServer, name: string): Promise<RawClient> {
  const client = await server.frames(name);
  await client.send({ type: "Join", room: "tea", id: "in" });
  while ((await client.nextOf("Ack")).re !== "in");
  return client;
}

Deno.test("an offer to a room is for who was in it then and stays: not for who comes later, nor for who comes again", async () => {
  await using server = startServer();
  await using anna = await within(server, "Anna");
  await using ben = await within(server, "Ben");
  await using cleo = await within(server, "Cleo");
  await anna.send(FILE);
  const { offer, users } = await anna.nextOf("OfferAck");
  assertEquals(users, 2);
  assertEquals((await ben.nextOf("FileOffer")).offer, offer);
  assertEquals((await cleo.nextOf("FileOffer")).offer, offer);
  const accept = { type: "FileAccept", from: "Anna", filename: "f", offer, id: "a" };
  await using dora = await within(server, "Dora");
  await dora.send(accept);
  await dora.nextError("not_found");
  await cleo.send({ type: "Leave", room: "tea" }, { type: "Join", room: "tea" }, accept);
  assertEquals((await cleo.nextOf("Error")).code, "not_found");
  await anna.send(accept);
  assertEquals((await anna.nextOf("Error")).code, "not_found", "it is not for its sender");
  await ben.send({ ...accept, beside: true });
  assertEquals((await anna.nextOf("FileAccept")).by, "Ben");
  await ben.send({ type: "FileCancel", offer });
  // Nobody who could take it is left: its sender hears of both ends.
  assertEquals((await anna.nextOf("FileCancel")).by, "Ben");
});

Deno.test("when the last of a room has left who could take a file, its sender is told once", async () => {
  await using server = startServer();
  await using anna = await within(server, "Anna");
  const others = await Promise.all(["Ben", "Cleo", "Dora"].map((name) => within(server, name)));
  await anna.send(FILE);
  const { offer } = await anna.nextOf("OfferAck");
  for (const other of others) await other.close();
  const { by, offer: ended } = await anna.nextOf("FileCancel");
  assertEquals([by, ended], [undefined, offer]);
  await anna.send({ type: "FileCancel", offer, id: "again" });
  assertEquals((await anna.nextOf("Error")).code, "not_found");
});

for (
  const [title, answer, heard] of [
    ["declines", { type: "FileReject" }, "FileReject"],
    ["takes it and gives up", { type: "FileAccept", id: "a", beside: true }, "FileAccept"],
  ] as const
) {
  Deno.test(`when one has left and the last of a room ${title}, its sender is told that nobody is left`, async () => {
    await using server = startServer();
    await using anna = await within(server, "Anna");
    await using ben = await within(server, "Ben");
    await using cleo = await within(server, "Cleo");
    await anna.send(FILE);
    const { offer } = await anna.nextOf("OfferAck");
    await ben.send({ type: "Leave", room: "tea", id: "out" });
    await ben.nextOf("Ack");
    await cleo.send({ ...answer, from: "Anna", filename: "f", offer });
    assertEquals((await anna.nextOf(heard)).by, "Cleo");
    if (heard === "FileAccept") {
      await cleo.send({ type: "FileCancel", offer });
      assertEquals((await anna.nextOf("FileCancel")).by, "Cleo");
    }
    const { by, offer: ended } = await anna.nextOf("FileCancel");
    assertEquals([by, ended], [undefined, offer]);
  });
}

Deno.test("who takes an offer back tells the room once for all, and not itself", async () => {
  await using server = startServer();
  await using anna = await within(server, "Anna");
  await using ben = await within(server, "Ben");
  await anna.nextOf("UserJoined");
  await anna.send(FILE);
  const { offer } = await anna.nextOf("OfferAck");
  await ben.nextOf("FileOffer");
  await anna.send({ type: "FileCancel", offer, id: "c" });
  assertEquals((await ben.nextOf("FileCancel")).offer, offer);
  assertEquals((await anna.nextOf("OfferAck")).re, "c");
  await anna.send({ type: "Ping", id: "p" });
  for (
    let message = await anna.message();
    message.type !== "Pong";
    message = await anna.message()
  ) {
    assert(message.type !== "FileOffer" && message.type !== "FileCancel", message.type);
  }
});
