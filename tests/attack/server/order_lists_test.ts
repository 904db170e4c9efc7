/**
 * Attacks on order by lists that are too long to be believed when they are read again: a moderator must not be able to close a room to
 * its owner with them, nor a long list of bans to end at the next start.
 *
 * @module
 */

import { openStore } from "../../../db/mod.ts";
import { ORDER_WRITTEN_MAX, SANCTIONS_MAX } from "../../../server/order/limits.ts";
import { Order } from "../../../server/order/order.ts";
import { encodeOrder, encodeSanctions } from "../../../server/order/order_fact.ts";
import { Sanctions } from "../../../server/order/sanctions.ts";
import { FRAME_BYTES_DEFAULT } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { RawClient, TestServer } from "../../harness.ts";
import { ask, done, refused } from "../../server/conformance/asking.ts";
import { folder, startOn } from "../../server/durable/place.ts";

const TOKEN = "the operators' token";
/** Each unit of it takes six bytes where it is kept. */
const WHY = "\u0001".repeat(200);
/** More than fit behind `almostFull`. */
const MORE = 20;

function start(path: string): Promise<TestServer> {
  return startOn(path, {
    serve: { operatorToken: TOKEN, limits: { userBytesPerDay: 0, lagBytesMax: 64 << 20 } },
  });
}

async function operator(server: TestServer): Promise<RawClient> {
  const client = await server.connect();
  await client.send({ type: "Login", username: "Root", operator: TOKEN });
  await client.next("Welcome");
  return client;
}

function names(begin: string, count: number): string[] {
  return Array.from(
    { length: count },
    (_, n) => `${begin}${`${n}`.padStart(4, "0")}`.padEnd(32, "漢"),
  );
}

function sanctions(users: readonly string[]): Sanctions {
  return new Sanctions(users.map((name) => ({ name, by: "Anna", at: 1, why: WHY })));
}

/** So many names that a list of them takes a few more at most. */
function almostFull(): string[] {
  const [one = 0, two = 0] = [1, 2].map((count) =>
    encodeSanctions(sanctions(names("Mob", count)), 0).length
  );
  return names("Mob", Math.floor(ORDER_WRITTEN_MAX / (two - one)) - MORE / 2);
}

/** Bans until that is refused. @returns Who is banned. */
async function banUntilRefused(op: RawClient, where: object): Promise<string[]> {
  const banned: string[] = [];
  // To the last bytes: first with long reasons, and then with none.
  const last = Array.from({ length: 2 * MORE }, (_, n) => ({ user: `S${n}` }));
  for (const whom of [names("More", MORE).map((user) => ({ user, why: WHY })), last]) {
    let refused = false;
    for (const { user, ...why } of whom) {
      const answer = await ask(op, { type: "Ban", ...where, user, ...why });
      if (answer["type"] === "Ack") banned.push(user);
      else {
        assertEquals(answer["code"], "storage", JSON.stringify(answer));
        refused = true;
        break;
      }
    }
    assert(refused, "All were taken");
  }
  return banned;
}

async function bansOf(op: RawClient, question: object): Promise<string[]> {
  const answer = await ask(op, question);
  const { length } = new TextEncoder().encode(JSON.stringify(answer));
  assert(length <= FRAME_BYTES_DEFAULT, `${length}`);
  return (answer["bans"] as { user: string }[]).map(({ user }) => user);
}

Deno.test("a room with lists as long as they can be is its owner's after a restart, with all whom it bans", async () => {
  using place = folder();
  const first = almostFull();
  {
    await using server = await start(place.path);
    await using anna = await server.frames("Anna");
    await done(anna, { type: "Join", room: "tea" });
    await done(anna, { type: "Broadcast", room: "tea", content: "hello" });
  }
  {
    await using store = await openStore(place.path);
    const owner = { tag: "t".repeat(22), name: "Anna" };
    const order = new Order({ owner, bans: sanctions(first) });
    await store.put("order/tea", encodeOrder(order, 0)).done;
  }
  let banned: string[];
  {
    await using server = await start(place.path);
    await using op = await operator(server);
    banned = [...first, ...await banUntilRefused(op, { room: "tea" })];
    // What makes it shorter goes on.
    await done(op, { type: "Unban", room: "tea", user: first[0] });
  }
  await using server = await start(place.path);
  await using op = await operator(server);
  const room = await ask(op, { type: "Room", room: "tea" });
  assertEquals([room["owner"], room["access"]], ["Anna", "open"]);
  assertEquals(await bansOf(op, { type: "Room", room: "tea" }), banned.slice(1));
});

Deno.test("a server's list of bans as long as it can be holds after a restart", async () => {
  using place = folder();
  const first = almostFull();
  {
    await using store = await openStore(place.path);
    await store.put("bans", encodeSanctions(sanctions(first), 0)).done;
  }
  let banned: string[];
  {
    await using server = await start(place.path);
    await using op = await operator(server);
    banned = [...first, ...await banUntilRefused(op, { server: true })];
  }
  await using server = await start(place.path);
  await using op = await operator(server);
  assertEquals(await bansOf(op, { type: "Bans" }), banned);
  await using mob = await server.connect();
  await mob.send({ type: "Login", username: banned[0] });
  await mob.nextError("banned");
});

Deno.test("a thousand who are banned with a line of reason each are within what is kept", async () => {
  using place = folder();
  const users = Array.from({ length: SANCTIONS_MAX - 1 }, (_, n) => `Somebody-${n}`);
  const why = "says the same thing again and again, also after he was asked twice to stop it";
  const list = users.map((name) => ({
    name,
    tag: "t".repeat(22),
    mark: "m".repeat(22),
    by: "Anna",
    at: Date.now(),
    why,
  }));
  {
    await using store = await openStore(place.path);
    await store.put("bans", encodeSanctions(new Sanctions(list), 0)).done;
  }
  await using server = await start(place.path);
  await using op = await operator(server);
  await done(op, { type: "Ban", server: true, user: "The-last", why });
  assertEquals((await bansOf(op, { type: "Bans" })).length, SANCTIONS_MAX);
  await refused(op, { type: "Ban", server: true, user: "One-more", why }, "invalid");
});
