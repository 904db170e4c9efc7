/**
 * Crowds of strangers against one receiver and against the server's places: Anna's file comes all the same.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { someone } from "../../cli/files/pair.ts";
import { namesIn, place, someBytes } from "../../cli/files/place.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { transfer } from "../../server/files/talk.ts";

/** Lets so many strangers in. */
async function crowd(server: TestServer, count: number): Promise<RawClient[]> {
  const names = Array.from({ length: count }, (_, n) => `Mal${n}`);
  return await Promise.all(names.map((name) => server.frames(name)));
}

/** Each of them offers so many files to Bob, and takes no answer in. */
async function offerAll(strangers: readonly RawClient[], each: number): Promise<void> {
  for (const mal of strangers) {
    const offers = Array.from({ length: each }, (_, n) => ({
      type: "FileOffer",
      to: "Bob",
      filename: `${n}`,
      size: 1_000_000,
      beside: true,
      id: `${n}`,
    }));
    await mal.send(...offers);
  }
}

async function closeAll(clients: readonly RawClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

Deno.test("34 names with 32 offers each neither hide nor lose the offer of one who has one", async () => {
  await using server = startServer();
  using at = place();
  await Deno.writeFile(`${at.path}/a.bin`, someBytes(1_000));
  const directory = `${at.path}/in`;
  await using bob = await someone({ port: server.port, name: "Bob", directory });
  await using anna = await someone({ port: server.port, name: "Anna" });
  const strangers = await crowd(server, 34);
  await offerAll(strangers, 32);
  for (const mal of strangers) for (let n = 0; n < 32; n++) await mal.nextOf("OfferAck");
  // What is said now is heard behind all offers.
  const sending = anna.sent(`${at.path}/a.bin`, { user: "Bob" });
  const { transfer } = await bob.until("offered", ({ transfer }) => transfer.peer === "Anna");
  const open = bob.transfers.list().filter(({ phase }) => phase === "offered");
  assertEquals(open.length, 1_000);
  assert(bob.transfers.accept(transfer.n));
  assertEquals((await sending).end.kind, "done");
  // Nobody is left without an answer: what found no place was declined, with the reason.
  let declined = 0;
  for (const mal of strangers) {
    await mal.send({ type: "Ping", id: "p" });
    for (;;) {
      const message = await mal.message();
      if (message.type === "Pong") break;
      if (message.type === "FileReject") {
        declined++;
        assertEquals(message.reason, "busy");
      }
    }
  }
  assertEquals(declined, 34 * 32 + 1 - 1_000);
  // With their senders, all of them end.
  await closeAll(strangers);
  await bob.until("ended", ({ transfer }) => transfer.peer === "Mal33");
  await server.event("left", ({ user }) => user === "Mal33");
  const sends = await anna.sent(`${at.path}/a.bin`, { user: "Bob" });
  assertEquals(sends.end.kind, "have");
  assertEquals(bob.transfers.list().filter(({ phase }) => phase === "offered"), []);
});

Deno.test("64 dripping uploads of two names give way to one who sends", async () => {
  await using server = startServer();
  using at = place();
  await Deno.writeFile(`${at.path}/a.bin`, someBytes(100_000));
  const directory = `${at.path}/in`;
  await using bob = await someone({ port: server.port, name: "Bob", directory, takes: true });
  const strangers = await crowd(server, 2);
  await offerAll(strangers, 32);
  const lanes: RawClient[] = [];
  for (const mal of strangers) {
    for (let n = 0; n < 32; n++) {
      const { token } = await mal.nextOf("StartUpload");
      const lane = await transfer(server, token);
      await lane.next("StartUpload");
      await lane.write("x");
      lanes.push(lane);
    }
  }
  const moving = () => bob.transfers.list().filter(({ phase }) => phase === "moving").length;
  assertEquals(moving(), 64);
  await using anna = await someone({ port: server.port, name: "Anna" });
  const { end } = await anna.sent(`${at.path}/a.bin`, { user: "Bob" });
  assertEquals(end.kind, "done");
  assert(namesIn(directory).includes("a.bin"));
  await closeAll([...lanes, ...strangers]);
});

Deno.test("all places of a server, taken by a few names that drip, leave one for who has none", async () => {
  await using server = startServer({ limits: { transfersMax: 6, fileGatherMs: 0 } });
  const bob = await server.frames("Bob");
  const [mal, anna] = [await server.frames("Mal"), await server.frames("Anna")];
  const clients = [bob, mal, anna];
  const begin = async (sender: RawClient, from: string, filename: string) => {
    await sender.send({ type: "FileOffer", to: "Bob", filename, size: 3, beside: true });
    const { offer } = await bob.nextOf("FileOffer");
    await bob.send({ type: "FileAccept", from, filename, offer, beside: true });
    const up = await transfer(server, (await sender.nextOf("StartUpload")).token);
    const down = await transfer(server, (await bob.nextOf("StartDownload")).token);
    await up.next("StartUpload");
    await down.next("StartDownload");
    clients.push(up, down);
    return { up, down };
  };
  for (let n = 0; n < 6; n++) {
    const { up, down } = await begin(mal, "Mal", `${n}`);
    await up.write("x");
    await down.bytes(1);
  }
  const { up, down } = await begin(anna, "Anna", "a");
  await up.write("abc");
  assertEquals(new TextDecoder().decode(await down.bytes(3)), "abc");
  await down.next("FileDone");
  const { again, msg } = await mal.nextOf("FileCancel");
  assertEquals(again, true);
  assert(/let others through/.test(msg), msg);
  await closeAll(clients);
});

Deno.test("a word about a file reaches its sender once, and from nobody else", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  const [alice, bob, mal] = [
    await server.frames("Alice"),
    await server.frames("Bob"),
    await server.frames("Mal"),
  ];
  await alice.send({ type: "FileOffer", to: "Bob", filename: "f", size: 3, id: "o" });
  const { offer } = await alice.nextOf("OfferAck");
  await bob.nextOf("FileOffer");
  const sha256 = "a".repeat(64);
  const word = { type: "FileReceived", from: "Alice", filename: "f", sha256 };
  for (let n = 0; n < 50; n++) {
    await mal.send({ ...word, offer, id: "r" }, { ...word, offer: "x", id: "r" });
    await mal.send({ type: "FileProgress", offer, done: 1, id: "p" });
    for (let answer = 0; answer < 3; answer++) {
      assertEquals((await mal.nextOf("Error")).code, "not_found");
    }
  }
  await bob.send({ type: "FileProgress", offer, done: 1, id: "p" });
  await bob.nextError("not_found");
  await bob.send({ type: "FileAccept", from: "Alice", filename: "f", offer });
  await alice.nextOf("StartUpload");
  await alice.write("abc");
  await bob.nextOf("StartDownload");
  await bob.bytes(3);
  await bob.next("FileDone");
  for (let n = 0; n < 50; n++) await bob.send({ ...word, offer, id: `${n}` });
  assertEquals((await bob.nextOf("OfferAck")).re, "0");
  for (let n = 1; n < 50; n++) await bob.nextError("not_found");
  assertEquals((await alice.nextOf("FileDone")).sha256.length, 64);
  assertEquals((await alice.next("FileReceived")).by, "Bob");
  await alice.expectNothing();
  await closeAll([alice, bob, mal]);
});

