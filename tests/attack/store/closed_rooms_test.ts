/**
 * A damaged byte opens no room that was closed: not when the record of how it was set is lost, and not when an older one is left.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { ask, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { removeHints } from "../../cli/db_stores.ts";
import { chat } from "../../cli/program.ts";
import { folder, startOn } from "../../server/durable/place.ts";

/** What stands in the store: how the room was set at last, and before, and what is on record of that. */
const LAST = '{"access":"invite","slow":1,';
const BEFORE = '{"slow":1,';
const RECORD = '"set":{"access":"invite"}';
const SESSION = "a".repeat(40);

/** Makes a store with a room that everybody may enter, and one that was set twice, the second time closed to others. */
async function fill(path: string): Promise<void> {
  await using server = await startOn(path);
  await using anna = await inRoom(server, "Anna", "hid", SESSION);
  await done(anna, { type: "Broadcast", room: "hid", content: "before" });
  await done(anna, { type: "Room", room: "hid", slow: 1 });
  await done(anna, { type: "Room", room: "hid", access: "invite" });
  await done(anna, { type: "Broadcast", room: "hid", content: "S3CRET" });
  await done(anna, { type: "Join", room: "open" });
  await done(anna, { type: "Broadcast", room: "open", content: "hello" });
  await done(anna, { type: "Broadcast", content: "in the lobby" });
}

/** Turns a bit in each of these texts where they stand in the store. */
async function damage(path: string, texts: readonly string[]): Promise<void> {
  const file = `${path}/00000001.segment`;
  const bytes = await Deno.readFile(file);
  const latin = new TextDecoder("latin1").decode(bytes);
  for (const text of texts) {
    const at = latin.indexOf(text);
    assert(at > 0, `${text} stands in ${file}`);
    bytes[at + 2] = (bytes[at + 2] ?? 0) ^ 1;
  }
  await Deno.writeFile(file, bytes);
  removeHints(path);
}

for (const texts of [[LAST], [LAST, BEFORE], [RECORD], [LAST, RECORD]]) {
  Deno.test(`a room that was closed stays so in what is saved where this was damaged: ${texts.join(" and ")}`, async () => {
    using place = folder();
    const [from, into] = [`${place.path}/from`, `${place.path}/into`];
    await fill(from);
    await damage(from, texts);
    const { code, out } = await chat(["db", "repair", from, "--into", into, "--yes"]);
    assertEquals([code, out.includes("Closed, since")], [3, texts.includes(LAST)]);
    await using server = await startOn(into);
    await using eve = await server.frames("Eve");
    await refused(eve, { type: "Join", room: "hid" }, "not_found");
    // What is certain stays as it was.
    assertEquals((await ask(eve, { type: "Join", room: "open" }))["seq"], 1);
  });
}

for (const part of [["--room", "hid"], ["--since", "1h"], []]) {
  Deno.test(`a room that was closed stays so where ${part.join(" ") || "all"} of a dump is brought, and tells there of no bans`, async () => {
    using place = folder();
    const [from, into, lines] = ["from", "into", "lines"].map((name) =>
      `${place.path}/${name}`
    ) as [
      string,
      string,
      string,
    ];
    await fill(from);
    {
      await using server = await startOn(from);
      await using anna = await server.frames("Anna", SESSION);
      await done(anna, { type: "Ban", room: "hid", user: "Eve" });
    }
    const { out } = await chat(["db", "dump", from, ...part]);
    await Deno.writeTextFile(lines, out);
    assertEquals((await chat(["db", "import", into, "--from", lines])).code, 0);
    await using server = await startOn(into);
    await using zoe = await server.frames("Zoe");
    await refused(zoe, { type: "Join", room: "hid" }, "not_found");
    await using anna = await server.frames("Anna", SESSION);
    assertEquals((await ask(anna, { type: "Join", room: "hid" }))["seq"], 2);
    assertEquals(out.includes("bans"), part.length === 0);
  });
}

