/**
 * A history that goes on from an earlier moment has another epoch, so that nobody who saw the later one misses what is
 * said under the same seqs.
 *
 * @module
 */

import { openReadOnly, repairStore } from "../../../db/mod.ts";
import { durableStore } from "../../../server/mod.ts";
import type { MessageStore } from "../../../server/store/store_port.ts";
import { assert, assertEquals } from "../../assert.ts";
import { utf8 } from "../../harness.ts";
import { type Folder, folder, startOn } from "../../server/durable/place.ts";

type Durability = "durable" | "os";

Deno.test("what was said after a restored backup's moment, and is said anew, reaches who saw the other", async () => {
  using place = folder();
  await say(place.path, "old", 3);
  await backUp(place.path, `${place.path}/backup`);
  const seen = await say(place.path, "gone", 5);
  await say(`${place.path}/backup`, "new", 8);
  await using server = await startOn(`${place.path}/backup`);
  await using anna = await server.connect();
  await anna.send({ type: "Login", username: "Anna", resume: { lobby: 8 }, epoch: seen });
  assert((await anna.next("Welcome")).epoch !== seen);
  const heard = [];
  while (heard.length < 11) heard.push((await anna.nextOf("NewMessage")).content);
  assertEquals(heard.slice(3), Array.from({ length: 8 }, (_, i) => `new${i}`));
});

Deno.test("a repaired store has an epoch of its own, and keeps it", async () => {
  using place = folder();
  const before = await say(place.path, "a", 3);
  await repairStore(place.path, `${place.path}/whole`);
  const after = await say(`${place.path}/whole`, "b", 1);
  assert(after !== before);
  assertEquals(await say(`${place.path}/whole`, "c", 1), after);
});

Deno.test("an end that may have cost acknowledged words begins a new epoch, one that cannot keeps it", async () => {
  const begun: readonly Durability[] = ["durable", "os"];
  for (const durability of begun) {
    using place = folder();
    using killed = folder();
    const first = await say(place.path, "a", 1, durability);
    await using store = await durableStore(place.path, { durability });
    assertEquals(store.epoch, first, "A clean end keeps it");
    await append(store, "b");
    takeAsKilled(place, killed);
    const next = await say(killed.path, "c", 1, durability);
    assertEquals(next === first, durability === "durable", durability);
    assertEquals(await say(killed.path, "d", 1), next, "And the new one stays");
  }
});

Deno.test("an epoch that is torn or unreadable is a new one, and not an error", async () => {
  using place = folder();
  const first = await say(place.path, "a", 1);
  const file = `${place.path}/EPOCH`;
  for (const torn of ["", first, first.slice(0, 20), `${first}\n\n`, "\0".repeat(37)]) {
    await Deno.writeTextFile(file, torn);
    const next = await say(place.path, "b", 1);
    assert(next !== first, JSON.stringify(torn));
    assertEquals(await say(place.path, "c", 1), next);
  }
});

/** Says something in the lobby and closes. @returns The epoch in which it was said. */
async function say(
  path: string,
  what: string,
  count: number,
  durability: Durability = "durable",
): Promise<string> {
  await using store = await durableStore(path, { durability });
  for (let i = 0; i < count; i++) await append(store, `${what}${i}`);
  return store.epoch;
}

async function append(store: MessageStore, content: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const at = 1;
  store.append({
    stream: "room/lobby",
    at,
    encode: (seq) =>
      utf8(JSON.stringify({ type: "NewMessage", room: "lobby", seq, from: "Ben", content, at })),
    settled: (error) => error === undefined ? resolve() : reject(error),
  });
  await promise;
}

async function backUp(from: string, to: string): Promise<void> {
  await using store = await openReadOnly(from);
  await store.backup(to);
}

/** The files as they are when their process ends at once. */
function takeAsKilled(from: Folder, to: Folder): void {
  for (const { name } of Deno.readDirSync(from.path)) {
    if (name !== "LOCK") Deno.copyFileSync(`${from.path}/${name}`, `${to.path}/${name}`);
  }
}
