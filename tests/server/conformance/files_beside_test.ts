/**
 * Files beside the conversation: a token, a second connection, and a chat that never waits.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { frame, joined, type RawClient, utf8 } from "../../harness.ts";
import { begin, chats, content, type Pair, pair, sha256, transfer } from "../files/talk.ts";

const BESIDE = { up: "beside", down: "beside" } as const;

/** Both second connections of a transfer that has begun; each has heard its start. */
async function both(
  { server }: Pair,
  tokens: { upload: { token?: string }; download: { token?: string } },
): Promise<{ up: RawClient; down: RawClient }> {
  const up = await transfer(server, tokens.upload.token);
  const down = await transfer(server, tokens.download.token);
  assertEquals("token" in await up.next("StartUpload"), false);
  assertEquals("token" in await down.next("StartDownload"), false);
  return { up, down };
}

Deno.test("a file goes beside the conversation, which goes on; both hear of its end in both places", async () => {
  await using talk = await pair();
  const { alice, bob } = talk;
  const bytes = content(200_000);
  const begun = await begin(talk, { size: bytes.length, offset: 50_000, ...BESIDE });
  const { up, down } = await both(talk, begun);
  await up.write(bytes.subarray(50_000, 100_000));
  assertEquals(await down.bytes(50_000), bytes.subarray(50_000, 100_000));
  await chats(alice, bob);
  await chats(bob, alice);
  await up.write(bytes.subarray(100_000));
  assertEquals(await down.bytes(100_000), bytes.subarray(100_000));
  const done = {
    type: "FileDone",
    filename: "notes.txt",
    size: bytes.length,
    sha256: await sha256(bytes.subarray(50_000)),
    offset: 50_000,
    offer: begun.offer,
  };
  assertEquals(await down.next("FileDone"), done);
  assertEquals(await up.next("FileDone"), done);
  await up.expectEnd();
  await down.expectEnd();
  assertEquals(await bob.nextOf("FileDone"), done);
  assertEquals(await alice.nextOf("FileDone"), { ...done, by: "Bob" });
  await Promise.all([up.close(), down.close()]);
});

for (const [up, down] of [["beside", "inline"], ["inline", "beside"]] as const) {
  Deno.test(`each side chooses for itself: up ${up}, down ${down}`, async () => {
    await using talk = await pair();
    const { server, alice, bob } = talk;
    const bytes = content(100_000);
    const { upload, download } = await begin(talk, { size: bytes.length, up, down });
    const sender = up === "beside" ? await transfer(server, upload.token) : alice;
    const receiver = down === "beside" ? await transfer(server, download.token) : bob;
    await sender.write(bytes);
    if (down === "beside") await receiver.next("StartDownload");
    assertEquals(await receiver.bytes(bytes.length), bytes);
    await receiver.next("FileDone");
    if (down === "beside") await bob.next("FileDone");
    await alice.next("FileDone");
    await sender.close();
    await receiver.close();
  });
}

Deno.test("no second connection is needed for what is there already", async () => {
  await using talk = await pair();
  for (const [size, offset] of [[0, 0], [7, 7]] as const) {
    await begin(talk, { size, offset, ...BESIDE });
    await talk.alice.next("FileDone");
    await talk.bob.next("FileDone");
  }
});

Deno.test("the boundary between Transfer and the first byte may be cut anywhere", async () => {
  await using talk = await pair();
  const { server, alice, bob } = talk;
  const bytes = joined(new Uint8Array([0, 0, 0, 5]), content(9));
  const length = frame({ type: "Transfer", token: "0".repeat(43) }).length + bytes.length;
  for (let cut = 0; cut < length; cut++) {
    const { upload, download } = await begin(talk, { size: bytes.length, ...BESIDE });
    const down = await transfer(server, download.token);
    await down.next("StartDownload");
    const up = await server.connect();
    const stream = joined(frame({ type: "Transfer", token: upload.token }), bytes);
    await up.write(stream.subarray(0, cut));
    await bob.expectNothing();
    await up.write(stream.subarray(cut));
    assertEquals(await down.bytes(bytes.length), bytes, `cut at ${cut}`);
    await down.next("FileDone");
    await up.next("StartUpload");
    await up.next("FileDone");
    await alice.next("FileDone");
    await bob.next("FileDone");
    await Promise.all([up.close(), down.close()]);
  }
});

