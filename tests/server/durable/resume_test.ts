/**
 * Coming back over a restart: what was missed, in order, without gap or double.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { folder, startOn } from "./place.ts";
import { heard, range, say, texts } from "./talk.ts";

/** Logs in and comes back to where it was. */
async function back(
  server: TestServer,
  name: string,
  resume: Record<string, number>,
  epoch?: string,
): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", username: name, resume, ...(epoch ? { epoch } : {}) });
  await client.next("Welcome");
  return client;
}

Deno.test("resume over a restart sends what was missed, then what is new", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await say(alice, texts(10));
  }
  await using server = await startOn(place.path);
  await using bob = await back(server, "Bob", { lobby: 7 });
  assertEquals(await heard(bob, 3), [8, 9, 10]);
  await bob.expectNothing();
  await using alice = await server.frames("Alice");
  await say(alice, ["new"]);
  assertEquals(await heard(bob, 1), [11]);
});

Deno.test("resume over a restart has no gap and no double while others keep talking", async () => {
  using place = folder();
  let epoch: string | undefined;
  {
    await using server = await startOn(place.path);
    await using alice = await server.connect();
    await alice.send({ type: "Login", username: "Alice" });
    epoch = (await alice.next("Welcome")).epoch;
    await say(alice, texts(2_500));
  }
  await using server = await startOn(place.path);
  await using alice = await server.frames("Alice");
  const talking = async () => {
    for (let n = 0; n < 40; n++) await say(alice, texts(25));
  };
  const listening = async () => {
    await using stack = new AsyncDisposableStack();
    const listeners = await Promise.all(
      range(1, 4).map((n) => back(server, `Bob${n}`, { lobby: 500 * n }, epoch)),
    );
    for (const listener of listeners) stack.use(listener);
    return await Promise.all(
      listeners.map((listener, n) => heard(listener, 3_500 - 500 * (n + 1))),
    );
  };
  const [all] = await Promise.all([listening(), talking()]);
  assertEquals(all, range(1, 4).map((n) => range(500 * n + 1, 3_500)));
});

Deno.test("resume over a restart returns to every room, also to those where nobody is now", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    for (const room of ["Tea", "Café"]) {
      await alice.send({ type: "Join", room });
      await say(alice, texts(4), room);
    }
  }
  await using server = await startOn(place.path);
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { TEA: 2, "cafe\u0301": 3 } });
  const { rooms, heads } = await bob.next("Welcome");
  assertEquals(rooms, ["lobby", "Tea", "Café"]);
  assertEquals(heads, { lobby: 0, Tea: 4, Café: 4 });
  const missed = [];
  for (let n = 0; n < 3; n++) {
    const { room, seq } = await bob.next("NewMessage");
    missed.push([room, seq]);
  }
  assertEquals(missed, [["Tea", 3], ["Tea", 4], ["Café", 4]]);
  await bob.expectNothing();
});

Deno.test("resume of another store's history begins at the beginning", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path);
    await using alice = await server.frames("Alice");
    await say(alice, texts(3));
  }
  await using server = await startOn(place.path);
  await using bob = await back(server, "Bob", { lobby: 2 }, "another epoch");
  assertEquals(await heard(bob, 3), [1, 2, 3]);
  await using carol = await back(server, "Carol", { lobby: 99 });
  assertEquals(await heard(carol, 3), [1, 2, 3]);
  await carol.expectNothing();
  assert(server.events.every(({ kind }) => kind !== "storage_trouble"), "No trouble");
});
