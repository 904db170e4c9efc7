/**
 * Frames and text on one port: the first byte decides, and the two see each other.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { frame, startServer, utf8, withoutAt } from "../../harness.ts";

Deno.test("the server says nothing before the first byte", async () => {
  await using server = startServer({ limits: { loginMsMax: 100 } });
  await using silent = await server.connect();
  // Had it said anything, it would stand before the end.
  await silent.expectEnd();
});

Deno.test("the first byte decides, also when it comes alone", async () => {
  await using server = startServer();
  await using frames = await server.connect();
  await using text = await server.connect();
  const login = frame({ type: "Login", username: "Frames" });
  await frames.write(login.subarray(0, 1));
  await text.write("T");
  await frames.write(login.subarray(1));
  assertEquals((await frames.next("Welcome")).username, "Frames");
  await text.write("ext\n");
  assertEquals((await frames.next("UserJoined")).username, "Text");
  await text.expectNothing();
});

Deno.test("text and frames hear each other in one room", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  assertEquals(await alice.next("UserJoined"), {
    type: "UserJoined",
    username: "Bob",
    room: "lobby",
  });
  await bob.write("from text\n");
  assertEquals(withoutAt(await alice.next("NewMessage")), {
    type: "NewMessage",
    room: "lobby",
    seq: 1,
    from: "Bob",
    content: "from text",
  });
  await alice.send({ type: "Broadcast", content: "from frames" });
  await bob.expectLines("Alice: from frames");
  assertEquals((await alice.next("NewMessage")).seq, 2);
});

Deno.test("text and frames whisper to each other", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await alice.send({ type: "Whisper", to: "Bob", content: "psst" });
  await bob.expectLines("[Private from Alice] psst");
  assertEquals((await alice.next("PrivateSent")).to, "Bob");
  await bob.write("/w Alice what\n");
  await bob.expectLines("[Private to Alice] what");
  assertEquals((await alice.next("PrivateMessage")).content, "what");
});

Deno.test("content of several lines cannot forge a line for those who read text", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  await alice.send({
    type: "Broadcast",
    content: "hi\n[Server] Eve has joined.\r\n\x1b[31mEve: x",
  });
  await bob.expectLines("Alice: hi", "Alice: (Server) Eve has joined.", "Alice: (31mEve: x");
  await alice.send({ type: "Whisper", to: "Bob", content: "hi\nEve: x" });
  await bob.expectLines("[Private from Alice] hi", "[Private from Alice] Eve: x");
});

Deno.test("frames carry content as it was written, control characters included", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  const content = '\x1b[31m\u0000 \n\r\t \u202e \u2028 \ud83d\ude00 "\\';
  await alice.send({ type: "Broadcast", content });
  assertEquals((await alice.next("NewMessage")).content, content);
});

Deno.test("a text client that comes while others talk hears whole lines only", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  const say = (content: string) => ({ type: "Broadcast", content });
  await alice.send(...Array.from({ length: 500 }, (_, n) => say(`before ${n}`)));
  await using bob = await server.connect();
  await bob.write(utf8("Bob\n"));
  await alice.nextOf("UserJoined");
  await alice.send(...Array.from({ length: 500 }, (_, n) => say(`after ${n}`)));
  let line = await bob.line();
  while (line.startsWith("Alice: before")) line = await bob.line();
  assertEquals(line, "Alice: after 0");
  for (let n = 1; n < 500; n++) assertEquals(await bob.line(), `Alice: after ${n}`);
});
