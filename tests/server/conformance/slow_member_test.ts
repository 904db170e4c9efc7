/**
 * A member that reads nothing: it is cut off, it alone, and what it got until then is whole.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer, within } from "../../harness.ts";
import { metrics, startWeb } from "../http/web.ts";

const LAG = 1 << 20;
const LIMITS = { messagesPerSecond: 0, lagBytesMax: LAG };
const CONTENT = "x".repeat(8_000);

/** A member that does not read, not even its welcome. */
async function sleeper(server: TestServer, first: Uint8Array | string): Promise<RawClient> {
  const client = await server.connect({ reading: false });
  await client.write(first);
  await server.event("joined", ({ user }) => user === "Sleeper");
  return client;
}

/** Lets `speaker` talk until the server has cut off the sleeper; gives how much was said. */
async function talk(server: TestServer, speaker: RawClient, message: object): Promise<number> {
  let gone = false;
  const left = server.event("left", ({ user }) => user === "Sleeper").then((event) => {
    gone = true;
    return event;
  });
  let said = 0;
  while (!gone) {
    await speaker.send(...Array.from({ length: 20 }, () => message), { type: "Ping" });
    await speaker.nextOf("Pong");
    said += 20;
    assert(said * CONTENT.length < 200 << 20, "200 MB were said and the sleeper is still there");
  }
  assertEquals((await within(left, "The end of the sleeper")).code, "slow_consumer");
  return said;
}

const LOGIN = new Uint8Array([
  ...[0, 0, 0, 37],
  ...new TextEncoder().encode('{"type":"Login","username":"Sleeper"}'),
]);

Deno.test("slow_consumer cuts off who reads nothing; what it got is whole, and the reason is the last", async () => {
  await using server = startServer({ limits: LIMITS });
  await using speaker = await server.frames("Speaker");
  await using sleeping = await sleeper(server, LOGIN);
  await speaker.next("UserJoined");
  await talk(server, speaker, { type: "Broadcast", content: CONTENT });
  sleeping.startReading();
  await sleeping.next("Welcome");
  for (let seq = 1;; seq++) {
    const message = await sleeping.message();
    if (message.type === "Error") {
      assertEquals(message.code, "slow_consumer");
      assert(seq > 1);
      break;
    }
    assertEquals([message.type, message.type === "NewMessage" && message.seq], ["NewMessage", seq]);
  }
  await sleeping.expectEnd();
});

Deno.test("slow_consumer harms no other member, and they hear that it left", async () => {
  await using server = startServer({ limits: LIMITS });
  await using speaker = await server.frames("Speaker");
  await using reader = await server.frames("Reader");
  await using _sleeping = await sleeper(server, LOGIN);
  await reader.next("UserJoined");
  const said = await talk(server, speaker, { type: "Broadcast", content: CONTENT });
  let seq = 0;
  for (let left = false; seq < said || !left;) {
    const message = await reader.message();
    if (message.type === "UserLeft") left = true;
    else if (message.type === "NewMessage") assertEquals(message.seq, ++seq);
  }
  await reader.expectNothing();
});

Deno.test("slow_consumer cuts off text in a line's end, too", async () => {
  await using server = startServer({ limits: LIMITS });
  await using speaker = await server.frames("Speaker");
  await using sleeping = await sleeper(server, "Sleeper\n");
  await talk(server, speaker, { type: "Broadcast", content: CONTENT });
  sleeping.startReading();
  let line = await sleeping.line();
  for (; line.startsWith("Speaker: "); line = await sleeping.line()) {
    assertEquals(line.length, "Speaker: ".length + CONTENT.length);
  }
  const reason = "You were disconnected because you read too slowly. Reconnect to go on.";
  assertEquals(line, `[Server] ${reason}`);
  await sleeping.expectEnd();
});

Deno.test("slow_consumer cuts off who does not read its whispers", async () => {
  await using server = startServer({ limits: LIMITS });
  await using speaker = await server.frames("Speaker");
  await using _sleeping = await sleeper(server, LOGIN);
  await talk(server, speaker, { type: "Whisper", to: "Sleeper", content: CONTENT });
});

Deno.test("slow_consumer cuts off a connection of the relay that reads nothing", async () => {
  await using server = startWeb({ anonymous: true, limits: LIMITS });
  await using speaker = await server.connect();
  await using sleeping = await server.connect({ reading: false });
  await sleeping.write("here\n");
  await speaker.expectLines("here");
  // Its last words wait for it a few seconds and no longer: so not a line more is said than it takes.
  for (let said = 0; (await metrics(server.web))["chat_slow_consumers_total"] === 0; said++) {
    assert(said < 250, "200 MB were said and the sleeper is still there");
    await speaker.write(`${CONTENT}\n`.repeat(100));
    for (let n = 0; n < 100; n++) await speaker.line();
  }
  sleeping.startReading();
  const all = new TextDecoder().decode(await sleeping.rest()).split("\n");
  assertEquals([all.shift(), all.pop()], ["here", ""]);
  assertEquals(
    all.pop(),
    "[Server] You were disconnected because you read too slowly. Reconnect to go on.",
  );
  assert(all.every((line) => line === CONTENT), "Every line is whole");
});
