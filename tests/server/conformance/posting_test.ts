/**
 * Outgoing hooks: what is said in a room is posted, in order, signed, again when it is not taken, and over a restart.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import type { MessageStore } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient } from "../../harness.ts";
import { eventually } from "../durable/place.ts";
import { addHook, operatorOf, post, startHooked } from "../hooks/hooking.ts";
import { metrics } from "../http/web.ts";
import { Receiver } from "../hooks/receiver.ts";

const LOCAL = { hooks: { to: ["127.0.0.1"] } };

async function say(client: RawClient, ...contents: readonly string[]): Promise<void> {
  for (const content of contents) {
    await client.send({ type: "Broadcast", content, id: content });
    await client.nextOf("Ack");
  }
}

Deno.test("what is said is posted as it is told, in order and signed, from when the hook was made", async () => {
  await using receiver = new Receiver();
  await using server = startHooked(LOCAL);
  await using anna = await server.frames("Anna");
  await say(anna, "before");
  await using op = await operatorOf(server);
  const { secret = "", token, hook } = await addHook(op, { name: "bot", url: receiver.url });
  assertEquals([token, hook.url, hook.waiting], [undefined, receiver.url, 0]);
  receiver.secret = secret;
  await say(anna, "one", "two", "three");
  const came = await receiver.until(3);
  assertEquals(came.map(({ message }) => message.content), ["one", "two", "three"]);
  assertEquals(came.map(({ message }) => [message.type, message.from, message.seq]), [
    ["NewMessage", "Anna", 2],
    ["NewMessage", "Anna", 3],
    ["NewMessage", "Anna", 4],
  ]);
  assert(came.every(({ genuine }) => genuine), "They are signed");
  assertEquals(new Set(came.map(({ id }) => id)).size, 3);
});

Deno.test("only what matches is posted, and nothing that a hook has said", async () => {
  await using receiver = new Receiver();
  await using server = startHooked(LOCAL);
  await using anna = await server.frames("Anna");
  await using op = await operatorOf(server);
  await addHook(op, { name: "bot", url: receiver.url, match: "!Deploy" });
  const { token } = await addHook(op, { name: "ci" });
  assertEquals((await post(server.web, token, "!deploy by a hook")).status, 200);
  await say(anna, "nothing", "please !DEPLOY this", "nothing more", "!deploy again");
  const came = await receiver.until(2);
  assertEquals(came.map(({ message }) => message.content), [
    "please !DEPLOY this",
    "!deploy again",
  ]);
  assertEquals((await metrics(server.web))["chat_hook_messages_total"], 1);
});

Deno.test("what is not taken is posted again under the same id; what is refused thrice is given up and counted", async () => {
  await using receiver = new Receiver();
  const refused = () => new Response("no", { status: 404 });
  receiver.answers.push(
    () => new Response("later", { status: 503 }),
    () => new Response(null, { status: 302, headers: { Location: receiver.url } }),
    () => new Response(null, { status: 204 }),
    refused,
    refused,
    refused,
  );
  await using server = startHooked(LOCAL);
  await using anna = await server.frames("Anna");
  await using op = await operatorOf(server);
  await addHook(op, { name: "bot", url: receiver.url });
  await say(anna, "one", "two", "three");
  const came = await receiver.until(7);
  const contents = came.map(({ message }) => message.content);
  assertEquals(contents, ["one", "one", "one", "two", "two", "two", "three"]);
  assertEquals(new Set(came.map(({ id }) => id)).size, 3);
  await op.send({ type: "Hooks" });
  assertEquals((await op.nextOf("HookList")).hooks[0]?.missed, 1);
  const counted = await eventually(async () => {
    const all = await metrics(server.web);
    return all['chat_hook_posts_total{outcome="taken"}'] === 2 ? all : undefined;
  }, "Both that were taken are counted");
  assertEquals(counted['chat_hook_posts_total{outcome="failed"}'], 5);
  assertEquals(counted["chat_hook_missed_total"], 1);
});

Deno.test("a restart loses nothing that waits, and repeats nothing that was taken", async () => {
  const store = memoryStore();
  const lasting: MessageStore = new Proxy(store, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return () => Promise.resolve();
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  await using receiver = new Receiver();
  {
    await using server = startHooked({ ...LOCAL, store: lasting });
    await using op = await operatorOf(server);
    await addHook(op, { name: "bot", url: receiver.url });
    await using anna = await server.frames("Anna");
    await say(anna, "one");
    await receiver.until(1);
    await eventually(async () => {
      await op.send({ type: "Hooks" });
      return (await op.nextOf("HookList")).hooks[0]?.waiting === 0 || undefined;
    }, "Nothing waits");
  }
  {
    // One that posts nothing, such as that of a command.
    await using server = startHooked({ store: lasting });
    await using anna = await server.frames("Anna");
    await say(anna, "two");
  }
  await using _server = startHooked({ ...LOCAL, store: lasting });
  assertEquals((await receiver.until(2)).map(({ message }) => message.content), ["one", "two"]);
});

Deno.test("a hook that is taken away posts nothing more", async () => {
  await using receiver = new Receiver();
  await using server = startHooked(LOCAL);
  await using anna = await server.frames("Anna");
  await using op = await operatorOf(server);
  await addHook(op, { name: "bot", url: receiver.url });
  await addHook(op, { name: "other", url: receiver.url, match: "end" });
  await op.send({ type: "RemoveHook", hook: "bot", id: "r" });
  await op.nextOf("Ack");
  await say(anna, "one", "the end");
  assertEquals((await receiver.until(1)).map(({ message }) => message.content), ["the end"]);
});
