/**
 * The headless client against the real server: editing, taking back, replies and reactions.
 *
 * @module
 */

import { ChatError, type Client, type ClientEvent, connect } from "../../../server/wire/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { startServer, within } from "../../harness.ts";

type Of<T extends ClientEvent["type"]> = Extract<ClientEvent, { type: T }>;

/** The next event of a kind that a client hears. */
function heard<T extends ClientEvent["type"]>(client: Client, type: T): Promise<Of<T>> {
  return within(next(client, type), type);
}

async function next<T extends ClientEvent["type"]>(client: Client, type: T): Promise<Of<T>> {
  for await (const event of client) {
    if (event.type === type) return event as Of<T>;
  }
  throw new Error(`The client ended before ${type}`);
}

Deno.test("what was said in a room is a reply, is edited, reacted to and taken back; history has it", async () => {
  await using server = startServer();
  await using anna = connect({ port: server.port, name: "Anna" });
  await using ben = connect({ port: server.port, name: "Ben" });
  await ben.online();
  const first = await anna.say("shall we?");
  const { seq } = await ben.say("yess", { reply: first.seq });
  assertEquals(await heard(anna, "NewMessage").then(({ seq }) => seq), first.seq);
  const reply = await heard(anna, "NewMessage");
  assertEquals([reply.content, reply.reply], ["yess", first.seq]);

  await ben.changes.edit({ room: "lobby", seq }, "yes");
  const edited = await heard(anna, "MessageEdited");
  assertEquals([edited.room, edited.seq, edited.content, edited.by], ["lobby", seq, "yes", "Ben"]);

  await anna.changes.react({ seq }, "👍");
  const on = await heard(ben, "Reactions");
  assertEquals([on.seq, on.emoji, on.count, on.by, on.on], [seq, "👍", 1, "Anna", true]);
  const { messages: [, before] } = await anna.history();
  assertEquals(before?.type === "NewMessage" && before.reactions, [
    { emoji: "👍", count: 1, mine: true },
  ]);
  await anna.changes.react({ seq }, "👍", false);
  assertEquals((await heard(ben, "Reactions")).count, 0);

  await ben.changes.delete({ seq });
  assertEquals((await heard(anna, "MessageDeleted")).seq, seq);
  const { messages: [, after] } = await anna.history();
  assertEquals([after?.content, after?.deleted], ["", true]);

  const error = await assertRejects(anna.changes.edit({ seq }, "mine"), ChatError);
  assertEquals(error.code, "forbidden");
});

Deno.test("a whisper is edited and taken back: the answer says what the other one hears", async () => {
  await using server = startServer();
  await using anna = connect({ port: server.port, name: "Anna" });
  await using ben = connect({ port: server.port, name: "Ben" });
  await ben.online();
  const { seq } = await anna.whisper("Ben", "psst");
  const reply = await ben.whisper("Anna", "what?", { reply: seq });
  const edited = await anna.changes.edit({ with: "Ben", seq }, "psst!");
  assertEquals([edited.type, edited.seq], ["MessageEdited", seq]);
  const told = await heard(ben, "MessageEdited");
  assertEquals([told.with, told.content], ["Anna", "psst!"]);
  await ben.changes.delete({ with: "Anna", seq: reply.seq });
  assertEquals((await heard(anna, "MessageDeleted")).seq, reply.seq);
  const { messages } = await anna.history({ with: "Ben" });
  assertEquals(messages.map(({ content, deleted }) => [content, deleted]), [
    ["psst!", undefined],
    ["", true],
  ]);
});
