/**
 * Attacks on what is decided and on its way to the disk: by words that the store refuses meanwhile, since the disk is nearly full, and by
 * those that come one behind the other within one sync. What was acknowledged holds, and what was refused never was.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import {
  type Answer,
  answerTo,
  ask,
  comesIn,
  done,
  inRoom,
  refused,
} from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import {
  copyFiles,
  eventually,
  folder,
  type ServerOn,
  startOn,
  untilFull,
} from "../../server/durable/place.ts";
import { get } from "../../server/http/web.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";

function start(path: string, { storage }: HandDisk): Promise<ServerOn> {
  return startOn(path, { storage, serve: { operatorToken, passwordCost: CHEAP } });
}

function root(server: TestServer, username = "Root"): Promise<RawClient> {
  return comesIn(server, { username, operator: operatorToken });
}

function registered(server: TestServer, username: string): Promise<RawClient> {
  return comesIn(server, { type: "Register", username, password });
}

/** From now on only what keeps order is written. */
async function fill(disk: HandDisk, server: ServerOn, client: RawClient): Promise<void> {
  disk.freePart = 0.006;
  await untilFull(server, client);
}

/** From now on all is written. */
function empty(disk: HandDisk, { store }: ServerOn): void {
  disk.freePart = 0.5;
  store.tend?.();
}

/** The accounts as they will be, with their roles. */
async function roles(operator: RawClient): Promise<Record<string, string>> {
  const { accounts } = await ask(operator, { type: "Accounts" });
  const list = accounts as readonly { readonly name: string; readonly role: string }[];
  return Object.fromEntries(list.map(({ name, role }) => [name, role]));
}

function codeOf({ type, code }: Answer): unknown {
  return code ?? type;
}

Deno.test("a ban that is on its way to a disk that is nearly full holds, whatever is refused and done behind it", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await start(place.path, disk);
    await using anna = await inRoom(server, "Anna", "tea");
    await using mia = await inRoom(server, "Mia", "tea");
    await using eve = await inRoom(server, "Eve", "tea");
    await using _cleo = await inRoom(server, "Cleo", "tea");
    await done(anna, { type: "Room", room: "tea", promote: "Mia" });
    await fill(disk, server, eve);
    const hold = disk.hold('"act":"ban"');
    using _released = { [Symbol.dispose]: hold.release };
    await anna.send({ type: "Ban", room: "tea", user: "Eve", id: "ban" });
    await hold.arrived();
    await mia.send(
      { type: "Invite", room: "tea", user: "Cleo", id: "invite" },
      { type: "Mute", room: "tea", user: "Cleo", id: "mute" },
    );
    assertEquals(codeOf(await answerTo(mia, "invite")), "storage");
    hold.release();
    assertEquals(codeOf(await answerTo(anna, "ban")), "Ack");
    assertEquals(codeOf(await answerTo(mia, "mute")), "Ack");
    await refused(eve, { type: "Join", room: "tea" }, "banned");
  }
  await using server = await start(place.path, disk);
  await using op = await root(server);
  const room = await ask(op, { type: "Room", room: "tea" });
  const names = (list: unknown) => (list as { user: string }[]).map(({ user }) => user);
  assertEquals([names(room["bans"]), names(room["mutes"])], [["Eve"], ["Cleo"]]);
});

Deno.test("who is no operator any more on a disk that is nearly full is none for a login whose device is refused, and makes nobody one", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await start(place.path, disk);
  await using op = await root(server);
  await using watcher = await root(server, "Watcher");
  await using _zed = await registered(server, "Zed");
  await using _mate = await registered(server, "Mate");
  await done(op, { type: "SetRole", username: "Zed", role: "operator" });
  await fill(disk, server, watcher);
  const hold = disk.hold('"act":"deop"');
  using _released = { [Symbol.dispose]: hold.release };
  await op.send({ type: "SetRole", username: "Zed", role: "user", id: "deop" });
  await hold.arrived();
  await using again = await comesIn(server, { username: "Zed", password });
  await refused(again, { type: "Bans" }, "forbidden");
  await refused(again, { type: "SetRole", username: "Mate", role: "operator" }, "forbidden");
  assertEquals((await roles(watcher))["Zed"], "user");
  hold.release();
  await answerTo(op, "deop");
  assertEquals(await roles(watcher), { Mate: "user", Zed: "user" });
});

for (
  const act of [
    { type: "SetRole", role: "user" },
    { type: "RemoveAccount" },
  ] as const
) {
  Deno.test(`who is made an operator is never one where ${act.type} came behind that before the disk had it`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    await using server = await start(place.path, disk);
    await using op = await root(server);
    await using other = await root(server, "Other");
    await using watcher = await root(server, "Watcher");
    await using eve = await registered(server, "Eve");
    const given = disk.hold('"act":"op"');
    using _given = { [Symbol.dispose]: given.release };
    await op.send({ type: "SetRole", username: "Eve", role: "operator", id: "op" });
    await given.arrived();
    await other.send({ ...act, username: "Eve", id: "taken" });
    await eventually(
      async () => (await roles(watcher))["Eve"] !== "operator" || undefined,
      "what came behind that",
    );
    given.release();
    const taken = disk.hold(act.type === "SetRole" ? '"act":"deop"' : '"act":"remove"');
    using _taken = { [Symbol.dispose]: taken.release };
    assertEquals(codeOf(await answerTo(op, "op")), "Ack");
    await refused(eve, { type: "Bans" }, "forbidden");
    await refused(eve, { type: "SetRole", username: "Eve", role: "operator" }, "forbidden");
    taken.release();
    assertEquals(codeOf(await answerTo(other, "taken")), "Ack");
    assert((await roles(op))["Eve"] !== "operator");
  });
}

