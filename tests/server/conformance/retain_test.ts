/**
 * For how long a room keeps what is said there: who says so, who hears of it, and what is there afterwards.
 *
 * @module
 */

import { type Clocks, memoryStore } from "../../../server/mod.ts";
import { assertEquals } from "../../assert.ts";
import { type RawClient, startServer } from "../../harness.ts";
import { folder, startOn } from "../durable/place.ts";
import { ask, done, inRoom, refused } from "./asking.ts";

const DAY_MS = 86_400_000;

async function contentsIn(client: RawClient, room: string): Promise<unknown[]> {
  const { messages } = await ask(client, { type: "History", room });
  return (messages as readonly { readonly content: string }[]).map(({ content }) => content);
}

Deno.test("its owner says for how many days a room keeps what is said, all there hear it, and it stays so over a restart", async () => {
  using place = folder();
  let session: string | undefined;
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "tea");
    ({ session } = anna);
    await using ben = await inRoom(server, "Ben", "tea");
    await done(anna, { type: "Room", room: "tea", promote: "Ben" });
    await refused(ben, { type: "Room", room: "tea", retain: 1 }, "forbidden");
    await done(anna, { type: "Room", room: "tea", retain: 30 });
    const { type: _, ...changed } = await ben.nextOf("RoomChanged");
    assertEquals(changed, {
      room: "tea",
      by: "Anna",
      access: "open",
      slow: 0,
      topicBy: "members",
      retain: 30,
    });
    for (const retain of [-1, 1.5, 36_501, "30"]) {
      await refused(anna, { type: "Room", room: "tea", retain }, "invalid");
    }
    // What else is set leaves it as it is.
    await done(anna, { type: "Room", room: "tea", slow: 1 });
    assertEquals((await ben.nextOf("RoomChanged")).retain, 30);
  }
  {
    await using server = await startOn(place.path);
    await using anna = await inRoom(server, "Anna", "tea", session);
    assertEquals((await ask(anna, { type: "Room", room: "tea" }))["retain"], 30);
    await done(anna, { type: "Room", room: "tea", retain: 0 });
    const { records } = await ask(anna, { type: "Audit", room: "tea" });
    const sets = (records as readonly { readonly set?: object }[]).flatMap(({ set }) => set ?? []);
    assertEquals(sets, [{ retain: 30 }, { slow: 1 }, { retain: 0 }]);
  }
  await using server = await startOn(place.path);
  await using anna = await inRoom(server, "Anna", "tea", session);
  const { retain, rank } = await ask(anna, { type: "Room", room: "tea" });
  assertEquals([retain, rank], [undefined, "owner"]);
});

Deno.test("in lines it is /room retain 30d, and /room tells it", async () => {
  await using server = startServer();
  await using anna = await server.text("Anna");
  await anna.write("/join tea\n/room retain 30d\n/room retain off\n/room retain 1d\n");
  const open = "open to everybody";
  await anna.expectLines(
    "[Server] You are in tea now.",
    `[Server] Anna has set tea: ${open}, what is said goes after 30 days.`,
    `[Server] Anna has set tea: ${open}.`,
    `[Server] Anna has set tea: ${open}, what is said goes after a day.`,
  );
  await anna.write("/room\n");
  await anna.expectLines(
    `[Server] Room tea (1): ${open}, what is said goes after a day. It is Anna's. You are its owner.`,
  );
  for (const wrong of ["12h", "30", "-1d", "0d", "99999y", ""]) {
    await anna.write(`/room retain ${wrong}\n`);
    const line = await anna.line();
    assertEquals(line.includes("/room retain 30d (1d to 36500d), or /room retain off"), true, line);
  }
});

Deno.test("a server that keeps nothing on disk lets it go, too, and what is young or of other rooms stays", async () => {
  let passed = 0;
  const now = () => 1_764_000_000_000 + passed;
  const clocks = (): Clocks => ({ wallMs: now(), steadyMs: passed });
  const store = memoryStore({ clocks });
  await using server = startServer({ store, clock: now, limits: { messagesPerSecond: 0 } });
  await using anna = await inRoom(server, "Anna", "tea");
  for (const room of ["tea", "lobby"]) {
    await done(anna, { type: "Broadcast", room, content: "old" });
  }
  passed += DAY_MS;
  await done(anna, { type: "Broadcast", room: "tea", content: "young" });
  await done(anna, { type: "Room", room: "tea", retain: 1 });
  passed += 1;
  store.tend?.();
  assertEquals(await contentsIn(anna, "tea"), ["young"]);
  assertEquals(await contentsIn(anna, "lobby"), ["old"]);
  passed += DAY_MS;
  store.tend?.();
  assertEquals(await contentsIn(anna, "tea"), []);
  await done(anna, { type: "Broadcast", room: "tea", content: "third" });
  const { messages } = await ask(anna, { type: "History", room: "tea" });
  assertEquals((messages as readonly { readonly seq: number }[]).map(({ seq }) => seq), [3]);
});
