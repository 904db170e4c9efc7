/**
 * `chat db backup`, `restore`, `repair` and `compact`: what makes another store out of one.
 *
 * @module
 */

import { openReadOnly, openStore } from "../../db/mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { utf8, within } from "../harness.ts";
import { testWith } from "../skips.ts";
import {
  fillStore,
  flipBit,
  json,
  makeForeign,
  namesIn,
  removeHints,
  segmentNames,
  startWriter,
  tempFolder,
} from "./db_stores.ts";
import { chat } from "./program.ts";

async function dumpOf(directory: string): Promise<string> {
  const { code, out, err } = await chat(["db", "dump", directory]);
  assertEquals(code, 0, err);
  return out;
}

function modeOf(path: string): number {
  return (Deno.statSync(path).mode ?? 0) & 0o777;
}

Deno.test("a backup and what is restored from it hold the same as the store", async () => {
  using folder = tempFolder();
  const [store, copy, back] = [1, 2, 3].map((n) => `${folder.path}/deep/${n}`) as [
    string,
    string,
    string,
  ];
  await fillStore(store);
  const before = await dumpOf(store);
  const backup = await chat(["db", "backup", copy, store, "--json"]);
  assertEquals({ code: backup.code, err: backup.err }, { code: 0, err: "" });
  const { directory, messages, keys } = JSON.parse(backup.out);
  assertEquals({ directory, messages, keys }, { directory: copy, messages: 19, keys: 3 });
  const restored = await chat(["db", "restore", copy, back]);
  assertEquals({ code: restored.code, err: restored.err }, { code: 0, err: "" });
  assert(restored.out.startsWith("Restored 19 messages and 3 keys ("), restored.out);
  for (const made of [copy, back]) {
    assertEquals(await dumpOf(made), before);
    assertEquals((await chat(["db", "verify", made])).code, 0);
    assertEquals(modeOf(made), 0o700);
    for (const name of namesIn(made)) {
      assertEquals(modeOf(`${made}/${name}`), 0o600, name);
    }
  }
  assertEquals(namesIn(`${folder.path}/deep`), ["1", "2", "3"]);
});

Deno.test("a backup between a deletion and its erasing says that the words are in it, and how to be rid of them", async () => {
  using folder = tempFolder();
  const [store, copy, json2, back] = [1, 2, 3, 4].map((n) => `${folder.path}/${n}`);
  assert(store !== undefined && copy !== undefined && json2 !== undefined && back !== undefined);
  await fillStore(store);
  const since = Date.UTC(2026, 0, 2);
  {
    await using open = await openStore(store);
    await open.put("erasing", json({ since })).done;
  }
  const said = "In it are words that were edited or deleted since 2026-01-02T00:00:00.000Z";
  const { code, out } = await chat(["db", "backup", copy, store]);
  assertEquals(code, 0);
  assert(out.includes(`\n${said}, and stay there:`), out);
  assert(out.includes("Back up again when 'chat db stat' speaks of none, and remove this one."));
  const forPrograms = await chat(["db", "backup", json2, store, "--json"]);
  assertEquals(JSON.parse(forPrograms.out)["erasing_since"], since);
  const restored = await chat(["db", "restore", copy, back]);
  assert(restored.out.includes(`\n${said}: the server that runs on it erases them`), restored.out);
});

Deno.test("a backup shares what never changes; what is restored shares nothing, and both can be written", async () => {
  using folder = tempFolder();
  const [store, copy, back] = ["a", "b", "c"].map((name) => `${folder.path}/${name}`) as [
    string,
    string,
    string,
  ];
  await fillStore(store);
  const links = (directory: string): (number | null)[] =>
    segmentNames(directory).map((name) => Deno.statSync(`${directory}/${name}`).nlink);
  await chat(["db", "backup", copy, store]);
  assertEquals(links(copy).slice(0, -1).every((count) => count === 2), true);
  assertEquals(links(copy).at(-1), 1);
  await chat(["db", "restore", copy, back]);
  assertEquals(links(back).every((count) => count === 1), true);
  const before = await dumpOf(store);
  for (const directory of [copy, back]) {
    await using written = await openStore(directory, { durability: "os" });
    assertEquals(written.nextSeq("room/lobby"), 21);
    await written.append("room/lobby", json("more"), { at: Date.now() }).done;
  }
  assertEquals(await dumpOf(store), before);
  assertEquals((await chat(["db", "verify", store])).code, 0);
});

