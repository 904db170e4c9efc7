/**
 * What stays free on a disk stays free, however many files come at once.
 *
 * @module
 */

import { FREE_BYTES_KEPT } from "../../../cli/files/limits.ts";
import { type Reservation, Space } from "../../../cli/files/space.ts";
import { assert, assertEquals } from "../../assert.ts";
import { startServer } from "../../harness.ts";
import { testWithMount } from "../../server/durable/privileges.ts";
import { smallDisk } from "../../server/durable/small_disk.ts";
import { someone } from "./pair.ts";
import { place, someBytes } from "./place.ts";

/** A disk with so much more than has to stay free. */
function spaceOf(bytes: number): { space: Space; disk: { free: number } } {
  const disk = { free: FREE_BYTES_KEPT + bytes };
  return { disk, space: new Space(() => Promise.resolve(disk.free)) };
}

function given(reserved: Reservation | string): Reservation {
  assert(typeof reserved !== "string", `${reserved}`);
  return reserved;
}

Deno.test("what one file needs is not there for another one", async () => {
  const { space, disk } = spaceOf(100);
  const first = given(await space.reserve("/", 60));
  assertEquals(typeof await space.reserve("/", 41), "string");
  // What is on the disk is not reserved as well.
  first.use(30);
  disk.free -= 30;
  const second = given(await space.reserve("/", 40));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  const third = given(await space.reserve("/", 30));
  assertEquals(typeof await space.reserve("/", 1), "string");
  for (const one of [second, third]) one[Symbol.dispose]();
  given(await space.reserve("/", 70));
});

Deno.test("of two files that are asked for at the same moment and fit only alone, one gets the space", async () => {
  const { space } = spaceOf(100);
  const both = await Promise.all([space.reserve("/", 60), space.reserve("/", 60)]);
  assertEquals(both.map((one) => typeof one), ["object", "string"]);
});

Deno.test("others fill the disk: it is noticed on the way, and nothing more is written", async () => {
  const { space, disk } = spaceOf(100);
  const reserved = given(await space.reserve("/", 60));
  assertEquals(await reserved.lack(), undefined);
  disk.free = FREE_BYTES_KEPT - 1;
  assert(/^The disk is full/.test(await reserved.lack() ?? ""));
});

testWithMount("64 MiB stay free, however many files come at once", async () => {
  await using server = startServer();
  using folder = place();
  await using disk = await smallDisk(100 << 20);
  await Deno.mkdir(disk.path);
  const { port } = server;
  await using bob = await someone({ port, name: "Bob", directory: disk.path, takes: true });
  await using alice = await someone({ port, name: "Alice", rate: 40_000_000 });
  const ends = await Promise.all(["a", "b", "c"].map(async (name, seed) => {
    await Deno.writeFile(`${folder.path}/${name}`, someBytes(16 << 20, seed));
    return (await alice.sent(`${folder.path}/${name}`, { user: "Bob" })).end;
  }));
  // Two fit, the third does not.
  assertEquals(ends.filter(({ kind }) => kind === "done").length, 2);
  const declined = ends.find(({ kind }) => kind === "declined");
  assertEquals(declined, { kind: "declined", reason: "no_space" });
  assert(bob.news.every(({ kind }) => kind !== "stopped"));
});
