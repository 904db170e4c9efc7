/**
 * Something is said in the moment in which somebody who comes back has read what he missed, and is let in: he hears it all the same.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { answerTo, done } from "../../server/conformance/asking.ts";

const LOBBY = "room/lobby";

/** A store that has taken a word, and has it durable in the moment in which nothing else seems to be there for who reads on. */
function begin() {
  const memory = memoryStore();
  const taken = Promise.withResolvers<void>();
  let isHeld = false;
  let isRead = false;
  let settle: (() => void) | undefined;
  const append: MessageStore["append"] = (message) => {
    if (!isHeld || message.stream !== LOBBY) return memory.append(message);
    isHeld = false;
    settle = () => memory.append(message);
    taken.resolve();
  };
  const read: MessageStore["read"] = async (...how) => {
    const page = await memory.read(...how);
    isRead ||= how[0] === LOBBY;
    return page;
  };
  const head: MessageStore["head"] = (stream) => {
    const head = memory.head(stream);
    if (stream !== LOBBY || !isRead || settle === undefined) return head;
    queueMicrotask(settle);
    settle = undefined;
    return head;
  };
  return {
    store: { ...memory, append, read, head },
    /** Holds the next word in the lobby. */
    hold: () => isHeld = true,
    taken: taken.promise,
  };
}

Deno.test("who comes back hears also what is said between the last that it missed and its being let in", async () => {
  const { store, hold, taken } = begin();
  await using server = startServer({ store, limits: { messagesPerSecond: 0 } });
  await using ben = await server.frames("Ben");
  for (const content of ["one", "two"]) await done(ben, { type: "Broadcast", content });
  hold();
  await ben.send({ type: "Broadcast", content: "three", id: "three" });
  await taken;
  await using eve = await server.connect();
  const { epoch } = store;
  await eve.send({ type: "Login", username: "Eve", resume: { lobby: 1 }, epoch });
  assertEquals((await answerTo(ben, "three"))["type"], "Ack");
  await done(ben, { type: "Broadcast", content: "four" });
  await eve.next("Welcome");
  const heard: number[] = [];
  while (heard.at(-1) !== 4) heard.push((await eve.nextOf("NewMessage")).seq);
  assertEquals(heard, [2, 3, 4]);
});
