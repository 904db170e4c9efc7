/**
 * `chat db dump` and `chat db import`: a store as lines, and back, without loss.
 *
 * @module
 */

import fc from "fast-check";
import { dumpLines, lastingLines } from "../../cli/db/dump.ts";
import { Conflict, Importer } from "../../cli/db/importer.ts";
import { decodeLine } from "../../cli/db/line_reader.ts";
import { type DumpLine, encodeLine } from "../../cli/db/lines.ts";
import { textLines } from "../../cli/db/text_lines.ts";
import { GoneError, openReadOnly, openStore } from "../../db/mod.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { SimDisk } from "../db/sim/disk.ts";
import { simWorld } from "../db/sim/world.ts";
import { utf8 } from "../harness.ts";
import { CHEAP } from "../server/accounts/place.ts";
import { ask, done, inRoom, refused } from "../server/conformance/asking.ts";
import { startOn } from "../server/durable/place.ts";
import { fillStore, FIRST_AT, flipBit, json, namesIn, tempFolder } from "./db_stores.ts";
import { chat } from "./program.ts";

Deno.test("dump, import and dump again give the same lines", async () => {
  using folder = tempFolder();
  const [one, two] = [`${folder.path}/one`, `${folder.path}/two`];
  await fillStore(one);
  const first = await chat(["db", "dump", one]);
  assertEquals({ code: first.code, err: first.err }, { code: 0, err: "" });
  const imported = await chat(["db", "import", two, "--json", "--as-is"], { input: first.out });
  assertEquals(imported.code, 0, imported.err);
  assertEquals(JSON.parse(imported.out), {
    messages: 19,
    keys: 3,
    passed: 0,
    missing: 0,
    missingAt: [],
    kept: 0,
    away: 0,
    lost: 0,
    whole: true,
  });
  assertEquals(await chat(["db", "dump", two]), first);
  assertEquals((await chat(["db", "verify", two])).code, 0);
});

Deno.test("a dump holds JSON where it is JSON, base64 where not, deletions as gaps", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const { out } = await chat(["db", "dump", folder.path]);
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines[0], { kind: "dump", version: 1 });
  assertEquals(lines[1].body.content, "hello 1");
  assertEquals(lines.filter(({ seq }) => seq === 3 || seq === 20), []);
  assertEquals(lines.find(({ edited }) => edited).seq, 5);
  assert(lines.some(({ base64 }) => base64 === "/wAB"), out);
  const ends = lines.filter(({ kind }) => kind === "stream").map(({ next }) => next);
  assertEquals(ends, [21, 2]);
  assertEquals(lines.at(-1), { kind: "end", lines: lines.length });
  assertEquals(/[\x7f-\x9f]|\p{Bidi_Control}/u.test(out), false, "a terminal could obey this");
});

Deno.test("dump --audit tells what moderators did, and a dump that is imported keeps a room closed", async () => {
  using folder = tempFolder();
  const [one, two] = [`${folder.path}/one`, `${folder.path}/two`];
  let session = "";
  {
    await using server = await startOn(one);
    await using anna = await inRoom(server, "Anna", "tea");
    ({ session } = anna);
    await done(anna, { type: "Broadcast", room: "tea", content: "hello" });
    await done(anna, { type: "Room", room: "tea", access: "invite" });
    await done(anna, { type: "Ban", room: "tea", user: "Ben", why: "spam" });
  }
  for (const args of [[], ["--room", "#Tea"]]) {
    const { code, out } = await chat(["db", "dump", one, "--audit", ...args]);
    assertEquals(code, 0);
    const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
    const kinds = ["dump", "key", "message", "message", "stream", "end"];
    assertEquals(lines.map(({ kind }) => kind), kinds);
    assertEquals([lines[1].key, JSON.stringify(lines[1]).includes("Ben")], ["order/tea", false]);
    const { act, user, by, why, room } = lines[3].body;
    assertEquals([act, user, by, why, room], ["ban", "Ben", "Anna", "spam", "tea"]);
    // Nobody makes the room his own where the record alone is brought, and reads it.
    const three = `${folder.path}/three${args.length}`;
    assertEquals((await chat(["db", "import", three], { input: out })).code, 0);
    await using server = await startOn(three);
    await using eve = await server.frames("Eve");
    await refused(eve, { type: "Join", room: "tea" }, "not_found");
  }
  const { out } = await chat(["db", "dump", one]);
  const imported = await chat(["db", "import", two], { input: out });
  assertEquals(imported.code, 0, imported.err);
  await using server = await startOn(two);
  await using eve = await server.frames("Eve");
  await refused(eve, { type: "Join", room: "tea" }, "not_found");
  await using anna = await inRoom(server, "Anna", "tea", session);
  assertEquals((await ask(anna, { type: "Room", room: "tea" }))["rank"], "owner");
});

