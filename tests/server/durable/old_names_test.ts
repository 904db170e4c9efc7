/**
 * What was said under a name that could not be taken today is still there.
 *
 * @module
 */

import { durableStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { folder, startOn } from "./place.ts";
import { seqsOf } from "./talk.ts";

const encoder = new TextEncoder();

/** A store as an older server left it: somebody called `Anna.` said something in a room called `-`. */
async function leaveBehind(path: string): Promise<void> {
  await using store = await durableStore(path, { durability: "os" });
  store.rememberRoom({ name: "-", topic: "dashes" });
  await new Promise<void>((resolve) =>
    store.append({
      stream: "room/-",
      at: 1,
      encode: (seq) =>
        encoder.encode(JSON.stringify({
          type: "NewMessage",
          room: "-",
          seq,
          from: "Anna.",
          content: "old",
          at: 1,
        })),
      settled: () => resolve(),
    })
  );
}

Deno.test("a room of an old name can be entered, resumed and read", async () => {
  using place = folder();
  await leaveBehind(place.path);
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  await alice.send({ type: "Join", room: "-", id: "j" });
  assertEquals((await alice.next("Ack")).seq, 1);
  assertEquals(await seqsOf(alice, { room: "-" }), [[1], false]);
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { "-": 0 } });
  assertEquals((await bob.next("Welcome")).rooms, ["lobby", "-"]);
  assertEquals((await bob.next("NewMessage")).from, "Anna.");
  await bob.send({ type: "Join", room: "...", id: "no" });
  await bob.nextError("bad_name");
});
