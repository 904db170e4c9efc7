/**
 * Attacks on what is told of a change that the disk takes in one group with something else: it is told in the order in which it was done, and
 * who breaks in between is told of it when he comes back.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, comesIn, done, inRoom } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const room = "tea";

/** Anna, whose room it is, and Ben, on a disk that can be held. */
async function begin() {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(folder());
  const disk = new HandDisk(place.path);
  const serve = { operatorToken, passwordCost: CHEAP };
  const server = stack.use(await startOn(place.path, { storage: disk.storage, serve }));
  const anna = stack.use(await inRoom(server, "Anna", room));
  const ben = stack.use(await inRoom(server, "Ben", room));
  const kept = stack.move();
  const given = Promise.withResolvers<void>();
  const replace = server.store.replace.bind(server.store);
  Object.assign(server.store, {
    replace: (change: Parameters<typeof replace>[0]) => {
      replace(change);
      given.resolve();
    },
  });
  return {
    /** A change is on its way to the disk. */
    given: () => within(given.promise, "A change is given to the store"),
    server,
    anna,
    ben,
    // Also where a test fails: nothing ends on a disk that hangs.
    hold: (text: string) => kept.use(disk.hold(text)),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

for (const type of ["Kick", "Mute", "Ban"] as const) {
  for (
    const change of [{ type: "Edit", content: "later" }, {
      type: "React",
      emoji: "👍",
      on: true,
    }]
  ) {
    Deno.test(`a ${change.type} is told before the ${type} that came behind it, also where the disk takes both at once`, async () => {
      await using chat = await begin();
      const { anna, ben, hold, given } = chat;
      await done(ben, { type: "Broadcast", room, content: "first" });
      const gate = hold("meanwhile");
      await anna.send({ type: "Broadcast", room, content: "meanwhile", id: "meanwhile" });
      await gate.arrived();
      await ben.send({ ...change, room, seq: 1, id: "change" });
      await given();
      await anna.send({ type, room, user: "Ben", id: "deed" }, { type: "Ping", id: "ping" });
      const told: Record<string, unknown>[] = [];
      while (told.at(-1)?.["re"] !== "ping") told.push({ ...await anna.message() });
      gate.release();
      while (told.at(-1)?.["type"] !== "Order") told.push({ ...await anna.message() });
      const types = told.map(({ type }) => type);
      const changed = types.indexOf(change.type === "Edit" ? "MessageEdited" : "Reactions");
      assert(changed >= 0, types.join(" "));
    });
  }
}

Deno.test("who heard what was on its way when something before it was deleted is told of that when he comes back", async () => {
  await using chat = await begin();
  const { server, anna, ben, hold, given } = chat;
  await done(ben, { type: "Broadcast", room, content: "S3CRET" });
  const gate = hold("second");
  await anna.send({ type: "Broadcast", room, content: "second", id: "second" });
  await gate.arrived();
  await ben.send({ type: "Delete", room, seq: 1, id: "delete" });
  await given();
  gate.release();
  assertEquals((await answerTo(ben, "delete"))["type"], "Ack");
  // He heard the second message, and his connection broke before he was told of the deletion.
  await using cleo = await server.connect();
  const { epoch } = server.store;
  await cleo.send({ type: "Login", username: "Cleo", resume: { [room]: 2 }, epoch });
  assertEquals((await cleo.nextOf("MessageDeleted")).seq, 1);
});

Deno.test("that a word of somebody who is erased is gone is told before what is said behind that, however long the others take", async () => {
  await using chat = await begin();
  const { server, anna, given } = chat;
  await using root = await comesIn(server, { username: "Root", operator: operatorToken });
  {
    const password = "correct horse";
    await using eve = await comesIn(server, { type: "Register", username: "Eve", password });
    await done(eve, { type: "Join", room });
    for (const content of ["one", "two"]) await done(eve, { type: "Broadcast", room, content });
  }
  const replace = server.store.replace.bind(server.store);
  // Also where the test fails: no server waits for it.
  using later = new DisposableStack();
  Object.assign(server.store, {
    replace: (change: Parameters<typeof replace>[0]) => {
      if (change.stream === `room/${room}` && change.stored.seq === 2) {
        later.defer(() => replace(change));
      } else replace(change);
    },
  });
  await root.send({ type: "EraseAccount", username: "Eve", id: "erase" });
  await given();
  assertEquals((await anna.nextOf("MessageDeleted")).seq, 1);
  await done(anna, { type: "Broadcast", room, content: "behind it" });
  later.dispose();
  assertEquals((await anna.nextOf("MessageDeleted")).seq, 2);
  await answerTo(root, "erase");
});