Deno.test("a token works once, and no other works at all", async () => {
  await using talk = await pair();
  const { upload, download } = await begin(talk, { size: 3, ...BESIDE });
  await using first = await transfer(talk.server, upload.token);
  await first.next("StartUpload");
  const tokens = [upload.token, "", "0".repeat(43), "__proto__", download.token?.slice(1)];
  for (const token of tokens) {
    await using other = await transfer(talk.server, token);
    await other.nextError("not_found");
    await other.expectEnd();
  }
  await using down = await transfer(talk.server, download.token);
  await first.write("abc");
  await down.next("StartDownload");
  assertEquals(await down.bytes(3), utf8("abc"));
});

Deno.test("tokens are long and never alike", async () => {
  await using talk = await pair();
  const tokens = new Set<string>();
  for (let n = 0; n < 20; n++) {
    const { upload, download } = await begin(talk, { size: 3, filename: `${n}`, ...BESIDE });
    for (const { token = "" } of [upload, download]) {
      assert(/^[\w-]{43}$/.test(token), token);
      tokens.add(token);
    }
  }
  assertEquals(tokens.size, 40);
});

for (const missing of ["up", "down"] as const) {
  Deno.test(`a second connection that does not come (${missing}) ends the transfer; the offer stands`, async () => {
    await using talk = await pair({ fileTokenMsMax: 30 });
    const { server, alice, bob } = talk;
    const { offer, upload, download } = await begin(talk, { size: 3, ...BESIDE });
    const token = missing === "up" ? download.token : upload.token;
    await using other = await transfer(server, token);
    await other.message();
    for (const client of [alice, bob]) {
      const cancel = await client.next("FileCancel");
      assertEquals([cancel.offer, cancel.again], [offer, true]);
    }
    if (missing === "down") await other.nextError("not_found");
    await other.expectEnd();
    await bob.send({ type: "FileAccept", from: "Alice", filename: "notes.txt", offset: 3, offer });
    await bob.next("StartDownload");
    await bob.next("FileDone");
  });
}

for (const broken of ["up", "down"] as const) {
  Deno.test(`when a second connection (${broken}) breaks, the same offer goes on from where it stopped`, async () => {
    await using talk = await pair();
    const { server, alice, bob } = talk;
    const bytes = content(2_000_000);
    const begun = await begin(talk, { size: bytes.length, ...BESIDE });
    const { up, down } = await both(talk, begun);
    await up.write(bytes.subarray(0, 1_000));
    assertEquals(await down.bytes(1_000), bytes.subarray(0, 1_000));
    await (broken === "up" ? up : down).close();
    for (const client of [alice, bob]) {
      assertEquals((await client.next("FileCancel")).again, true);
    }
    if (broken === "up") await down.expectEnd();
    else await up.nextError("not_found");
    await chats(alice, bob);
    await bob.send({
      type: "FileAccept",
      from: "Alice",
      filename: "notes.txt",
      offset: 1_000,
      beside: true,
    });
    await alice.nextOf("FileAccept");
    const again = {
      upload: await alice.next("StartUpload"),
      download: await bob.next("StartDownload"),
    };
    assertEquals([again.upload.offset, again.download.offset], [1_000, 1_000]);
    const next = await both(talk, again);
    await next.up.write(bytes.subarray(1_000));
    assertEquals(await next.down.bytes(bytes.length - 1_000), bytes.subarray(1_000));
    await next.down.next("FileDone");
    await Promise.all([up, down, next.up, next.down].map((client) => client.close()));
    await chats(bob, alice);
    assert(server.events.every(({ kind }) => kind !== "left"), "Nobody lost the conversation");
  });
}

for (const canceller of ["Alice", "Bob"] as const) {
  Deno.test(`${canceller} stops a transfer under way: the second connections end, and it is over`, async () => {
    await using talk = await pair();
    const { alice, bob } = talk;
    const begun = await begin(talk, { size: 1 << 30, ...BESIDE });
    const { up, down } = await both(talk, begun);
    await up.write(content(1_000));
    await down.bytes(1_000);
    const [who, other] = canceller === "Alice" ? [alice, bob] : [bob, alice];
    await who.send({ type: "FileCancel", offer: begun.offer, id: "c" });
    await who.next("OfferAck");
    const cancel = await other.next("FileCancel");
    assertEquals([cancel.by, "again" in cancel], [canceller, false]);
    await up.nextError("not_found");
    await up.expectEnd();
    await down.expectEnd();
    await bob.send({ type: "FileAccept", from: "Alice", filename: "notes.txt" });
    await bob.nextOf("Error");
    await chats(alice, bob);
    await Promise.all([up.close(), down.close()]);
  });
}