Deno.test("a dump holds accounts and says so; --without-accounts leaves out every hash, and says nothing", async () => {
  using folder = tempFolder();
  {
    await using server = await startOn(folder.path, { serve: { passwordCost: CHEAP } });
    await using anna = await server.frames("Anna");
    await anna.send({ type: "Register", username: "Anna", password: "correct horse" });
    await anna.nextOf("Welcome");
    await done(anna, { type: "Broadcast", content: "hello" });
  }
  const whole = await chat(["db", "dump", folder.path]);
  assert(whole.out.includes('"hash"') && whole.out.includes('"key":"account/anna/Anna"'));
  assert(whole.err.includes("the password hashes of 1 account:"), whole.err);
  const rest = await chat(["db", "dump", folder.path, "--without-accounts"]);
  assertEquals([rest.code, rest.err], [0, ""]);
  for (const secret of ['"hash"', '"salt"', '"identity"', "account/", "read/"]) {
    assert(!rest.out.includes(secret), secret);
  }
  assert(rest.out.includes('"content":"hello"'), rest.out);
});

Deno.test("dump --room and --since choose messages, and leave keys out", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const since = new Date(FIRST_AT + 18_000).toISOString();
  const { code, out } = await chat(
    ["db", "dump", folder.path, "--room", "#Lobby", "--since", since],
  );
  assertEquals(code, 0);
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ kind }) => kind), ["dump", "message", "message", "stream", "end"]);
  assertEquals(lines.slice(1, 3).map(({ seq }) => seq), [18, 19]);
  const age = await chat(["db", "dump", folder.path, "--since", "1s"]);
  assertEquals(age.out.includes('"kind":"key"'), false);
});

Deno.test("dump refuses what is no room, no time, or a room of which nothing is known", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  const dump = (...args: string[]) => chat(["db", "dump", folder.path, ...args]);
  assertEquals(await dump("--room", "ops"), {
    code: 1,
    out: "",
    err: "chat: Nothing was ever said in a room 'ops'.\n",
  });
  assertEquals((await dump("--room", "two words")).code, 2);
  const time = await dump("--since", "yesterday");
  assertEquals(time.code, 2);
  assert(time.err.includes("A time looks like"), time.err);
});

Deno.test("dump of a damaged store gives the rest, a line for what is lost, and fails", async () => {
  using folder = tempFolder();
  await fillStore(folder.path);
  flipBit(folder.path);
  const { code, out, err } = await chat(["db", "dump", folder.path]);
  assertEquals(code, 3);
  assert(err.includes("'chat db verify'") && err.includes("'chat db repair'"), err);
  const kinds = out.trimEnd().split("\n").map((line) => JSON.parse(line).kind);
  assertEquals(kinds.filter((kind) => kind === "message").length, 18);
  assertEquals(kinds.filter((kind) => kind === "lost").length, 1);
  assertEquals(kinds.at(-1), "end");
});

Deno.test("import done twice changes nothing, and goes on where another one broke off", async () => {
  using folder = tempFolder();
  const [one, two] = [`${folder.path}/one`, `${folder.path}/two`];
  await fillStore(one);
  const { out } = await chat(["db", "dump", one]);
  const half = out.split("\n").slice(0, 12).join("\n");
  const broken = await chat(["db", "import", two, "--as-is"], { input: half });
  assertEquals(broken.code, 1);
  assertEquals(broken.err, "chat: The dump is not whole: its last line is missing.\n");
  const rest = await chat(["db", "import", two, "--json", "--as-is"], { input: out });
  assertEquals(rest.code, 0, rest.err);
  const { messages, passed } = JSON.parse(rest.out);
  assertEquals({ messages, passed }, { messages: 8, passed: 11 });
  const again = await chat(["db", "import", two, "--as-is"], { input: out });
  assertEquals(again.out.split("\n")[0], `Imported 0 messages and 0 keys into ${two}.`);
  assertEquals((await chat(["db", "dump", two])).out, out);
});

Deno.test("import keeps the store's own: another message ends it, another value stays without --yes", async () => {
  using folder = tempFolder();
  const [one, two] = [`${folder.path}/one`, `${folder.path}/two`];
  await fillStore(one);
  const { out } = await chat(["db", "dump", one]);
  {
    await using store = await openStore(two, { durability: "os" });
    await store.put("user/bob", json({ name: "Robert" })).done;
    await store.append("pair/alice/bob", json("mine"), { at: 1 }).done;
  }
  const clash = await chat(["db", "import", two, "--as-is"], { input: out });
  assertEquals(clash.code, 1);
  assert(
    /Cannot import line \d+: the store has another message 1 in 'pair\/alice\/bob'\.$/m.test(
      clash.err,
    ),
    clash.err,
  );
  const keys = out.split("\n").filter((line) => line.includes('"kind":"key"')).join("\n");
  const name = async () => {
    using store = await openReadOnly(two);
    return new TextDecoder().decode(await store.get("user/bob"));
  };
  const kept = await chat(["db", "import", two], { input: keys });
  assert(kept.out.includes("1 key kept another value"), kept.out);
  assertEquals(await name(), '{"name":"Robert"}');
  assertEquals((await chat(["db", "import", two, "--yes"], { input: keys })).code, 0);
  assertEquals(await name(), '{"name":"Bob"}');
});

