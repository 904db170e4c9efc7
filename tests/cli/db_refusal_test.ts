/**
 * What `chat db` says when the system refuses: one sentence that names the right place, whatever its name is.
 *
 * @module
 */

import { explained, explainedInto, troubleText } from "../../cli/db/refusal.ts";
import { EXIT, Failure } from "../../cli/failure.ts";
import { logLine } from "../../cli/server_log.ts";
import { DamageError, diskStorage, openReadOnly, openStore, StoreError } from "../../db/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { fillStore, flipBit, namesIn, removeHints, tempFolder } from "./db_stores.ts";
import { chat } from "./program.ts";

/** An error as the system's calls on open files give it. */
function systemError(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: what the system says, write`), {
    code,
    ...(path === undefined ? {} : { path }),
  });
}

async function refusalOf(work: () => Promise<unknown>): Promise<{ text: string; code: number }> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { text: error.message, code: error.exitCode };
  }
  throw new Error("Nothing was refused");
}

Deno.test("names that nothing can have, and places of the system's, get one sentence", async () => {
  using folder = tempFolder();
  const loop = `${folder.path}/loop`;
  await Deno.symlink(loop, loop);
  const wanted: [string, string, number][] = [
    ["", "Cannot use '': a name must not be empty.", EXIT.usage],
    [loop, `Cannot use ${loop}: its links lead in a circle.`, EXIT.failed],
    [`${folder.path}/a\nb`, `There is no store in ${folder.path}/a⏎b.`, EXIT.failed],
    [`${folder.path}/\0`, `Cannot use ${folder.path}/␀: no name can hold a zero byte.`, EXIT.usage],
  ];
  for (const [name, text, code] of wanted) {
    const read = async () => (await openReadOnly(name))[Symbol.dispose]();
    const refusal = await refusalOf(() => explained(name, read));
    assertEquals(refusal, { text, code });
  }
  const long = `${folder.path}/${"x".repeat(300)}`;
  const read = async () => (await openReadOnly(long))[Symbol.dispose]();
  assertEquals(
    (await refusalOf(() => explained(long, read))).text,
    `Cannot use ${long}: its name is too long.`,
  );
});

Deno.test("a place that the runtime guards is refused in a sentence, also as a target", async () => {
  using folder = tempFolder();
  const store = `${folder.path}/s`;
  await fillStore(store);
  for (const args of [["stat", "/proc/1"], ["backup", "/sys/x", store]]) {
    const { code, err } = await chat(["db", ...args]);
    assertEquals([code, err.split("\n").length], [1, 2], err);
    assert(/^chat: Cannot use \/(proc|sys)\/\S+: it belongs to the system/.test(err), err);
  }
});

Deno.test("a target may have any name that a directory can have", async () => {
  using folder = tempFolder();
  const store = `${folder.path}/s`;
  await fillStore(store);
  const names = ["a\nb", "y".repeat(250), "'\"\\ \t"];
  for (const name of names) {
    const to = `${folder.path}/${name}`;
    await explainedInto({ from: store, to }, async (part) => {
      using open = await openReadOnly(store);
      await open.backup(part);
    });
    await using _ = await openStore(to);
  }
  assertEquals(namesIn(folder.path), [...names, "s"].sort());
});

Deno.test("what fails in what is made names the target, what fails in what is read the source", async () => {
  using folder = tempFolder();
  const [from, to] = [`${folder.path}/from`, `${folder.path}/to`];
  const into = (fail: (part: string) => unknown) =>
    refusalOf(() =>
      explainedInto({ from, to }, (part) => {
        throw fail(part);
      })
    );
  const full = `Cannot use ${to}: the disk is full.`;
  const failed = `Cannot use ${to}: the disk failed.`;
  assertEquals((await into(() => systemError("ENOSPC"))).text, full);
  assertEquals((await into(() => systemError("ENOSPC", `${from}/00000001.segment`))).text, full);
  assertEquals((await into((part) => systemError("EIO", `${part}/00000001.segment`))).text, failed);
  const cause = systemError("ENOSPC");
  const store = new StoreError("full", "Cannot store: the disk is full", { cause });
  assertEquals((await into(() => store)).text, full);
  assertEquals(
    (await into(() => systemError("EIO", `${from}/00000001.segment`))).text,
    `Cannot use ${from}/00000001.segment: the disk failed.`,
  );
  assertEquals((await into(() => systemError("EIO"))).text, `Cannot use ${from}: the disk failed.`);
  assertEquals(namesIn(folder.path), []);
  const defect = explainedInto({ from, to }, () => Promise.reject(new RangeError("a defect")));
  await assertRejects(defect, RangeError);
});

Deno.test("a file that cannot be written is told in one line of the log, a defect with its place", () => {
  using folder = tempFolder();
  const path = `${folder.path}/00000001.hint`;
  const storage = diskStorage(folder.path);
  storage.create("00000001.hint").close();
  using file = storage.open("00000001.hint");
  const thrown = assertThrows(() => file.write(Uint8Array.of(1), 0), Error);
  const line = (error: unknown): string =>
    logLine({ kind: "storage_trouble", error }, "text", new Date(0), false);
  // It is open for reading only.
  assert(line(thrown).includes(`Cannot use ${path}: the system refuses it (EBADF).`), line(thrown));
  assertEquals(line(thrown).split("\n").length, 2);
  for (const code of ["ENOSPC", "EIO", "EMFILE"]) {
    assertEquals(line(systemError(code, path)).split("\n").length, 2, code);
  }
  const damage = new DamageError("Cannot make a hint", [
    { file: "00000001.segment", offset: 64, bytes: 9, reason: "the checksum does not fit" },
  ]);
  assertEquals(line(damage).split("\n").length, 2);
  assert(troubleText(new RangeError("a defect")).includes("db_refusal_test.ts"));
});

Deno.test("damage ends every command with the exit code for it, whichever meets it", async () => {
  using folder = tempFolder();
  const store = `${folder.path}/s`;
  await fillStore(store);
  flipBit(store);
  removeHints(store);
  const commands = [
    ["serve", "--port", "0", "--data", store, "--durability", "durable"],
    ["db", "stat", store],
    ["db", "dump", store],
    ["db", "compact", "--yes", store],
    ["db", "backup", `${folder.path}/b`, store],
    ["db", "restore", store, `${folder.path}/r`],
  ];
  for (const args of commands) {
    const { code, err } = await chat(args);
    assertEquals([code, err.trimEnd().split("\n").length], [EXIT.damage, 1], `${args}: ${err}`);
    assert(err.includes("verify") && err.includes("repair"), err);
  }
  assertEquals(namesIn(folder.path), ["s"]);
});

Deno.test("stat shows a store whose note of what is to be kept is none, and names damage", async () => {
  using folder = tempFolder();
  for (const [i, value] of ["null", '{"retainMs":"x"}', "{", '{"bytesMax":5000000}'].entries()) {
    const path = `${folder.path}/${i}`;
    await using store = await openStore(path);
    await store.put("keeping", new TextEncoder().encode(value)).done;
    await store.close();
    assertEquals((await chat(["db", "stat", path])).code, 0, value);
    if (i < 3) continue;
    const [name] = namesIn(path).filter((name) => name.endsWith(".segment"));
    const bytes = await Deno.readFile(`${path}/${name}`);
    const at = Buffer.from(bytes.buffer).indexOf("5000000");
    bytes[at] = 0x37;
    await Deno.writeFile(`${path}/${name}`, bytes);
    const { code, out } = await chat(["db", "stat", path]);
    assertEquals([code, out.includes("1 key") || out.includes("keys")], [EXIT.damage, true], out);
  }
});