Deno.test("a receiver that takes nothing slows its sender, holds no memory, and is given up", async () => {
  await using talk = await pair({ fileStallMsMax: 1_500 });
  const { server, alice, bob } = talk;
  const { upload, download } = await begin(talk, { size: 1 << 30, ...BESIDE });
  await using down = await server.connect({ reading: false });
  await down.send({ type: "Transfer", token: download.token });
  const up = await transfer(server, upload.token);
  await up.next("StartUpload");
  const before = Deno.memoryUsage();
  let sent = 0;
  const piece = content(1 << 16);
  const sending = (async () => {
    for (; sent < 1 << 30; sent += piece.length) await up.write(piece);
  })().catch(() => {/* its connection ends: that is what is waited for */});
  const cancel = await alice.next("FileCancel");
  assertEquals([cancel.by, cancel.again], ["Bob", true]);
  await bob.next("FileCancel");
  // What was sent lies in the buffers of four sockets, the kernel's, which grow to some megabytes each.
  assert(sent < 64 << 20, `${sent} bytes were read from the sender`);
  const after = Deno.memoryUsage();
  const grown = after.external + after.heapUsed - before.external - before.heapUsed;
  assert(grown < 8 << 20, `${grown} bytes of memory are held`);
  await up.close();
  await sending;
  await chats(alice, bob);
});

Deno.test("50 transfers at once arrive whole, and the conversation goes on", async () => {
  await using talk = await pair();
  const { server, alice, bob } = talk;
  // One user may have 32 offers open, so the other half goes the other way.
  const begun = [];
  for (let n = 0; n < 25; n++) {
    begun.push(await begin(talk, { size: 100_000 + n, filename: `${n}`, ...BESIDE }));
  }
  const names = { sender: "Bob", receiver: "Alice" };
  for (let n = 25; n < 50; n++) {
    const way = { size: 100_000 + n, filename: `${n}`, ...BESIDE };
    begun.push(await begin({ alice: bob, bob: alice }, way, names));
  }
  await Promise.all(begun.map(carry));
  async function carry(one: Awaited<ReturnType<typeof begin>>): Promise<void> {
    const { up, down } = await both(talk, one);
    const bytes = content(one.upload.size);
    const [got] = await Promise.all([down.bytes(bytes.length), up.write(bytes)]);
    assertEquals(got, bytes);
    await down.next("FileDone");
    await Promise.all([up.close(), down.close()]);
  }
  await chats(alice, bob);
  assert(server.events.every(({ kind }) => kind !== "failed"));
});

Deno.test("a server carries only so many files at once, and the next one may be accepted again", async () => {
  await using talk = await pair({ transfersMax: 1 });
  const first = await both(talk, await begin(talk, { size: 3, ...BESIDE }));
  await first.up.write("a");
  await first.down.bytes(1);
  const second = await both(talk, await begin(talk, { size: 3, filename: "g", ...BESIDE }));
  await second.up.write("a");
  assertEquals((await talk.bob.nextOf("FileCancel")).again, true);
  const { msg, again } = await talk.alice.nextOf("FileCancel");
  assertEquals([msg, again], [
    "The server carries too many files already. Try again later.",
    true,
  ]);
  await second.up.nextError("not_found");
  await second.down.expectEnd();
  await first.up.write("bc");
  await first.down.bytes(2);
  await first.down.next("FileDone");
  await Promise.all([first, second].flatMap(({ up, down }) => [up.close(), down.close()]));
});

Deno.test("who accepts and does nothing keeps nobody else's file out", async () => {
  await using talk = await pair({ transfersMax: 1, fileGatherMs: 0 });
  for (let n = 0; n < 8; n++) await begin(talk, { size: 3, filename: `idle${n}`, ...BESIDE });
  const { up, down } = await both(talk, await begin(talk, { size: 3, ...BESIDE }));
  await up.write("abc");
  assertEquals(await down.bytes(3), utf8("abc"));
  await down.next("FileDone");
  await Promise.all([up.close(), down.close()]);
});

Deno.test("a server that shuts down ends what is under way, without a word among a file's bytes", async () => {
  await using talk = await pair();
  const { up, down } = await both(talk, await begin(talk, { size: 1 << 20, ...BESIDE }));
  await up.write(content(1_000));
  await down.bytes(1_000);
  const closing = talk.server.server.close();
  await down.expectEnd();
  await up.nextError("shutting_down");
  await talk.alice.nextOf("Error");
  await Promise.all([up, down, talk.alice, talk.bob].map((client) => client.close()));
  await closing;
});
