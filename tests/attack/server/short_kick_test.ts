/**
 * Attacks by who is put out for a moment: that is over before the disk has it, or would end what holds for longer.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { answerTo, ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder, startOn } from "../../server/durable/place.ts";
import { OPERATOR, operatorOf } from "../../server/hooks/hooking.ts";

Deno.test("who is kicked for a second by a disk that takes longer is out all the same, and comes in again by himself alone", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  let now = Date.now();
  const serve = { clock: () => now };
  await using server = await startOn(place.path, { storage: disk.storage, serve });
  await using anna = await inRoom(server, "Anna", "tea");
  await using eve = await inRoom(server, "Eve", "tea");
  await done(anna, { type: "Broadcast", room: "tea", content: "with Eve" });
  {
    using hold = disk.hold('"act":"kick"');
    await anna.send({ type: "Kick", room: "tea", user: "Eve", seconds: 1, id: "kick" });
    await hold.arrived();
    now += 2_000;
    hold.release();
  }
  assertEquals((await answerTo(anna, "kick"))["type"], "Ack");
  await refused(eve, { type: "History", room: "tea" }, "not_in_room");
  await done(eve, { type: "Join", room: "tea" });
});

Deno.test("who is banned from the server for a second by a disk that takes longer is out all the same", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  let now = Date.now();
  const serve = { operatorToken: OPERATOR, clock: () => now };
  await using server = await startOn(place.path, { storage: disk.storage, serve });
  await using op = await operatorOf(server);
  await using eve = await server.frames("Eve");
  {
    using hold = disk.hold('"act":"ban"');
    await op.send({ type: "Ban", server: true, user: "Eve", seconds: 1, id: "ban" });
    await hold.arrived();
    now += 2_000;
    hold.release();
  }
  assertEquals((await answerTo(op, "ban"))["type"], "Ack");
  assertEquals((await eve.nextOf("Error")).code, "banned");
  await eve.expectEnd();
});

Deno.test("a kick of an account that is away and banned for longer is no end of that", async () => {
  await using server = startServer({ passwordCost: CHEAP });
  {
    const first = { type: "Register", username: "Ben", password: "correct horse" };
    await using _ben = await comesIn(server, first);
  }
  await server.event("left");
  await using anna = await inRoom(server, "Anna", "tea");
  const seconds = async (): Promise<readonly (number | undefined)[]> => {
    const { bans } = await ask(anna, { type: "Room", room: "tea" });
    const all = bans as readonly { readonly at: number; readonly until?: number }[];
    return all.map(({ at, until }) => until === undefined ? undefined : (until - at) / 1_000);
  };
  const kick = { type: "Kick", room: "tea", user: "Ben" } as const;
  await done(anna, { ...kick, seconds: 10 });
  await done(anna, { ...kick, seconds: 100 });
  assertEquals(await seconds(), [100]);
  await done(anna, { type: "Ban", room: "tea", user: "Ben" });
  await done(anna, kick);
  assertEquals(await seconds(), [undefined]);
  // A ban that is said again changes how long.
  await done(anna, { type: "Ban", room: "tea", user: "Ben", seconds: 10 });
  assertEquals(await seconds(), [10]);
});
