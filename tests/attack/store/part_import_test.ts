/**
 * An import of an older dump, or of a part: it makes nobody the author of others' words, and brings nothing back that was taken away
 * since.
 *
 * @module
 */

import { dumpLines, lastingLines } from "../../../cli/db/dump.ts";
import { Importer } from "../../../cli/db/importer.ts";
import { GoneError, openStore, type ReadOnlyStore, type Store } from "../../../db/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { chat } from "../../cli/program.ts";
import { CHEAP } from "../../server/accounts/place.ts";
import { ask, comesIn, done, inRoom, refused } from "../../server/conformance/asking.ts";
import { copyFiles, folder, startOn } from "../../server/durable/place.ts";

const operatorToken = "operator".repeat(5);
const password = "correct horse";
const serve = { operatorToken, passwordCost: CHEAP };

Deno.test("what a room's part brings into an older store is nobody's, and what was there stays its author's", async () => {
  using place = folder();
  using older = folder();
  const session = await (async () => {
    await using server = await startOn(place.path);
    await using first = await inRoom(server, "Ann", "tea");
    await done(first, { type: "Broadcast", room: "tea", content: "the first Ann's" });
    return first.session;
  })();
  copyFiles(place.path, older.path);
  {
    await using server = await startOn(place.path);
    await using second = await inRoom(server, "Ann", "tea");
    await done(second, { type: "Broadcast", room: "tea", content: "the second Ann's" });
  }
  const { out } = await chat(["db", "dump", "--room", "tea", place.path]);
  assertEquals((await chat(["db", "import", older.path], { input: out })).code, 0);
  await using server = await startOn(older.path);
  await using first = await inRoom(server, "Ann", "tea", session);
  await refused(first, { type: "Edit", room: "tea", seq: 2, content: "forged" }, "forbidden");
  await done(first, { type: "Broadcast", room: "tea", content: "later" });
  await done(first, { type: "Edit", room: "tea", seq: 3, content: "later, and its own" });
});

Deno.test("a whole dump brings who said what along, also into an older store", async () => {
  using place = folder();
  using older = folder();
  await using server = await startOn(place.path);
  await using first = await inRoom(server, "Ann", "tea");
  await done(first, { type: "Broadcast", room: "tea", content: "before" });
  copyFiles(place.path, older.path);
  await using _ben = await inRoom(server, "Ben", "tea");
  await done(_ben, { type: "Broadcast", room: "tea", content: "behind" });
  const { out } = await chat(["db", "dump", place.path]);
  const imported = await chat(["db", "import", older.path, "--json"], { input: out });
  assertEquals([imported.code, JSON.parse(imported.out).missing], [0, 0], imported.err);
  await using restored = await startOn(older.path);
  await using ben = await inRoom(restored, "Ben", "tea", _ben.session);
  await done(ben, { type: "Edit", room: "tea", seq: 2, content: "behind, and its own" });
});

Deno.test("a dump that looks again brings nothing that was said since it looked first", async () => {
  const note = (from: string, seq: number) =>
    new TextEncoder().encode(JSON.stringify({ from, tag: `${seq}`, seq }));
  const say = async (store: Store, seq: number) => {
    await store.append("author/tea", note("ann", seq), { at: seq }).done;
    await store.append("room/tea", new TextEncoder().encode(`${seq}`), { at: seq }).done;
    await store.append(`room/new ${seq}`, new Uint8Array(1), { at: seq }).done;
  };
  await using store = await openStore("looked-at-twice", { durability: "none" });
  await say(store, 1);
  let looks = 0;
  const open = (): Promise<ReadOnlyStore> => {
    looks++;
    const read: Store["read"] = async (stream, query) => {
      if (looks > 1 || stream !== "room/tea") return await store.read(stream, query);
      // Behind the notes of who said what a compaction takes the files away, and somebody else comes.
      await say(store, 2);
      throw new GoneError("00000001.segment");
    };
    const look: object = new Proxy(store, {
      get: (_, name) => {
        if (name === "read") return read;
        const value = Reflect.get(store, name);
        return typeof value === "function" ? value.bind(store) : value;
      },
    });
    return Promise.resolve(Object.assign(look, { [Symbol.dispose]: () => {} }) as ReadOnlyStore);
  };
  const lines = await Array.fromAsync(lastingLines(open));
  assertEquals(looks, 2);
  const found = lines.flatMap((line) =>
    line.kind === "message" ? [`${line.stream} ${line.seq}`] : []
  );
  assertEquals(found, ["author/tea 1", "room/tea 1", "room/new 1 1"]);
  const ends = lines.flatMap((line) => line.kind === "stream" ? [line.next] : []);
  assertEquals(ends, [2, 2, 2]);
});

Deno.test("what was taken away since a dump was made stays away, unless it is asked for", async () => {
  using place = folder();
  let dump: string;
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    for (const username of ["Eve", "Ben"]) {
      await using _one = await comesIn(server, { type: "Register", username, password });
      await done(op, { type: "SetRole", username, role: "operator" });
    }
    await using owner = await inRoom(server, "Ann", "tea");
    await done(owner, { type: "Broadcast", room: "tea", content: "to be kept" });
    await done(owner, { type: "Room", room: "tea", retain: 1 });
    const { invitation } = await ask(op, { type: "AddInvitation" });
    await ask(op, { type: "AddHook", name: "ci", room: "tea" });
    dump = (await chat(["db", "dump", place.path])).out;
    assert(
      dump.includes(`"hook/ci"`) && dump.includes(`"invitation/`),
      "Nothing is there to come back",
    );
    await done(op, { type: "RevokeInvitation", invitation: (invitation as { id: string }).id });
    await done(op, { type: "RemoveHook", hook: "ci" });
    await done(op, { type: "RemoveAccount", username: "Eve" });
    await done(owner, { type: "Room", room: "tea", retain: 0 });
  }
  const { code, out } = await chat(["db", "import", place.path], { input: dump });
  assertEquals(code, 0);
  assert(/were taken away here and stayed away; --yes brings such back\./.test(out), out);
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    const { accounts } = await ask(op, { type: "Accounts" });
    assertEquals((accounts as { name: string }[]).map(({ name }) => name), ["Ben"]);
    assertEquals((await ask(op, { type: "Hooks" }))["hooks"], []);
    assertEquals((await ask(op, { type: "Invitations" }))["invitations"], []);
    const { retain } = await ask(op, { type: "Room", room: "tea" });
    assertEquals(retain, undefined);
  }
  await chat(["db", "import", "--yes", place.path], { input: dump });
  await using server = await startOn(place.path, { serve });
  await using op = await comesIn(server, { username: "Root", operator: operatorToken });
  assertEquals((await ask(op, { type: "Room", room: "tea" }))["retain"], 1);
});

Deno.test("a new store gets all of a dump, also who was made again after he was taken away", async () => {
  using place = folder();
  using made = folder();
  {
    await using server = await startOn(place.path, { serve });
    await using op = await comesIn(server, { username: "Root", operator: operatorToken });
    for (let twice = 0; twice < 2; twice++) {
      await using _eve = await comesIn(server, { type: "Register", username: "Eve", password });
      if (twice === 0) await done(op, { type: "RemoveAccount", username: "Eve" });
    }
  }
  await using from = await openStore(place.path);
  await using to = await openStore(made.path);
  const importer = new Importer(to, { replace: false, asIs: false });
  for await (const line of dumpLines(from)) await importer.take(line);
  await importer.settle();
  assertEquals(importer.counts.away, 0);
  assertEquals([...to.keys("account/")], ["account/eve/Eve"]);
});