for (const part of [["--room", "hid"], ["--since", "1h"], []]) {
  Deno.test(`a room that was closed stays so where ${part.join(" ") || "all"} of a dump comes only up to its words`, async () => {
    using place = folder();
    const [from, into, lines] = [`${place.path}/from`, `${place.path}/into`, `${place.path}/lines`];
    await fill(from);
    const { out } = await chat(["db", "dump", from, ...part]);
    await Deno.writeTextFile(lines, out.slice(0, out.indexOf("\n", out.indexOf("S3CRET")) + 1));
    assertEquals((await chat(["db", "import", into, "--from", lines])).code, 1);
    await using server = await startOn(into);
    await using zoe = await server.frames("Zoe");
    await refused(zoe, { type: "Join", room: "hid" }, "not_found");
    await using anna = await server.frames("Anna", SESSION);
    assertEquals((await ask(anna, { type: "Join", room: "hid" }))["seq"], 2);
  });
}

Deno.test("no word of a room for the invited comes into an open one of that name, unless that is closed, too", async () => {
  using place = folder();
  const [from, into, lines] = [`${place.path}/from`, `${place.path}/into`, `${place.path}/lines`];
  await fill(from);
  {
    await using server = await startOn(into);
    await using zoe = await inRoom(server, "Zoe", "hid", "z".repeat(40));
    await done(zoe, { type: "Topic", room: "hid", topic: "for all" });
  }
  const { out } = await chat(["db", "dump", from, "--room", "hid"]);
  await Deno.writeTextFile(lines, out);
  const { code, err } = await chat(["db", "import", into, "--from", lines]);
  assertEquals([code, err.includes("'hid' is for the invited in the dump")], [1, true]);
  assert(!(await chat(["db", "dump", into])).out.includes("S3CRET"), "no word came in");
  assertEquals((await chat(["db", "import", into, "--from", lines, "--yes"])).code, 0);
  await using server = await startOn(into);
  await using zoe = await server.frames("Zoe", "z".repeat(40));
  await refused(zoe, { type: "Join", room: "hid" }, "not_found");
});

Deno.test("a room is closed where a dump says that it is lost how it was set", async () => {
  using place = folder();
  const [from, into, lines] = [`${place.path}/from`, `${place.path}/into`, `${place.path}/lines`];
  await fill(from);
  const { out } = await chat(["db", "dump", from, "--room", "hid"]);
  const lost = '{"kind":"lost_key","key":"order/hid","reason":"damaged"}';
  await Deno.writeTextFile(lines, out.replace(/^\{"kind":"key","key":"order\/hid".*$/m, lost));
  await chat(["db", "import", into, "--from", lines]);
  await using server = await startOn(into);
  await using eve = await server.frames("Eve");
  await refused(eve, { type: "Join", room: "hid" }, "not_found");
});

Deno.test("no word of a room for the invited comes into one of that name that is other people's, unless it becomes theirs", async () => {
  using place = folder();
  const [from, into, lines] = [`${place.path}/from`, `${place.path}/into`, `${place.path}/lines`];
  await fill(from);
  {
    await using server = await startOn(into);
    await using zoe = await inRoom(server, "Zoe", "hid", "z".repeat(40));
    await done(zoe, { type: "Room", room: "hid", access: "invite" });
  }
  const { out } = await chat(["db", "dump", from, "--room", "hid"]);
  await Deno.writeTextFile(lines, out);
  const { code, err } = await chat(["db", "import", into, "--from", lines]);
  assertEquals([code, err.includes("'hid' is for the invited in the store as")], [1, true], err);
  assert(!(await chat(["db", "dump", into])).out.includes("S3CRET"), "no word came in");
  assertEquals((await chat(["db", "import", into, "--from", lines, "--yes"])).code, 0);
  // Once it is theirs, what is said later comes in without a word of that.
  {
    await using server = await startOn(from);
    await using anna = await inRoom(server, "Anna", "hid", SESSION);
    await done(anna, { type: "Invite", room: "hid", user: "Anna" });
    await done(anna, { type: "Broadcast", room: "hid", content: "later" });
  }
  await Deno.writeTextFile(lines, (await chat(["db", "dump", from, "--room", "hid"])).out);
  const again = await chat(["db", "import", into, "--from", lines]);
  assertEquals(again.code, 0, again.err);
  await using server = await startOn(into);
  await using zoe = await server.frames("Zoe", "z".repeat(40));
  await refused(zoe, { type: "Join", room: "hid" }, "not_found");
  await using anna = await server.frames("Anna", SESSION);
  assertEquals((await ask(anna, { type: "Join", room: "hid" }))["seq"], 3);
});
