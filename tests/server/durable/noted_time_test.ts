/**
 * The time that was believed last is known again, and what is no time is none.
 *
 * @module
 */

import { diskStorage } from "../../../db/mod.ts";
import { CLOCK_FILE, NotedTime } from "../../../server/durable/noted_time.ts";
import { assert, assertEquals } from "../../assert.ts";
import { crash, FIXED_LUCKS, randomLuck } from "../../db/sim/crash.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { seeded } from "../../db/sim/world.ts";

/** A folder of its own, and a note in it. */
function noteIn(folder: string): { readonly noted: NotedTime; readonly trouble: unknown[] } {
  const trouble: unknown[] = [];
  return { noted: new NotedTime(diskStorage(folder), (error) => trouble.push(error)), trouble };
}

Deno.test("the time that was noted last is known again, also when another note was broken off", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { noted, trouble } = noteIn(folder);
    assertEquals(await noted.read(), undefined);
    await noted.note(1_764_000_000_000.7);
    await noted.note(1_764_000_600_000);
    assertEquals(await noted.read(), 1_764_000_600_000);
    const part = `${folder}/${CLOCK_FILE}.part`;
    await Deno.writeTextFile(part, "17");
    assertEquals(await noted.read(), 1_764_000_600_000);
    await noted.note(1_764_001_200_000);
    await Deno.rename(`${folder}/${CLOCK_FILE}`, part);
    assertEquals(await noted.read(), 1_764_001_200_000);
    assertEquals(trouble, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("whenever the power fails, a time that was noted durably is known, or the one that was to follow", async () => {
  const trouble: unknown[] = [];
  const disk = new SimDisk();
  const noted = new NotedTime(disk, (error) => trouble.push(error));
  await noted.note(1);
  await disk.syncDirectory();
  const from = disk.trace.length;
  await noted.note(2);
  await noted.note(3);
  const random = seeded(1);
  for (let end = from; end <= disk.trace.length; end++) {
    for (const luck of [...FIXED_LUCKS, ...Array.from({ length: 20 }, () => randomLuck(random))]) {
      const left = new SimDisk(crash(new Map(), new Map(), disk.trace, end, luck));
      const known = await new NotedTime(left, (error) => trouble.push(error)).read();
      assert(known !== undefined && known >= 1 && known <= 3, `${known} behind ${end} calls`);
    }
  }
  assertEquals(trouble, []);
});

Deno.test("notes that are taken at once come one after the other, and the last one stays", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { noted, trouble } = noteIn(folder);
    await Promise.all([1, 2, 3].map((ms) => noted.note(ms)));
    assertEquals([await noted.read(), trouble], [3, []]);
    assertEquals(await Array.fromAsync(Deno.readDir(folder), ({ name }) => name), [CLOCK_FILE]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a note that is no time is none, and what has its name is told and stays", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { noted, trouble } = noteIn(folder);
    for (const text of ["", "17", "1e9\n", "-5\n", "99999999999999999999\n", "1\n2\n"]) {
      await Deno.writeTextFile(`${folder}/${CLOCK_FILE}`, text);
      assertEquals(await noted.read(), undefined);
    }
    assertEquals(trouble, []);
    await Deno.remove(`${folder}/${CLOCK_FILE}`);
    await Deno.mkdir(`${folder}/${CLOCK_FILE}/full`, { recursive: true });
    assertEquals(await noted.read(), undefined);
    await noted.note(1);
    assertEquals(trouble.length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
