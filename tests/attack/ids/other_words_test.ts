/**
 * Somebody says other words under an id that was given to something before: nobody may be told that they were stored.
 *
 * @module
 */

import { type Append, durableStore, memoryStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { page } from "../../server/durable/talk.ts";

const FIRST = { type: "Broadcast", content: "one", id: "x" };
const OTHER = { ...FIRST, content: "other" };

async function expectRefused(client: RawClient, id: string): Promise<void> {
  const { code, re } = await client.nextOf("Error");
  assertEquals([code, re], ["invalid", id]);
}

Deno.test("other words under a stored message's id are refused, and the same are acknowledged again", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await alice.send(FIRST);
  const { seq } = await alice.nextOf("Ack");
  await alice.send(OTHER);
  await expectRefused(alice, "x");
  await alice.send(FIRST);
  assertEquals((await alice.nextOf("Ack")).seq, seq);
  assertEquals((await page(alice)).messages.map(({ content }) => content), ["one"]);
});

Deno.test("so are other words while the first are on their way to the disk", async () => {
  const store = memoryStore();
  const held: (() => void)[] = [];
  const append = (message: Append) => void held.push(() => store.append(message));
  await using server = startServer({ store: { ...store, append } });
  await using alice = await server.frames("Alice");
  await alice.send(FIRST, OTHER, { type: "Ping" });
  await alice.nextOf("Pong");
  for (const pass of held) pass();
  await alice.nextOf("Ack");
  await expectRefused(alice, "x");
});

Deno.test("and other words when the first are not kept any more", async () => {
  const store = memoryStore();
  const read = () => Promise.resolve({ messages: [], more: false });
  await using server = startServer({ store: { ...store, read } });
  await using alice = await server.frames("Alice");
  await alice.send(FIRST);
  const { seq } = await alice.nextOf("Ack");
  await alice.send(OTHER);
  await expectRefused(alice, "x");
  await alice.send(FIRST);
  assertEquals((await alice.nextOf("Ack")).seq, seq);
});

Deno.test("a session's other whisper under the id of an earlier one is refused, not answered with the old words", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using _bob = await server.frames("Bob");
  const whisper = { type: "Whisper", to: "Bob", content: "secret", id: "w" };
  await alice.send(whisper);
  const { seq } = await alice.nextOf("PrivateSent");
  await alice.send({ ...whisper, content: "other" });
  await expectRefused(alice, "w");
  await alice.send(whisper);
  assertEquals((await alice.nextOf("PrivateSent")).seq, seq);
});

Deno.test("nor is a true repetition refused when the server was started again before they were deleted", async () => {
  using place = folder();
  const said = ["plain", 'a "quoted"\nline \\', "žluťoučký 😀", ""].map((content, n) => ({
    type: "Broadcast",
    content: content || "x",
    id: `${n}`,
  }));
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await alice.send(...said);
    for (const _ of said) await alice.nextOf("Ack");
  }
  const store = await durableStore(place.path, { durability: "durable" });
  // As it is when the store has deleted them meanwhile.
  const read = () => Promise.resolve({ messages: [], more: false });
  Object.defineProperty(store, "read", { value: read });
  await using server = startServer({ store });
  await using alice = await server.frames("Alice");
  for (const [n, message] of said.entries()) {
    await alice.send(message);
    assertEquals((await alice.nextOf("Ack")).seq, n + 1);
    await alice.send({ ...message, content: `${message.content}!` });
    await expectRefused(alice, message.id);
  }
});
