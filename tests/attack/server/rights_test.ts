/**
 * Attacks on rights in the moment in which they change: two words in one packet, a slow disk or a slow hash between them, a
 * name that changes hands, and a secret that two people know.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer, within } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { copyFiles, eventually, folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";

function root(server: TestServer): Promise<RawClient> {
  return comesIn(server, { username: "Root", operator: operatorToken });
}

function registered(server: TestServer, username: string): Promise<RawClient> {
  return comesIn(server, { type: "Register", username, password });
}

for (const type of ["Kick", "Ban"] as const) {
  Deno.test(`who is put out by ${type} in the same packet in which the room is closed is not one of the invited`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    await using server = await startOn(place.path, { storage: disk.storage });
    await using anna = await inRoom(server, "Anna", "tea");
    await using _eve = await inRoom(server, "Eve", "tea");
    await using _ben = await inRoom(server, "Ben", "tea");
    const hold = disk.hold("until then");
    await anna.send({ type: "Broadcast", room: "tea", content: "until then", id: "1" });
    await hold.arrived();
    await anna.send(
      { type, room: "tea", user: "Eve", id: "2" },
      { type: "Room", room: "tea", access: "invite", id: "3" },
    );
    // It takes both before the disk has answered the first.
    await anna.send({ type: "Ping" });
    await anna.nextOf("Pong");
    hold.release();
    for (const _ of ["1", "2", "3"]) await anna.nextOf("Ack");
    const { invited } = await ask(anna, { type: "Room", room: "tea" });
    assertEquals(invited, ["Anna", "Ben"]);
  });
}

Deno.test("who moderates and is muted does not lift that himself, also not under another name", async () => {
  await using server = startServer({ operatorToken });
  await using anna = await inRoom(server, "Anna", "tea");
  const session = "m".repeat(40);
  {
    await using ben = await inRoom(server, "Ben", "tea", session);
    await done(anna, { type: "Room", room: "tea", promote: "Ben" });
    await done(anna, { type: "Mute", room: "tea", user: "Ben" });
    await refused(ben, { type: "Unban", room: "tea", user: "Ben" }, "forbidden");
  }
  await using again = await inRoom(server, "Benjamin", "tea", session);
  assertEquals((await ask(again, { type: "Room", room: "tea" }))["rank"], "moderator");
  await refused(again, { type: "Unban", room: "tea", user: "Ben" }, "forbidden");
  await refused(again, { type: "Broadcast", room: "tea", content: "free" }, "forbidden");
  await done(anna, { type: "Unban", room: "tea", user: "Ben" });
  await done(again, { type: "Broadcast", room: "tea", content: "free" });
});

Deno.test("who takes the name of somebody who is changing a whisper is told nothing of it", async () => {
  const store = memoryStore();
  const held: (() => void)[] = [];
  const arrived = Promise.withResolvers<void>();
  const slow: MessageStore = {
    ...store,
    replace: (replacement) => {
      held.push(() => store.replace(replacement));
      arrived.resolve();
    },
  };
  await using server = startServer({ store: slow });
  await using bob = await server.frames("Bob");
  {
    await using anna = await server.frames("Anna");
    await anna.send({ type: "Whisper", to: "Bob", content: "first", id: "1" });
    await anna.nextOf("PrivateSent");
    await anna.send({ type: "Edit", with: "Bob", seq: 1, content: "SECRET" });
    await within(arrived.promise, "The change is on its way");
    // Her connection is replaced, and does not wait for the disk.
    await using _again = await server.frames("Anna", anna.session);
  }
  await using other = await server.frames("Anna");
  for (const go of held) go();
  assertEquals((await bob.nextOf("MessageEdited")).content, "SECRET");
  await other.send({ type: "Ping" });
  assertEquals((await other.message()).type, "Pong");
});

Deno.test("an account that an operator makes is not made when he is none any more before its password is hashed", async () => {
  // Dear enough that it takes a while.
  const passwordCost = { memoryKib: 64 << 10, passes: 4, lanes: 1 };
  await using server = startServer({ operatorToken, passwordCost });
  await using op = await root(server);
  await using eve = await registered(server, "Eve");
  await done(op, { type: "SetRole", username: "Eve", role: "operator" });
  await eve.send({ type: "AddAccount", username: "Evil", password, role: "operator", id: "1" });
  await done(op, { type: "SetRole", username: "Eve", role: "user" });
  for (;;) {
    const answer: { readonly re?: string; readonly code?: string } = await eve.message();
    if (answer.re === undefined) continue;
    assertEquals(answer.code, "forbidden");
    break;
  }
  const { accounts } = await ask(op, { type: "Accounts" });
  assert(!JSON.stringify(accounts).includes("Evil"));
});

/** The accounts as they will be when what is on its way is durable. */
async function accountsSeen(operator: RawClient): Promise<string> {
  return JSON.stringify((await ask(operator, { type: "Accounts" }))["accounts"] ?? []);
}

