/**
 * Turns of the event loop, with a loop that is turned by hand.
 *
 * @module
 */

import fc from "fast-check";
import { type Account, EARNINGS, Turns } from "../../../server/budget/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "./by_hand.ts";

/** Somebody who always has more to do: pieces of `pieceMs`, for ever, each begun in `served`. */
function flood(
  loop: HandLoop,
  account: Account,
  { pieceMs, name, served }: { pieceMs: number; name: string; served: string[] },
): void {
  const go = (): void => {
    do {
      served.push(name);
      loop.work(pieceMs);
    } while (!account.sliceSpent);
    account.serve(go);
  };
  account.serve(go);
}

Deno.test("who has used little is served at once, and without a promise", () => {
  const loop = new HandLoop();
  const account = new Turns(loop).open(EARNINGS, 1);
  assertEquals(account.serve(() => 7), 7);
});

Deno.test("work ends a slice, and what is left waits for the end of the turn", async () => {
  const loop = new HandLoop();
  const account = new Turns(loop).open(undefined);
  const done: number[] = [];
  const take = (left: number): unknown => {
    done.push(left);
    loop.work(0.6);
    if (left === 0) return undefined;
    return account.sliceSpent ? account.serve(() => take(left - 1)) : take(left - 1);
  };
  const all = account.serve(() => take(5));
  assertEquals(done, [5]);
  loop.turn();
  await all;
  assertEquals(done, [5, 4, 3, 2, 1, 0]);
  loop.turn();
});

Deno.test("what is thrown while somebody is served reaches whoever asked, now or later", async () => {
  const loop = new HandLoop();
  const account = new Turns(loop).open(EARNINGS, 1);
  const fail = (): never => {
    throw new Error("broken");
  };
  let thrown = 0;
  try {
    account.serve(fail);
  } catch {
    thrown++;
  }
  account.spend({ messages: EARNINGS.messages.burst / 2 });
  const later = Promise.resolve(account.serve(fail)).catch(() => thrown++);
  loop.turn();
  await later;
  assertEquals(thrown, 2);
});

Deno.test("one who floods leaves the turns to others", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const served: string[] = [];
  flood(loop, turns.open(EARNINGS), { pieceMs: 0.1, name: "flood", served });
  for (let turn = 0; turn < 50; turn++) {
    const startMs = loop.now();
    loop.turn();
    assert(loop.now() - startMs < 10, "A turn is short, however much there is to do");
  }
});

Deno.test("who floods is not served again before the loop has looked at what has come in", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const served: string[] = [];
  for (let n = 0; n < 100; n++) {
    flood(loop, turns.open(EARNINGS), { pieceMs: 0.1, name: "flood", served });
  }
  const startMs = loop.now();
  for (let turn = 0; turn < 60; turn++) loop.busyTurn();
  assert(loop.now() - startMs < 10, `Served for ${loop.now() - startMs} ms without a look`);
  assert(loop.asked);
  loop.turn();
  assert(loop.now() - startMs > 10, "After a look, it goes on");
});

Deno.test("many who are light, and have nothing left each time, cannot keep the loop from looking either", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const startMs = loop.now();
  for (let turn = 0; turn < 60; turn++) {
    for (let n = 0; n < 3; n++) turns.open(EARNINGS, 1).serve(() => loop.work(1));
    loop.busyTurn();
  }
  // Ten at once, and what else is in the turn in which that is full.
  assert(loop.now() - startMs < 30, `Served for ${loop.now() - startMs} ms without a look`);
  assert(loop.asked);
});

Deno.test("a little that is done now and then asks for no look", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  for (let n = 0; n < 5; n++) {
    turns.open(EARNINGS, 1).serve(() => loop.work(1));
    loop.turn();
  }
  assert(loop.idle);
});

