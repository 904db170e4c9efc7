/**
 * Attacks on what was taken back by hooks that have not posted it yet: their receiver is away for as long as it likes.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { comesIn, done, inRoom } from "../../server/conformance/asking.ts";
import { addHook, operatorOf, startHooked } from "../../server/hooks/hooking.ts";
import { Receiver } from "../../server/hooks/receiver.ts";

const room = "tea";
const password = "correct horse";

Deno.test("what was deleted, edited or erased while a hook posts what was said before is posted by no try with its first words", async () => {
  await using receiver = new Receiver();
  await using server = startHooked({
    hooks: { to: ["127.0.0.0/8"] },
    limits: { messagesPerSecond: 0 },
  });
  await using op = await operatorOf(server);
  const { secret = "" } = await addHook(op, { name: "bot", room, url: receiver.url });
  receiver.secret = secret;
  await using anna = await inRoom(server, "Anna", room);
  await using zoe = await comesIn(server, { type: "Register", username: "Zoe", password });
  await done(zoe, { type: "Join", room });
  // All of it is read at once.
  const goOn = Promise.withResolvers<void>();
  receiver.answers.push(() => goOn.promise.then(() => new Response(null, { status: 500 })));
  await done(anna, { type: "Broadcast", room, content: "tried and deleted" });
  for (const content of ["deleted", "edited", "reacted to"]) {
    await done(anna, { type: "Broadcast", room, content });
  }
  await done(zoe, { type: "Broadcast", room, content: "erased" });
  await done(anna, { type: "Broadcast", room, content: "the last" });
  await receiver.until(1);
  await done(zoe, { type: "React", room, seq: 4, emoji: "+1", on: true });
  await done(anna, { type: "Delete", room, seq: 1 });
  await done(anna, { type: "Delete", room, seq: 2 });
  await done(anna, { type: "Edit", room, seq: 3, content: "harmless" });
  await op.send({ type: "EraseAccount", username: "Zoe", id: "erase" });
  while ((await op.nextOf("Erasure")).done !== true);
  goOn.resolve();
  const came = await receiver.until(4);
  assertEquals(came.map(({ message: { seq, content } }) => [seq, content]), [
    [1, "tried and deleted"],
    [3, "harmless"],
    [4, "reacted to"],
    [6, "the last"],
  ]);
  assert(came.every(({ genuine }) => genuine));
  const { reactions } = came[2]?.message ?? {};
  assertEquals(reactions, [{ emoji: "+1", count: 1 }]);
  assert(!("reacted" in (came[2]?.message ?? {})), "who it was is the server's alone");
});
