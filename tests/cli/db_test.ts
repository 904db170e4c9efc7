/**
 * `chat db stat` and `chat db verify`, and what every subcommand says where there is no store.
 *
 * @module
 */

import { FORMAT_VERSION } from "../../db/limits.ts";
import { STORE_FORMAT } from "../../cli/db/stat_view.ts";
import { openStore } from "../../db/mod.ts";
import { assert, assertEquals } from "../assert.ts";
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

const SUBCOMMANDS = [
  "stat",
  "verify",
  "dump",
  "compact",
  "backup",
  "restore",
  "repair",
  "import",
] as const;

Deno.test("every subcommand of chat db has a --help with examples", async () => {
  for (const name of SUBCOMMANDS) {
    const { code, out } = await chat(["db", name, "--help"]);
    assertEquals(code, 0);
    assert(out.includes("Examples:"), `chat db ${name} --help has none`);
  }
});

Deno.test("chat db alone, and without what it needs, is wrong usage", async () => {
  for (const args of [[], ["backup"], ["restore"], ["repair"], ["stat", "a", "b"]]) {
    assertEquals((await chat(["db", ...args])).code, 2, args.join(" "));
  }
});

Deno.test("chat db keeps no more permissions than it needs", async () => {
  const env = { CHAT_DEBUG: "1" };
  for (const name of ["stat", "verify", "dump"]) {
    const { err } = await chat(["db", name, "/nonexistent"], { env });
    assertEquals(err.split("\n")[0], "permissions: read", name);
  }
  for (const args of [["compact"], ["backup", "/nonexistent"], ["restore", "/nonexistent"]]) {
    const { err } = await chat(["db", ...args, "/nonexistent"], { env });
    assertEquals(err.split("\n")[0], "permissions: read write", args.join(" "));
  }
});

Deno.test("the format that stat names is the engine's", () => {
  assertEquals(STORE_FORMAT, FORMAT_VERSION);
});

Deno.test("chat db stat shows people the totals and the map", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const { code, out, err } = await chat(["db", "stat", folder.path]);
  assertEquals({ code, err }, { code: 0, err: "" });
  for (
    const line of [
      "messages  19 in 2 conversations",
      "rooms     1",
      "keeps     all messages",
      "keys      3",
    ]
  ) {
    assert(out.includes(`\n${line}\n`), `"${line}" is missing in:\n${out}`);
  }
  const rows = out.split("\n").filter((line) => line.includes(".segment"));
  assertEquals(rows.map((row) => row.slice(0, 16)), segmentNames(folder.path));
  assert(rows.every((row) => /[█░]{24}$/.test(row)), out);
});

Deno.test("chat db stat --json has the contract's fields, and they add up", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const { code, out } = await chat(["db", "stat", "--json", folder.path]);
  assertEquals(code, 0);
  const stat = JSON.parse(out);
  const { format, records, rooms, users } = stat;
  assertEquals({ format, records, rooms, users }, { format: 1, records: 22, rooms: 1, users: 0 });
  const sizes = segmentNames(folder.path).map((name) =>
    Deno.statSync(`${folder.path}/${name}`).size
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assertEquals(stat.live_bytes + stat.dead_bytes, bytes);
  assertEquals(stat.segments.map((segment: { bytes: number }) => segment.bytes), sizes);
  assertEquals(stat.last_lsn, stat.segments.at(-1).last_lsn);
});

Deno.test("chat db stat says what is due in each room that keeps what is said for a time of its own", async () => {
  using folder = tempFolder();
  const now = Date.now();
  const day = 86_400_000;
  {
    await using store = await openStore(folder.path);
    for (const [room, ages] of [["tea", [40, 31, 29, 1]], ["idle", []], ["old", [9]]] as const) {
      for (const age of ages) {
        await store.append(`room/${room}`, json({}), { at: now - age * day }).done;
      }
    }
    await store.put("retain/tea", json({ days: 30 })).done;
    await store.put("retain/idle", json({ days: 1 })).done;
  }
  const { code, out } = await chat(["db", "stat", "--json", folder.path]);
  assertEquals(code, 0);
  assertEquals(JSON.parse(out).rooms_due, [
    { room: "idle", retain_days: 1, due: 0 },
    { room: "tea", retain_days: 30, due: 2, next_at: now + day },
  ]);
  const text = await chat(["db", "stat", folder.path]);
  const row = new RegExp(`^tea +30 days +2 +${new Date(now + day).toISOString()}$`, "m");
  assert(row.test(text.out), text.out);
});

Deno.test("chat db takes the directory from CHAT_DATA, from --data and from the config file", async () => {
  using folder = tempFolder();
  const data = `${folder.path}/store`;
  const config = `${folder.path}/config.json`;
  await fillStore(data);
  await Deno.writeTextFile(config, JSON.stringify({ data }));
  const runs = [
    await chat(["db", "stat", data]),
    await chat(["db", "stat", "--data", data]),
    await chat(["db", "stat"], { env: { CHAT_DATA: data } }),
    await chat(["db", "stat"], { env: { CHAT_CONFIG: config } }),
    await chat(["db", "stat", data], { env: { CHAT_DATA: "/nonexistent" } }),
  ];
  for (const run of runs) assertEquals(run, runs[0]);
  assertEquals(runs[0]?.code, 0);
});