Deno.test("import reads a file, and refuses what is no dump before it makes a store", async () => {
  using folder = tempFolder();
  const file = `${folder.path}/dump.jsonl`;
  const target = `${folder.path}/new`;
  const refused: readonly (readonly [text: string | Uint8Array, says: string])[] = [
    ["", "There is nothing to import: the input is empty."],
    ["hello\n", "Cannot import line 1: it is no JSON."],
    ["[]\n", "Cannot import line 1: 'kind' is no text."],
    [
      '{"kind":"dump","version":2}\n',
      "Cannot import line 1: a newer version of this program wrote it.",
    ],
    [Uint8Array.of(0xff), "Cannot import the input: "],
  ];
  for (const [text, says] of refused) {
    await Deno.writeFile(file, typeof text === "string" ? utf8(text) : text);
    const { code, out, err } = await chat(["db", "import", target, "--from", file]);
    assertEquals({ code, out }, { code: 1, out: "" });
    assert(err.includes(says), err);
  }
  assertEquals(namesIn(folder.path), ["dump.jsonl"]);
  await fillStore(target);
  await Deno.writeTextFile(file, (await chat(["db", "dump", target])).out);
  const again = await chat(["db", "import", `${folder.path}/two`, "--from", file, "--as-is"]);
  assertEquals(again.code, 0, again.err);
});

const name = fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" });
const body = fc.oneof(
  fc.uint8Array(),
  fc.jsonValue().map(json),
  fc.constantFrom('{"a":1,"a":2}', "1e2", '{ "spaced": true }', '"\\u0041"', "{").map(utf8),
);
const anyLine: fc.Arbitrary<DumpLine> = fc.oneof(
  fc.record({
    kind: fc.constant("message" as const),
    stream: name,
    seq: fc.nat(),
    at: fc.nat(),
    edited: fc.boolean(),
    body,
  }),
  fc.record({ kind: fc.constant("key" as const), key: name, body }),
  fc.record({ kind: fc.constant("lost" as const), stream: name, seq: fc.nat(), reason: name }),
  fc.record({ kind: fc.constant("lost_key" as const), key: name, reason: name }),
  fc.record({ kind: fc.constant("stream" as const), stream: name, next: fc.nat() }),
);

Deno.test("any line is read as it was written, byte for byte, and holds no control character", () => {
  fc.assert(fc.property(anyLine, (line) => {
    const text = encodeLine(line);
    assertEquals(/\p{Cc}|\p{Bidi_Control}/u.test(text.slice(0, -1)), false);
    const read = decodeLine(text.trimEnd());
    assertEquals(
      "body" in read ? { ...read, body: [...read.body] } : read,
      "body" in line ? { ...line, body: [...line.body] } : { ...line },
    );
  }));
});

Deno.test("decodeLine() refuses fields that are missing or out of range", () => {
  const wrong = [
    '{"kind":"message","stream":"a","seq":1,"at":1}',
    '{"kind":"message","stream":"a","seq":4294967296,"at":1,"body":1}',
    '{"kind":"message","stream":"a","seq":1.5,"at":1,"body":1}',
    '{"kind":"message","stream":"a","seq":1,"at":-1,"body":1}',
    '{"kind":"message","stream":7,"seq":1,"at":1,"body":1}',
    '{"kind":"key","key":"a","base64":"*"}',
    '{"kind":"stream","stream":"a"}',
    '{"kind":"party"}',
    "null",
    "{",
  ];
  for (const text of wrong) assertThrows(() => decodeLine(text), TypeError);
});

Deno.test("textLines() gives the same lines however the bytes are cut", async () => {
  const bytes = utf8("one\ntwö\n\nthree 👋\nlast");
  for (let size = 1; size <= bytes.length; size++) {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size));
    const lines: string[] = [];
    for await (const line of textLines(ReadableStream.from(pieces))) lines.push(line);
    assertEquals(lines, ["one", "twö", "", "three 👋", "last"]);
  }
});

