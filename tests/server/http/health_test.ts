/**
 * Health follows the store and the places, and comes back by itself.
 *
 * @module
 */

import { type Health, HealthCheck } from "../../../server/http/health.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandDisk } from "../durable/hand_disk.ts";
import { eventually, folder, startOn } from "../durable/place.ts";
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

Deno.test("/healthz is 503 when all places are taken", async () => {
  await using server = startWeb({ limits: { connectionsMax: 1 } });
  const anna = await server.frames("Anna");
  const { status, body } = await get(server.web, "/healthz");
  assertEquals([status, /places/.test(body)], [503, true]);
  await anna.close();
  const well = async () => (await get(server.web, "/healthz")).status === 200 ? true : undefined;
  await eventually(well, "Health");
});

Deno.test("a store that failed is tried once a second at most, however often one asks", async () => {
  let now = 0;
  let tries = 0;
  let works = false;
  const check = new HealthCheck({
    closing: () => false,
    full: () => false,
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
