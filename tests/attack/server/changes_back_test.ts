/**
 * Attacks by edits on those who come back: so many and such long ones that nobody could take them, and one message that is edited
 * without end.
 *
 * @module
 */

import {
  CHANGES_LOOKED_AT_MAX,
  CHANGES_READ_FIRST,
  CHANGES_TOLD_MAX,
} from "../../../server/limits.ts";
import { changedSeqs, encodeChange } from "../../../server/store/changes.ts";
import type { Page, Range } from "../../../server/store/store_port.ts";
import { LOBBY } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { done, inRoom } from "../../server/conformance/asking.ts";

/** Each of its bytes takes six where it is told. */
const LONG = "\u0001".repeat(8 << 10);
/** What those who come back saw: of such edits more than a connection takes from one room, and more than may wait from the next. */
const SEEN = { lobby: 120, tea: 20 };

async function acknowledged(client: RawClient, messages: readonly object[]): Promise<void> {
  await client.send(...messages.map((message) => ({ ...message, id: crypto.randomUUID() })));
  for (let left = messages.length; left > 0;) {
    const answer: { type: string; re?: string } = await client.message();
    if (answer.re === undefined) continue;
    assertEquals(answer.type, "Ack", JSON.stringify(answer));
    left--;
  }
}

/** Comes back to what it saw, and does not read yet. */
async function comesBack(server: TestServer, username: string): Promise<RawClient> {
  const client = await server.connect({ reading: false });
  await client.send({ type: "Login", username, resume: SEEN });
  await server.event("joined", ({ user }) => user === username);
  return client;
}

async function readEdits(client: RawClient): Promise<void> {
  client.startReading();
  await client.next("Welcome");
  for (const [room, count] of Object.entries(SEEN)) {
    for (let seq = 1; seq <= count; seq++) {
      const edited = await client.nextOf("MessageEdited");
      assertEquals([edited.room, edited.seq, edited.content], [room, seq, LONG]);
    }
  }
}

Deno.test("who comes back is told of more edits than may wait for it as fast as it reads, and stays", async () => {
  await using server = startServer({
    limits: { messagesPerSecond: 0, userBytesPerDay: 0, lagBytesMax: 512 << 10 },
  });
  await using eve = await inRoom(server, "Eve", "tea");
  for (const [room, count] of Object.entries(SEEN)) {
    const seqs = Array.from({ length: count }, (_, n) => n + 1);
    await acknowledged(eve, seqs.map(() => ({ type: "Broadcast", room, content: "x" })));
    for (const seq of seqs) await done(eve, { type: "Edit", room, seq, content: LONG });
  }
  await using slow = await comesBack(server, "Slow");
  // When this one has all, the other one has been told all that can be told to who reads nothing.
  await using quick = await comesBack(server, "Quick");
  await readEdits(quick);
  await readEdits(slow);
  await done(slow, { type: "Broadcast", content: "here again" });
});

Deno.test("of a message that was edited without end a bounded number of edits is read for who comes back", async () => {
  const count = 100_000;
  const own = encodeChange({ seq: 1, head: 7 });
  const last = encodeChange({ seq: 5, head: 7 });
  let looked = 0;
  const read = (_: string, { before = count + 1, limit }: Range): Promise<Page> => {
    const from = Math.max(1, before - limit);
    const messages = Array.from({ length: before - from }, (_, n) => {
      const seq = from + n;
      return { seq, body: seq === count - 1_000 ? last : own };
    });
    looked += messages.length;
    return Promise.resolve({ messages, more: from > 1 });
  };
  const told = await changedSeqs(read, LOBBY as never, { seen: 7, since: undefined });
  assertEquals(told.toSorted(), [1, 5]);
  assert(looked <= CHANGES_LOOKED_AT_MAX + CHANGES_TOLD_MAX + CHANGES_READ_FIRST, `${looked}`);
});
