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
import { type RawClient, startServer } from "../../harness.ts";
import { ask } from "../../server/conformance/asking.ts";

/** Each of its bytes takes six where it is told. */
const LONG = "\u0001".repeat(8 << 10);

async function acknowledged(client: RawClient, messages: readonly object[]): Promise<void> {
  await client.send(...messages.map((message, n) => ({ ...message, id: `n${n}` })));
  for (let left = messages.length; left > 0;) {
    const answer: { type: string; re?: string } = await client.message();
    if (answer.re === undefined) continue;
    assertEquals(answer.type, "Ack", JSON.stringify(answer));
    left--;
  }
}

Deno.test("who comes back is told of more edits than may wait for it, as fast as it reads, and stays", async () => {
  await using server = startServer({
    limits: { messagesPerSecond: 0, userBytesPerDay: 0, lagBytesMax: 512 << 10 },
  });
  await using eve = await server.frames("Eve");
  const numbers = Array.from({ length: CHANGES_TOLD_MAX }, (_, n) => n + 1);
  await acknowledged(eve, numbers.map(() => ({ type: "Broadcast", content: "x" })));
  for (const seq of numbers) {
    const answer = await ask(eve, { type: "Edit", seq, content: LONG });
    assertEquals(answer["type"], "Ack");
  }
  await using ben = await server.connect();
  await ben.send({ type: "Login", username: "Ben", resume: { lobby: CHANGES_TOLD_MAX } });
  await ben.next("Welcome");
  const told: number[] = [];
  while (told.length < CHANGES_TOLD_MAX) {
    const { seq, content } = await ben.nextOf("MessageEdited");
    assertEquals(content, LONG);
    told.push(seq);
  }
  assertEquals(told, numbers);
  assertEquals((await ask(ben, { type: "Broadcast", content: "here again" }))["type"], "Ack");
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
