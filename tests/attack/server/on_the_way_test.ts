/**
 * Attacks on what is decided and on its way to the disk: by words that the store refuses meanwhile, since the disk is nearly full, and by
 * those that come one behind the other within one sync. What was acknowledged holds, and what was refused never was.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
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
import { eventually, folder, startOn, untilFull } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";

function start(path: string, { storage }: HandDisk): Promise<TestServer> {
  return startOn(path, { storage, serve: { operatorToken, passwordCost: CHEAP } });
}

function root(server: TestServer, username = "Root"): Promise<RawClient> {
  return comesIn(server, { username, operator: operatorToken });
}

function registered(server: TestServer, username: string): Promise<RawClient> {
  return comesIn(server, { type: "Register", username, password });
}

/** From now on only what keeps order is written. */
async function fill(disk: HandDisk, client: RawClient): Promise<void> {
  disk.freePart = 0.006;
  await untilFull(client);
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
    await fill(disk, eve);
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
  await fill(disk, watcher);
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
