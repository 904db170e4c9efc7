/**
 * Files over the connections of the conversation, as a client in any language would do it.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { frame, joined, startServer, utf8 } from "../../harness.ts";
import { begin, chats, content, pair, sha256 } from "../files/talk.ts";

const PING = { type: "Ping", id: "p" };

for (const size of [0, 1, 5, 300_000]) {
  Deno.test(`a file of ${size} bytes goes over both connections, and both speak frames again`, async () => {
    await using talk = await pair();
    const { alice, bob } = talk;
    const bytes = content(size);
    const { offer } = await begin(talk, { size });
    await alice.write(joined(bytes, frame(PING)));
    assertEquals(await bob.bytes(size), bytes);
    const file = { filename: "notes.txt", size, sha256: await sha256(bytes), offer };
    assertEquals(await bob.next("FileDone"), { type: "FileDone", ...file });
    assertEquals(await alice.next("FileDone"), { type: "FileDone", ...file, by: "Bob" });
    assertEquals((await alice.next("Pong")).re, "p");
    await chats(alice, bob);
    await chats(bob, alice);
  });
}

Deno.test("only the bytes from the offset on are carried, and the digest says so", async () => {
  await using talk = await pair();
  const bytes = content(1_000);
  await begin(talk, { size: 1_000, offset: 900 });
  await talk.alice.write(bytes.subarray(900));
  assertEquals(await talk.bob.bytes(100), bytes.subarray(900));
  const done = await talk.bob.next("FileDone");
  assertEquals([done.sha256, done.offset], [await sha256(bytes.subarray(900)), 900]);
  await talk.alice.next("FileDone");
  await chats(talk.alice, talk.bob);
});

Deno.test("the digest of the offer is given back, also when only the end is carried", async () => {
  await using talk = await pair();
  const bytes = content(10);
  const whole = await sha256(bytes);
  await begin(talk, { size: 10, offset: 9, sha256: whole });
  await talk.alice.write(bytes.subarray(9));
  await talk.bob.bytes(1);
  const done = await talk.bob.next("FileDone");
  assertEquals([done.sha256, "offset" in done], [whole, false]);
});

Deno.test("who has all of it gets FileDone at once, and no byte", async () => {
  await using talk = await pair();
  await begin(talk, { size: 10, offset: 10, sha256: "a".repeat(64) });
  assertEquals((await talk.bob.next("FileDone")).sha256, "a".repeat(64));
  await talk.alice.next("FileDone");
  await talk.alice.expectNothing();
  await talk.bob.expectNothing();
});

Deno.test("the boundary between bytes and frames may be cut anywhere", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  // Bytes that look like a frame's beginning would mislead whoever parsed them.
  const bytes = joined(new Uint8Array([0, 0, 0, 5]), content(4));
  const stream = joined(bytes, frame(PING), frame({ type: "ListUsers", id: "l" }));
  for (let cut = 0; cut <= stream.length; cut++) {
    await begin(talk, { size: bytes.length });
    await alice.write(stream.subarray(0, cut));
    // A round trip of Bob's, so that the server has read the first part before it gets the second.
    await bob.send(PING);
    await alice.write(stream.subarray(cut));
    assertEquals(await bob.bytes(bytes.length), bytes, `cut at ${cut}`);
    await bob.next("FileDone");
    await bob.next("Pong");
    await alice.next("FileDone");
    await alice.next("Pong");
    await alice.next("UserList");
  }
});

Deno.test("a frame that was under way when its sender was told to upload is still a frame", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  const ping = frame(PING);
  for (let cut = 1; cut < ping.length; cut++) {
    await alice.send({ type: "FileOffer", to: "Bob", filename: "f", size: 3 });
    await alice.write(ping.subarray(0, cut));
    await bob.next("FileOffer");
    // What Alice wrote before is read before what Bob says after a round trip of his own.
    await bob.expectNothing();
    await bob.send({ type: "FileAccept", from: "Alice", filename: "f" });
    await alice.next("FileAccept");
    await alice.next("StartUpload");
    await alice.write(joined(ping.subarray(cut), utf8("abc")));
    await bob.next("StartDownload");
    assertEquals(await bob.bytes(3), utf8("abc"), `cut at ${cut}`);
    await bob.next("FileDone");
    await alice.next("FileDone");
    await alice.next("Pong");
  }
});

Deno.test("what is said meanwhile follows to both, in order and whole", async () => {
  await using talk = await pair();
  const { server, alice, bob } = talk;
  await using carol = await server.frames("Carol");
  await alice.next("UserJoined");
  await bob.next("UserJoined");
  await begin(talk, { size: 6 });
  await alice.write(utf8("abc"));
  for (let n = 1; n <= 50; n++) {
    await carol.send({ type: "Broadcast", content: `${n}` });
    await carol.next("NewMessage");
    await carol.send({ type: "Whisper", to: n % 2 ? "Alice" : "Bob", content: `w${n}` });
    await carol.next("PrivateSent");
  }
  await bob.send({ type: "Broadcast", content: "I can talk" });
  assertEquals((await carol.next("NewMessage")).content, "I can talk");
  await alice.write(utf8("def"));
  assertEquals(await bob.bytes(6), utf8("abcdef"));
  for (const [client, first] of [[alice, 1], [bob, 2]] as const) {
    await client.next("FileDone");
    let [said, whispered] = [0, first - 2];
    while (said < 51 || whispered < 48 + first) {
      const message = await client.message();
      if (message.type === "NewMessage") assertEquals(message.seq, ++said);
      else if (message.type === "PrivateMessage") {
        assertEquals(message.content, `w${whispered += 2}`);
      }
    }
    await client.expectNothing();
  }
});

Deno.test("two offers of one name are told apart by their ids; without one, the newest is meant", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  const offers: string[] = [];
  for (const size of [1, 2, 3]) {
    await alice.send({ type: "FileOffer", to: "Bob", filename: "f", size, id: "o" });
    offers.push((await alice.next("OfferAck")).offer);
    await bob.next("FileOffer");
  }
  await bob.send({ type: "FileReject", from: "alice", filename: "f", offer: offers[0], id: "r" });
  assertEquals(await bob.next("OfferAck"), { type: "OfferAck", re: "r", offer: offers[0] });
  assertEquals(await alice.next("FileReject"), {
    type: "FileReject",
    by: "Bob",
    filename: "f",
    offer: offers[0],
  });
  await bob.send({ type: "FileAccept", from: "Alice", filename: "f" });
  assertEquals((await alice.next("FileAccept")).offer, offers[2]);
  assertEquals((await bob.next("StartDownload")).size, 3);
  await alice.next("StartUpload");
  await alice.write(utf8("abc"));
  await alice.next("FileDone");
  await bob.bytes(3);
  await bob.next("FileDone");
  // Another file's id does not open this one.
  await bob.send({ type: "FileAccept", from: "Alice", filename: "g", offer: offers[1] });
  await bob.nextError("not_found");
});

Deno.test("an offset behind the end is refused, and the offer stands", async () => {
  await using talk = await pair();
  await talk.alice.send({ type: "FileOffer", to: "Bob", filename: "f", size: 3 });
  await talk.bob.next("FileOffer");
  await talk.bob.send({ type: "FileAccept", from: "Alice", filename: "f", offset: 4, id: "a" });
  assertEquals((await talk.bob.nextError("invalid")).re, "a");
  await talk.bob.send({ type: "FileAccept", from: "Alice", filename: "f", offset: 3, id: "b" });
  await talk.bob.next("OfferAck");
});

Deno.test("one inline transfer at a time: another is busy, on either side, and begins later", async () => {
  await using talk = await pair();
  const { server, alice, bob } = talk;
  await using carol = await server.frames("Carol");
  await alice.next("UserJoined");
  await bob.next("UserJoined");
  await alice.send({ type: "FileOffer", to: "Carol", filename: "c", size: 2 });
  await carol.next("FileOffer");
  await carol.send({ type: "FileOffer", to: "Bob", filename: "b", size: 2 });
  await bob.next("FileOffer");
  await begin(talk, { size: 4 });
  await carol.send({ type: "FileAccept", from: "Alice", filename: "c", id: "a" });
  assertEquals((await carol.nextError("busy")).re, "a");
  await bob.send(
    { type: "FileAccept", from: "Carol", filename: "b", id: "b" },
    { type: "Whisper", to: "Carol", content: "asked" },
  );
  // He is answered behind the file. What he asked has to be heard before it ends.
  await carol.next("PrivateMessage");
  await alice.write(utf8("abcd"));
  await bob.bytes(4);
  await bob.next("FileDone");
  assertEquals((await bob.nextError("busy")).re, "b");
  await alice.next("FileDone");
  await carol.send({ type: "FileAccept", from: "Alice", filename: "c" });
  await carol.next("StartDownload");
});

Deno.test("a receiver that goes ends the sender's connection, with a reason", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  await begin(talk, { size: 1 << 30 });
  await alice.write(content(1_000));
  await bob.bytes(1_000);
  await bob.close();
  for (let last = await alice.message();; last = await alice.message()) {
    if (last.type !== "Error") continue;
    assertEquals([last.code, last.msg.length > 0], ["not_found", true]);
    break;
  }
  await alice.expectEnd();
});

Deno.test("a sender that goes ends the receiver's connection, without a byte that is not the file's", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  const bytes = content(1_000);
  await begin(talk, { size: 2_000 });
  await bob.send({ type: "ListUsers" }, { type: "Broadcast", content: "still here?" });
  await alice.write(bytes);
  assertEquals(await bob.bytes(1_000), bytes);
  await alice.close();
  await bob.expectEnd();
  await talk.server.event("left", ({ user }) => user === "Bob");
});

Deno.test("a sender that stands still loses the transfer: both connections end", async () => {
  await using talk = await pair({ fileStallMsMax: 30 });
  await begin(talk, { size: 10 });
  await talk.alice.write(utf8("abc"));
  await talk.bob.bytes(3);
  await talk.bob.expectEnd();
  assertEquals((await talk.alice.next("Error")).code, "not_found");
  await talk.alice.expectEnd();
});

Deno.test("an offer that is not answered ends, and both are told", async () => {
  await using talk = await pair({ offerMsMax: 30 });
  const { alice, bob } = talk;
  await alice.send({ type: "FileOffer", to: "Bob", filename: "f", size: 1, id: "o" });
  const { offer } = await alice.next("OfferAck");
  await bob.next("FileOffer");
  for (const [client, by] of [[alice, "Bob"], [bob, "Alice"]] as const) {
    const { msg, ...rest } = await client.next("FileCancel");
    assert(msg.length > 0);
    assertEquals(rest, { type: "FileCancel", offer, filename: "f", by });
  }
  await bob.send({ type: "FileAccept", from: "Alice", filename: "f" });
  await bob.nextError("not_found");
});

Deno.test("who offers inline is not asked for a Pong, which could become a part of the file", async () => {
  await using server = startServer({ limits: { silenceMsBeforePing: 50, silenceMsMax: 2_500 } });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "FileOffer", to: "Bob", filename: "f", size: 3 });
  await bob.next("FileOffer");
  for (let pings = 0; pings < 3; pings++) {
    await bob.next("Ping");
    await bob.send({ type: "Pong" });
  }
  await bob.send({ type: "FileAccept", from: "Alice", filename: "f" });
  await alice.next("FileAccept");
  await alice.next("StartUpload");
  await alice.write(utf8("abc"));
  await alice.next("FileDone");
});

Deno.test("an offer ends with either connection, and the other is told", async () => {
  await using talk = await pair();
  const { server, alice, bob } = talk;
  await using carol = await server.frames("Carol");
  await alice.nextOf("UserJoined");
  await alice.send({ type: "FileOffer", to: "Bob", filename: "f", size: 1 });
  await bob.nextOf("FileOffer");
  await carol.send({ type: "FileOffer", to: "Alice", filename: "g", size: 1 });
  await alice.nextOf("FileOffer");
  await bob.close();
  assertEquals((await alice.nextOf("FileCancel")).by, "Bob");
  await alice.close();
  assertEquals((await carol.nextOf("FileCancel")).by, "Alice");
});

Deno.test("a text client is told what is offered and how to get it", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "FileOffer", to: "Bob", filename: "x.pdf", size: 1_234_567, id: "o" });
  assertEquals((await alice.next("OfferAck")).users, 0, "Nobody was told who can take it");
  const line = await bob.line();
  assert(line.startsWith("[Server] Alice offers you 'x.pdf' (1.2 MB)."), line);
  assert(line.includes("chat receive"), line);
});

Deno.test("files have a largest size if the server is set to one, and offers are counted", async () => {
  await using talk = await pair({ fileBytesMax: 100, messagesPerSecond: 0 });
  const { alice } = talk;
  const offer = { type: "FileOffer", to: "Bob", filename: "f", size: 100, id: "o" };
  await alice.send({ ...offer, size: 101 });
  await alice.nextError("too_long");
  for (let n = 0; n < 32; n++) {
    await alice.send(offer);
    await alice.next("OfferAck");
  }
  await alice.send(offer);
  await alice.nextError("busy");
});

Deno.test("a file may be as long as a number holds exactly", async () => {
  await using talk = await pair();
  const size = Number.MAX_SAFE_INTEGER;
  await begin(talk, { size, offset: size - 2 });
  await talk.alice.write(utf8("ok"));
  assertEquals(await talk.bob.bytes(2), utf8("ok"));
  assertEquals((await talk.bob.next("FileDone")).size, size);
});
