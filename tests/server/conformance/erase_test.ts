/**
 * Erasing somebody: what it said and whispered is gone for everybody and out of the files, what others said is not, and whoever has
 * the name later is somebody else.
 *
 * @module
 */

import { verifyStore } from "../../../db/mod.ts";
import { type DurableOptions, durableStore, ERASING_KEY } from "../../../server/mod.ts";
import type { AuditEntry } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, type TestServer } from "../../harness.ts";
import { CHEAP } from "../accounts/place.ts";
import { copyFiles, eventually, filesWith, folder } from "../durable/place.ts";
import { type Answer, ask, comesIn, done, inRoom, refused } from "./asking.ts";

const PASSWORD = "correct horse";
const operatorToken = "operator".repeat(5);
const SERVE = { passwordCost: CHEAP, operatorToken, limits: { messagesPerSecond: 0 } };
const MINUTE_MS = 60_000;

function comeIn(server: TestServer, login: object): Promise<RawClient> {
  return comesIn(server, { password: PASSWORD, ...login });
}

function register(server: TestServer, username: string): Promise<RawClient> {
  return comeIn(server, { type: "Register", username });
}

function operator(server: TestServer): Promise<RawClient> {
  return comeIn(server, { username: "Op", password: undefined, operator: operatorToken });
}

interface Told {
  readonly seq: number;
  readonly from: string;
  readonly content: string;
  readonly deleted?: boolean;
  readonly id?: string;
}

async function history(client: RawClient, where: object): Promise<unknown[]> {
  const { messages = [] } = await ask(client, { type: "History", ...where });
  return (messages as readonly Told[]).map((
    { seq, from, content, deleted, id },
  ) => [seq, from, content, deleted ?? false, ...(id?.startsWith("SECRET") ? [id] : [])]);
}

function plain({ re: _, ...report }: Answer): unknown {
  return report;
}

/** Anna, who has said and whispered things, and others who did. */
async function fill(server: TestServer): Promise<void> {
  // A guest who had the name before.
  await using guest = await server.frames("Anna");
  await done(guest, { type: "Broadcast", content: "of a guest" });
  await guest.close();
  await server.event("left", ({ user }) => user === "Anna");
  await using ben = await register(server, "Ben");
  await using anna = await register(server, "Anna");
  await done(anna, { type: "Join", room: "tea" });
  for (const content of ["SECRET one", "SECRET two"]) {
    await anna.send({ type: "Broadcast", content, id: `SECRET ${content.length}${content}` });
    await anna.nextOf("Ack");
  }
  await done(ben, { type: "Broadcast", content: "of Ben, to Anna" });
  await done(anna, { type: "Broadcast", room: "tea", content: "SECRET tea" });
  await done(anna, { type: "Edit", room: "tea", seq: 1, content: "SECRET tea again" });
  await ask(anna, { type: "Whisper", to: "Ben", content: "SECRET whisper" });
  await ask(ben, { type: "Whisper", to: "Anna", content: "Ben's own" });
  await done(ben, { type: "Join", room: "tea" });
  await done(anna, { type: "Kick", room: "tea", user: "Ben", why: "for the record" });
}

const FOUND = { messages: 3, rooms: 2, whispers: 1, people: 1, audit: 1 };

Deno.test("EraseAccount counts and then erases what an account said and whispered, and nothing of others", async () => {
  await using server = startServer(SERVE);
  await fill(server);
  await using op = await operator(server);
  await using ben = await comeIn(server, { username: "Ben" });
  await using anna = await comeIn(server, { username: "Anna" });
  await using cleo = await server.frames("Cleo");
  const wanted = { type: "Erasure", username: "Anna", ...FOUND };
  const counted = plain(await ask(op, { type: "EraseAccount", username: "anna", count: true }));
  assertEquals(counted, { ...wanted, devices: 2 });
  assertEquals((await history(ben, { room: "lobby" })).length, 4, "Nothing is done by counting");
  await refused(ben, { type: "EraseAccount", username: "Anna" }, "forbidden");
  await refused(op, { type: "EraseAccount", username: "Nobody" }, "not_found");
  const erased = plain(await ask(op, { type: "EraseAccount", username: "anna" }));
  assertEquals(erased, { ...wanted, devices: 2, done: true });
  assertEquals((await anna.nextOf("Error")).code, "auth_failed");
  assertEquals(await history(ben, { room: "lobby" }), [
    [1, "Anna", "of a guest", false],
    [2, "-", "", true],
    [3, "-", "", true],
    [4, "Ben", "of Ben, to Anna", false],
  ]);
  assertEquals(await history(ben, { with: "Anna" }), [
    [1, "Anna", "", true],
    [2, "Ben", "Ben's own", false],
  ]);
  // Who was there heard it of what was said in the lobby.
  const gone = [await cleo.nextOf("MessageDeleted"), await cleo.nextOf("MessageDeleted")];
  assertEquals(gone.map(({ room, by }) => [room, by]), [["lobby", "-"], ["lobby", "-"]]);
  assertEquals(gone.map(({ seq }) => seq).sort(), [2, 3]);
  await refused(op, { type: "EraseAccount", username: "Anna" }, "not_found");
  const page = await ask(op, { type: "Audit", server: true });
  const acts = (page["records"] as readonly AuditEntry[]).map((
    { by, act, user },
  ) => [by, act, user]);
  assertEquals(acts, [["Op", "erase", "Anna"]]);
  // The room that was hers is the operators'.
  assertEquals((await ask(op, { type: "Room", room: "tea" }))["owner"], undefined);
});

