/**
 * Attacks by who is put out for a moment that is over before the disk has it.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { answerTo, done, inRoom, refused } from "../../server/conformance/asking.ts";
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
