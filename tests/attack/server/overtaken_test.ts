/**
 * Attacks by what is still under way when its sender is put out or silenced: it was asked for before, and is not done after.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { type MessageStore, StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";

/** A store that holds back what is read of it, when that is asked of it, and may be nearly full. */
class HeldStore {
  #held: { readonly asked: () => void; readonly released: Promise<void> } | undefined;
  readonly store: MessageStore;
  /** Whether of values it takes only those that go on. */
  isNearlyFull = false;

  constructor() {
    const store = memoryStore();
    this.store = {
      ...store,
      read: async (stream, range) => {
        this.#held?.asked();
        await this.#held?.released;
        return await store.read(stream, range);
      },
      values: {
        ...store.values,
        write: (...[key, value, settled, goesOn, beside]) => {
          if (this.isNearlyFull && goesOn !== true) return settled(new StorageError("nearly full"));
          store.values.write(key, value, settled, goesOn, beside);
        },
      },
    };
  }

  /** From now on nothing is read until that is released. */
  hold(): { asked: () => Promise<void>; release: () => void } {
    const asked = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    this.#held = { asked: asked.resolve, released: released.promise };
    return {
      asked: () => within(asked.promise, "A page is read"),
      release: () => {
        this.#held = undefined;
        released.resolve();
      },
    };
  }
}

/** What somebody is told until the answer to the message of that id. */
async function until(client: RawClient, re: string): Promise<readonly Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  while (all.at(-1)?.["re"] !== re) all.push({ ...await client.message() });
  return all;
}

const JUDGEMENTS = [
  { type: "Mute", code: "forbidden" },
  { type: "Kick", code: "not_in_room" },
  { type: "Ban", code: "not_in_room" },
] as const;
const CHANGES = [
  { type: "Edit", seq: 1, content: "SPAM" },
  { type: "React", seq: 2, emoji: "SPAM", on: true },
  { type: "Delete", seq: 1 },
  { type: "History" },
] as const;

for (const { type, code } of JUDGEMENTS) {
  for (const change of CHANGES) {
    // Who is muted takes his own words back all the same, and reads.
    const stays = type === "Mute" && (change.type === "Delete" || change.type === "History");
    const what = stays ? "is done" : "is not done";
    Deno.test(`what is under way when ${type} overtakes it: ${change.type} ${what}`, async () => {
      const held = new HeldStore();
      await using server = startServer({ store: held.store, limits: { messagesPerSecond: 0 } });
      await using anna = await inRoom(server, "Anna", "tea");
      await using eve = await inRoom(server, "Eve", "tea");
      await done(eve, { type: "Broadcast", room: "tea", content: "harmless" });
      await done(anna, { type: "Broadcast", room: "tea", content: "mine" });
      const hold = held.hold();
      await eve.send({ ...change, room: "tea", id: "under way" });
      await hold.asked();
      await done(anna, { type, room: "tea", user: "Eve" });
      hold.release();
      const answer = (await until(eve, "under way")).at(-1);
      assertEquals(
        answer?.["type"] === "Error" ? answer["code"] : undefined,
        stays ? undefined : code,
      );
      await anna.send({ type: "Ping", id: "behind it" });
      const told = JSON.stringify(await until(anna, "behind it"));
      assert(!told.includes("SPAM"));
      assertEquals(told.includes("MessageDeleted"), stays && change.type === "Delete");
    });
  }
}

Deno.test("who has to wait in a slow room says nothing there by editing or by a topic", async () => {
  let now = 1_700_000_000_000;
  await using server = startServer({ clock: () => now, limits: { messagesPerSecond: 0 } });
  await using anna = await inRoom(server, "Anna", "tea");
  await using eve = await inRoom(server, "Eve", "tea");
  await done(anna, { type: "Room", room: "tea", slow: 60 });
  await done(eve, { type: "Broadcast", room: "tea", content: "one" });
  const edit = { type: "Edit", room: "tea", seq: 1, content: "two" };
  const topic = { type: "Topic", room: "tea", topic: "three" };
  for (const word of [edit, topic]) await refused(eve, word, "rate_limited");
  // What changes nothing tells nobody anything, and what takes away is no word.
  await done(eve, { ...edit, content: "one" });
  now += 60_000;
  await done(eve, edit);
  await refused(eve, topic, "rate_limited");
  await done(eve, { type: "Delete", room: "tea", seq: 1 });
  now += 60_000;
  await done(eve, topic);
  await refused(eve, { type: "Broadcast", room: "tea", content: "four" }, "rate_limited");
  // Who keeps order there does not wait.
  await done(anna, topic);
  await done(anna, { type: "Broadcast", room: "tea", content: "five" });
  await done(anna, { type: "Edit", room: "tea", seq: 2, content: "six" });
});

