/**
 * `chat db repair` of a store that has lost a change: the words before it do not come back.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import type { RawClient } from "../harness.ts";
import { ask, done } from "../server/conformance/asking.ts";
import { filesWith, startOn } from "../server/durable/place.ts";
import { segmentNames, tempFolder } from "./db_stores.ts";
import { chat } from "./program.ts";

/** Turns over a bit in each place where a text stands in the store's files. @returns How many there were. */
async function spoil(directory: string, text: string): Promise<number> {
  let count = 0;
  for (const name of segmentNames(directory)) {
    const path = `${directory}/${name}`;
    const bytes = await Deno.readFile(path);
    const chars = new TextDecoder("latin1").decode(bytes);
    for (let at = chars.indexOf(text); at >= 0; at = chars.indexOf(text, at + 1)) {
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      count++;
    }
    await Deno.writeFile(path, bytes);
  }
  return count;
}

async function contents(client: RawClient): Promise<unknown[]> {
  const { messages } = await ask(client, { type: "History" });
  return (messages as readonly { readonly content: string; readonly deleted?: boolean }[])
    .map(({ content, deleted = false }) => deleted ? undefined : content);
}

/** What was said, changed, and is to be known of it. */
async function fill(directory: string): Promise<void> {
  await using server = await startOn(directory);
  await using anna = await server.frames("Anna");
  for (const content of ["FIRST-SECRET", "SECOND-SECRET", "third", "fourth"]) {
    await done(anna, { type: "Broadcast", content });
  }
  await done(anna, { type: "Delete", seq: 1 });
  await done(anna, { type: "Edit", seq: 2, content: "second, without a secret" });
  await done(anna, { type: "Edit", seq: 3, content: "third, as it is to be" });
}

Deno.test("when the body of a change is lost, its record tells, and the words before it are withheld and in no file", async () => {
  using folder = tempFolder();
  const [store, saved] = [`${folder.path}/store`, `${folder.path}/saved`];
  await fill(store);
  assertEquals(await spoil(store, `"content":"","at"`), 1);
  assertEquals(await spoil(store, "second, without a secret"), 1);
  const { code, out } = await chat(["db", "repair", store, "--into", saved, "--json"]);
  assertEquals(code, 3);
  assertEquals(JSON.parse(out).withheld, [
    { stream: "room/lobby", seq: 1 },
    { stream: "room/lobby", seq: 2 },
  ]);
  assertEquals(filesWith(saved, "SECRET"), []);
  await using server = await startOn(saved);
  await using eve = await server.frames("Eve");
  assertEquals(await contents(eve), [undefined, undefined, "third, as it is to be", "fourth"]);
});

Deno.test("when body and record of a change are lost, the record of a later one tells", async () => {
  using folder = tempFolder();
  const [store, saved] = [`${folder.path}/store`, `${folder.path}/saved`];
  await fill(store);
  assertEquals(await spoil(store, `"content":"","at"`), 1);
  assertEquals(await spoil(store, `{"seq":1,"head":4`), 1);
  const { code, out } = await chat(["db", "repair", store, "--into", saved]);
  assertEquals(code, 3);
  assert(out.includes("only the words before that are left: 1 of 'room/lobby'.\n"), out);
  assertEquals(filesWith(saved, "FIRST-SECRET"), []);
});

Deno.test("what was changed and is there as it was changed is not withheld", async () => {
  using folder = tempFolder();
  const [store, saved] = [`${folder.path}/store`, `${folder.path}/saved`];
  await fill(store);
  assertEquals(await spoil(store, `"fourth"`), 1);
  const { out } = await chat(["db", "repair", store, "--into", saved, "--json"]);
  assertEquals(JSON.parse(out).withheld, []);
  await using server = await startOn(saved);
  await using eve = await server.frames("Eve");
  const there = [undefined, "second, without a secret", "third, as it is to be"];
  assertEquals(await contents(eve), there);
});

Deno.test("also when the clock was set back between two changes, or stood still, the words before the second are withheld", async () => {
  using folder = tempFolder();
  const [store, saved] = [`${folder.path}/store`, `${folder.path}/saved`];
  {
    let now = 2_000_000_000_000;
    await using server = await startOn(store, { serve: { clock: () => now } });
    await using anna = await server.frames("Anna");
    await done(anna, { type: "Broadcast", content: "first" });
    await done(anna, { type: "Edit", seq: 1, content: "FIRST-SECRET" });
    now -= 3_600_000;
    await done(anna, { type: "Delete", seq: 1 });
  }
  assertEquals(await spoil(store, `"content":"","at"`), 1);
  const { code, out } = await chat(["db", "repair", store, "--into", saved, "--json"]);
  assertEquals(code, 3);
  assertEquals(JSON.parse(out).withheld, [{ stream: "room/lobby", seq: 1 }]);
  assertEquals(filesWith(saved, "SECRET"), []);
});