Deno.test("a word for an offer of a server that is gone counts for the newest one of the same file", async () => {
  await using server = startServer();
  const [alice, bob] = [await server.frames("Alice"), await server.frames("Bob")];
  const sha256 = "a".repeat(64);
  const file = { filename: "f", size: 3, sha256 };
  await alice.send({ type: "FileOffer", to: "Bob", ...file, beside: true, id: "o" });
  const { offer } = await alice.nextOf("OfferAck");
  const word = { type: "FileReceived", from: "Alice", filename: "f", offer: "of another server" };
  await bob.send({ ...word, sha256: "b".repeat(64), id: "r" });
  assertEquals((await bob.nextOf("Error")).code, "not_found");
  await bob.send({ ...word, sha256, id: "r" });
  await bob.nextOf("OfferAck");
  const { type: _, ...told } = await alice.nextOf("FileReceived");
  assertEquals(told, { by: "Bob", filename: "f", offer, sha256 });
  await closeAll([alice, bob]);
});

Deno.test("whoever offers files to a whole room again and again is stopped before the room is", async () => {
  await using server = startServer({ limits: { offeredPerSecond: 1, messagesPerSecond: 0 } });
  const members = await crowd(server, 40);
  const [mal, ...others] = members;
  assert(mal !== undefined);
  let [told, refused] = [0, 0];
  for (let n = 0; n < 60; n++) {
    const file = { filename: "f", size: 1, beside: true };
    await mal.send({ type: "FileOffer", room: "lobby", ...file, id: `${n}` });
    for (let done = false; !done;) {
      const message = await mal.message();
      done = message.type === "OfferAck" || message.type === "Error";
      if (message.type === "OfferAck") {
        told += message.users ?? 0;
        await mal.send({ type: "FileCancel", offer: message.offer });
      } else if (message.type === "Error") {
        assertEquals(message.code, "busy");
        assert(/Try again in \d+ s\./.test(message.msg), message.msg);
        refused++;
      }
    }
  }
  assert(told <= 1_000 + 60, `${told} people were asked`);
  assert(refused > 30, `${refused} offers were refused`);
  await closeAll([mal, ...others]);
});