Deno.test("who has the name of somebody who was erased reads nothing of it, and changes nothing", async () => {
  await using server = startServer(SERVE);
  await fill(server);
  await using op = await operator(server);
  await ask(op, { type: "EraseAccount", username: "Anna" });
  await using anna = await register(server, "Anna");
  await refused(anna, { type: "History", with: "Ben" }, "not_found").catch(async () => {
    assertEquals(await history(anna, { with: "Ben" }), []);
  });
  await refused(anna, { type: "Edit", seq: 2, content: "mine now" }, "forbidden");
  await refused(anna, { type: "Delete", with: "Ben", seq: 1 }, "not_found");
  assertEquals((await ask(anna, { type: "Room", room: "tea" }))["rank"], "nobody");
});

interface Place extends AsyncDisposable {
  readonly server: TestServer;
  readonly erased: () => Promise<void>;
}

async function startOn(path: string, options: Partial<DurableOptions> = {}): Promise<Place> {
  let steadyMs = 0;
  const store = await durableStore(path, {
    durability: "durable",
    steady: () => steadyMs,
    ...options,
  });
  const server = startServer({ ...SERVE, store });
  return {
    server,
    async erased() {
      steadyMs += MINUTE_MS;
      store.tend?.();
      await eventually(async () => {
        await verifyStore(path);
        return store.values.value(ERASING_KEY) === undefined ? true : undefined;
      }, "it is erased from the files");
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

Deno.test("a minute after somebody was erased no file holds a word, an id, a tag, a hash or a device of it", async () => {
  using place = folder();
  let hash = "";
  {
    await using chat = await startOn(place.path);
    await fill(chat.server);
    for await (const { name } of Deno.readDir(place.path)) {
      if (!name.endsWith(".segment")) continue;
      const text = new TextDecoder("latin1").decode(await Deno.readFile(`${place.path}/${name}`));
      hash = /"name":"Anna".*?"identity":"([^"]+)"/.exec(text)?.[1] ?? hash;
    }
    assert(hash.length > 30);
    assert(filesWith(place.path, hash).length > 0 && filesWith(place.path, "SECRET").length > 0);
    await using op = await operator(chat.server);
    await ask(op, { type: "EraseAccount", username: "Anna" });
    await chat.erased();
    for (const trace of ["SECRET", hash, `"from":"Anna","tag"`, "account/anna"]) {
      assertEquals(filesWith(place.path, trace), [], trace);
    }
  }
  const { damages, dead } = await verifyStore(place.path);
  assertEquals([damages, dead], [[], 0]);
  await using chat = await startOn(place.path);
  await using ben = await comeIn(chat.server, { username: "Ben" });
  assertEquals((await history(ben, { room: "lobby" })).length, 4);
});

Deno.test("a kill in the middle of erasing is gone on with at the next start, from every moment", async () => {
  using place = folder();
  {
    await using chat = await startOn(place.path);
    await fill(chat.server);
    await using anna = await inRoom(chat.server, "Else", "tea");
    await done(anna, { type: "Broadcast", room: "tea", content: "of another" });
  }
  const moments: string[] = [];
  using copies = folder();
  {
    await using chat = await startOn(place.path);
    await using op = await operator(chat.server);
    const answer = ask(op, { type: "EraseAccount", username: "Anna" });
    let isOver = false;
    const over = answer.then(() => isOver = true);
    do {
      const copy = `${copies.path}/${moments.length}`;
      await Deno.mkdir(copy);
      copyFiles(place.path, copy);
      moments.push(copy);
      await verifyStore(place.path);
    } while (!isOver && moments.length < 20);
    await over;
  }
  for (const copy of moments) {
    await using chat = await startOn(copy);
    await using op = await operator(chat.server);
    // Whoever asks hears what is left of it; before the account was gone, nothing was done.
    await ask(op, { type: "EraseAccount", username: "Anna" });
    await chat.erased();
    assertEquals(filesWith(copy, "SECRET"), [], copy);
    await using ben = await comeIn(chat.server, { username: "Ben" });
    assertEquals((await history(ben, { room: "lobby" })).length, 4);
  }
});
