/**
 * Pages of history are made in turns and paid: a loop that is turned by hand, and work that is counted.
 *
 * @module
 */

import { EARNINGS, Permits, Turns } from "../../../server/budget/mod.ts";
import { bodyOf } from "../../../server/codec/encode.ts";
import { pairBytes, whisperFrame } from "../../../server/codec/encode_whisper.ts";
import { answerPage, judged } from "../../../server/store/history.ts";
import { WHISPERS_LOOKED_AT_MAX } from "../../../server/limits.ts";
import type { MessageStore, Stored } from "../../../server/store/store_port.ts";
import { readOwn } from "../../../server/store/whispers.ts";
import { HISTORY_LIMIT_MAX, type UserName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { Replaced } from "../../../server/store/replaced.ts";
import { HandLoop } from "../budget/by_hand.ts";

/** A stored whisper between two sessions, which takes `work` to look at. */
function stored(seq: number, tag: string, work = (): void => {}): Stored {
  const names = { from: "Alice" as UserName, to: "Bob" as UserName };
  const pair = pairBytes({ ...names, between: [tag, tag] });
  const body = bodyOf(whisperFrame(pair, { said: { content: "x" }, at: 1, id: undefined }, seq));
  return {
    seq,
    get body() {
      work();
      return body;
    },
  };
}

const TAG = "a".repeat(22);
const OTHER = "b".repeat(22);

Deno.test("a page is judged in slices that are paid, and who has little to do passes it", async () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const asker = turns.open(EARNINGS, 1);
  let looked = 0;
  const work = (): void => {
    looked++;
    loop.work(0.1);
  };
  const page = judged(
    Array.from({ length: HISTORY_LIMIT_MAX }, (_, index) => stored(index + 1, TAG, work)),
    { account: asker, tag: TAG },
  );
  const slice = looked;
  assert(slice > 0 && slice <= 6, `${slice} were looked at in one slice`);
  let most = 0;
  for (let turn = 0; turn < 100; turn++) {
    const before = loop.now();
    await Promise.resolve();
    loop.turn();
    for (let tick = 0; tick < 8; tick++) await Promise.resolve();
    most = Math.max(most, loop.now() - before);
  }
  assertEquals((await page).length, HISTORY_LIMIT_MAX);
  assert(most < 10, `${most} ms without a look at what has come in`);
  // What it took is owed by whoever asked: 50 ms or more of the 300 that it had.
  let served = false;
  asker.spend({ workMs: EARNINGS.workMs.burst - 40 });
  void Promise.resolve(asker.serve(() => served = true));
  loop.turn();
  assert(!served, "The asker has not paid");
  asker.close();
});

Deno.test("however little is asked for, others' whispers are passed over in a few readings", async () => {
  const all = Array.from(
    { length: WHISPERS_LOOKED_AT_MAX * 2 },
    (_, index) => stored(index + 1, OTHER),
  );
  let reads = 0;
  const read: MessageStore["read"] = (_, { before = Infinity, limit }) => {
    reads++;
    const messages = all.filter(({ seq }) => seq < before).slice(-limit);
    return Promise.resolve({ messages, more: messages[0]?.seq !== 1 });
  };
  const account = new Turns(new HandLoop()).open(EARNINGS, 1);
  const page = await readOwn(read, "pair", { limit: 1 }, { tag: TAG, bytesMax: 1 << 20, account });
  assertEquals([page.messages, page.more], [[], true]);
  assert(reads <= 7, `${reads} readings for one answer`);
});

Deno.test("a permit that is free again is handed over when the loop has looked", async () => {
  const handed: (() => void)[] = [];
  const permits = new Permits(1, (next) => void handed.push(next));
  const order: number[] = [];
  const all = [1, 2, 3].map((n) => permits.holding(() => Promise.resolve(order.push(n))));
  await all[0];
  assertEquals(order, [1]);
  handed.shift()?.();
  await all[1];
  assertEquals(order, [1, 2]);
  handed.shift()?.();
  await Promise.all(all);
  assertEquals(order, [1, 2, 3]);
});

Deno.test("no page is read for a connection that is broken", async () => {
  let reads = 0;
  const store = {
    head: () => 0,
    read: () => {
      reads++;
      return Promise.resolve({ messages: [], more: false });
    },
  } as unknown as MessageStore;
  const archive = { store, pageBytesMax: 1_000, reading: new Permits(1), replaced: new Replaced() };
  const asked = {
    do: "read",
    stream: "room/lobby",
    place: { room: "lobby" },
    wanted: { limit: 1 },
  } as never;
  const loop = new HandLoop();
  const account = new Turns(loop).open(EARNINGS, 1);
  const told: Uint8Array[] = [];
  const member = (ended: boolean) =>
    ({
      account,
      outbox: { ended },
      isIn: () => true,
      tellBytes: (bytes: Uint8Array) => told.push(bytes),
    }) as never;
  await answerPage(archive, member(true), asked, undefined);
  assertEquals([reads, told.length], [0, 0]);
  await answerPage(archive, member(false), asked, undefined);
  assertEquals([reads, told.length], [1, 1]);
});