async function seen(
  operator: RawClient,
  what: string,
  isSo: (list: string) => boolean,
): Promise<void> {
  await eventually(async () => isSo(await accountsSeen(operator)) || undefined, what);
}

const OVERTAKING = [
  { type: "SetPassword", username: "Eve", password: "another horse" },
  { type: "SetRole", username: "Eve", role: "user" },
  { type: "RemoveAccount", username: "Eve" },
] as const;

for (const act of OVERTAKING) {
  Deno.test(`a login that is written together with ${act.type} does not come in behind it with what it had before`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    const serve = { operatorToken, passwordCost: CHEAP };
    await using server = await startOn(place.path, { storage: disk.storage, serve });
    await using op = await root(server);
    await using watcher = await comesIn(server, { username: "Watcher", operator: operatorToken });
    await done(op, { type: "Join", room: "aside" });
    await done(op, { type: "AddAccount", username: "Eve", password, role: "operator" });
    const hold = disk.hold("until then");
    await op.send({ type: "Broadcast", room: "aside", content: "until then" });
    await hold.arrived();
    await using eve = await server.connect();
    await eve.send({ type: "Login", username: "Eve", password, deviceName: "late" });
    await seen(watcher, "its device", (list) => list.includes('"devices":1'));
    const before = await accountsSeen(watcher);
    await op.send({ ...act, id: "act" });
    await seen(watcher, "what overtakes it", (list) => list !== before);
    hold.release();
    await eve.send({ type: "Bans", id: "is an operator" });
    for (;;) {
      const answer = await eve.message();
      assert(answer.type !== "BanList", "still an operator");
      if (answer.type === "Error") break;
    }
  });
}

Deno.test("who is here with a guest's secret under another name is let go when that becomes an account's", async () => {
  const secret = "s".repeat(40);
  await using server = startServer({ passwordCost: CHEAP });
  await using anna = await inRoom(server, "Anna", "tea", secret);
  await done(anna, { type: "Room", room: "tea", access: "invite" });
  await using thief = await server.frames("Thief", secret);
  await anna.send({ type: "Register", username: "Anna", password });
  await anna.nextOf("Welcome");
  await thief.nextError("auth_failed");
  await thief.expectEnd();
  await using again = await server.frames("Thief", secret);
  await refused(again, { type: "Join", room: "tea" }, "not_found");
});

Deno.test("of two guests who have one secret and make their names accounts at once, one has it", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const secret = "s".repeat(40);
  const serve = { operatorToken, passwordCost: CHEAP };
  await using server = await startOn(place.path, { storage: disk.storage, serve });
  await using op = await root(server);
  await using anna = await server.frames("Anna", secret);
  await using bob = await server.frames("Bob", secret);
  const hold = disk.hold("account/anna");
  using _released = { [Symbol.dispose]: hold.release };
  await anna.send({ type: "Register", username: "Anna", password });
  await hold.arrived();
  await refused(bob, { type: "Register", username: "Bob", password }, "forbidden");
  hold.release();
  await anna.nextOf("Welcome");
  await bob.nextError("auth_failed");
  assertEquals(((await ask(op, { type: "Accounts" }))["accounts"] as unknown[]).length, 1);
});

