/**
 * The ids that users gave their messages lately, on a clock that the test turns.
 *
 * @module
 */

import { RECENT_ID_MS, RECENT_IDS_PER_USER_MAX } from "../../server/limits.ts";
import { RecentIds } from "../../server/recent_ids.ts";
import { foldText } from "../../server/wire/mod.ts";
import { assert, assertEquals } from "../assert.ts";

const ALICE = foldText("alice");
const BOB = foldText("bob");

Deno.test("find() knows an id for ten minutes, and then no more", () => {
  const ids = new RecentIds<string>();
  const taken = ids.remember(ALICE, "1", 1_000);
  assertEquals(RECENT_ID_MS, 600_000);
  assertEquals(ids.find(ALICE, "1", 1_000 + RECENT_ID_MS - 1), taken);
  assertEquals(ids.find(ALICE, "1", 1_000 + RECENT_ID_MS), undefined);
});

Deno.test("find() keeps users apart", () => {
  const ids = new RecentIds<string>();
  ids.remember(ALICE, "1", 0);
  assertEquals(ids.find(BOB, "1", 0), undefined);
});

Deno.test("whenSettled() gives the answer to all who asked, before and after it was known", () => {
  const ids = new RecentIds<string>();
  const taken = ids.remember(ALICE, "1", 0);
  const heard: string[] = [];
  taken.whenSettled((answer) => heard.push(`first ${answer}`));
  ids.find(ALICE, "1", 5)?.whenSettled((answer) => heard.push(`second ${answer}`));
  assertEquals(heard, []);
  taken.settle("ack");
  ids.find(ALICE, "1", 5)?.whenSettled((answer) => heard.push(`third ${answer}`));
  assertEquals(heard, ["first ack", "second ack", "third ack"]);
});

Deno.test("forget() makes a repetition a new try", () => {
  const ids = new RecentIds<string>();
  ids.remember(ALICE, "1", 0);
  ids.forget(ALICE, "1");
  ids.forget(BOB, "1");
  assertEquals(ids.find(ALICE, "1", 0), undefined);
});

Deno.test("remember() keeps a bounded number of ids, the newest", () => {
  const ids = new RecentIds<string>();
  const extra = 5;
  for (let n = 0; n < RECENT_IDS_PER_USER_MAX + extra; n++) ids.remember(ALICE, `${n}`, n);
  assertEquals(ids.find(ALICE, `${extra - 1}`, 0), undefined);
  assert(ids.find(ALICE, `${extra}`, 0) !== undefined);
  assert(ids.find(ALICE, `${RECENT_IDS_PER_USER_MAX + extra - 1}`, 0) !== undefined);
});

Deno.test("remember() of an id that is too old takes it anew", () => {
  const ids = new RecentIds<string>();
  ids.remember(ALICE, "1", 0).settle("old");
  const again = ids.remember(ALICE, "1", RECENT_ID_MS);
  assertEquals(ids.find(ALICE, "1", RECENT_ID_MS + 1), again);
  let answer: string | undefined;
  again.whenSettled((text) => answer = text);
  assertEquals(answer, undefined);
});

Deno.test("sweep() drops what is too old and keeps what is not", () => {
  const ids = new RecentIds<string>();
  ids.remember(ALICE, "old", 0);
  ids.remember(ALICE, "young", 10);
  ids.remember(BOB, "old", 0);
  ids.sweep(RECENT_ID_MS + 5);
  // Asked on an earlier clock, only what is really kept can be found.
  const kept = [[ALICE, "old"], [ALICE, "young"], [BOB, "old"]] as const;
  assertEquals(kept.map(([user, id]) => ids.find(user, id, 20) !== undefined), [
    false,
    true,
    false,
  ]);
});
