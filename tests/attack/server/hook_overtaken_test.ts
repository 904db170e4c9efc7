/**
 * Attacks by words of hooks that are on their way when the hook is silenced, or taken away: they are not heard behind that.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { answerTo, done, inRoom } from "../../server/conformance/asking.ts";
import { HandDisk } from "../../server/durable/hand_disk.ts";
import { folder } from "../../server/durable/place.ts";
import { addHook, operatorOf, post, startHooked } from "../../server/hooks/hooking.ts";

const room = "tea";

for (
  const [act, status] of [["mute", 403], ["ban", 403], ["unhook", 404]] as const
) {
  Deno.test(`no word of a hook comes behind the ${act} that is on its way to the disk`, async () => {
    using place = folder();
    const disk = new HandDisk(place.path);
    await using server = startHooked({
      store: await durableStore(place.path, { durability: "durable", storage: disk.storage }),
      limits: { messagesPerSecond: 0 },
    });
    await using anna = await inRoom(server, "Anna", room);
    await done(anna, { type: "Room", room, slow: 0 });
    await using op = await operatorOf(server);
    const { token } = await addHook(op, { name: "ci", room });
    using hold = disk.hold(`"act":"${act}"`);
    const by = act === "unhook" ? op : anna;
    const message = {
      mute: { type: "Mute", room, user: "ci" },
      ban: { type: "Ban", room, user: "ci" },
      unhook: { type: "RemoveHook", hook: "ci" },
    }[act];
    await by.send({ ...message, id: "act" });
    await hold.arrived();
    const posted = post(server.web, token, "too late");
    // A word that is taken waits for the disk, and so would its answer.
    setTimeout(() => hold.release(), 100);
    assertEquals((await answerTo(by, "act"))["type"], "Ack");
    assertEquals((await posted).status, status);
  });
}

Deno.test("a hook that is taken away while its words come says nothing more", async () => {
  await using server = startHooked();
  await using op = await operatorOf(server);
  await using anna = await inRoom(server, "Anna", room);
  const { token } = await addHook(op, { name: "ci", room });
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.web });
  const head = `POST /hooks/${token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n`;
  await conn.write(utf8(`${head}Expect: 100-continue\r\n\r\n`));
  // Its token was known.
  await conn.read(new Uint8Array(100));
  await done(op, { type: "RemoveHook", hook: "ci" });
  await conn.write(utf8("too late"));
  const answer = await new Response(conn.readable).text();
  assertEquals(answer.slice(0, 12), "HTTP/1.1 404");
  await anna.expectNothing();
});