Deno.test("backup beside a writer that appends, deletes and compacts is whole each time", async () => {
  using folder = tempFolder();
  const store = `${folder.path}/store`;
  await using _ = await startWriter(store, "busy");
  let last = 0;
  for (let round = 1; round <= 5; round++) {
    const copy = `${folder.path}/copy-${round}`;
    const { code, err } = await chat(["db", "backup", copy, store]);
    assertEquals({ code, err }, { code: 0, err: "" });
    assertEquals((await chat(["db", "verify", copy])).code, 0);
    using backup = await openReadOnly(copy);
    const stream = backup.stream("room/lobby");
    assert((stream?.last ?? 0) > last, `Nothing was added: ${stream?.last}`);
    last = stream?.last ?? 0;
  }
});

Deno.test("what a killed backup has left goes with the next one; what is being filled or is no store's stays", async () => {
  using folder = tempFolder();
  const store = `${folder.path}/store`;
  await fillStore(store);
  const part = (name: string, ...files: string[]): string => {
    const path = `${folder.path}/.${name}.part`;
    Deno.mkdirSync(path);
    for (const file of files) Deno.writeTextFileSync(`${path}/${file}`, "x");
    return path;
  };
  part("dead.1a2b", "00000001.segment", "00000001.hint");
  part("letters.1a2b", "00000001.segment", "letter.txt");
  const filled = part("alive.1a2b", "00000001.segment");
  using alive = await Deno.open(filled);
  assert(alive.tryLockSync(true));
  const { code, err } = await chat(["db", "backup", `${folder.path}/copy`, store]);
  assertEquals({ code, err }, { code: 0, err: "" });
  assertEquals(namesIn(folder.path), [".alive.1a2b.part", ".letters.1a2b.part", "copy", "store"]);
});

Deno.test("backup, restore and repair leave alone what is there", async () => {
  using folder = tempFolder();
  const [store, other] = [`${folder.path}/store`, `${folder.path}/other`];
  await fillStore(store);
  makeForeign(other);
  for (
    const args of [["backup", other, store], ["restore", store, other], [
      "repair",
      store,
      "--into",
      other,
    ]]
  ) {
    const { code, out, err } = await chat(["db", ...args]);
    assertEquals({ code, out, err }, {
      code: 1,
      out: "",
      err: `chat: There is something in ${other} already: name a new or empty directory.\n`,
    });
  }
  assertEquals(namesIn(other), ["letter.txt"]);
  assertEquals(namesIn(folder.path), ["other", "store"]);
});

Deno.test("an empty directory, also one named with a slash, is filled", async () => {
  using folder = tempFolder();
  const [store, copy] = [`${folder.path}/store`, `${folder.path}/copy`];
  await fillStore(store);
  await Deno.mkdir(copy);
  assertEquals((await chat(["db", "backup", `${copy}/`, store])).code, 0);
  assertEquals(await dumpOf(copy), await dumpOf(store));
});

Deno.test("restore refuses a damaged backup and makes nothing", async () => {
  using folder = tempFolder();
  const [copy, store] = [`${folder.path}/copy`, `${folder.path}/store`];
  await fillStore(copy);
  flipBit(copy);
  const { code, err } = await chat(["db", "restore", copy, store]);
  assertEquals(code, 3);
  assert(err.startsWith(`chat: The backup in ${copy} is damaged`), err);
  assertEquals(namesIn(folder.path), ["copy"]);
});

Deno.test("repair saves all but the damaged message, says which that is, and changes nothing", async () => {
  using folder = tempFolder();
  const [store, saved] = [`${folder.path}/store`, `${folder.path}/saved`];
  await fillStore(store);
  const before = await dumpOf(store);
  flipBit(store);
  const files = (): string[] =>
    namesIn(store).map((name) => Deno.readFileSync(`${store}/${name}`).toBase64());
  const damaged = files();
  const { code, out, err } = await chat(["db", "repair", store, "--into", saved, "--json"]);
  assertEquals(code, 3, err);
  const { complete, messages, keys, lost, maybe_lost, damage } = JSON.parse(out);
  assertEquals({ complete, maybe_lost }, {
    complete: false,
    maybe_lost: { records: 0, unknown: [] },
  });
  assertEquals({ messages, keys }, { messages: 18, keys: 3 });
  const [{ stream, from, to }] = lost;
  assertEquals({ lost: lost.length, stream, to }, { lost: 1, stream: "room/lobby", to: from });
  assertEquals(damage[0].file, segmentNames(store)[1]);
  assertEquals(files(), damaged);
  assertEquals((await chat(["db", "verify", saved])).code, 0);
  const isMessage = (line: string) =>
    line.includes('"kind":"message"') && !line.includes(`"seq":${from},"at"`);
  const bodies = (text: string) => text.split("\n").filter(isMessage);
  assertEquals(bodies(await dumpOf(saved)), bodies(before));
});

