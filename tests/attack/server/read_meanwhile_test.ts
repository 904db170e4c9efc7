/**
 * Attacks by who asks for history just before something in it is taken back: nobody is shown the old words behind that.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";
import { answerTo, done } from "../../server/conformance/asking.ts";

for (
  const [what, change, shown] of [
    ["deleted", { type: "Delete" }, ""],
    ["edited", { type: "Edit", content: "hello" }, "hello"],
  ] as const
) {
  Deno.test(`who asked for the history before something was ${what} there is not shown the old words when all have heard of it`, async () => {
    const memory = memoryStore();
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    let isHeld = false;
    const read: MessageStore["read"] = async (...how) => {
      const page = await memory.read(...how);
      if (!isHeld) return page;
      isHeld = false;
      asked.resolve();
      await released.promise;
      return page;
    };
    await using server = startServer({ store: { ...memory, read } });
    await using anna = await server.frames("Anna");
    await using eve = await server.frames("Eve");
    await done(anna, { type: "Broadcast", content: "S3CRET" });
    isHeld = true;
    await eve.send({ type: "History", id: "page" });
    await within(asked.promise, "It is read");
    await done(anna, { ...change, seq: 1 });
    released.resolve();
    const page = await answerTo(eve, "page");
    const messages = page["messages"] as readonly { readonly content: string }[];
    assertEquals(messages.map(({ content }) => content), [shown]);
  });
}
