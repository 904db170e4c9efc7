/**
 * Attacks on who speaks lines in a room for the invited: what he says when he is put out of it is not said to everybody instead.
 *
 * @module
 */

import { wait } from "../../../ground/mod.ts";
import { memoryStore } from "../../../server/mod.ts";
import { ASTRAY_MS } from "../../../server/limits.ts";
import { Astray, NOT_SAID, NOT_THERE } from "../../../server/session/astray.ts";
import type { MessageStore } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, within } from "../../harness.ts";
import { ask, done, inRoom, refused } from "../../server/conformance/asking.ts";

/** A store in which what somebody says last is found only when that is released. */
function heldStore(): { store: MessageStore; asked: Promise<void>; release: () => void } {
  const store = memoryStore();
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const read: MessageStore["read"] = async (...what) => {
    asked.resolve();
    await released.promise;
    return await store.read(...what);
  };
  return { store: { ...store, read }, asked: asked.promise, release: released.resolve };
}

/** Reads on to a line. */
async function lineWith(client: RawClient, text: string): Promise<void> {
  while (!(await client.line()).includes(text));
}

for (
  const [how, deed] of [
    ["is kicked", { type: "Kick", user: "Eve" }],
    ["is banned", { type: "Ban", user: "Eve" }],
  ] as const
) {
  Deno.test(`what waits of who speaks lines in a room for the invited is not said in the lobby when he ${how}`, async () => {
    const { store, asked, release } = heldStore();
    await using server = startServer({ store, limits: { messagesPerSecond: 0 } });
    await using mal = await server.frames("Mal");
    await using anna = await inRoom(server, "Anna", "board");
    await done(anna, { type: "Room", room: "board", access: "invite" });
    await using eve = await server.text("Eve");
    await done(anna, { type: "Invite", room: "board", user: "Eve" });
    await eve.write("/join board\n");
    await lineWith(eve, "You are in board now.");
    await eve.write("for the board\n/delete\nsecret one\nsecret two\n/topic secret three\n");
    await within(asked, "What is to be deleted is looked for");
    await done(anna, { ...deed, room: "board" });
    release();
    for (let refused = 0; refused < 3; refused++) await lineWith(eve, NOT_SAID.msg);
    const page = await ask(mal, { type: "History" });
    assertEquals(page["messages"], []);
    const { rooms } = await ask(mal, { type: "ListRooms" });
    assert(!JSON.stringify(rooms).includes("secret"));
    // What says where it goes is no word for a room.
    await eve.write("/w Mal hello\n");
    assertEquals((await mal.nextOf("PrivateMessage")).content, "hello");
    await eve.write("/join tea\nfor tea\n/edit for tea alone\n");
    await lineWith(eve, "You are in tea now.");
    await lineWith(eve, "for tea alone");
  });
}

Deno.test("who was put out speaks in the lobby when he has been silent for a while, and is counted anew by each line", () => {
  const word = { type: "Broadcast", content: "hello" } as const;
  const astray = new Astray(0);
  assert(astray.holds(word));
  // One that waited came long after, behind what took as long.
  astray.rests(10 * ASTRAY_MS);
  astray.hears(11 * ASTRAY_MS - 1);
  assert(astray.holds(word));
  assert(!astray.holds({ type: "Join", room: "board" }));
  assert(!astray.holds({ ...word, room: "board" }), "it says where it goes");
  astray.rests(11 * ASTRAY_MS);
  astray.hears(12 * ASTRAY_MS);
  assert(!astray.holds(word));
});

Deno.test("half a line that came in a room for the invited is not said in the lobby, however late its other half comes", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using mal = await server.frames("Mal");
  await using anna = await inRoom(server, "Anna", "board");
  await done(anna, { type: "Room", room: "board", access: "invite" });
  await using eve = await server.text("Eve");
  await done(anna, { type: "Invite", room: "board", user: "Eve" });
  await eve.write("/join board\n");
  await lineWith(eve, "You are in board now.");
  // The answer to the first says that the second is there, too: they come in one packet.
  await eve.write("/room\nthe board's secret is ");
  await lineWith(eve, "You are invited.");
  await done(anna, { type: "Kick", room: "board", user: "Eve" });
  await lineWith(eve, "You are in the lobby now.");
  await wait(ASTRAY_MS + 50);
  await eve.write("42\nhello\n");
  await lineWith(eve, NOT_SAID.msg);
  assertEquals((await mal.nextOf("NewMessage")).content, "hello");
});

Deno.test("a line that was begun before the silence is meant for where it was begun, and the next one is not", () => {
  const word = { type: "Broadcast", content: "hello" } as const;
  const astray = new Astray(0);
  astray.rests(0);
  astray.hears(ASTRAY_MS, true);
  astray.rests(ASTRAY_MS);
  // Nothing of it was a whole line.
  astray.hears(3 * ASTRAY_MS, true);
  assert(astray.holds(word));
  assert(!astray.holds(word));
  astray.hears(9 * ASTRAY_MS, true);
  assert(!astray.holds(word));
});

Deno.test("what comes behind a /join that is refused is said nowhere, until its speaker has seen that", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using mal = await server.frames("Mal");
  await using anna = await inRoom(server, "Anna", "board");
  await done(anna, { type: "Room", room: "board", access: "invite" });
  await using eve = await server.text("Eve");
  await eve.write("/join board\na plan for the board\n/topic a plan\n/w Mal hello\n");
  await lineWith(eve, "Room 'board' not found.");
  await lineWith(eve, NOT_THERE.msg);
  assertEquals((await mal.nextOf("PrivateMessage")).content, "hello");
  const page = await ask(mal, { type: "History" });
  assertEquals(page["messages"], []);
  await eve.write("/join tea\nfor tea\n");
  await lineWith(eve, "You are in tea now.");
  await done(mal, { type: "Join", room: "tea" });
  const { messages } = await ask(mal, { type: "History", room: "tea" });
  assertEquals((messages as readonly { content: string }[]).map(({ content }) => content), [
    "for tea",
  ]);
});

Deno.test("nor are other words for what was said last: it was said elsewhere, or whispered", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using mal = await server.frames("Mal");
  await using anna = await inRoom(server, "Anna", "board");
  await done(anna, { type: "Room", room: "board", access: "invite" });
  await using eve = await server.text("Eve");
  await eve.write("hello\n/join board\nsecret one\n/edit secret two\n");
  for (let refused = 0; refused < 2; refused++) await lineWith(eve, NOT_THERE.msg);
  await eve.write("/w Mal psst\n/join board\n/edit secret three\n");
  await lineWith(eve, NOT_THERE.msg);
  const { messages } = await ask(mal, { type: "History" });
  const { messages: whispers } = await ask(mal, { type: "History", with: "Eve" });
  assert(!JSON.stringify([messages, whispers]).includes("secret"));
});

Deno.test("other words for what was refused are none for what was said before it", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using anna = await inRoom(server, "Anna", "board");
  await done(anna, { type: "Broadcast", content: "hello" });
  await anna.send({ type: "Broadcast", room: "nowhere", content: "secret" });
  await refused(anna, { type: "Edit", content: "other" }, "not_found");
});
