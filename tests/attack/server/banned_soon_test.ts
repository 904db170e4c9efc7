/**
 * Attacks in the moment in which a ban from the server is decided and not yet on the disk: whatever who is banned does then would stand
 * behind the ban, and be heard behind the word that he is out.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { answerTo, ask, comesIn, done, inRoom } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const room = "his";
const SPAM = "SPAM";

/** What the owner of a room may do there, or to whoever is in it. */
const DEEDS = [
  { type: "Broadcast", room, content: SPAM },
  { type: "Whisper", to: "Carl", content: SPAM },
  { type: "Edit", room, seq: 1, content: SPAM },
  { type: "Edit", with: "Carl", seq: 1, content: SPAM },
  { type: "React", room, seq: 2, emoji: SPAM, on: true },
  { type: "Delete", room, seq: 2 },
  { type: "Topic", room, topic: SPAM },
  { type: "Report", room, seq: 2, why: SPAM },
  { type: "FileOffer", to: "Carl", filename: SPAM, size: 3 },
  { type: "FileOffer", room, filename: SPAM, size: 3 },
  { type: "Join", room: "other" },
  { type: "Room", room, access: "announce" },
  { type: "Room", room, owner: "Carl" },
  { type: "Invite", room, user: "Carl" },
  { type: "Kick", room, user: "Carl" },
] as const;

/** Ben in his room with Carl and an operator, who have all said something, on a disk that can be held. */
async function begin() {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(folder());
  const disk = new HandDisk(place.path);
  const serve = { operatorToken };
  const server = stack.use(await startOn(place.path, { storage: disk.storage, serve }));
  const ben = stack.use(await inRoom(server, "Ben", room));
  const carl = stack.use(await inRoom(server, "Carl", room));
  const root = stack.use(await comesIn(server, { username: "Root", operator: operatorToken }));
  await done(carl, { type: "Join", room: "other" });
  await done(ben, { type: "Broadcast", room, content: "first" });
  await done(carl, { type: "Broadcast", room, content: "second" });
  await ask(ben, { type: "Whisper", to: "Carl", content: "third" });
  // Also where a test fails: nothing ends on a disk that hangs.
  const kept = stack.move();
  const hold = (text: string) => kept.use(disk.hold(text));
  return { server, ben, carl, root, hold, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

for (const deed of DEEDS) {
  Deno.test(`who is just being banned from the server does nothing more: ${JSON.stringify(deed)}`, async () => {
    await using chat = await begin();
    const { ben, carl, root, hold } = chat;
    const ban = hold('"act":"ban"');
    await root.send({ type: "Ban", server: true, user: "Ben", id: "ban" });
    await ban.arrived();
    const { code } = await ask(ben, deed);
    ban.release();
    assertEquals(code, "banned");
    assertEquals((await answerTo(root, "ban"))["type"], "Ack");
    await carl.send({ type: "Room", room, id: "room" });
    const told: Record<string, unknown>[] = [];
    while (told.at(-1)?.["re"] !== "room") told.push({ ...await carl.message() });
    assert(!JSON.stringify(told).includes(SPAM));
    const state = told.at(-1);
    assertEquals([state?.["access"], state?.["owner"]], ["open", "Ben"]);
    const { messages } = await ask(carl, { type: "History", room });
    assertEquals((messages as { content: string }[]).map(({ content }) => content), [
      "first",
      "second",
    ]);
  });
}

const BEGUN = [
  { type: "Edit", room, seq: 1, content: SPAM },
  { type: "Edit", with: "Carl", seq: 1, content: SPAM },
  { type: "React", room, seq: 2, emoji: SPAM, on: true },
  { type: "Delete", room, seq: 2 },
  { type: "Report", room, seq: 2, why: SPAM },
] as const;

for (const deed of BEGUN) {
  Deno.test(`what who is just being banned from the server had asked for before is not done: ${JSON.stringify(deed)}`, async () => {
    await using chat = await begin();
    const { server, ben, carl, root, hold } = chat;
    const read = server.store.read.bind(server.store);
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    Object.assign(server.store, {
      read: async (...[stream, range]: Parameters<typeof read>) => {
        asked.resolve();
        await released.promise;
        return await read(stream, range);
      },
    });
    await ben.send({ ...deed, id: "deed" });
    await within(asked.promise, "The message is read");
    const ban = hold('"act":"ban"');
    await root.send({ type: "Ban", server: true, user: "Ben", id: "ban" });
    await ban.arrived();
    released.resolve();
    assertEquals((await answerTo(ben, "deed"))["code"], "banned");
    ban.release();
    assertEquals((await answerTo(root, "ban"))["type"], "Ack");
    await carl.send({ type: "Ping", id: "behind it" });
    const told: Record<string, unknown>[] = [];
    while (told.at(-1)?.["re"] !== "behind it") told.push({ ...await carl.message() });
    assert(!JSON.stringify(told).includes(SPAM));
    assert(!told.some(({ type }) => type === "MessageDeleted"));
  });
}