Deno.test("repair finds the name of a room in its messages, when the record that names it is damaged", async () => {
  using folder = tempFolder();
  const [store, saved] = [`${folder.path}/store`, `${folder.path}/saved`];
  await fillStore(store);
  const before = await dumpOf(store);
  const path = `${store}/${segmentNames(store)[0]}`;
  const bytes = await Deno.readFile(path);
  // The first record of the first segment, behind both headers.
  bytes[64 + 40] = (bytes[64 + 40] ?? 0) ^ 1;
  await Deno.writeFile(path, bytes);
  removeHints(store);
  const { code, out } = await chat(["db", "repair", store, "--into", saved]);
  assertEquals(code, 0, out);
  assert(out.includes("The name of 'room/lobby' was damaged, and stood in its messages too."), out);
  assertEquals(await dumpOf(saved), before);
});

Deno.test("repair tells people what is lost and what is not", async () => {
  using folder = tempFolder();
  const store = `${folder.path}/store`;
  await fillStore(store);
  const good = await chat(["db", "repair", store, "--into", `${folder.path}/1`]);
  assertEquals(good.code, 0);
  assertEquals(good.out.split("\n").slice(1).join("\n"), "Nothing was damaged or lost.\n");
  flipBit(store);
  const { out } = await chat(["db", "repair", store, "--into", `${folder.path}/2`]);
  assert(
    /Lost for certain: 1 message\.\n\nlost from stream +from +to\nroom\/lobby +\d+ +\d+\n/.test(
      out,
    ),
    out,
  );
});

Deno.test("compact frees what is dead, and what was deleted is gone from the files", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const before = await dumpOf(folder.path);
  const holds = (text: string): boolean =>
    segmentNames(folder.path).some((name) =>
      Deno.readTextFileSync(`${folder.path}/${name}`).includes(text)
    );
  assertEquals([holds('"hello 3"'), holds('"hello 5"'), holds('"hello 7"')], [true, true, true]);
  const { code, out, err } = await chat(["db", "compact", folder.path, "--json"]);
  assertEquals({ code, err }, { code: 0, err: "" });
  const { runs, bytes_before, bytes_after } = JSON.parse(out);
  assert(runs > 0 && bytes_after < bytes_before, out);
  assertEquals([holds('"hello 3"'), holds('"hello 5"'), holds('"hello 7"')], [false, false, true]);
  assertEquals(await dumpOf(folder.path), before);
  assertEquals((await chat(["db", "compact", folder.path])).out, "There was nothing to compact.\n");
});

testWith(
  ["script"],
  "compact asks on a terminal, and does nothing when the answer is no",
  async () => {
    using folder = tempFolder();
    await fillStore(folder.path);
    const before = segmentNames(folder.path);
    const ask = async (answer: string): Promise<{ code: number; out: string }> => {
      const child = new Deno.Command("script", {
        args: [
          "-qec",
          `${Deno.execPath()} run --quiet --no-prompt -A cli/main.ts db compact ${folder.path}`,
          "/dev/null",
        ],
        cwd: new URL("../..", import.meta.url).pathname,
        env: { CHAT_CONFIG: "/nonexistent/config.json", NO_COLOR: "1" },
        stdin: "piped",
        stdout: "piped",
      }).spawn();
      const input = child.stdin.getWriter();
      await input.write(utf8(`${answer}\n`));
      const { code, stdout } = await within(child.output(), "chat db compact", 30_000);
      await input.close().catch(() => {
        // It has ended before its input.
      });
      return { code, out: new TextDecoder().decode(stdout) };
    };
    const no = await ask("n");
    assertEquals(no.code, 1);
    assert(no.out.includes("Go on?") && no.out.includes("Nothing was done."), no.out);
    assertEquals(before.every((name) => segmentNames(folder.path).includes(name)), true);
    const yes = await ask("y");
    assertEquals(yes.code, 0);
    assert(yes.out.includes("Compacted: "), yes.out);
    assertEquals(before.some((name) => segmentNames(folder.path).includes(name)), false);
  },
);