Deno.test("a page of the audit under way when its reader is banned, demoted or no operator any more is not given", async () => {
  const held = new HeldStore();
  const operatorToken = "operator".repeat(5);
  await using server = startServer({ store: held.store, operatorToken, passwordCost: CHEAP });
  await using anna = await inRoom(server, "Anna", "tea");
  await using eve = await server.connect();
  await eve.send({ type: "Register", username: "Eve", password: "correct horse" });
  await eve.next("Welcome");
  await using root = await server.connect();
  await root.send({ type: "Login", username: "Root", operator: operatorToken });
  await root.next("Welcome");
  const promote = { type: "Room", room: "tea", promote: "Eve" };
  const overtaken = async (by: RawClient, deed: object, asked: object, code: string) => {
    const hold = held.hold();
    await eve.send({ type: "Audit", ...asked, id: "under way" });
    await hold.asked();
    await ask(by, deed);
    hold.release();
    const answer = (await until(eve, "under way")).at(-1);
    assertEquals([answer?.["type"], answer?.["code"]], ["Error", code], JSON.stringify(answer));
  };
  await done(anna, promote);
  const tea = { room: "tea" };
  await overtaken(anna, { type: "Room", ...tea, demote: "Eve" }, tea, "forbidden");
  await done(anna, promote);
  await overtaken(anna, { type: "Ban", ...tea, user: "Eve" }, tea, "banned");
  const role = { type: "SetRole", username: "Eve" };
  await done(root, { ...role, role: "operator" });
  await overtaken(root, { ...role, role: "user" }, { server: true }, "forbidden");
});

for (const missed of ["said", "edited"]) {
  Deno.test(`what was ${missed} while somebody was away is not told when a ban overtakes it`, async () => {
    const held = new HeldStore();
    await using server = startServer({ store: held.store, limits: { messagesPerSecond: 0 } });
    await using anna = await inRoom(server, "Anna", "tea");
    let session = "";
    {
      await using before = await inRoom(server, "Eve", "tea");
      session = before.session;
      await done(anna, { type: "Broadcast", room: "tea", content: "harmless" });
    }
    await done(
      anna,
      missed === "said"
        ? { type: "Broadcast", room: "tea", content: "SECRET" }
        : { type: "Edit", room: "tea", seq: 1, content: "SECRET" },
    );
    await using eve = await server.connect();
    let hold = held.hold();
    await eve.send({ type: "Login", username: "Eve", session, resume: { tea: 1 } });
    await hold.asked();
    if (missed === "edited") {
      // First it reads what was changed, and then that.
      hold.release();
      hold = held.hold();
      await hold.asked();
    }
    await done(anna, { type: "Ban", room: "tea", user: "Eve" });
    hold.release();
    await eve.send({ type: "Ping", id: "behind it" });
    const told = JSON.stringify(await until(eve, "behind it"));
    assert(!told.includes("SECRET"), told);
  });
}

Deno.test("who comes in by a password, without a device since the disk is nearly full, does not when it is changed meanwhile", async () => {
  const held = new HeldStore();
  await using server = startServer({ store: held.store, passwordCost: CHEAP });
  await using anna = await server.frames("Anna");
  const password = "correct horse";
  await using eve = await comesIn(server, { type: "Register", username: "Eve", password });
  await done(anna, { type: "Broadcast", content: "what is looked at before she comes in" });
  held.isNearlyFull = true;
  const hold = held.hold();
  using _released = { [Symbol.dispose]: hold.release };
  await using thief = await server.connect();
  await thief.send({ type: "Login", username: "Eve", password });
  await hold.asked();
  await done(eve, { type: "Password", old: password, password: "battery staple" });
  hold.release();
  await thief.nextError("auth_failed");
});

for (const { type, code } of JUDGEMENTS) {
  const decided = type === "Mute" ? "forbidden" : "banned";
  Deno.test(`nobody hears behind a ${type} what was said when that was on its way to the disk`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    await using server = await startOn(place.path, { storage: disk.storage });
    await using anna = await inRoom(server, "Anna", "tea");
    await using eve = await inRoom(server, "Eve", "tea");
    await done(eve, { type: "Broadcast", room: "tea", content: "harmless" });
    await done(anna, { type: "Broadcast", room: "tea", content: "mine" });
    const sync = disk.hold(`"act":"${type.toLowerCase()}"`);
    await anna.send({ type, room: "tea", user: "Eve", id: "decided" });
    await sync.arrived();
    const words = [
      { type: "Broadcast", content: "SPAM" },
      { type: "Topic", topic: "SPAM" },
      { type: "FileOffer", filename: "SPAM", size: 1 },
      { type: "Edit", seq: 1, content: "SPAM" },
      { type: "React", seq: 2, emoji: "SPAM", on: true },
    ];
    for (const word of words) {
      await eve.send({ ...word, room: "tea", id: word.type });
      const answer = (await until(eve, word.type)).at(-1);
      assertEquals([word.type, answer?.["code"]], [word.type, decided]);
    }
    sync.release();
    await until(anna, "decided");
    await anna.send({ type: "Ping", id: "behind it" });
    assert(!JSON.stringify(await until(anna, "behind it")).includes("SPAM"));
    await refused(eve, { type: "Broadcast", room: "tea", content: "SPAM" }, code);
  });
}
