/**
 * Which records go to the disk together when none is being synced: those that come in at the same moment, and never so many that
 * the first waits for long.
 *
 * @module
 */

import assert from "node:assert/strict";
import { GATHER_MS_MAX } from "../../db/limits.ts";
import { memoryStorage } from "../../db/memory.ts";
import { openStore } from "../../db/open.ts";
import type { Storage } from "../../db/storage.ts";
import type { Store } from "../../db/store.ts";
import { realWorld, type World } from "../../db/world.ts";

const BODY = new Uint8Array(8);

/** A store whose looks are done by hand, and the groups that it has written. */
async function byHand(): Promise<
  AsyncDisposable & {
    readonly store: Store;
    readonly looks: (() => void)[];
    readonly groups: number[];
    pass(ms: number): void;
  }
> {
  const looks: (() => void)[] = [];
  const groups: number[] = [];
  let nowMs = 0;
  let automatic = true;
  const world: World = {
    ...realWorld,
    now: () => nowMs,
    later: (task) => automatic ? queueMicrotask(task) : void looks.push(task),
  };
  const storage: Storage = memoryStorage("gather");
  let lsn = 0;
  const store = await openStore("gather", {
    storage,
    world,
    onCommit: (commit) => {
      groups.push(commit.lsn - lsn);
      lsn = commit.lsn;
    },
  });
  await store.append("a", BODY, { at: 1 }).done;
  groups.length = 0;
  automatic = false;
  return {
    store,
    looks,
    groups,
    pass: (ms) => nowMs += ms,
    [Symbol.asyncDispose]: () => store.close(),
  };
}

Deno.test("one who speaks alone waits for one look, and no longer", async () => {
  await using hand = await byHand();
  const { store, looks, groups } = hand;
  const { done } = store.append("a", BODY, { at: 1 });
  looks.shift()?.();
  await done;
  assert.deepEqual([looks.length, groups], [0, [1]]);
});

Deno.test("what each look brings joins the group, until one brings nothing", async () => {
  await using hand = await byHand();
  const { store, looks, groups } = hand;
  store.append("a", BODY, { at: 1 });
  let last = store.append("a", BODY, { at: 1 });
  for (let n = 0; n < 3; n++) {
    last = store.append("a", BODY, { at: 1 });
    looks.shift()?.();
    assert.deepEqual([looks.length, groups], [1, []]);
  }
  looks.shift()?.();
  await last.done;
  assert.deepEqual([looks.length, groups], [0, [5]]);
});

Deno.test("however many speak, the first of a group waits no longer than is said", async () => {
  await using hand = await byHand();
  const { store, looks, groups } = hand;
  const { done } = store.append("a", BODY, { at: 1 });
  store.append("a", BODY, { at: 1 });
  looks.shift()?.();
  assert.equal(looks.length, 1);
  store.append("a", BODY, { at: 1 });
  hand.pass(GATHER_MS_MAX);
  looks.shift()?.();
  await done;
  assert.deepEqual([looks.length, groups], [0, [3]]);
});
