/**
 * The ids that users gave their messages lately, on a clock that the test turns.
 *
 * @module
 */

import fc from "fast-check";
import { IdTable } from "../../../server/repeats/id_table.ts";
import { RECENT_ID_MS } from "../../../server/limits.ts";
import { RecentIds } from "../../../server/repeats/recent_ids.ts";
import { foldText } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const ALICE = foldText("alice");
const BOB = foldText("bob");
const LOBBY = "room/lobby";

Deno.test("find() knows an id for ten minutes, and then no more", () => {
  const ids = new RecentIds<string>();
  ids.take(ALICE, "1", LOBBY, { content: "hi" });
  ids.keep(ALICE, "1", { stream: LOBBY, seq: 7 }, 1_000);
  assertEquals(RECENT_ID_MS, 600_000);
  assertEquals(
    ids.find(ALICE, "1", { stream: LOBBY, said: { content: "hi" } }, 1_000 + RECENT_ID_MS - 1),
    {
      kind: "kept",
      seq: 7,
      atMs: 1_000,
      sameWords: true,
    },
  );
  assertEquals(
    ids.find(ALICE, "1", { stream: LOBBY, said: { content: "hi" } }, 1_000 + RECENT_ID_MS),
    undefined,
  );
});

Deno.test("find() keeps users apart, and says when an id was used in another stream", () => {
  const ids = new RecentIds<string>();
  ids.take(ALICE, "1", LOBBY, { content: "hi" });
  assertEquals(ids.find(BOB, "1", { stream: LOBBY, said: { content: "hi" } }, 0), undefined);
  assertEquals(
    ids.find(ALICE, "1", { stream: "room/tea", said: { content: "hi" } }, 0)?.kind,
    "elsewhere",
  );
  ids.keep(ALICE, "1", { stream: LOBBY, seq: 7 }, 0);
  assertEquals(ids.find(BOB, "1", { stream: LOBBY, said: { content: "hi" } }, 0), undefined);
  assertEquals(
    ids.find(ALICE, "1", { stream: "room/tea", said: { content: "hi" } }, 0)?.kind,
    "elsewhere",
  );
});

Deno.test("whenSettled() gives the answer to all who asked, before and after it was known", () => {
  const ids = new RecentIds<string>();
  const taken = ids.take(ALICE, "1", LOBBY, { content: "hi" });
  const heard: string[] = [];
  taken.whenSettled((answer) => heard.push(`first ${answer}`));
  const known = ids.find(ALICE, "1", { stream: LOBBY, said: { content: "hi" } }, 5);
  assert(known?.kind === "waiting");
  known.taken.whenSettled((answer) => heard.push(`second ${answer}`));
  assertEquals(heard, []);
  taken.settle("ack");
  taken.whenSettled((answer) => heard.push(`third ${answer}`));
  assertEquals(heard, ["first ack", "second ack", "third ack"]);
});

Deno.test("forget() makes a repetition a new try", () => {
  const ids = new RecentIds<string>();
  ids.take(ALICE, "1", LOBBY, { content: "hi" });
  ids.forget(ALICE, "1");
  ids.forget(BOB, "1");
  assertEquals(ids.find(ALICE, "1", { stream: LOBBY, said: { content: "hi" } }, 0), undefined);
});

Deno.test("doubt() is remembered, since a repetition might double what is there", () => {
  const ids = new RecentIds<string>();
  ids.take(ALICE, "1", LOBBY, { content: "hi" });
  ids.doubt(ALICE, "1");
  assertEquals(ids.find(ALICE, "1", { stream: LOBBY, said: { content: "hi" } }, 0), {
    kind: "doubtful",
  });
});

Deno.test("sweep() drops what is too old and keeps what is not", () => {
  const ids = new RecentIds<string>();
  ids.keep(ALICE, "old", { stream: LOBBY, seq: 1 }, 0);
  ids.keep(BOB, "old", { stream: LOBBY, seq: 2 }, 0);
  ids.keep(ALICE, "young", { stream: LOBBY, seq: 3 }, 10);
  ids.sweep(RECENT_ID_MS + 5);
  // Asked on an earlier clock, only what is really kept can be found.
  const kept = [[ALICE, "old"], [ALICE, "young"], [BOB, "old"]] as const;
  assertEquals(
    kept.map(([user, id]) =>
      ids.find(user, id, { stream: LOBBY, said: { content: "hi" } }, 20) !== undefined
    ),
    [
      false,
      true,
      false,
    ],
  );
});

Deno.test("a full table forgets the oldest ids; a user who says very much forgets its own", () => {
  const max = 40;
  const table = new IdTable(max);
  const known = (user: string, n: number) => table.find(user, `${n}`) !== undefined;
  table.add("quiet", "0", { stream: 1, seq: 1 }, 0);
  for (let n = 0; n < max * 5; n++) table.add("loud", `${n}`, { stream: 1, seq: n + 1 }, n + 1);
  assert(known("quiet", 0));
  assertEquals(table.size, max / 4 + 1);
  assert(known("loud", max * 5 - max / 4) && !known("loud", max * 5 - max / 4 - 1));
  for (let n = 0; n < max; n++) table.add(`new ${n}`, "0", { stream: 1, seq: 1 }, max * 5 + n);
  assertEquals(table.size, max);
  assert(!known("quiet", 0) && known(`new ${max - 1}`, 0));
});

Deno.test("a table is what a list of the newest is, whatever comes and goes", () => {
  const step = fc.record({
    user: fc.constantFrom("a", "b", "c", "d"),
    id: fc.integer({ min: 0, max: 30 }).map(String),
    pause: fc.nat(20),
    forget: fc.boolean(),
  });
  const max = 16;
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const table = new IdTable(max);
    let list: { user: string; id: string; seq: number; atMs: number }[] = [];
    let now = 0;
    steps.forEach(({ user, id, pause, forget }, seq) => {
      now += pause;
      const own = list.filter((one) => one.user === user);
      if (own.length >= max / 4) list = list.filter((one) => one !== own[0]);
      if (list.length >= max) list.shift();
      list.push({ user, id, seq, atMs: now });
      table.add(user, id, { stream: 1, seq }, now);
      if (!forget) return;
      list = list.filter(({ atMs }) => atMs >= now - 50);
      table.forgetBefore(now - 50);
    });
    assertEquals(table.size, list.length);
    for (const user of ["a", "b", "c", "d"]) {
      for (let n = 0; n <= 30; n++) {
        const newest = list.findLast((one) => one.user === user && one.id === `${n}`);
        assertEquals(table.find(user, `${n}`)?.seq, newest?.seq);
      }
    }
  }));
});

Deno.test("the table grows with what it holds, by 50 bytes an id, up to its bound", () => {
  const max = 10_000;
  const table = new IdTable(max);
  const first = table.bytes;
  for (let n = 0; n < 3 * max; n++) table.add(`u${n % 97}`, `${n}`, { stream: n, seq: n }, n);
  assertEquals(table.size, max);
  assert(first < 52_000 && table.bytes < max * 2 * 50, `${table.bytes} bytes`);
  for (let n = 2 * max; n < 3 * max; n++) {
    assertEquals(table.find(`u${n % 97}`, `${n}`)?.seq, n);
  }
});
