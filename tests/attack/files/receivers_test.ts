/**
 * Somebody takes the name of a file's receiver: what was begun for that one is for nobody else.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { someone } from "../../cli/files/pair.ts";
import { place, someBytes } from "../../cli/files/place.ts";
import { startServer } from "../../harness.ts";
import { begin, transfer } from "../../server/files/talk.ts";

Deno.test("a file that broke off is offered to no stranger under its receiver's name, and goes on with its session", async () => {
  await using server = startServer();
  using at = place();
  await Deno.writeFile(`${at.path}/secret.pdf`, someBytes(300_000));
  await using ben = await someone({ port: server.port, name: "Ben" });
  const anna = await server.frames("Anna");
  const n = ben.transfers.send(`${at.path}/secret.pdf`, { user: "Anna" });
  const { offer, filename } = await anna.nextOf("FileOffer");
  await anna.send({ type: "FileAccept", from: "Ben", filename, offer, beside: true });
  await anna.nextOf("StartDownload");
  await anna.close();
  await ben.until("away");
  {
    await using mallory = await server.frames("Anna");
    // Ben's client hears that somebody of that name has come, and tries.
    await ben.client.say("Who is it?");
    await mallory.nextOf("NewMessage");
    await mallory.send(
      { type: "FileReceived", from: "Ben", filename, offer, sha256: "0".repeat(64), id: "lie" },
    );
    assertEquals((await mallory.nextError("not_found")).re, "lie");
    await ben.client.tagOf("Anna");
    await mallory.expectNothing();
    assertEquals(ben.transfers.list().find((one) => one.n === n)?.phase, "away");
  }
  await using again = await server.frames("Anna", anna.session);
  const offered = await again.nextOf("FileOffer");
  await again.send({ type: "FileReject", from: "Ben", filename, offer: offered.offer });
  assertEquals((await ben.until("ended")).end.kind, "declined");
});

Deno.test("only the session that took the bytes can say that they are on the disk", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const bob = await server.frames("Bob");
  await alice.next("UserJoined");
  const sha256 = "0".repeat(64);
  const way = { size: 5, sha256, up: "beside", down: "beside" } as const;
  const { offer, upload, download } = await begin({ alice, bob }, way);
  await using from = await transfer(server, upload.token);
  await using _to = await transfer(server, download.token);
  await from.write("hello");
  await bob.nextOf("FileDone");
  await bob.close();
  await server.event("left", ({ user }) => user === "Bob");
  const word = {
    type: "FileReceived",
    from: "Alice",
    filename: "notes.txt",
    offer,
    sha256,
    id: "w",
  };
  {
    await using stranger = await server.frames("Bob");
    await stranger.send(word);
    await stranger.nextError("not_found");
  }
  await alice.nextOf("UserLeft");
  await using again = await server.frames("Bob", bob.session);
  await again.send(word);
  await again.nextOf("OfferAck");
  assertEquals((await alice.nextOf("FileReceived")).by, "Bob");
});
