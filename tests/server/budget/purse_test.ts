/**
 * What a purse holds, owes and earns.
 *
 * @module
 */

import fc from "fast-check";
import { EARNINGS, earningsFor, Pool, Purse } from "../../../server/budget/mod.ts";
import { assert, assertEquals } from "../../assert.ts";

const KINDS = ["bytes", "messages", "workMs"] as const;

for (const kind of KINDS) {
  Deno.test(`what is owed of ${kind} is earned back in its own time`, () => {
    const purse = new Purse(EARNINGS, 0, 1);
    const { burst, perSecond } = EARNINGS[kind];
    purse.spend(0, { [kind]: burst });
    assertEquals([purse.msUntilEarned(0), purse.used(0)], [0, 1]);
    purse.spend(0, { [kind]: perSecond * 3 });
    assertEquals(purse.msUntilEarned(0), 3_000);
    assertEquals(purse.msUntilEarned(2_000), 1_000);
    assertEquals(purse.msUntilEarned(3_000), 0);
    assert(!purse.isLight(3_000));
    assert(purse.isLight(3_000 + burst / perSecond * 1_000));
  });
}

Deno.test("one who comes anew is not light, so that coming anew is no way to be served first", () => {
  assert(!new Purse(EARNINGS, 0).isLight(0));
  assertEquals(new Purse(EARNINGS, 0).msUntilEarned(0), 0);
});

Deno.test("a purse without a limit pays nothing", () => {
  const purse = new Purse(undefined, 0);
  purse.spend(0, { bytes: 1e12, messages: 1e12, workMs: 1e12 });
  assertEquals([purse.msUntilEarned(0), purse.used(0), purse.isLight(0)], [0, 0, true]);
});

Deno.test("frames that may be larger than usual have a burst that holds two of them", () => {
  assertEquals(earningsFor(15 << 20).bytes.burst, 30 << 20);
  assertEquals(earningsFor(1 << 10).bytes.burst, EARNINGS.bytes.burst);
});

Deno.test("in any span of time, no more goes through than a burst, the rate and the last purchase", () => {
  const purchases = fc.array(fc.record({ afterMs: fc.nat(500), messages: fc.nat(600) }), {
    maxLength: 80,
  });
  fc.assert(fc.property(purchases, (all) => {
    const purse = new Purse(EARNINGS, 0, 1);
    const { burst, perSecond } = EARNINGS.messages;
    let now = 0;
    let spent = 0;
    for (const { afterMs, messages } of all) {
      now += afterMs + purse.msUntilEarned(now + afterMs);
      assert(spent <= burst + perSecond * now / 1_000 + 600 + 1e-6);
      purse.spend(now, { messages });
      spent += messages;
    }
  }));
});

Deno.test("who shares a pool pays its bytes from it, and waits while it owes, whoever has spent them", () => {
  const pool = new Pool({ bytes: { perSecond: 1_000, burst: 4_000 } }, 0);
  const [one, other, stranger] = Array.from({ length: 3 }, () => new Purse(EARNINGS, 0, 1));
  assert(one !== undefined && other !== undefined && stranger !== undefined);
  one.join([pool]);
  other.join([pool]);
  one.spend(0, { bytes: 3_000, messages: 1 });
  assertEquals([one.msUntilEarned(0), other.msUntilEarned(0)], [0, 0]);
  assertEquals([other.used(0), other.isLight(0)], [0.75, false], "it queues behind others");
  one.spend(0, { bytes: 3_000 });
  assertEquals([one, other, stranger].map((purse) => purse.msUntilEarned(0)), [2_000, 2_000, 0]);
  assertEquals(other.msUntilEarned(2_000), 0);
  assert(!pool.isFull(5_999) && pool.isFull(6_000));
});

Deno.test("a hundred who share a pool do no more work together than it earns, and are earned back with it", () => {
  const pool = new Pool({ workMs: { perSecond: 500, burst: 3_000 } }, 0);
  const purses = Array.from({ length: 100 }, () => new Purse(EARNINGS, 0, 1));
  for (const purse of purses) purse.join([pool]);
  const stepMs = 100;
  let workMs = 0;
  for (let now = 0; now < 20_000; now += stepMs) {
    for (const purse of purses) {
      if (purse.msUntilEarned(now) > 0) continue;
      purse.spend(now, { bytes: 1 << 20, workMs: 5 });
      workMs += 5;
    }
  }
  // Each alone might have had a tenth of a core: ten cores in all.
  assert(workMs <= 3_000 + 500 * 20 + 5, `${workMs} ms`);
  assert(workMs >= 3_000 + 500 * 19, `${workMs} ms`);
});

Deno.test("who pays nothing pays nothing from a pool", () => {
  const rate = { perSecond: 1, burst: 1 };
  const pool = new Pool({ bytes: rate, workMs: rate }, 0);
  const rich = new Purse(undefined, 0);
  rich.join([pool]);
  rich.spend(0, { bytes: 1_000_000, workMs: 1_000_000 });
  assertEquals([rich.msUntilEarned(0), pool.msUntilEarned(0)], [0, 0]);
});
