/**
 * Attacks on what was taken back: by who takes the name that said it, and guesses. The id that it had is shown to everybody.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { answerTo, ask, done, inRoom } from "../../server/conformance/asking.ts";

const session = "a".repeat(40);
const first = "my code is 4711";
const guesses = ["my code is 4712", first] as const;

/** Says something under an id. @returns The answer's code or type, and its number. */
async function says(client: RawClient, message: object): Promise<unknown> {
  await client.send({ ...message, id: "shown to all" });
  const { type, code, seq } = await answerTo(client, "shown to all");
  return code ?? `${type} ${seq}`;
}

for (
  const [how, change] of [
    ["deleted", { type: "Delete" }],
    ["edited", { type: "Edit", content: "never mind" }],
  ] as const
) {
  Deno.test(`who takes the name of a guest learns by no guess what that one has said and ${how}; who said it is answered as before`, async () => {
    await using server = startServer({ limits: { messagesPerSecond: 0 } });
    const anna = await inRoom(server, "Anna", "tea", session);
    const word = { type: "Broadcast", room: "tea" };
    await says(anna, { ...word, content: first });
    await done(anna, { ...change, room: "tea", seq: 1 });
    const own: unknown[] = [];
    for (const content of guesses) own.push(await says(anna, { ...word, content }));
    assertEquals(own, ["invalid", "Ack 1"]);
    await anna.close();
    await server.event("left");
    await using mal = await inRoom(server, "Anna", "tea");
    for (const content of guesses) assertEquals(await says(mal, { ...word, content }), "invalid");
    const { messages } = await ask(mal, { type: "History", room: "tea" });
    assertEquals((messages as readonly unknown[]).length, 1);
  });

  Deno.test(`nor what was whispered and ${how}`, async () => {
    await using server = startServer({ limits: { messagesPerSecond: 0 } });
    await using _ben = await server.frames("Ben");
    const anna = await server.frames("Anna", session);
    const word = { type: "Whisper", to: "Ben" };
    await says(anna, { ...word, content: first });
    await ask(anna, { ...change, with: "Ben", seq: 1 });
    assertEquals(await says(anna, { ...word, content: first }), "PrivateSent 1");
    await anna.close();
    await server.event("left");
    await using mal = await server.frames("Anna");
    for (const [i, content] of guesses.toReversed().entries()) {
      // They are words of his own, whichever id they have.
      await mal.send({ ...word, content, id: i === 0 ? "shown to all" : "another" });
      const { seq } = await answerTo(mal, i === 0 ? "shown to all" : "another");
      assertEquals(seq, 2 + i);
    }
  });
}