Deno.test("one who comes anew passes all who have rested and now want more than a slice", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const served: string[] = [];
  // Some who are over it already, so that whose turn it is now and then is theirs.
  for (let n = 0; n < 20; n++) {
    flood(loop, turns.open(EARNINGS, 0.01), { pieceMs: 0.3, name: "heavy", served });
  }
  for (let n = 0; n < 50; n++) {
    flood(loop, turns.open(EARNINGS, 1), { pieceMs: 0.3, name: "rested", served });
  }
  for (let turn = 0; turn < 10; turn++) loop.turn();
  const startMs = loop.now();
  let done = false;
  turns.open(EARNINGS).serve(() => done = true);
  loop.turn();
  assert(done && loop.now() - startMs < 20, `It waited ${loop.now() - startMs} ms`);
});

Deno.test("who is served while the machine takes the core away does not pay for that", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const [unlucky, busy] = [turns.open(EARNINGS, 1), turns.open(EARNINGS, 1)];
  unlucky.serve(() => {
    loop.work(0.1);
    loop.loseCore(200);
  });
  loop.turn();
  loop.turn();
  assertEquals(unlucky.serve(() => "at once"), "at once");
  busy.serve(() => loop.work(200));
  for (let turn = 0; turn < 3; turn++) loop.turn();
  assert(busy.serve(() => "later") instanceof Promise, "Who has worked for so long queues");
  loop.turn();
});

Deno.test("a hundred who flood are served in turn, and each as much as the others", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const served: string[] = [];
  for (let n = 0; n < 100; n++) {
    flood(loop, turns.open(undefined), { pieceMs: 0.3, name: `${n}`, served });
  }
  for (let turn = 0; turn < 200; turn++) loop.turn();
  const counts = new Map<string, number>();
  for (const name of served) counts.set(name, (counts.get(name) ?? 0) + 1);
  assertEquals(counts.size, 100);
  const all = [...counts.values()];
  assert(Math.max(...all) <= Math.min(...all) * 1.2, `${Math.min(...all)} to ${Math.max(...all)}`);
});

Deno.test("an honest one passes a thousand who flood, in the turn in which it asks", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const honest = turns.open(EARNINGS, 1);
  const served: string[] = [];
  for (let n = 0; n < 1_000; n++) {
    flood(loop, turns.open(EARNINGS), { pieceMs: 0.3, name: "flood", served });
  }
  for (let asked = 0; asked < 100; asked++) {
    const startMs = loop.now();
    let done = false;
    honest.serve(() => {
      loop.work(0.02);
      done = true;
    });
    if (!done) loop.turn();
    assert(done && loop.now() - startMs < 25, `It waited ${loop.now() - startMs} ms`);
    loop.turn();
    loop.pass(50);
  }
});

Deno.test("who used more than others is served all the same, now and then", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const served: string[] = [];
  // Each comes anew with a full purse, so that the one who used a lot is always behind somebody.
  const renew = (): void => {
    turns.open(EARNINGS, 0.9).serve(() => loop.work(1));
    turns.open(EARNINGS, 0.85).serve(() => loop.work(1));
  };
  const heavy = turns.open(EARNINGS, 0.05);
  heavy.serve(() => served.push("heavy"));
  for (let turn = 0; turn < 20 && served.length === 0; turn++) {
    for (let n = 0; n < 10; n++) renew();
    loop.turn();
  }
  assertEquals(served, ["heavy"]);
});

Deno.test("who owes is not served until that is earned back, and does not keep the loop turning", async () => {
  const loop = new HandLoop();
  const account = new Turns(loop).open(EARNINGS, 1);
  account.spend({ messages: EARNINGS.messages.burst + EARNINGS.messages.perSecond });
  let served = 0;
  const later = account.serve(() => served++);
  assert(later instanceof Promise);
  loop.turn();
  loop.pass(999);
  loop.turn();
  assertEquals([served, loop.timers], [0, 1]);
  loop.pass(1);
  loop.turn();
  await later;
  assertEquals([served, loop.timers], [1, 0]);
});

Deno.test("closing serves what waits at once, takes its timer back, and is idempotent", async () => {
  const loop = new HandLoop();
  const account = new Turns(loop).open(EARNINGS, 1);
  account.spend({ workMs: 10_000 });
  const later = account.serve(() => "served");
  account.close();
  account.close();
  assertEquals([await later, loop.timers, account.serve(() => 1)], ["served", 0, 1]);
  loop.turn();
  assert(loop.idle);
});

