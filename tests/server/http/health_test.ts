/**
 * Health follows the store and the places, and comes back by itself.
 *
 * @module
 */

import { realWorld } from "../../../db/world.ts";
import { type Health, HealthCheck } from "../../../server/http/health.ts";
import { STORE_PENDING_MS_MAX } from "../../../server/http/limits.ts";
import { durableStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { done } from "../conformance/asking.ts";
import { HandDisk } from "../durable/hand_disk.ts";
import { eventually, folder, startOn, untilFull } from "../durable/place.ts";
import { get, startWeb } from "./web.ts";

Deno.test("/healthz is 503 while the disk is full, and 200 again when there is space, though nobody talks", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage, serve: { http: {} } });
  const web = server.server.http?.port ?? 0;
  await using anna = await server.frames("Anna");
  assertEquals((await get(web, "/healthz")).status, 200);
  disk.fullAfter = 0;
  await anna.send({ type: "Broadcast", content: "lost", id: "1" });
  await anna.nextOf("Error");
  const ill = await get(web, "/healthz");
  assertEquals(ill.status, 503);
  assert(/stored/.test(ill.body), ill.body);
  disk.fullAfter = Infinity;
  const well = async () => (await get(web, "/healthz")).status === 200 ? true : undefined;
  await eventually(well, "Health");
});

Deno.test("/healthz is 503 while the disk is nearly full, also when something was deleted meanwhile", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  await using server = await startOn(place.path, { storage: disk.storage, serve: { http: {} } });
  const web = server.server.http?.port ?? 0;
  await using anna = await server.frames("Anna");
  await done(anna, { type: "Broadcast", content: "taken back" });
  disk.freePart = 0.006;
  await untilFull(server, anna);
  await done(anna, { type: "Delete", room: "lobby", seq: 1 });
  assertEquals((await get(web, "/healthz")).status, 503);
});

Deno.test("/healthz is 503 when all places are taken", async () => {
  await using server = startWeb({ limits: { connectionsMax: 1 } });
  const anna = await server.frames("Anna");
  const { status, body } = await get(server.web, "/healthz");
  assertEquals([status, /places/.test(body)], [503, true]);
  await anna.close();
  const well = async () => (await get(server.web, "/healthz")).status === 200 ? true : undefined;
  await eventually(well, "Health");
});

Deno.test("/healthz is 503 while the disk hangs in a sync, and 200 when it answers again", async () => {
  using place = folder();
  const disk = new HandDisk(place.path);
  let now = 0;
  await using store = await durableStore(place.path, {
    durability: "durable",
    storage: disk.storage,
    world: { ...realWorld, now: () => now },
  });
  const vitals = {
    closing: () => false,
    full: () => false,
    storageFailed: () => false,
    pendingMs: () => store.pendingMs(),
    tryStore: () => Promise.resolve(true),
    now: () => now,
  };
  const check = new HealthCheck(vitals);
  const sync = disk.hold("hangs");
  const settled = Promise.withResolvers<void>();
  const hangs = new TextEncoder().encode("hangs");
  store.append({ stream: "room/a", at: 1, encode: () => hangs, settled: () => settled.resolve() });
  await sync.arrived();
  now += STORE_PENDING_MS_MAX;
  assertEquals(await check.check(), { kind: "well" });
  now += 1;
  assertEquals((await check.check()).kind, "ill");
  sync.release();
  await settled.promise;
  assertEquals(store.pendingMs(), 0);
  assertEquals(await check.check(), { kind: "well" });
});

Deno.test("/healthz does not wait for a failed store that hangs", async () => {
  const check = new HealthCheck({
    closing: () => false,
    full: () => false,
    storageFailed: () => true,
    pendingMs: () => 0,
    tryStore: () => new Promise(() => {}),
    now: () => 0,
  });
  assertEquals((await check.check()).kind, "ill");
});

Deno.test("a store that failed is tried once a second at most, however often one asks", async () => {
  let now = 0;
  let tries = 0;
  let works = false;
  const check = new HealthCheck({
    closing: () => false,
    full: () => false,
    pendingMs: () => 0,
    storageFailed: () => !works,
    tryStore: () => Promise.resolve(++tries > 0 && works),
    now: () => now,
  });
  const kinds: Health["kind"][] = [];
  for (; now < 3_000; now += 100) kinds.push((await check.check()).kind);
  assertEquals([tries, kinds.includes("well")], [3, false]);
  works = true;
  assertEquals(await check.check(), { kind: "well" });
});

Deno.test("/readyz is 503 when nearly all places are taken, while /healthz is 200", async () => {
  await using server = startWeb({ limits: { connectionsMax: 20 } });
  const people = await Promise.all(
    Array.from({ length: 18 }, (_, index) => server.frames(`Guest${index}`)),
  );
  assertEquals(await get(server.web, "/readyz"), { status: 200, body: "ok\n" });
  await using _nineteenth = await server.frames("Anna");
  assertEquals((await get(server.web, "/healthz")).status, 200);
  const { status, body } = await get(server.web, "/readyz");
  assertEquals([status, body], [503, "Nearly all places are taken.\n"]);
  for (const one of people) await one.close();
});
