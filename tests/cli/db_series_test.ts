/**
 * `chat db backup --keep`: backups beside each other, which share what they have alike.
 *
 * @module
 */

import { openReadOnly, openStore } from "../../db/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { namesIn, tempFolder } from "./db_stores.ts";
import { chat } from "./program.ts";

/** A store of some segments, of which all but the last are complete. */
async function fillSegments(directory: string): Promise<void> {
  for (let segment = 0; segment < 3; segment++) {
    const store = await openStore(directory, { durability: "os", segmentBytes: 4_096 });
    for (let i = 0; i < 10; i++) {
      store.append("room/a", new Uint8Array(600).fill(i), { at: 1_790_000_000_000 + i });
    }
    await store.close();
  }
}

function inode(path: string): number | null {
  return Deno.statSync(path).ino;
}

/** Gives a file another inode, as if it lay on another disk than its backups. */
async function move(path: string): Promise<void> {
  await Deno.copyFile(path, `${path}.copy`);
  await Deno.rename(`${path}.copy`, path);
}

Deno.test("each night's backup is added, checked, and shares what the one before has; the oldest goes", async () => {
  using folder = tempFolder();
  const [store, backups] = [`${folder.path}/store`, `${folder.path}/backups`];
  await fillSegments(store);
  const first = await chat(["db", "backup", "--keep", "2", backups, store]);
  assertEquals([first.code, first.err], [0, ""]);
  const [name = ""] = namesIn(backups);
  assert(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/.test(name), name);
  await Deno.rename(`${backups}/${name}`, `${backups}/2026-11-01T03-30-00Z`);
  await Deno.mkdir(`${backups}/2026-10-01T00-00-00Z`);
  await Deno.writeTextFile(`${backups}/notes`, "mine");
  const segments = namesIn(store).filter((name) => name.endsWith(".segment"));
  assert(segments.length > 2, segments.join(" "));
  const [oldest = ""] = segments;
  await move(`${store}/${oldest}`);
  const second = await chat(["db", "backup", "--keep", "2", backups, store, "--json"]);
  assertEquals([second.code, second.err], [0, ""]);
  const { directory } = JSON.parse(second.out);
  assertEquals(inode(`${directory}/${oldest}`), inode(`${backups}/2026-11-01T03-30-00Z/${oldest}`));
  assert(inode(`${directory}/${oldest}`) !== inode(`${store}/${oldest}`));
  await Deno.rename(directory, `${backups}/2026-11-02T03-30-00Z`);
  const third = await chat(["db", "backup", "--keep", "2", backups, store]);
  assert(third.out.endsWith("Removed 1 older backup.\n"), third.out);
  const left = namesIn(backups);
  assertEquals(left.filter((name) => name.startsWith("2026-1")).slice(0, 2), [
    "2026-10-01T00-00-00Z",
    "2026-11-02T03-30-00Z",
  ]);
  assertEquals([left.length, left.includes("notes")], [4, true], "What is no backup stays");
  const newest = `${backups}/${left.find((name) => name > "2026-11-02" && name !== "notes")}`;
  const restored = await chat(["db", "restore", newest, `${folder.path}/back`]);
  assertEquals([restored.code, restored.err], [0, ""]);
  using back = await openReadOnly(`${folder.path}/back`);
  assertEquals((await back.read("room/a", { limit: 100 })).length, 30);
});

Deno.test("what is damaged in the backup before is not shared, and a damaged store removes no backup", async () => {
  using folder = tempFolder();
  const [store, backups] = [`${folder.path}/store`, `${folder.path}/backups`];
  await fillSegments(store);
  const night = (day: number) => new Date(Date.UTC(2026, 10, day, 3, 30));
  const run = (day: number) => chatAt(store, backups, night(day));
  await run(1);
  const [oldest = ""] = namesIn(store).filter((name) => name.endsWith(".segment"));
  const path = `${backups}/2026-11-01T03-30-00Z/${oldest}`;
  await move(`${store}/${oldest}`);
  const bytes = await Deno.readFile(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  await Deno.writeFile(path, bytes);
  await run(2);
  const verified = await chat(["db", "verify", `${backups}/2026-11-02T03-30-00Z`]);
  assertEquals(verified.code, 0, verified.out);
  await Deno.writeFile(`${store}/${oldest}`, bytes);
  const third = await chat(["db", "backup", "--keep", "1", backups, store]);
  assertEquals(third.code, 3, third.err);
  assertEquals(namesIn(backups), ["2026-11-01T03-30-00Z", "2026-11-02T03-30-00Z"]);
});

Deno.test("what nobody can look into among the backups ends none, and what is made by a clock that stands back stays", async () => {
  using folder = tempFolder();
  const [store, backups] = [`${folder.path}/store`, `${folder.path}/backups`];
  await fillSegments(store);
  const later = `${backups}/2038-01-01T00-00-00Z`;
  const first = await chat(["db", "backup", later, store]);
  assertEquals([first.code, first.err], [0, ""]);
  // As another user's is for who is not root.
  await Deno.symlink("/nowhere", `${backups}/2026-01-01T00-00-00Z`);
  await Deno.symlink("2026-01-02T00-00-00Z", `${backups}/2026-01-02T00-00-00Z`);
  const second = await chat(["db", "backup", "--keep", "2", backups, store, "--json"]);
  assertEquals([second.code, second.err], [0, ""]);
  const { directory } = JSON.parse(second.out);
  await Deno.rename(directory, `${backups}/2026-11-01T03-30-00Z`);
  const third = await chat(["db", "backup", "--keep", "1", backups, store]);
  assertEquals([third.code, third.err], [0, ""]);
  assert(third.out.endsWith("Removed 2 older backups.\n"), third.out);
  const [made = "", ...others] = namesIn(backups).filter((name) => !name.startsWith("2026-01"));
  assertEquals(others, []);
  assert(third.out.includes(`/${made}.\n`), third.out);
});

/** In a process of its own, which gives up its permissions. */
async function chatAt(store: string, backups: string, now: Date): Promise<void> {
  const script = `import { backupAmong } from ${
    JSON.stringify(new URL("../../cli/db/backup.ts", import.meta.url).href)
  };
    await backupAmong(${JSON.stringify(store)}, ${JSON.stringify(backups)}, {
      keep: 9, json: true, now: new Date(${now.getTime()}),
    });`;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
    cwd: new URL("../..", import.meta.url).pathname,
  }).output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
}