Deno.test("import refuses what the server could not show, and names the line; --as-is takes it", async () => {
  using folder = tempFolder();
  const good = { type: "NewMessage", room: "r", seq: 1, from: "Anna", content: "hi", at: 1 };
  const line = (body: unknown, stream = "room/r") =>
    JSON.stringify({ kind: "message", stream, seq: 1, at: 1, body });
  const { from: _, ...withoutFrom } = good;
  const refused = [
    line(withoutFrom),
    line({ ...good, from: 7 }),
    line({ ...good, seq: 2 }),
    line({ ...good, type: "Welcome" }),
    line(null),
    line("text", "pair/anna/ben"),
    JSON.stringify({ kind: "message", stream: "room/r", seq: 1, at: 1, base64: "/wAB" }),
    JSON.stringify({ kind: "key", key: "room/r", body: { topic: "without a name" } }),
    JSON.stringify({ kind: "key", key: "room/r", body: { name: "another" } }),
  ];
  const dump = '{"kind":"dump","version":1}';
  await using store = await openStore("in memory", { durability: "none" });
  const importer = new Importer(store, { replace: false, asIs: false });
  for (const bad of refused) {
    const why = await importer.take(decodeLine(bad)).catch((error) => error);
    assert(why instanceof Conflict && why.message.endsWith("--as-is takes it all the same"), bad);
  }
  const taken = [line(good), line({ any: "thing" }, "other"), refused[8]];
  const input = [dump, ...taken, '{"kind":"end","lines":5}', ""].join("\n");
  const { code, err } = await chat(["db", "import", `${folder.path}/t`], { input });
  assertEquals(code, 1);
  assert(/^chat: Cannot import line 4: .* --as-is takes it all the same\.\n$/.test(err), err);
  assertEquals((await chat(["db", "import", `${folder.path}/t`, "--as-is"], { input })).code, 0);
});

Deno.test("a dump beside a compaction that takes its files away goes on, with everything once", async () => {
  const disk = new SimDisk();
  // So few that nothing is kept open which the dump has not reached.
  Object.assign(disk, { filesMax: () => 4 });
  await using writer = await openStore("s", {
    storage: disk,
    world: simWorld(1),
    segmentBytes: 512,
    autoCompact: false,
  });
  const body = utf8("x".repeat(100));
  for (let i = 1; i <= 40; i++) {
    for (const stream of ["room/a", "room/b"]) await writer.append(stream, body, { at: i }).done;
  }
  await writer.put("key/one", body).done;
  const open = () => openReadOnly("s", { storage: disk, world: simWorld(2) });
  /** The dump of a store that is compacted whenever a tenth line has come. */
  const dumped = async (lines: AsyncIterable<DumpLine>): Promise<string[]> => {
    const seen: string[] = [];
    for await (const line of lines) {
      seen.push(line.kind === "message" ? `${line.stream} ${line.seq}` : line.kind);
      if (seen.length % 10 !== 0) continue;
      // Something is dead in each segment then, and all of them are replaced.
      for (let seq = 1; seq <= 40; seq += 2) await writer.edit("room/a", seq, body);
      await writer.compact({ reach: "all" });
    }
    return seen;
  };
  {
    using store = await open();
    await assertRejects(dumped(dumpLines(store)), GoneError);
  }
  const seen = await dumped(lastingLines(open));
  const messages = seen.filter((line) => /^room\/[ab] /.test(line));
  assertEquals(messages.length, 80);
  assertEquals(new Set(messages).size, 80);
  assertEquals(seen.filter((line) => line === "key").length, 1);
  assertEquals(seen.filter((line) => line === "stream").length, 2);
});

Deno.test("import refuses a note of what is to be kept that is none, so that nobody stumbles over it", async () => {
  await using store = await openStore("notes", { durability: "none" });
  const importer = new Importer(store, { replace: false, asIs: false });
  const take = (value: unknown) =>
    importer.take({ kind: "key", key: "keeping", body: json(value) }).catch((error) => error);
  for (const wrong of [null, 7, "x", [], { retainMs: null }, { bytesMax: "1" }, { retainMs: -1 }]) {
    assert(await take(wrong) instanceof Conflict, JSON.stringify(wrong));
  }
  assertEquals(await take({ retainMs: 90 * 86_400_000 }), undefined);
});

Deno.test("times that a wrong clock gave come through a dump as they are", async () => {
  await using one = await openStore("one", { durability: "none" });
  const times = [10, 20, 9_000_000, 9_000_001, 30, 30, 40];
  for (const at of times) one.append("room/lobby", json("x"), { at, latest: 1_000 });
  await one.flush();
  await using two = await openStore("two", { durability: "none" });
  const importer = new Importer(two, { replace: false, asIs: true });
  for await (const line of dumpLines(one)) await importer.take(line);
  await importer.settle();
  for (const store of [one, two]) {
    const entries = await store.read("room/lobby");
    assertEquals(entries.map((entry) => entry.kind === "message" ? entry.at : undefined), times);
  }
});
