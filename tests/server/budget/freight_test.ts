/**
 * Pieces of files behind all who converse, with a loop that is turned by hand.
 *
 * @module
 */

import { type Account, EARNINGS, Turns } from "../../../server/budget/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "./by_hand.ts";

/** Some uploads that always have a further piece, each of which takes `pieceMs`. */
function uploads(
  loop: HandLoop,
  turns: Turns,
  { count, pieceMs }: { count: number; pieceMs: number },
): { carried: number[]; stop: () => void } {
  const carried = Array.from({ length: count }, () => 0);
  let stopped = false;
  for (const n of carried.keys()) {
    const account = turns.open(EARNINGS);
    const go = async (): Promise<void> => {
      while (!stopped) {
        await account.carry(() => {
          carried[n] = (carried[n] ?? 0) + 1;
          loop.work(pieceMs);
        });
      }
    };
    void go();
  }
  return { carried, stop: () => stopped = true };
}

async function settle(): Promise<void> {
  for (let tick = 0; tick < 50; tick++) await Promise.resolve();
}

async function end(loop: HandLoop, stop: () => void): Promise<void> {
  stop();
  for (let turn = 0; turn < 10; turn++) {
    loop.turn();
    await settle();
  }
}

Deno.test("forty uploads are carried for half a ms between two looks, and each as often as the others", async () => {
  const loop = new HandLoop();
  const { carried, stop } = uploads(loop, new Turns(loop), { count: 40, pieceMs: 0.3 });
  for (let turn = 0; turn < 400; turn++) {
    const startMs = loop.now();
    loop.turn();
    await settle();
    assert(loop.now() - startMs < 1, `Carried for ${loop.now() - startMs} ms without a look`);
  }
  assert(Math.max(...carried) - Math.min(...carried) <= 1, `${carried}`);
  assert(Math.min(...carried) > 5);
  await end(loop, stop);
});

Deno.test("a loop that is too busy to look carries no further piece", async () => {
  const loop = new HandLoop();
  const { stop } = uploads(loop, new Turns(loop), { count: 8, pieceMs: 0.3 });
  loop.turn();
  loop.turn();
  await settle();
  const startMs = loop.now();
  assert(startMs > 0);
  for (let turn = 0; turn < 60; turn++) {
    loop.busyTurn();
    await settle();
  }
  assertEquals(loop.now(), startMs);
  await end(loop, stop);
});

Deno.test("who queues to converse passes all pieces; and talk without end slows files, but does not stop them", async () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const { carried, stop } = uploads(loop, turns, { count: 40, pieceMs: 0.3 });
  let stopped = false;
  let served = 0;
  const flood = (account: Account): void => {
    do {
      served++;
      loop.work(0.1);
    } while (!account.sliceSpent);
    if (!stopped) void account.serve(() => flood(account));
  };
  for (let n = 0; n < 20; n++) {
    // Without a limit in the long run: there is always one who queues.
    const account = turns.open(undefined);
    void account.serve(() => flood(account));
  }
  for (let turn = 0; turn < 100; turn++) {
    loop.turn();
    await settle();
  }
  const pieces = carried.reduce((sum, count) => sum + count);
  const talkMs = served * 0.1;
  assert(
    pieces >= 40 && pieces * 0.3 < talkMs / 10,
    `${pieces} pieces beside ${talkMs} ms of talk`,
  );
  stopped = true;
  await end(loop, stop);
});

Deno.test("one upload alone waits for a look each half a ms, and not at each piece", async () => {
  const loop = new HandLoop();
  const { carried, stop } = uploads(loop, new Turns(loop), { count: 1, pieceMs: 0.1 });
  for (let turn = 0; turn < 20; turn++) {
    loop.turn();
    await settle();
  }
  assert((carried[0] ?? 0) > 20 * 2, `${carried}`);
  await end(loop, stop);
});

Deno.test("what is thrown while a piece is carried reaches whoever asked, and a closed account waits for nothing", async () => {
  const loop = new HandLoop();
  const account = new Turns(loop).open(EARNINGS);
  const fail = (): never => {
    throw new Error("broken");
  };
  let thrown = 0;
  const later = Promise.resolve(account.carry(fail)).catch(() => thrown++);
  loop.turn();
  loop.turn();
  await later;
  account.close();
  try {
    account.carry(fail);
  } catch {
    thrown++;
  }
  assertEquals(thrown, 2);
});
