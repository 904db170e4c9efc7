/**
 * Storms of edits and reactions, and others' words under attack: the honest are heard meanwhile, what is stored stays bounded,
 * and whose words they are decides.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import { verifyStore } from "../../../db/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { eventually, folder } from "../../server/durable/place.ts";

const FREE = { messagesPerSecond: 0 };

/** Reads on to an answer. */
async function answerTo(client: RawClient, id: string): Promise<{ type: string; code?: string }> {
  for (;;) {
    const message: { type: string; re?: string; code?: string } = await client.message();
    if (message.re === id) return message;
  }
}

async function ask(client: RawClient, message: object): Promise<{ type: string; code?: string }> {
  const id = crypto.randomUUID();
  await client.send({ ...message, id });
  return await answerTo(client, id);
}

Deno.test("who edits without end is told to slow down, pays as for messages, and the honest are heard", async () => {
  await using server = startServer({ exempt: [] });
  await using mallory = await server.frames("Mallory");
  await using anna = await server.frames("Anna");
  await mallory.send({ type: "Broadcast", content: "x" });
  await mallory.nextOf("NewMessage");
  const storm = Array.from({ length: 300 }, (_, n) => ({
    type: "Edit",
    seq: 1,
    content: `edit ${n}`,
    id: `e${n}`,
  }));
  await mallory.send(...storm);
  assertEquals((await ask(anna, { type: "Broadcast", content: "heard" })).type, "Ack");
  let taken = 0;
  let refused = 0;
  while (taken + refused < storm.length) {
    const message = await mallory.message();
    if (message.type === "Ack") taken++;
    else if (message.type === "Error") {
      assertEquals(message.code, "rate_limited");
      refused++;
    }
  }
  assert(taken < 100 && refused > 200, `${taken} were taken`);
});

Deno.test("fifty who change one message at once leave one record in the end, and the store is as small as before", async () => {
  using place = folder();
  let steadyMs = 0;
  const store = await durableStore(place.path, { durability: "os", steady: () => steadyMs });
  await using server = startServer({ store, limits: FREE });
  await using clients = new AsyncDisposableStack();
  const owner = clients.use(await server.frames("Owner"));
  assertEquals((await ask(owner, { type: "Broadcast", content: "x" })).type, "Ack");
  const others: RawClient[] = [];
  for (let n = 0; n < 50; n++) others.push(clients.use(await server.frames(`m${n}`)));
  await Promise.all([
    ...others.map(async (client, n) => {
      for (let i = 0; i < 10; i++) {
        const emoji = `r${n % 8}`;
        assertEquals(
          (await ask(client, { type: "React", seq: 1, emoji, on: i % 2 === 0 })).type,
          "Ack",
        );
        assertEquals(
          (await ask(client, { type: "Edit", seq: 1, content: "mine" })).code,
          "forbidden",
        );
      }
      assertEquals(
        (await ask(client, { type: "React", seq: 1, emoji: "+1", on: true })).type,
        "Ack",
      );
    }),
    (async () => {
      for (let i = 0; i < 50; i++) {
        assertEquals((await ask(owner, { type: "Edit", seq: 1, content: `y${i}` })).type, "Ack");
      }
    })(),
  ]);
  await owner.send({ type: "History" });
  const { messages } = await owner.nextOf("HistoryPage");
  assertEquals(messages.map(({ content, reactions }) => [content, reactions]), [
    ["y49", [{ emoji: "+1", count: 50 }]],
  ]);
  const before = (await verifyStore(place.path)).bytes;
  steadyMs += 60_000;
  store.tend?.();
  await eventually(async () => {
    const { dead, bytes } = await verifyStore(place.path);
    return dead === 0 && bytes < before / 10 ? true : undefined;
  }, "what was replaced is erased");
});

Deno.test("a thousand guesses at others' words change none, whoever's name they come under", async () => {
  await using server = startServer({ limits: FREE });
  await using anna = await server.frames("Anna");
  await using ben = await server.frames("Ben");
  for (let n = 0; n < 20; n++) await ask(anna, { type: "Broadcast", content: `a${n}` });
  await ask(anna, { type: "Whisper", to: "Ben", content: "psst" });
  await anna.close();
  await ben.nextOf("UserLeft");
  await using mallory = await server.frames("Anna");
  const tries = Array.from({ length: 500 }, (_, n) => [
    { type: "Edit", seq: n % 25, content: "forged", id: `e${n}` },
    { type: "Delete", seq: n % 25, id: `d${n}` },
    { type: "Delete", with: "Ben", seq: n % 3, id: `w${n}` },
  ]).flat();
  await mallory.send(...tries);
  for (let answered = 0; answered < tries.length; answered++) {
    const { code } = await mallory.nextOf("Error");
    assert(code === "forbidden" || code === "not_found", code);
  }
  await ben.send({ type: "History" }, { type: "History", with: "Anna" });
  const words = (await ben.nextOf("HistoryPage")).messages.map(({ content }) => content);
  assertEquals(words, Array.from({ length: 20 }, (_, n) => `a${n}`));
  assertEquals((await ben.nextOf("HistoryPage")).messages.map(({ content }) => content), ["psst"]);
});

Deno.test("edits under way while somebody leaves, and while the server ends, end in order", async () => {
  const server = startServer({ limits: FREE });
  const anna = await server.frames("Anna");
  await ask(anna, { type: "Broadcast", content: "x" });
  await anna.send(
    ...Array.from({ length: 200 }, (_, n) => ({ type: "Edit", seq: 1, content: `e${n}` })),
  );
  await anna.close();
  await using ben = await server.frames("Ben");
  const edits = Array.from({ length: 200 }, (_, n) => ({ type: "Delete", seq: n, id: `${n}` }));
  await ben.send(...edits);
  await server[Symbol.asyncDispose]();
});

Deno.test("who comes back while others change words without a pause comes in all the same", async () => {
  await using server = startServer({ limits: FREE });
  await using clients = new AsyncDisposableStack();
  const storm: RawClient[] = [];
  for (let n = 0; n < 8; n++) {
    const client = clients.use(await server.frames(`m${n}`));
    assertEquals((await ask(client, { type: "Broadcast", content: "x" })).type, "Ack");
    storm.push(client);
  }
  let isOver = false;
  const storming = storm.map(async (client) => {
    for (let n = 0; !isOver; n++) {
      assertEquals((await ask(client, { type: "Edit", content: `e${n}` })).type, "Ack");
    }
  });
  for (let n = 0; n < 10; n++) {
    await using anna = await server.connect();
    await anna.send({ type: "Login", username: `Anna${n}`, resume: { lobby: 8 } });
    await anna.next("Welcome");
    await anna.nextOf("MessageEdited");
    assertEquals((await ask(anna, { type: "Broadcast", content: "here" })).type, "Ack");
    await anna.close();
  }
  isOver = true;
  await Promise.all(storming);
});
