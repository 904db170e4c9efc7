/**
 * Shutting down: everybody is told, what waits is sent, and it comes to an end.
 *
 * @module
 */

import { memoryStore } from "../../../server/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type RawClient, startServer, within } from "../../harness.ts";
import { turns } from "../../within.ts";
import { begin, transfer } from "../files/talk.ts";

/** Rooms of one who leaves them in steps. */
const ROOMS = 30;
/** Longer than chores may go on without a look, in ms. */
const STEP_MS = 5;

/** Holds the thread, as work does. */
function workFor(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

Deno.test("shutting_down is told to everybody, in both ways of speaking", async () => {
  await using server = startServer();
  await using alice = await server.frames("Alice");
  await using bob = await server.text("Bob");
  await alice.next("UserJoined");
  const closed = server.server.close();
  await alice.nextError("shutting_down");
  await alice.expectEnd();
  await bob.expectLines("[Server] The server is shutting down.");
  await bob.expectEnd();
  for (const client of [alice, bob]) await client.close();
  await within(closed, "close()");
});

Deno.test("nobody is told that the others left", async () => {
  await using server = startServer();
  const clients = [await server.frames("Alice"), await server.frames("Bob")];
  await clients[0]?.next("UserJoined");
  void server.server.close();
  for (const client of clients) {
    await client.nextError("shutting_down");
    await client.expectEnd();
    await client.close();
  }
});

Deno.test("what was acknowledged is sent before the end", async () => {
  await using server = startServer({ limits: { messagesPerSecond: 0 } });
  await using alice = await server.frames("Alice");
  await using bob = await server.frames("Bob");
  await alice.next("UserJoined");
  await alice.send(
    ...Array.from({ length: 300 }, (_, n) => ({ type: "Broadcast", content: `${n}`, id: `${n}` })),
  );
  await alice.nextOf("Ack");
  void server.server.close();
  const acked = new Set(["0"]);
  for (
    let message = await alice.message();
    message.type !== "Error";
    message = await alice.message()
  ) {
    if (message.type === "Ack" && message.re !== undefined) acked.add(message.re);
  }
  for (let message = await bob.message(); message.type !== "Error"; message = await bob.message()) {
    if (message.type === "NewMessage") acked.delete(message.content);
  }
  assertEquals(acked.size, 0, "Bob heard all that Alice was told is stored");
});

Deno.test("close() finishes although some are silent, are not logged in or do not read", async () => {
  await using server = startServer({ limits: { drainMsMax: 200 } });
  await using alice = await server.frames("Alice");
  await using _silent = await server.connect();
  await using begun = await server.connect();
  await begun.write("Al");
  await using deaf = await server.connect({ reading: false });
  await deaf.write("Deaf\n");
  await alice.next("UserJoined");
  await within(server.server.close(), "close()", 3_000);
  await within(server.server.finished, "finished", 100);
});

Deno.test("close() finishes within its limit in the middle of files, whose senders do not stop and whose receivers do not read", async () => {
  await using server = startServer({ limits: { drainMsMax: 200, messagesPerSecond: 0 } });
  const clients: RawClient[] = [];
  const sending: Promise<void>[] = [];
  const pairs: [RawClient, RawClient][] = [];
  for (let n = 0; n < 8; n++) {
    pairs.push([await server.frames(`Alice${n}`), await server.frames(`Bob${n}`)]);
  }
  // An answer may go ahead of what a room says: who has come in is heard before anything is asked for.
  for (const [n, one] of pairs.flat().entries()) {
    for (let later = n + 1; later < 2 * pairs.length; later++) await one.next("UserJoined");
  }
  for (const [n, [alice, bob]] of pairs.entries()) {
    const way = { size: 1 << 30, sha256: "0".repeat(64), up: "beside", down: "beside" } as const;
    const names = { sender: `Alice${n}`, receiver: `Bob${n}` };
    const { upload, download } = await begin({ alice, bob }, way, names);
    const up = await transfer(server, upload.token);
    const down = await server.connect({ reading: false });
    await down.send({ type: "Transfer", token: download.token });
    const piece = new Uint8Array(256 << 10);
    sending.push((async () => {
      try {
        for (;;) await up.write(piece);
      } catch {
        // The server has closed.
      }
    })());
    clients.push(alice, bob, up, down);
  }
  await within(server.server.close(), "close()", 5_000);
  await Promise.all(sending);
  await Promise.all(clients.map((client) => client.close()));
});

Deno.test("close() twice is one close, and nobody is let in after it", async () => {
  await using server = startServer();
  const [one, other] = [server.server.close(), server.server.close()];
  await Promise.all([one, other, server.server[Symbol.asyncDispose]()]);
  const kinds = server.events.map(({ kind }) => kind);
  assertEquals(kinds, ["listening", "closing", "closed"]);
  const refused = await Deno.connect({ hostname: "127.0.0.1", port: server.port }).catch((e) => e);
  assert(refused instanceof Deno.errors.ConnectionRefused);
});

Deno.test("of a shutdown it is told once how many were connected, and not of each", async () => {
  await using server = startServer();
  const silent = await server.connect();
  const clients: RawClient[] = [];
  for (const name of ["Anna", "Ben", "Cleo"]) clients.push(await server.frames(name));
  const told = server.events.length;
  const closed = server.server.close();
  for (const client of clients) await client.nextOf("Error");
  for (const client of [silent, ...clients]) {
    await client.expectEnd();
    await client.close();
  }
  await within(closed, "close()");
  assertEquals(server.events.slice(told), [{ kind: "closing", users: 4 }, { kind: "closed" }]);
});

Deno.test("a signal shuts the server down, also one that was given before", async () => {
  const controller = new AbortController();
  await using server = startServer({ signal: controller.signal });
  await using alice = await server.frames("Alice");
  controller.abort();
  await alice.nextError("shutting_down");
  await alice.close();
  await within(server.server.finished, "finished");
  await using late = startServer({ signal: AbortSignal.abort() });
  await within(late.server.finished, "finished");
});

Deno.test("close() closes the store once, at the very end", async () => {
  let closes = 0;
  const store = { ...memoryStore(), [Symbol.asyncDispose]: () => Promise.resolve(void closes++) };
  await using server = startServer({ store });
  assertEquals(closes, 0);
  await server.server.close();
  assertEquals(closes, 1);
});

Deno.test("who has just left many rooms in steps is let out of no more of them when the server has closed", async () => {
  const kept = memoryStore();
  const left = Promise.withResolvers<void>();
  let state: "open" | "closed" = "open";
  let asked = 0, askedLate = 0;
  const store = {
    ...kept,
    // Asked for each room that nobody is in any more, and so slowly that each is a step of its own.
    head(stream: string) {
      if (entered) {
        asked++;
        left.resolve();
        workFor(STEP_MS);
      }
      if (state === "closed") askedLate++;
      return kept.head(stream);
    },
    [Symbol.asyncDispose]() {
      state = "closed";
      return kept[Symbol.asyncDispose]();
    },
  };
  let entered = false;
  // Whoever else serves in this process keeps the loop turning.
  await using other = startServer();
  await using server = startServer({ store });
  const alice = await server.frames("Alice");
  const rooms = Array.from({ length: ROOMS }, (_, n) => `room${n}`);
  await alice.send(...rooms.map((room) => ({ type: "Join", room, id: room })));
  for (const _ of rooms) await alice.nextOf("Ack");
  entered = true;
  await alice.close();
  await within(left.promise, "The first room to be left");
  await server.server.close();
  assert(asked < ROOMS, "Not all rooms were left");
  await other.frames("Bob").then((bob) => bob.close());
  await turns(2 * ROOMS);
  assertEquals(askedLate, 0);
});

Deno.test("a relay says that it is shutting down", async () => {
  await using server = startServer({ anonymous: true });
  await using client = await server.connect();
  await client.write("here\n");
  await client.expectLines("here");
  void server.server.close();
  await client.expectLines("[Server] The server is shutting down.");
  await client.expectEnd();
  await client.close();
});

Deno.test("close() within a digest of a large room leaves no timer behind", async () => {
  await using server = startServer();
  const clients = [];
  for (let n = 0; n < 258; n++) clients.push(await server.frames(`user${n}`));
  await server.server.close();
  await Promise.all(clients.map((client) => client.close()));
});