Deno.test("what an operator offered in a room for the invited ends when he is none any more, and he gets no more of what was offered there", async () => {
  await using server = startServer({ operatorToken, passwordCost: CHEAP });
  await using op = await root(server);
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", access: "invite" });
  await using eve = await registered(server, "Eve");
  await done(op, { type: "SetRole", username: "Eve", role: "operator" });
  await done(eve, { type: "Join", room: "tea" });
  const offer = { type: "FileOffer", room: "tea", size: 5, beside: true, id: "1" };
  await eve.send({ ...offer, filename: "of-eve" });
  await eve.nextOf("OfferAck");
  await anna.send({ ...offer, filename: "of-anna" });
  await anna.nextOf("OfferAck");
  await eve.send({ type: "FileAccept", from: "Anna", filename: "of-anna", beside: true });
  await eve.nextOf("StartDownload");
  await done(op, { type: "SetRole", username: "Eve", role: "user" });
  const over = [await anna.nextOf("FileCancel"), await anna.nextOf("FileCancel")];
  assertEquals(over.map(({ filename }) => filename).sort(), ["of-anna", "of-eve"]);
  const told = [await eve.nextOf("FileCancel"), await eve.nextOf("FileCancel")];
  assertEquals(told.map(({ filename }) => filename).sort(), ["of-anna", "of-eve"]);
});

Deno.test("who is banned from the server while the password of his new account is hashed has none", async () => {
  // Dear enough that it takes a while.
  const passwordCost = { memoryKib: 64 << 10, passes: 4, lanes: 1 };
  await using server = startServer({ operatorToken, passwordCost });
  await using op = await root(server);
  await using eve = await server.connect();
  await eve.send({ type: "Register", username: "Eve", password });
  await done(op, { type: "Ban", server: true, user: "Eve" });
  await eve.nextError("banned");
  await eve.expectEnd();
  assertEquals((await ask(op, { type: "Accounts" }))["accounts"], []);
});

Deno.test("an account that was put out of a room does not come back to it by itself when the server was killed right behind that", async () => {
  using place = folder();
  using killed = folder();
  let now = 1_700_000_000_000;
  const serve = { passwordCost: CHEAP, clock: () => now };
  {
    await using server = await startOn(place.path, { serve });
    await using anna = await inRoom(server, "Anna", "tea");
    {
      await using eve = await registered(server, "Eve");
      await done(eve, { type: "Join", room: "tea" });
      await eve.closeWrite();
      await eve.expectEnd();
    }
    await done(anna, { type: "Kick", room: "tea", user: "Eve", seconds: 1 });
    await done(anna, { type: "Broadcast", room: "tea", content: "gone" });
    copyFiles(place.path, killed.path);
  }
  now += 2_000;
  await using server = await startOn(killed.path, { serve });
  await using eve = await server.connect();
  await eve.send({ type: "Login", username: "Eve", password });
  assertEquals((await eve.next("Welcome")).rooms, ["lobby"]);
});

Deno.test("the audit of a room that was forgotten because memory was short is the room's, and not the server's", async () => {
  using place = folder();
  const limits = { memoryBytesMax: 4 << 20 };
  await using server = await startOn(place.path, { serve: { operatorToken, limits } });
  await using op = await root(server);
  await done(op, { type: "Ban", server: true, user: "Mallory" });
  await using anna = await inRoom(server, "Anna", "tea");
  await done(anna, { type: "Room", room: "tea", slow: 1 });
  await done(anna, { type: "Leave", room: "tea" });
  const half = new Uint8Array(900_004).fill(0x20);
  new DataView(half.buffer).setUint32(0, 1 << 20);
  const greedy: RawClient[] = [];
  for (let n = 0; n < 5; n++) {
    const one = await server.frames(`Greedy${n}`);
    await one.write(half);
    greedy.push(one);
  }
  await eventually(async () => {
    const { rooms } = await ask(anna, { type: "ListRooms" });
    return rooms !== undefined && !JSON.stringify(rooms).includes("tea") || undefined;
  }, "The room is forgotten");
  for (const one of greedy) await one.close();
  const records = await eventually(async () => {
    const { records } = await ask(anna, { type: "Audit", room: "tea" });
    return records as { readonly act: string }[] | undefined;
  }, "An answer that does not come too early");
  assertEquals(records.map(({ act }) => act), ["set"]);
});