Deno.test("whatever is asked is done exactly once, in the order in which one account asks", async () => {
  const script = fc.array(
    fc.record({
      who: fc.nat(4),
      cost: fc.integer({ min: 0, max: 400 }),
      workMs: fc.double({ min: 0, max: 30, noNaN: true }),
      passMs: fc.nat(2_000),
    }),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(script, async (steps) => {
      const loop = new HandLoop();
      const turns = new Turns(loop);
      const people = [0, 1, 2, 3, 4].map(() => ({
        account: turns.open(EARNINGS),
        last: Promise.resolve() as Promise<unknown>,
        done: [] as number[],
        asked: [] as number[],
      }));
      steps.forEach(({ who, cost, workMs }, n) => {
        const one = people[who];
        if (one === undefined) return;
        one.asked.push(n);
        one.last = one.last.then(() =>
          one.account.serve(() => {
            one.done.push(n);
            one.account.spend({ messages: cost });
            loop.work(workMs);
          })
        );
      });
      const all = Promise.all(people.map(({ last }) => last));
      let open = true;
      all.then(() => open = false);
      for (let n = 0; open && n < 10_000; n++) {
        loop.turn();
        loop.pass(50);
        for (let tick = 0; tick < 4; tick++) await Promise.resolve();
      }
      for (const { asked, done } of people) assertEquals(done, asked);
    }),
    { numRuns: 30 },
  );
});

Deno.test("who had a whole slice goes on behind who comes by, also when it asks from a promise", async () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const busy = Array.from({ length: 200 }, () => turns.open(undefined, 1));
  const slices = async (account: Account): Promise<void> => {
    for (let n = 0; n < 3; n++) await account.serve(() => loop.work(0.6));
  };
  const all = busy.map(slices);
  let heardMs = Infinity;
  for (let turn = 0; !loop.idle && heardMs === Infinity; turn++) {
    loop.turn();
    for (let tick = 0; tick < 10; tick++) await Promise.resolve();
    if (turn !== 20) continue;
    const startMs = loop.now();
    void Promise.resolve(turns.open(EARNINGS, 1).serve(() => heardMs = loop.now() - startMs));
  }
  assert(heardMs < 20, `${heardMs} ms`);
  while (!loop.idle) {
    loop.turn();
    for (let tick = 0; tick < 10; tick++) await Promise.resolve();
  }
  await Promise.all(all);
});

Deno.test("a thousand ends are done in turns, whatever they owe", async () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  let ended = 0;
  const all = Array.from({ length: 1_000 }, () => {
    const account = turns.open(EARNINGS);
    account.spend({ workMs: 10_000 });
    return account.end(() => void (ended++, loop.work(0.1)));
  });
  while (!loop.idle) {
    const startMs = loop.now();
    loop.turn();
    assert(loop.now() - startMs < 10, `${loop.now() - startMs} ms without a look`);
  }
  await Promise.all(all);
  assertEquals(ended, 1_000);
});

Deno.test("what is dear for us waits for all who converse and all who end, and is not left out", () => {
  const loop = new HandLoop();
  const turns = new Turns(loop);
  const served: string[] = [];
  const dear = (name: string) => {
    turns.open(EARNINGS).serveDear(() => {
      served.push(name);
      loop.work(1.2);
    });
  };
  for (let n = 0; n < 100; n++) dear("dear");
  for (let n = 0; n < 8; n++) turns.open(EARNINGS).serve(() => void served.push("says"));
  turns.open(EARNINGS).end(() => void served.push("ends"));
  loop.turn();
  assertEquals(served.slice(0, 12).filter((name) => name !== "dear").length, 9);
  assert(served.indexOf("dear") >= 3, served.join(" "));
  for (let turn = 0; turn < 100; turn++) {
    turns.open(EARNINGS).serve(() => void served.push("says"));
    loop.turn();
  }
  assertEquals(served.filter((name) => name === "dear").length, 100);
});