Deno.test("a room whose first deed the store refuses is its maker's all the same once something is said there", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const session = "a".repeat(40);
  {
    await using server = await start(place.path, disk);
    await using anna = await inRoom(server, "Anna", "tea", session);
    await using _ben = await inRoom(server, "Ben", "tea");
    await using filler = await server.frames("Filler");
    await fill(disk, server, filler);
    await refused(anna, { type: "Room", room: "tea", promote: "Ben" }, "storage");
    await refused(anna, { type: "Broadcast", room: "tea", content: "words" }, "storage");
    empty(disk, server);
    await eventually(
      async () => (await ask(anna, { type: "Broadcast", room: "tea", content: "words" }))["seq"],
      "the disk has space",
    );
  }
  await using server = await start(place.path, disk);
  await using anna = await inRoom(server, "Anna", "tea", session);
  const { owner, rank } = await ask(anna, { type: "Room", room: "tea" });
  assertEquals([owner, rank], ["Anna", "owner"]);
});

Deno.test("an account that was put out of a room while the disk is nearly full does not come back to it by itself after a kill", async () => {
  using place = folder();
  using killed = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await start(place.path, disk);
    await using anna = await inRoom(server, "Anna", "tea");
    {
      await using eve = await registered(server, "Eve");
      await done(eve, { type: "Join", room: "tea" });
      await eve.closeWrite();
      await eve.expectEnd();
    }
    await fill(disk, server, anna);
    await done(anna, { type: "Kick", room: "tea", user: "Eve" });
    await done(anna, { type: "Unban", room: "tea", user: "Eve" });
    copyFiles(place.path, killed.path);
  }
  await using server = await startOn(killed.path, { serve: { passwordCost: CHEAP } });
  await using eve = await server.connect();
  await eve.send({ type: "Login", username: "Eve", password });
  assertEquals((await eve.next("Welcome")).rooms, ["lobby"]);
});

Deno.test("a topic that is on its way is there after a restart, also when somebody asks meanwhile whether the server is well", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  {
    await using server = await startOn(place.path, { storage: disk.storage, serve: { http: {} } });
    await using anna = await server.frames("Anna");
    await done(anna, { type: "Topic", room: "lobby", topic: "old" });
    await fill(disk, server, anna);
    empty(disk, server);
    const hold = disk.hold("brand new");
    using _released = { [Symbol.dispose]: hold.release };
    // Nothing was stored since, so that whoever asks has the store tried.
    await eventually(async () => {
      await anna.send({ type: "Topic", room: "lobby", topic: "brand new", id: "topic" });
      await anna.send({ type: "Ping" });
      let isTaken = true;
      for (;;) {
        const { type } = await anna.message();
        if (type === "Error") isTaken = false;
        if (type === "Pong") return isTaken || undefined;
      }
    }, "the topic is on its way");
    await hold.arrived();
    assertEquals((await get(server.server.http?.port ?? 0, "/healthz")).status, 503);
    hold.release();
    await answerTo(anna, "topic");
  }
  await using server = await start(place.path, disk);
  await using anna = await server.frames("Anna");
  const { rooms } = await ask(anna, { type: "ListRooms" });
  assertEquals(rooms, [{ name: "lobby", users: 1, topic: "brand new" }]);
});

Deno.test("who takes back what he said last, which was refused, takes back nothing that was said instead of it", async () => {
  const store = memoryStore();
  const fussy: MessageStore = {
    ...store,
    append: (message) => {
      // As the store on a disk does it: the message has its number by then.
      const isRefused = new TextDecoder().decode(message.encode(1)).includes("refused");
      if (isRefused) message.settled(new StorageError("Others come first", { isLimit: true }));
      else store.append(message);
    },
  };
  await using server = startServer({ store: fussy });
  await using anna = await inRoom(server, "Anna", "tea");
  await using ben = await inRoom(server, "Ben", "tea");
  await refused(anna, { type: "Broadcast", room: "tea", content: "refused" }, "storage");
  await done(ben, { type: "Broadcast", room: "tea", content: "of Ben" });
  await refused(anna, { type: "Delete", room: "tea" }, "not_found");
  await done(anna, { type: "Broadcast", room: "tea", content: "of Anna" });
  await done(anna, { type: "Delete", room: "tea" });
  const { messages } = await ask(anna, { type: "History", room: "tea" });
  const words = (messages as { readonly content: string }[]).map(({ content }) => content);
  assertEquals(words, ["of Ben", ""]);
});

Deno.test("of deeds that a full disk did not take none is done with those that come later", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await start(place.path, disk);
  await using anna = await inRoom(server, "Anna", "tea");
  await using _eve = await inRoom(server, "Eve", "tea");
  await using _cleo = await inRoom(server, "Cleo", "tea");
  await done(anna, { type: "Broadcast", room: "tea", content: "mine" });
  disk.fullAfter = 0;
  const judge = { room: "tea", user: "Eve" };
  await anna.send({ type: "Ban", ...judge, id: "ban" }, { type: "Mute", ...judge, id: "mute" });
  assertEquals(codeOf(await answerTo(anna, "ban")), "storage");
  assertEquals(codeOf(await answerTo(anna, "mute")), "storage");
  disk.fullAfter = Infinity;
  await done(anna, { type: "Mute", room: "tea", user: "Cleo" });
  const { bans, mutes } = await ask(anna, { type: "Room", room: "tea" });
  assertEquals(
    [bans, (mutes as { readonly user: string }[]).map(({ user }) => user)],
    [[], ["Cleo"]],
  );
});
