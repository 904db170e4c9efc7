/**
 * Somebody makes a room whose name looks like that of another one, for those who type it or read it in a list.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { folder, startOn } from "../../server/durable/place.ts";

Deno.test("a room that looks like one that is there cannot be made, by joining or by coming back", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  for (const room of ["copa", "ΑΝΝΑ", "tea"]) await alice.send({ type: "Join", room, id: room });
  for (const _ of [0, 1, 2]) await alice.nextOf("Ack");
  await using mallory = await server.frames("Mallory");
  for (const [like, name] of [["сора", "copa"], ["ANNA", "ΑΝΝΑ"]] as const) {
    await mallory.send({ type: "Join", room: like });
    const { msg } = await mallory.nextError("bad_name");
    assertEquals(msg, `The name '${like}' looks like that of the room '${name}'.`);
  }
  await using back = await server.connect();
  await back.send({ type: "Login", username: "Back", resume: { "сора": 0, tea: 0 } });
  assertEquals((await back.next("Welcome")).rooms, ["lobby", "tea"]);
  // In another case it is the same room, and within ASCII the eye decides.
  for (const room of ["COPA", "t3a"]) {
    await mallory.send({ type: "Join", room, id: room });
    assert((await mallory.nextOf("Ack")).re === room);
  }
  await using text = await server.text("Text");
  await text.write("/join сора\n");
  await text.expectLines("[Server] The name 'сора' looks like that of the room 'copa'.");
});

Deno.test("a room that was there before can be entered whatever it looks like", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await alice.send(
      { type: "Join", room: "сора" },
      { type: "Broadcast", room: "сора", content: "hi", id: "1" },
    );
    await alice.nextOf("Ack");
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Join", room: "copa" });
  await alice.nextError("bad_name");
  await alice.send({ type: "Join", room: "сора", id: "2" });
  await alice.nextOf("Ack");
});