Deno.test("who is made a moderator or owner is not put out by his equals before the disk has it, and who hands a room over appoints nobody behind that", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage });
  await using anna = await inRoom(server, "Anna", "tea");
  await using mia = await inRoom(server, "Mia", "tea");
  await using _ben = await inRoom(server, "Ben", "tea");
  await done(anna, { type: "Room", room: "tea", promote: "Mia" });
  const hold = disk.hold("until then");
  await anna.send({ type: "Broadcast", room: "tea", content: "until then" });
  await hold.arrived();
  await anna.send(
    { type: "Room", room: "tea", owner: "Ben", id: "owner" },
    { type: "Room", room: "tea", promote: "Anna", id: "promote" },
    { type: "Ping" },
  );
  assertEquals((await anna.nextOf("Error")).re, "promote");
  await anna.nextOf("Pong");
  for (const type of ["Kick", "Ban", "Mute"]) {
    await refused(mia, { type, room: "tea", user: "Ben" }, "forbidden");
  }
  hold.release();
  await anna.nextOf("Ack");
  const { owner, bans, mutes } = await ask(mia, { type: "Room", room: "tea" });
  assertEquals([owner, bans, mutes], ["Ben", [], []]);
});

for (const act of OVERTAKING.filter(({ type }) => type !== "SetPassword")) {
  Deno.test(`who is an operator until ${act.type} is on the disk makes nobody one any more behind it, nor himself`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    const serve = { operatorToken, passwordCost: CHEAP };
    await using server = await startOn(place.path, { storage: disk.storage, serve });
    await using op = await root(server);
    await done(op, { type: "Join", room: "aside" });
    await using eve = await registered(server, "Eve");
    await using _mate = await registered(server, "Mate");
    await done(op, { type: "SetRole", username: "Eve", role: "operator" });
    const hold = disk.hold("until then");
    using _released = { [Symbol.dispose]: hold.release };
    await op.send({ type: "Broadcast", room: "aside", content: "until then" });
    await hold.arrived();
    await using watcher = await comesIn(server, { username: "Watcher", operator: operatorToken });
    const before = await accountsSeen(watcher);
    await op.send({ ...act, id: "act" });
    await seen(watcher, "what overtakes her", (list) => list !== before);
    await eve.send(
      { type: "SetRole", username: "Eve", role: "operator", id: "herself" },
      { type: "SetRole", username: "Mate", role: "operator", id: "her mate" },
      { type: "Bans", id: "bans" },
      { type: "Ping" },
    );
    const refusedNow: unknown[] = [];
    for (;;) {
      const answer: { readonly type: string; readonly re?: string; readonly code?: string } =
        await eve.message();
      if (answer.code === "forbidden") refusedNow.push(answer.re);
      if (answer.type === "Pong") break;
    }
    hold.release();
    assertEquals(refusedNow, ["herself", "her mate", "bans"]);
    assertEquals((await op.nextOf("Ack")).re, "act");
    assert(!(await accountsSeen(watcher)).includes('"operator"'), "nobody is an operator");
  });
}

Deno.test("an operator stays one where the disk does not take that he is none any more", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  const serve = { operatorToken, passwordCost: CHEAP };
  await using server = await startOn(place.path, { storage: disk.storage, serve });
  await using op = await root(server);
  await using eve = await registered(server, "Eve");
  await done(op, { type: "SetRole", username: "Eve", role: "operator" });
  await eve.next("Order");
  disk.fullAfter = 0;
  await refused(op, { type: "SetRole", username: "Eve", role: "user" }, "storage");
  assertEquals((await ask(eve, { type: "Bans" }))["type"], "BanList");
});
