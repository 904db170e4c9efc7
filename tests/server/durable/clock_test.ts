/**
 * A clock that is wrong for a while deletes nothing, and one that is right deletes what is too old.
 *
 * @module
 */

import fc from "fast-check";
import { openStore, type Store } from "../../../db/mod.ts";
import { BelievedTime } from "../../../server/durable/believed_time.ts";
import { Keeper } from "../../../server/durable/keeper.ts";
import { CLOCK_HOLD_MS } from "../../../server/durable/limits.ts";
import { assert, assertEquals } from "../../assert.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;
const START = 1_800_000_000_000;

/** A store that keeps ninety days, and the clocks that it goes by. */
class Kept implements AsyncDisposable {
  /** Time that has passed since the test began. */
  passed = 0;
  /** How far the clock is ahead. */
  wrong = 0;
  readonly told: (number | undefined)[] = [];
  readonly trouble: unknown[] = [];
  deleted = 0;
  /** What is noted of the time. */
  noted: number | undefined;
  readonly #store: Store;
  #keeper: Keeper | undefined;

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(): Promise<Kept> {
    const kept = new Kept(await openStore("kept", { durability: "none" }));
    await kept.begin();
    return kept;
  }

  /** Begins anew, as a server does that knows only what is stored and noted. */
  async start(): Promise<void> {
    await this.#keeper?.noteTime();
    await this.begin();
  }

  async begin(): Promise<void> {
    const began = this.passed;
    this.#keeper = new Keeper({
      store: this.#store,
      eraser: { note: () => undefined, taken: () => {}, failed: () => {} },
      noted: {
        read: () => Promise.resolve(this.noted),
        note: (ms) => Promise.resolve(void (this.noted = ms)),
      },
      keeping: { retainMs: 90 * DAY },
      disk: () => Promise.resolve(undefined),
      clocks: () => ({ wallMs: this.#now(), steadyMs: this.passed - began }),
      onForgotten: ({ messages }) => this.deleted += messages,
      onClockAhead: (ms) => this.told.push(ms),
      onTrouble: (error) => this.trouble.push(error),
    });
    await this.#keeper.begin();
  }

  async say(room = "lobby"): Promise<void> {
    const latest = this.#keeper?.latestAt() ?? Infinity;
    await this.#store.append(`room/${room}`, new Uint8Array(1), { at: this.#now(), latest }).done;
  }

