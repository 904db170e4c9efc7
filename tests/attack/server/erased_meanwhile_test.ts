/**
 * Erasing an account while something of it is on its way to the disk: it is erased, too, or does not come to be. What others do under
 * the same name, and to it, stays.
 *
 * @module
 */

import { openStore } from "../../../db/mod.ts";
import { tracesOf } from "../../../server/erasing/traces.ts";
import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { encodeAuthor } from "../../../server/store/authors.ts";
import type { Range } from "../../../server/store/store_port.ts";
import { type FoldedName, userName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { type Answer, ask, comesIn, done, inRoom } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { copyFiles, filesWith, folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";
const serve = { operatorToken, passwordCost: CHEAP };

/** A server on a disk that can be held, with an operator. */
async function begin(path: string) {
  const disk = new HandDisk(path);
  const server = await startOn(path, { storage: disk.storage, serve });
  const op = await comesIn(server, { username: "Root", operator: operatorToken });
  let held: ReturnType<HandDisk["hold"]> | undefined;
  return {
    hold: (text: string) => held = disk.hold(text),
    server,
    op,
    async [Symbol.asyncDispose]() {
      // Also where a test fails: nothing ends on a disk that hangs.
      held?.release();
      await op[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function registered(server: TestServer, username: string): Promise<RawClient> {
  return comesIn(server, { type: "Register", username, password });
}

/** Reads on to an answer. */
async function answerTo(client: RawClient, re: string): Promise<Answer> {
  for (;;) {
    const message: { readonly re?: string } = await client.message();
    if (message.re === re) return { ...message };
  }
}

/** Says things, and comes back when the server has taken them. */
async function says(client: RawClient, ...messages: readonly object[]): Promise<void> {
  await client.send(...messages, { type: "Ping" });
  await client.nextOf("Pong");
}

/** What a store holds that is closed, when everything dead is out of its files. */
async function leftIn(path: string, ...traces: readonly string[]): Promise<string[]> {
  {
    await using store = await openStore(path);
    await store.compact({ reach: "dead" });
  }
  return traces.filter((trace) => filesWith(path, trace).length > 0);
}

async function contents(client: RawClient, where: object): Promise<unknown[]> {
  const { messages = [] } = await ask(client, { type: "History", ...where });
  return (messages as readonly { from: string; content: string }[])
    .map(({ from, content }) => `${from}: ${content}`);
}

Deno.test("what an account says, changes and whispers while its erasing is on its way is erased with it", async () => {
  using place = folder();
  {
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await done(op, { type: "Join", room: "aside" });
    await done(op, { type: "Join", room: "new" });
    await done(op, { type: "Broadcast", room: "aside", content: "of Root" });
    await using eve = await registered(server, "Eve");
    for (const room of ["aside", "new"]) await done(eve, { type: "Join", room });
    await done(eve, { type: "Broadcast", room: "aside", content: "old words" });
    const erasing = hold('"act":"erase"');
    await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
    await erasing.arrived();
    await says(
      eve,
      { type: "Broadcast", room: "aside", content: "late words" },
      { type: "Broadcast", room: "new", content: "later words" },
      { type: "Whisper", to: "Root", content: "whispered words" },
    );
    // Behind these it is not heard on.
    await eve.send(
      { type: "Edit", room: "aside", seq: 2, content: "edited words" },
      { type: "React", room: "aside", seq: 1, emoji: "👍", on: true },
    );
    erasing.release();
    const late = hold("late words");
    await late.arrived();
    // She is let go; what she said is not on the disk.
    assertEquals((await eve.nextOf("Error")).code, "auth_failed");
    late.release();
    const { done: isDone, messages, rooms, whispers } = await answerTo(op, "erase");
    assertEquals([isDone, messages, rooms, whispers], [true, 3, 2, 1]);
    assertEquals(await contents(op, { room: "aside" }), ["Root: of Root", "-: ", "-: "]);
    assertEquals(await contents(op, { room: "new" }), ["-: "]);
  }
  assertEquals(await leftIn(place.path, " words", '"from":"eve"', "account/", "erase/"), []);
});

Deno.test("where an account goes while its erasing is on its way is not written down behind it", async () => {
  using place = folder();
  {
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await using eve = await registered(server, "Eve");
    const erasing = hold('"act":"erase"');
    await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
    await erasing.arrived();
    await done(eve, { type: "Join", room: "secret-room" });
    erasing.release();
    assertEquals((await answerTo(op, "erase"))["done"], true);
  }
  assertEquals(await leftIn(place.path, "read/eve", "secret-room"), []);
});

Deno.test("a room in which nothing was said yet is not an erased account's any more", async () => {
  using place = folder();
  let tag = "";
  {
    await using chat = await begin(place.path);
    const { server, op } = chat;
    await using eve = await server.connect();
    await eve.send({ type: "Register", username: "Eve", password });
    ({ tag = "" } = await eve.next("Welcome"));
    assert(tag.length > 20);
    await done(eve, { type: "Join", room: "hers" });
    await using anna = await inRoom(server, "Anna", "hers");
    assertEquals((await ask(anna, { type: "Room", room: "hers" }))["owner"], "Eve");
    assertEquals((await ask(op, { type: "EraseAccount", username: "Eve" }))["done"], true);
    assertEquals((await ask(anna, { type: "Room", room: "hers" }))["owner"], undefined);
    await done(anna, { type: "Broadcast", room: "hers", content: "hi" });
  }
  assertEquals(await leftIn(place.path, tag), []);
});

Deno.test("a room that becomes one to keep while its owner is erased is not written as his", async () => {
  using place = folder();
  let tag = "";
  {
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await using eve = await server.connect();
    await eve.send({ type: "Register", username: "Eve", password });
    ({ tag = "" } = await eve.next("Welcome"));
    await done(eve, { type: "Join", room: "hers" });
    await using anna = await inRoom(server, "Anna", "hers");
    await using ben = await inRoom(server, "Ben", "hers");
    const erasing = hold('"act":"erase"');
    await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
    await erasing.arrived();
    await says(anna, { type: "Broadcast", room: "hers", content: "hi", id: "hi" });
    // She makes somebody a moderator of her room, too.
    await says(eve, { type: "Room", room: "hers", promote: "Ben" });
    erasing.release();
    assertEquals((await answerTo(op, "erase"))["done"], true);
    const { owner, moderators } = await ask(ben, { type: "Room", room: "hers" });
    assertEquals([owner, moderators], [undefined, ["Ben"]], "What she did to others stays");
  }
  // Of her doing it is on record.
  const { records } = await auditOf(place.path, "audit/hers");
  assertEquals(records, [["Eve", "promote", "Ben"]]);
  await using store = await openStore(place.path);
  assert(!new TextDecoder().decode(await store.get("order/hers")).includes(tag));
});

async function auditOf(path: string, stream: string) {
  await using store = await openStore(path);
  const page = await store.read(stream, { after: 0, limit: 100 });
  const records = page.flatMap((entry) => {
    if (entry.kind !== "message") return [];
    const { by, act, user } = JSON.parse(new TextDecoder().decode(entry.body));
    return [[by, act, user]];
  });
  return { records };
}

Deno.test("who is given a rank by others while he is erased has none", async () => {
  using place = folder();
  await using chat = await begin(place.path);
  const { hold, server, op } = chat;
  await using ben = await inRoom(server, "Ben", "tea");
  await done(ben, { type: "Broadcast", room: "tea", content: "mine" });
  await using eve = await registered(server, "Eve");
  await done(eve, { type: "Join", room: "tea" });
  const erasing = hold('"act":"erase"');
  await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
  await erasing.arrived();
  await says(ben, { type: "Room", room: "tea", promote: "Eve" });
  erasing.release();
  assertEquals((await answerTo(op, "erase"))["done"], true);
  const { moderators, owner } = await ask(ben, { type: "Room", room: "tea" });
  assertEquals([owner, moderators], ["Ben", []]);
});

Deno.test("topics that an account gave to rooms go with it, also one that is on its way, and nobody else's", async () => {
  using place = folder();
  {
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await using ben = await inRoom(server, "Ben", "bens");
    for (const room of ["tea", "late"]) await done(ben, { type: "Join", room });
    await done(ben, { type: "Topic", room: "bens", topic: "of Ben" });
    await using eve = await registered(server, "Eve");
    for (const room of ["tea", "late", "bens", "away"]) {
      await done(eve, { type: "Join", room });
      if (room !== "bens") await done(eve, { type: "Topic", room, topic: `SECRET ${room}` });
    }
    await done(eve, { type: "Leave", room: "away" });
    const erasing = hold('"act":"erase"');
    await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
    await erasing.arrived();
    await says(eve, { type: "Topic", room: "tea", topic: "SECRET late" });
    // It is given behind hers, and is the last word.
    await says(ben, { type: "Topic", room: "late", topic: "later of Ben", id: "later" });
    erasing.release();
    assertEquals((await answerTo(op, "erase"))["done"], true);
    const topics = [];
    for (const room of ["tea", "late", "bens", "away"]) {
      topics.push((await ask(op, { type: "Room", room }))["topic"]);
    }
    assertEquals(topics, [undefined, "later of Ben", "of Ben", undefined]);
    for (;;) {
      const { room, topic, by } = await ben.nextOf("Topic");
      if (by === "-") {
        assertEquals([room, topic], ["tea", ""]);
        break;
      }
    }
  }
  assertEquals(await leftIn(place.path, "SECRET"), []);
  await using server = await startOn(place.path, { serve });
  await using op = await comesIn(server, { username: "Root", operator: operatorToken });
  assertEquals((await ask(op, { type: "Room", room: "late" }))["topic"], "later of Ben");
  assertEquals((await ask(op, { type: "Room", room: "tea" }))["topic"], undefined);
});

Deno.test("a topic that somebody gives while hers is being taken away stays", async () => {
  using place = folder();
  {
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await using ben = await inRoom(server, "Ben", "tea");
    await using eve = await registered(server, "Eve");
    await done(eve, { type: "Join", room: "tea" });
    await done(eve, { type: "Topic", room: "tea", topic: "SECRET" });
    const bare = hold('room/tea{"name":"tea"}');
    await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
    await bare.arrived();
    await says(ben, { type: "Topic", room: "tea", topic: "of Ben", id: "topic" });
    bare.release();
    assertEquals((await answerTo(op, "erase"))["done"], true);
    // It is answered when it holds.
    assertEquals((await answerTo(ben, "topic"))["type"], "Ack");
    assertEquals((await ask(op, { type: "Room", room: "tea" }))["topic"], "of Ben");
  }
  await using store = await openStore(place.path);
  assert(new TextDecoder().decode(await store.get("room/tea")).includes("of Ben"));
});

Deno.test("a kill in each stage of an erasing takes no word of others and keeps none of hers, also where a slow disk has much on its way", async () => {
  using place = folder();
  using copies = folder();
  const stages = [
    '"act":"erase"',
    "SECRET late",
    '"from":"-","content":""',
    '"from":"-","tag":"-"',
    'room/tea{"name":"tea"}',
    "order/hers{",
  ];
  {
    await using chat = await begin(place.path);
    const { hold, server, op } = chat;
    await using ben = await inRoom(server, "Ben", "tea");
    await done(ben, { type: "Broadcast", room: "tea", content: "of Ben" });
    await using eve = await registered(server, "Eve");
    for (const room of ["tea", "hers"]) {
      await done(eve, { type: "Join", room });
      await done(eve, { type: "Broadcast", room, content: `SECRET in ${room}` });
    }
    await done(eve, { type: "Topic", room: "tea", topic: "SECRET topic" });
    let held = hold(stages[0] ?? "");
    await op.send({ type: "EraseAccount", username: "Eve", id: "erase" });
    for (const stage of stages.keys()) {
      await held.arrived();
      const copy = `${copies.path}/${stage}`;
      await Deno.mkdir(copy);
      copyFiles(place.path, copy);
      if (stage === 0) {
        await says(
          eve,
          { type: "Broadcast", room: "tea", content: "SECRET late" },
          { type: "Whisper", to: "Ben", content: "SECRET whisper" },
        );
        await says(ben, { type: "Broadcast", room: "tea", content: "late of Ben" });
      }
      held.release();
      const next = stages[stage + 1];
      if (next !== undefined) held = hold(next);
    }
    assertEquals((await answerTo(op, "erase"))["done"], true);
    await Deno.mkdir(`${copies.path}/end`);
    copyFiles(place.path, `${copies.path}/end`);
  }
  for (const moment of [...stages.keys(), "end"]) {
    const copy = `${copies.path}/${moment}`;
    {
      await using server = await startOn(copy, { serve });
      await using op = await comesIn(server, { username: "Root", operator: operatorToken });
      const again = await ask(op, { type: "EraseAccount", username: "Eve" });
      assert(again["done"] === true || again["code"] === "not_found", JSON.stringify(again));
      await done(op, { type: "Join", room: "tea" });
      const kept = await contents(op, { room: "tea" });
      assert(
        kept.includes("Ben: of Ben") && kept.every((one) => !`${one}`.includes("Eve")),
        `${copy} ${JSON.stringify([again, kept])}`,
      );
    }
    assertEquals(await leftIn(copy, "SECRET", '"hash"', '"from":"eve"'), [], copy);
  }
});

Deno.test("ranks that were given to an erased account when it was a guest of another name are taken, too", async () => {
  using place = folder();
  {
    await using chat = await begin(place.path);
    const { server, op } = chat;
    await using anna = await inRoom(server, "Anna", "tea");
    const session = "m".repeat(40);
    {
      await using _bobby = await inRoom(server, "Bobby", "tea", session);
      await done(anna, { type: "Room", room: "tea", promote: "Bobby" });
    }
    await using ben = await inRoom(server, "Ben", "tea", session);
    await ask(ben, { type: "Register", username: "Ben", password });
    assertEquals((await ask(ben, { type: "Room", room: "tea" }))["rank"], "moderator");
    assertEquals((await ask(op, { type: "EraseAccount", username: "Ben" }))["done"], true);
    assertEquals((await ask(anna, { type: "Room", room: "tea" }))["moderators"], []);
  }
  await using store = await openStore(place.path);
  const order = new TextDecoder().decode(await store.get("order/tea"));
  assert(order.includes("Anna") && !order.includes("Bobby"), order);
});

Deno.test("what is said by who has the name of one who is being erased is not taken for his", async () => {
  const store = memoryStore();
  const checked = userName("Eve");
  assert(checked.kind === "name");
  const key = "eve" as FoldedName;
  const say = (seq: number, tag?: string): void =>
    store.append({
      stream: "room/tea",
      at: 1,
      encode: (seq) => {
        const message = { type: "NewMessage", room: "tea", seq, from: "Eve", content: "hi", at: 1 };
        return new TextEncoder().encode(JSON.stringify(message));
      },
      beside: tag === undefined ? undefined : {
        stream: "author/tea",
        encode: (seq) => encodeAuthor({ from: key, tag, seq }),
      },
      settled: () => assertEquals(store.head("room/tea"), seq),
    });
  say(1, "old");
  say(2);
  let isSaid = false;
  const read: MessageStore["read"] = async (stream: string, range: Range) => {
    const page = await store.read(stream, range);
    if (stream === "author/tea" && !isSaid) {
      isSaid = true;
      say(3, "new");
    }
    return page;
  };
  const found: (readonly number[])[] = [];
  const where = { store, read, pause: () => Promise.resolve(true) };
  for await (const { kind, seqs } of tracesOf(where, { name: checked.name, key, tag: "old" })) {
    if (kind === "said") found.push(seqs);
  }
  assertEquals(found, [[2, 1]]);
});
