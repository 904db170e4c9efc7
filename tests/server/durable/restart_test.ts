/**
 * What was acknowledged is there after a restart, as it was.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { folder, startOn } from "./place.ts";
import { everything, page, range, say, seqsOf, texts, whisper } from "./talk.ts";

for (const durability of ["durable", "os"] as const) {
  Deno.test(`messages and whispers survive a restart, and seqs go on (${durability})`, async () => {
    using place = folder();
    let before: unknown[] = [];
    let secret: string | undefined;
    for (let round = 0; round < 3; round++) {
      await using server = await startOn(place.path, { durability });
      await using alice = await server.frames("Alice");
      await using bob = await server.frames("Bob", secret);
      secret = bob.session;
      const all = async () => [
        ...await everything(alice, { room: "lobby" }),
        ...await everything(bob, { with: "Alice" }),
      ];
      assertEquals(await all(), before);
      const said = await say(alice, ['ü \u0000 \n "', `round ${round}`]);
      assertEquals(said.map(({ seq }) => seq), [2 * round + 1, 2 * round + 2]);
      assertEquals((await whisper(bob, "Alice", ["psst"])).map(({ seq }) => seq), [round + 1]);
      before = await all();
      assertEquals(before.length, 3 * (round + 1));
    }
  });
}

Deno.test("History has the same pages after a restart: newest, before and after", async () => {
  using place = folder();
  const pages: unknown[] = [];
  for (const talks of [true, false]) {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    if (talks) await say(alice, texts(1_200));
    assertEquals(await seqsOf(alice, {}), [range(1_151, 1_200), true]);
    assertEquals(await seqsOf(alice, { limit: 10 }), [range(1_191, 1_200), true]);
    assertEquals(await seqsOf(alice, { before: 600, limit: 70 }), [range(530, 599), true]);
    assertEquals(await seqsOf(alice, { before: 3 }), [[1, 2], false]);
    assertEquals(await seqsOf(alice, { before: 1 }), [[], false]);
    assertEquals(await seqsOf(alice, { after: 0, limit: 500 }), [range(1, 500), true]);
    assertEquals(await seqsOf(alice, { after: 1_195 }), [range(1_196, 1_200), false]);
    assertEquals(await seqsOf(alice, { after: 1_200 }), [[], false]);
    pages.push(await page(alice, { before: 600, limit: 500 }));
  }
  assertEquals(pages[1], pages[0]);
});

Deno.test("Welcome says how durable messages are, and the epoch stays over restarts", async () => {
  using place = folder();
  using other = folder();
  const welcome = async (path: string, durability: "durable" | "os") => {
    await using server = await startOn(path, { durability });
    await using alice = await server.connect();
    await alice.send({ type: "Login", username: "Alice" });
    return await alice.next("Welcome");
  };
  const first = await welcome(place.path, "durable");
  const second = await welcome(place.path, "os");
  assertEquals([first.durability, second.durability], ["durable", "os"]);
  await using forgetful = startServer();
  await using alice = await forgetful.connect();
  await alice.send({ type: "Login", username: "Alice" });
  assertEquals((await alice.next("Welcome")).durability, "none");
  assert(first.epoch !== undefined && first.epoch !== "", "A history has a name");
  assertEquals(second.epoch, first.epoch);
  assert((await welcome(other.path, "os")).epoch !== first.epoch, "Another one has another");
});

Deno.test("a store in use is not opened a second time, and the first goes on", async () => {
  using place = folder();
  await using server = await startOn(place.path);
  const refused = await startOn(place.path).then(() => undefined, (error: unknown) => error);
  assert(refused instanceof Error && refused.message.includes(`${Deno.pid}`), `${refused}`);
  await using alice = await server.frames("Alice");
  assertEquals((await say(alice, ["still here"])).map(({ seq }) => seq), [1]);
});
