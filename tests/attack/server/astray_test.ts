/**
 * Attacks on who speaks lines in a room for the invited: what he says when he is put out of it is not said to everybody instead.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { ASTRAY_MS } from "../../../server/limits.ts";
import { Astray, NOT_SAID } from "../../../server/session/astray.ts";
import type { MessageStore } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, within } from "../../harness.ts";
import { ask, done, inRoom } from "../../server/conformance/asking.ts";

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
