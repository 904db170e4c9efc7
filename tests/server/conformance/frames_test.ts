/**
 * Frames as bytes: bad ones, large ones, and every one cut at every position.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { frame, joined, startServer, utf8 } from "../../harness.ts";

const BAD = utf8("this is no JSON");

Deno.test("a frame cut at every position is heard once", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const ping = frame({ type: "Ping", id: "ü" });
  for (let at = 1; at < ping.length; at++) {
    await alice.write(ping.subarray(0, at));
    await alice.write(ping.subarray(at));
    assertEquals(await alice.message(), { type: "Pong", re: "ü" });
  }
});

Deno.test("a conversation byte by byte is the same conversation", async () => {
  await using server = startServer();
  await using alice = await server.connect();
  const bytes = joined(
    frame({ type: "Login", username: "Alice" }),
    frame({ type: "Broadcast", content: "hi", id: "1" }),
    frame({ type: "Ping", id: "2" }),
  );
  for (const byte of bytes) await alice.write(new Uint8Array([byte]));
  await alice.next("Welcome");
  await alice.nextOf("Pong");
});

for (
  const [what, body] of [
    ["no JSON", BAD],
    ["no UTF-8", new Uint8Array([...utf8('{"type":"Ping","x":"'), 0xff, 0x22, 0x7d])],
    ["an array", utf8("[]")],
    ["no type", utf8("{}")],
    ["a type that is no string", utf8('{"type":5}')],
  ] as const
) {
  Deno.test(`bad_frame answers a frame with ${what}, and the connection lives on`, async () => {
    await using server = startServer();
    await using alice = await server.frames("Alice");
    await alice.write(frame(body));
    await alice.nextError("bad_frame");
    await alice.expectNothing();
  });
}

Deno.test("ten bad frames in a row are tolerated, the eleventh closes", async () => {
  await using server = startServer();
  await using watcher = await server.frames("Watcher");
  await using alice = await server.frames("Alice");
  await watcher.next("UserJoined");
  for (let n = 0; n < 10; n++) {
    await alice.write(frame(BAD));
    await alice.nextError("bad_frame");
  }
  await watcher.expectNothing();
  await alice.write(frame(BAD));
  await alice.nextError("bad_frame");
  await alice.expectEnd();
  await watcher.next("UserLeft");
});

Deno.test("bad frames are counted in a row: a good one in between begins anew", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  for (let round = 0; round < 3; round++) {
    await alice.write(joined(...Array.from({ length: 10 }, () => frame(BAD))));
    for (let n = 0; n < 10; n++) await alice.nextError("bad_frame");
    await alice.expectNothing();
  }
});

Deno.test("bad frames before the login are answered too", async () => {
  await using server = startServer();
  await using alice = await server.connect();
  await alice.write(frame(BAD));
  await alice.nextError("bad_frame");
  await alice.send({ type: "Login", username: "Alice" });
  await alice.next("Welcome");
});

Deno.test("a frame over the limit is refused before its body, and the connection closes", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.write(new Uint8Array([0x00, 0x10, 0x00, 0x01]));
  await alice.nextError("frame_too_large");
  await alice.expectEnd();
});

Deno.test("a frame over the limit is refused although its body comes, and the reason arrives", async () => {
  await using server = startServer({ limits: { frameBytesMax: 1_000 } });
  await using alice = await server.frames("Alice");
  await alice.write(frame(new Uint8Array(500_000).fill(0x20)));
  await alice.nextError("frame_too_large");
  await alice.expectEnd();
});

Deno.test("a frame of exactly the limit is heard, one more byte is not", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const padding = (bytes: number) => frame(utf8('{"type":"Ping"}'.padEnd(bytes)));
  await alice.write(padding(1 << 20));
  await alice.next("Pong");
  await alice.write(padding((1 << 20) + 1).subarray(0, 4));
  await alice.nextError("frame_too_large");
});

Deno.test("the limit is a setting of the server", async () => {
  await using server = startServer({ limits: { frameBytesMax: 64 } });
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Broadcast", content: "x".repeat(60) });
  await alice.nextError("frame_too_large");
});

Deno.test("a frame of no bytes closes the connection with bad_frame", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.write(joined(new Uint8Array(4), frame({ type: "Ping" })));
  await alice.nextError("bad_frame");
  await alice.expectEnd();
});

Deno.test("a mebibyte of brackets is refused before it is parsed, and the connection lives on", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const deep = `{"type":"Ping","x":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;
  await alice.write(frame(utf8(deep)));
  assert(/values/.test((await alice.nextError("bad_frame")).msg));
  await alice.write(frame(utf8("[".repeat(1_000_000))));
  await alice.nextError("bad_frame");
  await alice.send({ type: "Ping", x: ["[".repeat(500_000), [[[{}]]]] });
  await alice.next("Pong");
});

Deno.test("unknown fields are ignored, whatever their names", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const odd = '{"type":"Ping","id":"1","__proto__":{"x":1},"constructor":null,"re":5}';
  await alice.write(frame(utf8(odd)));
  assertEquals(await alice.message(), { type: "Pong", re: "1" });
});

Deno.test("a client that leaves in the middle of a frame has left", async () => {
  await using server = startServer();
  await using watcher = await server.frames("Watcher");
  const alice = await server.frames("Alice");
  await watcher.next("UserJoined");
  await alice.write(new Uint8Array([0, 0, 1, 0, 0x7b]));
  await alice.closeWrite();
  await watcher.next("UserLeft");
  await alice.expectEnd();
  await alice.close();
  assert(server.events.every(({ kind }) => kind !== "failed"));
});
