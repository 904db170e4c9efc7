/**
 * Attacks by who asks for words just before they are taken back: nobody is shown the old ones behind that, wherever he is to read them.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer, within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, ask, comesIn, done, inRoom } from "../../server/conformance/asking.ts";

const password = "correct horse";
const OLD = "S3CRET";

/** What becomes of the words. */
const CHANGES = [
  { type: "Delete" },
  { type: "Edit", content: "hello" },
] as const;

/** A server whose store can hold back what was read of it. */
function begin() {
  const memory = memoryStore();
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let held: string | undefined;
  let passing = 0;
  const read: MessageStore["read"] = async (...how) => {
    const page = await memory.read(...how);
    if (held === undefined || !how[0].startsWith(held) || passing-- > 0) return page;
    held = undefined;
    asked.resolve();
    await released.promise;
    return page;
  };
  const store = { ...memory, read };
  const server = startServer({ store, passwordCost: CHEAP, limits: { messagesPerSecond: 0 } });
  return {
    server,
    epoch: store.epoch,
    /** Holds the next reading of a stream with such a name, or one behind it. */
    hold: (prefix: string, behind = 0): void => {
      held = prefix;
      passing = behind;
    },
    asked: () => within(asked.promise, "It is read"),
    release: () => released.resolve(),
    [Symbol.asyncDispose]: () => {
      released.resolve();
      return server[Symbol.asyncDispose]();
    },
  };
}

/** All that a client hears until it is answered what it says now. */
async function heard(client: RawClient): Promise<string> {
  await client.send({ type: "Ping", id: "behind it" });
  const all: { readonly re?: string }[] = [];
  while (all.at(-1)?.re !== "behind it") all.push(await client.message());
  return JSON.stringify(all);
}

/** Anna has an account, is away, and Ben whispers to her. */
async function whispered(server: TestServer): Promise<RawClient> {
  {
    await using _anna = await comesIn(server, { type: "Register", username: "Anna", password });
  }
  await server.event("left", ({ user }) => user === "Anna");
  const ben = await server.frames("Ben");
  await ask(ben, { type: "Whisper", to: "Anna", content: OLD });
  return ben;
}

for (const change of CHANGES) {
  const what = `after its ${change.type}`;
  const isNew = (all: string): boolean =>
    all.includes(change.type === "Edit" ? `"${change.content}"` : `"deleted":true`);

  Deno.test(`the history of a room shows no old words ${what}`, async () => {
    await using chat = begin();
    await using ben = await chat.server.frames("Ben");
    await using eve = await chat.server.frames("Eve");
    await done(ben, { type: "Broadcast", content: OLD });
    await heard(eve);
    chat.hold("room/");
    await eve.send({ type: "History" });
    await chat.asked();
    await done(ben, { ...change, seq: 1 });
    chat.release();
    const all = await heard(eve);
    assert(!all.includes(OLD) && isNew(all), all);
  });

  Deno.test(`the history of whispers shows no old words ${what}, which its reader never saw`, async () => {
    await using chat = begin();
    await using ben = await whispered(chat.server);
    await using anna = await comesIn(chat.server, { username: "Anna", password });
    chat.hold("pair/");
    await anna.send({ type: "History", with: "Ben" });
    await chat.asked();
    await ask(ben, { ...change, with: "Anna", seq: 1 });
    chat.release();
    const all = await heard(anna);
    assert(!all.includes(OLD) && isNew(all), all);
  });

  Deno.test(`a client of lines that comes in hears no old words ${what} of what was whispered to it meanwhile`, async () => {
    await using chat = begin();
    await using ben = await whispered(chat.server);
    chat.hold("pair/");
    await using anna = await chat.server.connect();
    await anna.write(`Anna\n${password}\n`);
    await chat.asked();
    await ask(ben, { ...change, with: "Anna", seq: 1 });
    chat.release();
    assertEquals(await anna.line(), "[Server] Password for Anna:");
    const lines: string[] = [];
    while (!lines.at(-1)?.includes("behind it")) {
      lines.push(await anna.line());
      if (lines.length === 1) await ask(ben, { type: "Whisper", to: "Anna", content: "behind it" });
    }
    const all = lines.join("\n");
    assert(!all.includes(OLD), all);
    assert(change.type === "Delete" || all.includes(`[Private from Ben] ${change.content}`), all);
  });

  Deno.test(`who comes back hears no old words ${what} of what he missed`, async () => {
    await using chat = begin();
    await using ben = await chat.server.frames("Ben");
    await done(ben, { type: "Broadcast", content: "seen" });
    await done(ben, { type: "Broadcast", content: OLD });
    chat.hold("room/");
    await using eve = await chat.server.connect();
    const { epoch } = chat;
    await eve.send({ type: "Login", username: "Eve", resume: { lobby: 1 }, epoch });
    await chat.asked();
    await done(ben, { ...change, seq: 2 });
    chat.release();
    const all = await heard(eve);
    assert(!all.includes(OLD) && isNew(all), all);
  });

  Deno.test(`who comes back hears no old words ${what} of what was edited before`, async () => {
    await using chat = begin();
    await using ben = await chat.server.frames("Ben");
    await done(ben, { type: "Broadcast", content: "first" });
    await done(ben, { type: "Broadcast", content: "second" });
    await done(ben, { type: "Edit", seq: 1, content: OLD });
    chat.hold("room/");
    await using eve = await chat.server.connect();
    const { epoch } = chat;
    await eve.send({ type: "Login", username: "Eve", resume: { lobby: 2 }, epoch });
    await chat.asked();
    await done(ben, { ...change, seq: 1 });
    chat.release();
    const all = await heard(eve);
    assert(!all.includes(OLD), all);
    assert(all.includes(change.type === "Edit" ? `"${change.content}"` : "MessageDeleted"), all);
  });

  Deno.test(`moderators are told no old words ${what} of what was reported`, async () => {
    await using chat = begin();
    const { server } = chat;
    await using owner = await inRoom(server, "Owner", "tea");
    await using ben = await inRoom(server, "Ben", "tea");
    await using eve = await inRoom(server, "Eve", "tea");
    await done(ben, { type: "Broadcast", room: "tea", content: OLD });
    await heard(owner);
    // It is read to be found, and once more to be told.
    chat.hold("room/tea", 1);
    await eve.send({ type: "Report", room: "tea", seq: 1, id: "report" });
    await chat.asked();
    await done(ben, { ...change, room: "tea", seq: 1 });
    chat.release();
    assertEquals((await answerTo(eve, "report"))["type"], "Ack");
    const all = await heard(owner);
    assert(!all.includes(OLD) && all.includes("Reported"), all);
  });
}