  /** Seqs that are there. */
  async seqs(room = "lobby"): Promise<number[]> {
    return (await this.#store.read(`room/${room}`, { limit: 10_000 })).map(({ seq }) => seq);
  }

  retainFor(ms: number): void {
    this.#keeper?.retainFor(ms);
  }

  /** Lets the keeper look after the store for so long, every ten minutes. */
  async pass(ms: number): Promise<void> {
    for (const until = this.passed + ms; this.passed < until;) {
      this.passed += Math.min(HOUR / 6, until - this.passed);
      this.#keeper?.tend();
      await this.#keeper?.idle();
    }
    assertEquals(this.trouble, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store.close();
  }

  #now(): number {
    return START + this.passed + this.wrong;
  }
}

Deno.test("a clock that is a year ahead for a moment deletes nothing, and the log hears of it once", async () => {
  await using kept = await Kept.open();
  for (let i = 0; i < 5; i++) await kept.say();
  await kept.pass(HOUR);
  kept.wrong = YEAR;
  await kept.pass(HOUR);
  await kept.say();
  kept.wrong = 0;
  await kept.pass(HOUR);
  assertEquals([kept.deleted, kept.told.length], [0, 1]);
  assert((kept.told[0] ?? 0) > YEAR - DAY);
});

Deno.test("another time for which messages are kept holds at the next look, also for how far a clock is believed", async () => {
  await using kept = await Kept.open();
  await kept.say();
  await kept.pass(2 * DAY);
  await kept.say();
  kept.retainFor(DAY);
  await kept.pass(HOUR / 6);
  assertEquals([kept.deleted, await kept.seqs()], [1, [2]]);
  kept.retainFor(2 * HOUR);
  kept.wrong = 2 * HOUR;
  await kept.pass(HOUR);
  assertEquals(kept.deleted, 1, "A clock that is ahead by as much as is kept");
  kept.retainFor(Infinity);
  kept.wrong = 0;
  await kept.pass(YEAR / 100);
  assertEquals(kept.deleted, 1);
});

Deno.test("a clock that is wrong when the server starts deletes nothing for hours", async () => {
  await using kept = await Kept.open();
  await kept.say();
  kept.wrong = YEAR;
  await kept.start();
  await kept.pass(CLOCK_HOLD_MS - HOUR);
  assertEquals([kept.deleted, kept.told.length], [0, 1]);
  await kept.pass(2 * HOUR);
  assertEquals(kept.deleted, 1, "A clock that stays is believed");
});

Deno.test("a message of a wrong clock and a restart delete nothing", async () => {
  await using kept = await Kept.open();
  for (let i = 0; i < 3; i++) await kept.say();
  await kept.pass(HOUR);
  kept.wrong = 10 * YEAR;
  await kept.say();
  await kept.pass(HOUR);
  await kept.start();
  await kept.pass(HOUR);
  assertEquals(kept.deleted, 0);
  assertEquals(await kept.seqs(), [1, 2, 3, 4]);
});

Deno.test("where no time is noted, and messages are there, none is believed for hours, whatever the messages say", async () => {
  await using kept = await Kept.open();
  await kept.say();
  kept.wrong = 10 * YEAR;
  await kept.say();
  kept.noted = undefined;
  await kept.begin();
  await kept.pass(CLOCK_HOLD_MS - HOUR);
  assertEquals([kept.deleted, kept.noted], [0, undefined]);
  kept.wrong = 0;
  await kept.pass(CLOCK_HOLD_MS);
  assertEquals(kept.deleted, 0);
  assertEquals(Math.abs((kept.noted ?? 0) - START - kept.passed) < HOUR, true);
});

Deno.test("messages that follow one of the future go in their time, and it goes with them", async () => {
  for (const crowd of [1, 200]) {
    await using kept = await Kept.open();
    await kept.say();
    kept.wrong = 10 * YEAR;
    for (let i = 0; i < crowd; i++) await kept.say();
    kept.wrong = 0;
    await kept.pass(HOUR);
    await kept.say();
    kept.passed += 50 * DAY;
    await kept.say();
    await kept.start();
    await kept.say();
    kept.passed += 45 * DAY;
    await kept.pass(CLOCK_HOLD_MS + HOUR);
    assertEquals(await kept.seqs(), [crowd + 3, crowd + 4]);
    assertEquals(kept.deleted, crowd + 2);
  }
});

Deno.test("a message of a clock before all others does not take those before it along", async () => {
  await using kept = await Kept.open();
  for (let i = 0; i < 100; i++) await kept.say();
  kept.wrong = -10 * YEAR;
  for (let i = 0; i < 100; i++) await kept.say();
  await kept.pass(HOUR);
  kept.wrong = 0;
  await kept.say();
  await kept.pass(CLOCK_HOLD_MS + HOUR);
  assertEquals(kept.deleted, 0);
});

Deno.test("a clock that fell back and is right again deletes what is too old, and in time", async () => {
  await using kept = await Kept.open();
  await kept.say();
  kept.wrong = -YEAR;
  await kept.pass(HOUR);
  kept.wrong = YEAR;
  await kept.pass(HOUR);
  kept.wrong = 0;
  await kept.pass(CLOCK_HOLD_MS + HOUR);
  kept.passed += 90 * DAY;
  await kept.pass(HOUR);
  assertEquals(kept.deleted, 1);
});

Deno.test("whatever a clock does, it is believed by the slack only, or after it stayed ahead for hours", () => {
  const step = fc.record({
    passMs: fc.integer({ min: 1, max: 50 }),
    wrong: fc.integer({ min: -200, max: 1_000 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const belief = { slackMs: 10, holdMs: 100 };
    const time = new BelievedTime(belief, 0, { wallMs: 0, steadyMs: 0 });
    const past: { readonly at: number; readonly wrong: number }[] = [];
    let at = 0;
    for (const { passMs, wrong } of steps) {
      at += passMs;
      past.push({ at, wrong });
      const believed = time.look({ wallMs: at + wrong, steadyMs: at });
      assert(believed !== undefined);
      const { nowMs, aheadMs } = believed;
      assertEquals(nowMs + aheadMs, at + wrong);
      const excess = nowMs - at;
      if (excess <= belief.slackMs) continue;
      // So far it was ahead at each look for as long as it must be, at some time before.
      const stayed = past.some((from, i) => {
        const end = past.findIndex((to) => to.at - from.at >= belief.holdMs);
        return end >= 0 &&
          past.slice(i, end + 1).every((one) => one.wrong + belief.slackMs >= excess);
      });
      assert(stayed, `${excess} ahead at ${at}`);
    }
  }));
});
