/**
 * Whoever asks for many pages in one breath is read again once they are out, though the wire takes all of them at once.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";

const MESSAGES = 100;
const PAGES = 20;

Deno.test("many pages that are asked for in one breath leave nobody unread", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  const content = "x".repeat(2_000);
  await alice.send(...Array.from({ length: MESSAGES }, () => ({ type: "Broadcast", content })));
  for (let n = 0; n < MESSAGES; n++) await alice.nextOf("NewMessage");
  await using bob = await server.frames("Bob");
  for (let round = 0; round < 5; round++) {
    const history = { type: "History", room: "lobby", limit: MESSAGES };
    await bob.send(...Array.from({ length: PAGES }, () => history));
    for (let n = 0; n < PAGES; n++) {
      await bob.nextOf("HistoryPage");
    }
    await bob.send({ type: "Ping", id: `${round}` });
    assertEquals((await bob.nextOf("Pong")).re, `${round}`);
  }
});
