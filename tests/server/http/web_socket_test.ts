/**
 * The chat over a WebSocket: the same conversation, the same limits, and no patience with broken frames.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { frame, joined, utf8, withoutAt } from "../../harness.ts";
import { clientFrame, metrics, startWeb, WebClient } from "./web.ts";

Deno.test("a WebSocket, frames and text talk in one room, and hear each other alike", async () => {
  await using server = startWeb();
  await using anna = await WebClient.join(server.web, "Anna");
  await using bob = await server.frames("Bob");
  await using carl = await server.text("Carl");
  assertEquals((await anna.message()).type, "UserJoined");
  assertEquals((await anna.message()).type, "UserJoined");
  assertEquals((await bob.next("UserJoined")).username, "Carl");

  await anna.send({ type: "Broadcast", content: "ĝis! \u202e🙂", id: "1" });
  assertEquals((await anna.nextOf("Ack")).re, "1");
  const said = {
    type: "NewMessage",
    room: "lobby",
    seq: 1,
    from: "Anna",
    content: "ĝis! \u202e🙂",
  };
  assertEquals(withoutAt(await anna.nextOf("NewMessage")), { ...said, id: "1" } as never);
  assertEquals(withoutAt(await bob.next("NewMessage")), { ...said, id: "1" } as never);
  assert((await carl.line()).startsWith("Anna: ĝis! "), "Carl reads it, too");

  await carl.write("hello\n");
  assertEquals((await anna.nextOf("NewMessage")).content, "hello");
  await bob.send({ type: "Whisper", to: "anna", content: "psst" });
  assertEquals((await anna.nextOf("PrivateMessage")).content, "psst");
  await anna.send({ type: "History", id: "h" });
  assertEquals((await anna.nextOf("HistoryPage")).messages.length, 2);
  await anna.write(clientFrame(new Uint8Array([0x03, 0xe8]), { op: 8 }));
  await anna.expectGoodbye(1_000);
  assertEquals((await bob.nextOf("UserLeft")).username, "Anna");
});

Deno.test("a runtime's own WebSocket can log in, talk and leave", async () => {
  await using server = startWeb();
  const socket = new WebSocket(`ws://127.0.0.1:${server.web}/ws`);
  const messages: string[] = [];
  const done = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<number>();
  socket.onopen = () => {
    socket.send(JSON.stringify({ type: "Login", username: "Eve" }));
    socket.send(JSON.stringify({ type: "Broadcast", content: "x".repeat(5_000), id: "1" }));
  };
  socket.onmessage = ({ data }) => {
    messages.push(JSON.parse(data).type);
    if (messages.length === 3) done.resolve();
  };
  socket.onclose = ({ code }) => closed.resolve(code);
  await done.promise;
  assertEquals(messages.sort(), ["Ack", "NewMessage", "Welcome"]);
  socket.close(1_000);
  assertEquals(await closed.promise, 1_000);
  await server.event("left", ({ user }) => user === "Eve");
});

Deno.test("what is said in the same breath as the request to open is heard", async () => {
  await using server = startWeb();
  const login = { type: "Login", username: "Anna" };
  await using anna = await WebClient.open(server.web, {}, login, { type: "Ping", id: "p" });
  assertEquals((await anna.message()).type, "Welcome");
  assertEquals(await anna.message(), { type: "Pong", re: "p" });
});

Deno.test("fragments are one message, with a ping between them, and a page of one's own host may come in", async () => {
  await using server = startWeb();
  await using anna = await WebClient.open(server.web, { Origin: `http://127.0.0.1:${server.web}` });
  const login = JSON.stringify({ type: "Login", username: "Änna" });
  const bytes = utf8(login);
  // In the middle of the two bytes of the letter Ä.
  const cut = login.indexOf("Ä") + 1;
  await anna.write(joined(
    clientFrame(bytes.subarray(0, cut), { fin: false }),
    clientFrame("are you there?", { op: 9 }),
    clientFrame("", { op: 0, fin: false }),
    clientFrame(bytes.subarray(cut), { op: 0 }),
  ));
  const pong = await anna.frame();
  assertEquals([pong.op, new TextDecoder().decode(pong.payload)], [10, "are you there?"]);
  const welcome = await anna.nextOf("Welcome");
  assertEquals(welcome.username, "Änna");
});

Deno.test("hostile messages get the answers that they get on the port, and harm nobody", async () => {
  await using server = startWeb();
  await using anna = await WebClient.join(server.web, "Anna");
  await using bob = await server.frames("Bob");
  await anna.nextOf("UserJoined");
  await anna.send({ type: "Broadcast", content: "x".repeat(100_000), id: "1" });
  await anna.nextError("too_long");
  for (const text of ["{", "[]", "1", '{"type":7}', "\ufeff{}"]) {
    await anna.write(clientFrame(text));
    await anna.nextError("bad_frame");
  }
  await anna.write(clientFrame(new Uint8Array([0x22, 0xff, 0x22])));
  await anna.nextError("bad_frame");
  await anna.write(clientFrame('{"type":"Nonsense"}'));
  await anna.nextError("unknown_type");
  await anna.write(clientFrame('{"type":"Join","room":"a\\u202eb"}'));
  await anna.nextError("bad_name");
  await anna.send({ type: "Ping", id: "p" });
  assertEquals(await anna.message(), { type: "Pong", re: "p" });
  await bob.expectNothing();
});

Deno.test("a text of no bytes closes the connection with bad_frame, as a frame of none does on the port", async () => {
  await using server = startWeb();
  await using anna = await WebClient.join(server.web, "Anna");
  await anna.write(clientFrame(""));
  await anna.nextError("bad_frame");
  await anna.expectGoodbye(1_000);
});

Deno.test("a message that is too large is refused before it is there, whole or in fragments", async () => {
  await using server = startWeb({ limits: { frameBytesMax: 4_096 } });
  for (
    const frames of [
      // Only its length has come: 64 MiB, 4 GiB, and more than there are numbers for.
      clientFrame(new Uint8Array(1 << 20)).subarray(0, 100),
      joined(new Uint8Array([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0]), utf8("mask and a few")),
      joined(
        new Uint8Array([0x81, 0xff, 0xff, 255, 255, 255, 255, 255, 255, 255]),
        utf8("mask and a few"),
      ),
      joined(
        clientFrame("x".repeat(3_000), { fin: false }),
        clientFrame("x".repeat(3_000), { op: 0, fin: false }),
      ),
    ]
  ) {
    await using anna = await WebClient.open(server.web);
    await anna.write(frames);
    const { code, msg } = await anna.nextOf("Error");
    assertEquals(code, "frame_too_large");
    // Of some nobody knows how long they would have been, and some are longer than what is passed on of their length.
    assertEquals(msg, "This frame is too large: 4096 bytes are the most that is taken.");
    await anna.expectGoodbye(1_000);
  }
});

Deno.test("a binary message is refused in words, and the connection closes", async () => {
  await using server = startWeb();
  await using anna = await WebClient.join(server.web, "Anna");
  await anna.write(clientFrame(new Uint8Array(4 << 20), { op: 2 }));
  const refusal = await anna.nextOf("Error");
  assert(/binary/i.test(refusal.msg), refusal.msg);
  await anna.expectGoodbye(1_003);
  anna.close();
  await server.event("left");
});

Deno.test("frames against the rules end the connection with 1002", async () => {
  await using server = startWeb();
  for (
    const frame of [
      new Uint8Array([0x81, 0x02, 0x7b, 0x7d]),
      clientFrame("{}", { op: 3 }),
      clientFrame("{}", { op: 11 }),
      clientFrame("{}", { op: 0 }),
      clientFrame("x", { op: 9, fin: false }),
      clientFrame("x".repeat(126), { op: 9 }),
      new Uint8Array([0xc1, 0x80, 0, 0, 0, 0]),
      joined(clientFrame("{", { fin: false }), clientFrame("}")),
    ]
  ) {
    await using anna = await WebClient.open(server.web);
    await anna.write(frame);
    await anna.expectGoodbye(1_002);
  }
});

Deno.test("who does not read is cut off as a slow consumer, and the others go on", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0, lagBytesMax: 1 << 20 } });
  await using speaker = await server.frames("Speaker");
  await using sleeper = await WebClient.open(server.web, {}, {
    type: "Login",
    username: "Sleeper",
  });
  await server.event("joined", ({ user }) => user === "Sleeper");
  let gone = false;
  const left = server.event("left").then((event) => {
    gone = true;
    return event;
  });
  const content = "x".repeat(8_000);
  for (let said = 0; !gone; said += 20) {
    await speaker.send(...Array.from({ length: 20 }, () => ({ type: "Broadcast", content })), {
      type: "Ping",
    });
    await speaker.nextOf("Pong");
    assert(said < 20_000, "160 MB were said and the sleeper is still there");
  }
  const { user, code } = await left;
  assertEquals([user, code], ["Sleeper", "slow_consumer"]);
  for (let seq = 0;;) {
    const message = await sleeper.message();
    if (message.type === "Welcome") continue;
    if (message.type === "Error") {
      assertEquals(message.code, "slow_consumer");
      break;
    }
    assertEquals(message.type === "NewMessage" && message.seq, ++seq);
  }
  await sleeper.expectGoodbye(1_000);
});

Deno.test("who asks without reading is not read from any more, and is answered in full when it reads", async () => {
  await using server = startWeb({ limits: { messagesPerSecond: 0 } });
  await using anna = await WebClient.join(server.web, "Anna");
  for (let n = 0; n < 100; n++) {
    await anna.send({ type: "Join", room: `a-room-of-some-length-${n}`, id: "j" });
    await anna.nextOf("Ack");
  }
  // 5 kB of answer to each: far more than all sockets between here and there hold.
  const question = { type: "ListRooms" };
  const questions = 20_000;
  await anna.send(...Array.from({ length: questions }, () => question));
  const asked = questions * frame(question).length;
  // Nothing more was read over fifty looks.
  let read = 0;
  for (let same = 0; same < 50;) {
    const { chat_received_bytes_total: now = 0 } = await metrics(server.web);
    same = now === read ? same + 1 : 0;
    read = now;
  }
  assert(read < asked / 2, `${read} of ${asked} bytes were read, and no answer was`);
  for (let n = 0; n < questions; n++) await anna.nextOf("RoomList");
});

Deno.test("a silent WebSocket is pinged, and cut off when it does not answer", async () => {
  await using server = startWeb({ limits: { silenceMsBeforePing: 50, silenceMsMax: 1_500 } });
  await using anna = await WebClient.join(server.web, "Anna");
  assertEquals((await anna.message()).type, "Ping");
  await anna.expectGoodbye(1_000);
});

Deno.test("a full server says busy over a WebSocket, too", async () => {
  await using server = startWeb({ limits: { connectionsMax: 1 } });
  await using anna = await WebClient.join(server.web, "Anna");
  await using bob = await WebClient.open(server.web, {}, { type: "Login", username: "Bob" });
  await bob.nextError("busy");
  await bob.expectGoodbye(1_000);
  await anna.send({ type: "ListUsers" });
  assertEquals((await anna.nextOf("UserList")).users, ["Anna"]);
});

Deno.test("a WebSocket is told that the server closes, and the server waits until it has heard", async () => {
  const server = startWeb();
  await using anna = await WebClient.join(server.web, "Anna");
  const closed = server.server.close();
  await anna.nextError("shutting_down");
  await anna.expectGoodbye(1_000);
  anna.close();
  await closed;
});
