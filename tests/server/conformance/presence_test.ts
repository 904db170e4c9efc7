/**
 * A room of more than 256 members: one digest a second instead of a frame for each arrival.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";

async function crowd(server: TestServer, from: number, to: number): Promise<RawClient[]> {
  const clients: RawClient[] = [];
  for (let n = from; n <= to; n++) clients.push(await server.frames(`user${n}`));
  return clients;
}

async function leave(clients: readonly RawClient[]): Promise<void> {
  await Promise.all(clients.map((client) => client.close()));
}

Deno.test("UserJoined tells of each member up to 256, Presence of those above", async () => {
  await using server = startServer();
  await using watcher = await server.frames("watcher");
  await using texter = await server.text("texter");
  await watcher.next("UserJoined");
  const small = await crowd(server, 3, 256);
  for (let n = 3; n <= 256; n++) {
    assertEquals((await watcher.next("UserJoined")).username, `user${n}`);
  }
  const more = await crowd(server, 257, 260);
  const joined = new Set<string>();
  while (joined.size < 4) {
    const digest = await watcher.next("Presence");
    assertEquals([digest.room, digest.left], ["lobby", []]);
    assertEquals(digest.users, 256 + joined.size + digest.joined.length);
    for (const name of digest.joined) joined.add(name);
  }
  assertEquals(joined, new Set(["user257", "user258", "user259", "user260"]));
  await watcher.expectNothing();

  await leave(more.slice(0, 2));
  const left = new Set<string>();
  while (left.size < 2) for (const name of (await watcher.next("Presence")).left) left.add(name);
  assertEquals(left, new Set(["user257", "user258"]));

  for (let n = 3; n <= 256; n++) await texter.line();
  const lines = [await texter.line()];
  while (!lines.at(-1)?.includes("258 are here")) lines.push(await texter.line());
  assert(lines.every((line) => /^\[Server\] People come and go: \d+ are here now\.$/.test(line)));
  await leave([...small, ...more]);
});

Deno.test("Presence says nothing of somebody who came and went within one digest", async () => {
  await using server = startServer();
  await using watcher = await server.frames("watcher");
  const small = await crowd(server, 2, 257);
  const [passing] = await crowd(server, 999, 999);
  await passing?.close();
  await server.event("left", ({ user }) => user === "user999");
  const [staying] = await crowd(server, 300, 300);
  const told = { joined: new Set<string>(), left: new Set<string>(), digests: 0 };
  while (!told.joined.has("user300")) {
    const { joined, left } = await watcher.nextOf("Presence");
    told.digests++;
    for (const name of joined) told.joined.add(name);
    for (const name of left) told.left.add(name);
  }
  assertEquals(told.joined.has("user999"), told.left.has("user999"), "both or none");
  if (told.digests === 1) assert(!told.joined.has("user999"));
  await leave([...small, ...(staying ? [staying] : [])]);
});
