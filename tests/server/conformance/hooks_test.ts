/**
 * Hooks by which programs speak: made by operators, used by whoever has the token, heard like any word.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import type { MessageStore } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { slowStore } from "../order/slow_store.ts";
import { addHook, OPERATOR, operatorOf, post, startHooked } from "../hooks/hooking.ts";

/** A store that outlives its server. */
function lasting(): MessageStore {
  const store = memoryStore();
  return new Proxy(store, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return () => Promise.resolve();
      const value = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

Deno.test("a program says something in a hook's room: all there hear it, marked, and it is in the history", async () => {
  await using server = startHooked();
  await using anna = await server.frames("Anna");
  await using ben = await server.text("Ben");
  await using op = await operatorOf(server);
  const { hook, token, secret } = await addHook(op, { name: "ci" });
  assertEquals([hook.name, hook.room, hook.by, secret], ["ci", "lobby", "Root", undefined]);
  const answer = await post(server.web, token, "build is green\n");
  assertEquals(answer.status, 200);
  const { room, seq } = JSON.parse(answer.body);
  assertEquals([room, seq], ["lobby", 1]);
  const heard = await anna.nextOf("NewMessage");
  assertEquals([heard.from, heard.content, heard.hook, heard.account], [
    "ci",
    "build is green",
    true,
    undefined,
  ]);
  await ben.expectLines("[Hook] ci: build is green");
  await anna.send({ type: "History", room: "lobby" });
  const { messages: [kept] } = await anna.nextOf("HistoryPage");
  assert(kept?.type === "NewMessage" && kept.hook === true);
  await op.send({ type: "Hooks" });
  const { hooks: [listed] } = await op.nextOf("HookList");
  assertEquals([listed?.name, typeof listed?.used], ["ci", "number"]);
});

Deno.test("a room's members hear a hook that is not among them, and nobody sees it come or go", async () => {
  await using server = startHooked();
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Join", room: "ops", id: "1" });
  await anna.nextOf("Ack");
  await anna.send({ type: "Room", room: "ops", access: "invite", id: "2" });
  await anna.nextOf("Ack");
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "alarm", room: "ops" });
  await anna.send({ type: "Room", room: "ops", slow: 3_600, id: "3" });
  await anna.nextOf("Ack");
  for (const content of ["one", "two"]) {
    assertEquals((await post(server.web, token, content)).status, 200);
    assertEquals((await anna.nextOf("NewMessage")).content, content);
  }
  await anna.send({ type: "ListUsers", room: "ops" });
  assertEquals((await anna.nextOf("UserList")).users, ["Anna"]);
});

Deno.test("a moderator mutes a hook by its name, and deletes what it said", async () => {
  await using server = startHooked();
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Join", room: "ops", id: "1" });
  await anna.nextOf("Ack");
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci", room: "ops" });
  assertEquals((await post(server.web, token, "spam")).status, 200);
  await anna.nextOf("NewMessage");
  await anna.send({ type: "Delete", room: "ops", seq: 1, id: "2" });
  assertEquals((await anna.nextOf("MessageDeleted")).seq, 1);
  await anna.send({ type: "Mute", room: "ops", user: "ci", id: "3" });
  await anna.nextOf("Ack");
  const refused = await post(server.web, token, "more");
  assertEquals(refused.status, 403);
  assert(refused.body.includes("muted"), refused.body);
});

Deno.test("a hook that is being muted is silent before the disk has that", async () => {
  const { store, hold, release } = slowStore();
  await using server = startHooked({ store });
  await using anna = await server.frames("Anna");
  await anna.send({ type: "Join", room: "ops", id: "1" });
  await anna.nextOf("Ack");
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci", room: "ops" });
  hold();
  await anna.send({ type: "Mute", room: "ops", user: "ci", id: "2" }, { type: "Ping", id: "3" });
  await anna.nextOf("Pong");
  assertEquals((await post(server.web, token, "meanwhile")).status, 403);
  release();
  await anna.nextOf("Ack");
  await anna.send({ type: "History", room: "ops", id: "5" });
  assertEquals((await anna.nextOf("HistoryPage")).messages, []);
});

