/**
 * Attack: as many rooms, pairs and bytes as the rates allow. A day's quota ends it in a sentence, nothing of what is
 * refused is written, and others go on.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { folder } from "../../server/durable/place.ts";

let asked = 0;

/** Sends messages under ids, and gives the answers' types and sentences. */
async function answersTo(client: RawClient, messages: readonly object[]): Promise<string[]> {
  await client.send(...messages.map((message, i) => ({ ...message, id: `q${asked + i}` })));
  const answers: string[] = [];
  while (answers.length < messages.length) {
    const message = await client.message();
    if (!("re" in message) || !message.re?.startsWith("q")) continue;
    answers.push(message.type === "Error" ? `${message.code}: ${message.msg}` : message.type);
  }
  asked += messages.length;
  // A refusal overtakes what waits for the disk.
  return answers.sort();
}

const BODY = "x".repeat(1_000);

Deno.test("who has said, made and begun enough in a day is refused, and others are not", async () => {
  using place = folder();
  const store = await durableStore(place.path, { durability: "os" });
  await using server = await startServer({
    store,
    limits: {
      messagesPerSecond: 1_000_000,
      messagesBurst: 1_000_000,
      userBytesPerDay: 20_000,
      userRoomsPerDay: 3,
      userPairsPerDay: 2,
    },
  });
  await using mallory = await server.frames("Mallory");
  const names = ["Ann", "Bob", "Cyd", "Dan"];
  await using ann = await server.frames("Ann");
  await using _bob = await server.frames("Bob");
  await using _cyd = await server.frames("Cyd");
  await using _dan = await server.frames("Dan");

  const whispers = names.map((to) => ({ type: "Whisper", to, content: "psst" }));
  assertEquals((await answersTo(mallory, whispers)).map((text) => text.split(".")[0]), [
    "PrivateSent",
    "PrivateSent",
    ...Array(2).fill("storage: You have begun to whisper with enough people for today"),
  ]);
  const rooms = ["r1", "r2", "r3", "r4", "r5"];
  await mallory.send(...rooms.map((room) => ({ type: "Join", room })));
  const first = rooms.map((room) => ({ type: "Broadcast", room, content: "mine" }));
  assertEquals((await answersTo(mallory, first)).map((text) => text.split(".")[0]), [
    ...Array(3).fill("Ack"),
    ...Array(2).fill("storage: You have made enough rooms for today"),
  ]);
  const words = Array.from({ length: 40 }, () => ({ type: "Broadcast", content: BODY }));
  const answers = await answersTo(mallory, words);
  const taken = answers.filter((text) => text === "Ack").length;
  assert(taken >= 15 && taken <= 20, `${taken} were taken: ${[...new Set(answers)].join("; ")}`);
  assert(answers.at(-1)?.startsWith("storage: That was enough for today"), answers.at(-1));
  const records = store.figures?.().records ?? 0;
  await answersTo(mallory, words);
  assertEquals(store.figures?.().records, records, "nothing of what was refused was written");
  assertEquals(await answersTo(ann, [{ type: "Broadcast", content: "I may" }]), ["Ack"]);
});