Deno.test("without a word about it the directory is below XDG_DATA_HOME, else below HOME", async () => {
  using folder = tempFolder();
  const home = folder.path;
  const env = { HOME: home, XDG_DATA_HOME: "" };
  assertEquals(
    (await chat(["db", "stat"], { env })).err,
    `chat: There is no store in ${home}/.local/share/chat.\n`,
  );
  assertEquals(
    (await chat(["db", "stat"], { env: { ...env, XDG_DATA_HOME: `${home}/xdg` } })).err,
    `chat: There is no store in ${home}/xdg/chat.\n`,
  );
});

/** The subcommands that need a store, with the directory where it should be. */
function needingStore(directory: string, spare: string): string[][] {
  return [
    ["stat", directory],
    ["stat", "--check", directory],
    ["verify", directory],
    ["dump", directory],
    ["compact", directory],
    ["backup", spare, directory],
    ["restore", directory, spare],
    ["repair", directory, "--into", spare],
  ];
}

Deno.test("where there is no store each subcommand says so and makes nothing", async () => {
  using folder = tempFolder();
  const full = `${folder.path}/full`;
  const empty = `${folder.path}/empty`;
  const missing = `${folder.path}/missing`;
  const spare = `${folder.path}/spare`;
  makeForeign(full);
  await Deno.mkdir(empty);
  for (const directory of [full, empty, missing]) {
    for (const args of needingStore(directory, spare)) {
      const { code, out, err } = await chat(["db", ...args]);
      assertEquals(
        { code, out, err },
        { code: 1, out: "", err: `chat: There is no store in ${directory}.\n` },
        args.join(" "),
      );
    }
  }
  assertEquals(namesIn(folder.path), [
    "empty",
    "full",
  ]);
  assertEquals(namesIn(full), ["letter.txt"]);
  assertEquals(namesIn(empty), []);
});

Deno.test("a file where the store should be is no directory", async () => {
  using folder = tempFolder();
  const file = `${folder.path}/file`;
  await Deno.writeTextFile(file, "x");
  for (const args of needingStore(file, `${folder.path}/spare`)) {
    const { code, err } = await chat(["db", ...args]);
    assertEquals(
      { code, err },
      { code: 1, err: `chat: Cannot use ${file}: it is not a directory.\n` },
      args.join(" "),
    );
  }
});

Deno.test("chat db verify says of a good store that nothing is damaged", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const text = await chat(["db", "verify", folder.path]);
  assertEquals({ code: text.code, err: text.err }, { code: 0, err: "" });
  assert(text.out.includes("There are 19 messages, 3 keys, 2 streams.\n"), text.out);
  const { code, out } = await chat(["db", "verify", "--json", folder.path]);
  assertEquals(code, 0);
  const { ok, records, damage } = JSON.parse(out);
  assertEquals({ ok, records, damage }, { ok: true, records: 22, damage: [] });
});

Deno.test("chat db verify ends with 3 on a flipped bit, and names file, offset and reason", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  flipBit(folder.path);
  const second = segmentNames(folder.path)[1] ?? "";
  const { code, out, err } = await chat(["db", "verify", "--json", folder.path]);
  assertEquals(code, 3);
  assert(err.includes("'chat db repair'"), err);
  const { ok, damage } = JSON.parse(out);
  assertEquals(ok, false);
  const [{ file, offset, reason }] = damage;
  assertEquals(
    { file, offset, reason },
    { file: second, offset: 64, reason: "the checksum does not fit" },
  );
  const text = await chat(["db", "verify", folder.path]);
  assertEquals(text.code, 3);
  assert(text.out.includes(`${second}       64`), text.out);
  assert(new RegExp(`${second}.*×+\n`).test(text.out), `The map shows no damage:\n${text.out}`);
});

Deno.test("chat db stat --check draws the damage and ends with 3", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  flipBit(folder.path);
  assertEquals((await chat(["db", "stat", folder.path])).code, 0);
  const { code, out } = await chat(["db", "stat", "--check", "--json", folder.path]);
  assertEquals(code, 3);
  const stat = JSON.parse(out);
  assert(stat.damaged_bytes > 0, out);
  assertEquals(stat.segments[1].damaged_bytes, stat.damaged_bytes);
});

Deno.test("what will not open names chat db verify and chat db repair, in one sentence", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  flipBit(folder.path);
  removeHints(folder.path);
  for (const args of [["stat"], ["dump"], ["compact"], ["backup", `${folder.path}.copy`]]) {
    const { code, out, err } = await chat(["db", ...args, folder.path]);
    assertEquals({ code, out }, { code: 3, out: "" }, args.join(" "));
    assert(err.includes("'chat db verify'") && err.includes("'chat db repair'"), err);
    assertEquals(err.trimEnd().split("\n").length, 1);
  }
  assertEquals((await chat(["db", "verify", folder.path])).code, 3);
});

Deno.test("beside a writer stat, verify and dump work; compact and import name it", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  await using writer = await startWriter(folder.path, "idle");
  for (const name of ["stat", "verify", "dump"]) {
    const { code, err } = await chat(["db", name, folder.path]);
    assertEquals({ code, err }, { code: 0, err: "" }, name);
  }
  const input = '{"kind":"dump","version":1}\n';
  for (const args of [["compact", "--yes"], ["import"]]) {
    const { code, out, err } = await chat(["db", ...args, folder.path], { input });
    assertEquals({ code, out }, { code: 1, out: "" }, args.join(" "));
    assert(err.includes(`process ${writer.pid} has it open`), err);
    assertEquals(err.trimEnd().split("\n").length, 1);
  }
});