Deno.test("a hook's name is nobody else's: no guest's, no account's, in no other case, and not one that looks like it", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  await addHook(op, { name: "Ilse" });
  for (const username of ["Ilse", "ILSE", "IIse"]) {
    await using guest = await server.connect();
    await guest.send({ type: "Login", username });
    await guest.nextError("name_taken");
    await guest.expectEnd();
    await using owner = await server.connect();
    await owner.send({ type: "Register", username, password: "correct horse" });
    await owner.nextError("name_taken");
    await op.send({ type: "AddAccount", username, password: "correct horse", id: "a" });
    assertEquals((await op.nextError("name_taken")).re, "a");
  }
  await op.send({ type: "RemoveHook", hook: "ILSE", id: "r" });
  await op.nextOf("Ack");
  await using ilse = await server.frames("Ilse");
  await op.send({ type: "AddHook", name: "ilse", room: "lobby", id: "b" });
  assertEquals((await op.nextError("name_taken")).re, "b");
  await ilse.send({ type: "Register", username: "Ilse", password: "correct horse" });
  await ilse.nextOf("Welcome");
  await ilse.close();
  await op.send({ type: "AddHook", name: "Ilse", room: "lobby", id: "c" });
  assertEquals((await op.nextError("name_taken")).re, "c");
});

Deno.test("who has the name of a hook that is gone changes nothing of what the hook said", async () => {
  await using server = startHooked();
  await using ben = await server.frames("ci");
  const { session } = ben;
  await ben.send({ type: "Broadcast", content: "mine", id: "1" });
  await ben.nextOf("Ack");
  await ben.close();
  await server.event("left");
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci" });
  assertEquals((await post(server.web, token, "a hook's")).status, 200);
  await op.send({ type: "RemoveHook", hook: "ci", id: "r" });
  await op.nextOf("Ack");
  await using again = await server.frames("ci", session);
  await again.send({ type: "Edit", seq: 2, content: "forged", id: "2" });
  assertEquals((await again.nextError("forbidden")).re, "2");
  await again.send({ type: "Edit", seq: 1, content: "mine still", id: "3" });
  await again.nextOf("Ack");
});

Deno.test("only operators see, make and take hooks away; both is on record, and no secret is shown again", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  const { token = "" } = await addHook(op, { name: "ci" });
  await using anna = await server.frames("Anna");
  for (
    const message of [
      { type: "Hooks" },
      { type: "AddHook", name: "mine", room: "lobby" },
      { type: "RemoveHook", hook: "ci" },
    ]
  ) {
    await anna.send({ ...message, id: message.type });
    assertEquals((await anna.nextError("forbidden")).re, message.type);
  }
  await op.send({ type: "Hooks" });
  const list = JSON.stringify(await op.nextOf("HookList"));
  assert(!list.includes(token) && list.includes('"ci"'));
  await op.send({ type: "RemoveHook", hook: "ci", id: "r" });
  await op.nextOf("Ack");
  assertEquals((await post(server.web, token, "still there?")).status, 404);
  await op.send({ type: "RemoveHook", hook: "ci", id: "r" });
  assertEquals((await op.nextError("not_found")).re, "r");
  await op.send({ type: "Audit", server: true });
  const { records } = await op.nextOf("AuditPage");
  assertEquals(records.map(({ act, user, by }) => [act, user, by]), [
    ["hook", "ci", "Root"],
    ["unhook", "ci", "Root"],
  ]);
});

Deno.test("a hook works after a restart, and its token is in the store as a hash only", async () => {
  const store = lasting();
  let token: string | undefined;
  {
    await using server = startHooked({ store });
    await using op = await operatorOf(server);
    ({ token } = await addHook(op, { name: "ci", room: "builds" }));
  }
  const kept = [...store.values.keys("hook/")].map((key) =>
    new TextDecoder().decode(store.values.value(key))
  );
  assertEquals(kept.length, 1);
  assert(token !== undefined && kept.every((value) => !value.includes(token ?? "")));
  await using server = startHooked({ store });
  assertEquals((await post(server.web, token, "still green")).status, 200);
});

Deno.test("said again under the same key it is said once, and other words under it are refused", async () => {
  await using server = startHooked();
  await using anna = await server.frames("Anna");
  await using op = await operatorOf(server);
  const { token } = await addHook(op, { name: "ci" });
  const key = { "Idempotency-Key": "build-7" };
  const first = await post(server.web, token, "green", key);
  const second = await post(server.web, token, "green", key);
  assertEquals([second.status, second.body], [200, first.body]);
  assertEquals((await post(server.web, token, "red", key)).status, 400);
  assertEquals((await anna.nextOf("NewMessage")).content, "green");
  await anna.expectNothing();
});

Deno.test("a server without a token for operators has hooks for those with that role", async () => {
  await using server = startHooked({ operatorToken: OPERATOR });
  await using op = await operatorOf(server);
  await op.send({
    type: "AddAccount",
    username: "Olga",
    password: "correct horse",
    role: "operator",
    id: "1",
  });
  await op.nextOf("Ack");
  await using olga = await server.connect();
  await olga.send({ type: "Login", username: "Olga", password: "correct horse" });
  await olga.nextOf("Welcome");
  assertEquals((await addHook(olga, { name: "ci" })).hook.by, "Olga");
});
