/**
 * A disk that has damaged some of the messages: the others are served, and every gap is told.
 *
 * @module
 */

import { assertEquals } from "../../assert.ts";
import { folder, startOn } from "./place.ts";
import { heard, range, say, seqsOf, texts } from "./talk.ts";

/** Turns over a bit in each of some messages, which are known by their texts. */
async function damage(path: string, seqs: readonly number[]): Promise<void> {
  for await (const { name } of Deno.readDir(path)) {
    if (!name.endsWith(".segment")) continue;
    const bytes = await Deno.readFile(`${path}/${name}`);
    const buffer = Buffer.from(bytes.buffer);
    for (const seq of seqs) {
      const at = buffer.indexOf(`"content":"text ${seq}"`);
      if (at >= 0) bytes[at + 3] = (bytes[at + 3] ?? 0) ^ 1;
    }
    await Deno.writeFile(`${path}/${name}`, bytes);
  }
}

/** A place with 400 messages in the lobby, some of them damaged. */
async function damaged(path: string, from: number, to: number): Promise<void> {
  {
    await using server = await startOn(path);
    await using alice = await server.frames("Alice");
    await say(alice, texts(400));
  }
  await damage(path, range(from, to));
}

Deno.test("a page is filled with what can be read, and names what cannot", async () => {
  using place = folder();
  await damaged(place.path, 301, 400);
  await using server = await startOn(place.path);
  await using bob = await server.frames("Bob");
  await bob.send({ type: "History", id: "1" });
  const { messages, more, lost, next } = await bob.nextOf("HistoryPage");
  assertEquals(messages.map(({ seq }) => seq), range(251, 300));
  assertEquals({ more, lost, next }, {
    more: true,
    lost: [{ from: 301, to: 400 }],
    next: undefined,
  });
  assertEquals(await seqsOf(bob, { after: 290 }), [range(291, 300), false]);
});

Deno.test("a page of nothing but damage says where to ask on", async () => {
  using place = folder();
  await damaged(place.path, 1, 400);
  await using server = await startOn(place.path);
  await using bob = await server.frames("Bob");
  let before: number | undefined;
  for (let pages = 0;; pages++) {
    await bob.send({ type: "History", id: "1", limit: 5, ...(before ? { before } : {}) });
    const { messages, more, lost, next } = await bob.nextOf("HistoryPage");
    assertEquals(messages, []);
    assertEquals(lost?.length, 1);
    if (!more) {
      assertEquals([pages > 0, lost?.[0]?.from], [true, 1]);
      break;
    }
    before = next;
  }
});

Deno.test("resume tells of a gap in its place, and goes on behind it", async () => {
  using place = folder();
  await damaged(place.path, 301, 350);
  await using server = await startOn(place.path);
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 290 } });
  await bob.next("Welcome");
  assertEquals(await heard(bob, 10), range(291, 300));
  const { room, from, to } = await bob.next("Lost");
  assertEquals({ room, from, to }, { room: "lobby", from: 301, to: 350 });
  assertEquals(await heard(bob, 50), range(351, 400));
  await using alice = await server.frames("Alice");
  await say(alice, ["new"]);
  assertEquals(await heard(bob, 1), [401]);
});

Deno.test("resume tells of a gap at the end, and follows the room from there", async () => {
  using place = folder();
  await damaged(place.path, 301, 400);
  await using server = await startOn(place.path);
  await using bob = await server.connect();
  await bob.send({ type: "Login", username: "Bob", resume: { lobby: 300 } });
  await bob.next("Welcome");
  const { from, to } = await bob.next("Lost");
  assertEquals({ from, to }, { from: 301, to: 400 });
  await using alice = await server.frames("Alice");
  await say(alice, ["new"]);
  assertEquals(await heard(bob, 1), [401]);
});

Deno.test("a note of what is to be kept that is damaged is written anew, and the server serves", async () => {
  using place = folder();
  {
    await using server = await startOn(place.path, { bytesMax: 7_654_321 });
    await using alice = await server.frames("Alice");
    await say(alice, texts(3));
  }
  for await (const { name } of Deno.readDir(place.path)) {
    if (!name.endsWith(".segment")) continue;
    const bytes = await Deno.readFile(`${place.path}/${name}`);
    const at = Buffer.from(bytes.buffer).indexOf("7654321");
    if (at >= 0) bytes[at] = 0x38;
    await Deno.writeFile(`${place.path}/${name}`, bytes);
  }
  for (const told of [1, 0]) {
    const trouble: unknown[] = [];
    await using server = await startOn(place.path, {
      bytesMax: 7_654_321,
      onTrouble: (error) => trouble.push(error),
    });
    await using bob = await server.frames("Bob");
    assertEquals(await seqsOf(bob, { after: 0 }), [[1, 2, 3], false]);
    assertEquals(trouble.length, told);
  }
});
