/**
 * The time that was believed last is known again, and what is no time is none.
 *
 * @module
 */

import { diskStorage } from "../../../db/mod.ts";
import { CLOCK_FILE, NotedTime } from "../../../server/durable/noted_time.ts";
import { assertEquals } from "../../assert.ts";

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
