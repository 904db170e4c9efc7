/**
 * Adding up what is held: in steps, with looks at what has come in between, and with rests.
 *
 * @module
 */

import { Headroom, type Lag } from "../../../server/budget/mod.ts";
import {
  CONNECTION_BYTES,
  MEMORY_CHECK_MS,
  MEMORY_CHECK_MS_MIN,
  MEMORY_REST_MS_MAX,
} from "../../../server/limits.ts";
import { HEADROOM_BYTES_MIN } from "../../../server/budget/limits.ts";
import { type Holder, MemoryWatch } from "../../../server/admission/memory_watch.ts";
import { RoomLog } from "../../../server/rooms/room_log.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "../budget/by_hand.ts";

/** How long looking at one connection takes here, in ms: a few hundred logs. */
const LOOK_MS = 0.25;

/** Many who each have read nothing of their own log; whoever looks at one works for a while. */
class Crowd {
  readonly loop = new HandLoop();
  readonly headroom = new Headroom(Number.MAX_SAFE_INTEGER);
  readonly #here = new Set<Holder>();
  readonly gone: number[] = [];
  looks = 0;
  trimmed = 0;
  forgotten = 0;

  constructor(count: number, bytes: number) {
    for (let n = 0; n < count; n++) this.#here.add(this.#holder(n, bytes));
  }

  #holder(n: number, bytes: number): Holder {
    const log = new RoomLog();
    const cursor = log.cursor();
    log.append(new Uint8Array(bytes + n));
    log.trim();
    const lags = (): Lag[] => {
      this.looks++;
      this.loop.work(LOOK_MS);
      return [{ log, bytes: cursor.keptBytes }];
    };
    const holder = {
      link: { heldBytes: 0, outbox: { lags, pass: () => cursor.pass() } },
      session: {
        heldBytes: 0,
        endForMemory: () => {
          this.gone.push(n);
          this.#here.delete(holder);
        },
      },
    };
    return holder;
  }

  watch(bytesMax: number): MemoryWatch {
    const watched = {
      connections: () => this.#here,
      sharedBytes: () => [0],
      trim: () => this.#steps(() => this.trimmed++),
      forget: () => this.#steps(() => this.forgotten++),
      bytesMax,
      headroom: this.headroom,
    };
    return new MemoryWatch(watched, this.loop);
  }

  *#steps(step: () => void): Iterable<void> {
    for (let n = 0; n < 100; n++) {
      step();
      this.loop.work(LOOK_MS);
      yield;
    }
  }

  /** Turns the loop until nothing is left to do but to wait. @returns How long the longest turn took, in ms. */
  settle(): number {
    let longestMs = 0;
    while (this.loop.asked) {
      const startMs = this.loop.now();
      this.loop.turn();
      longestMs = Math.max(longestMs, this.loop.now() - startMs);
    }
    return longestMs;
  }
}

Deno.test("adding up what ten thousand hold takes a few milliseconds between two looks, and a tenth of the time", () => {
  const crowd = new Crowd(10_000, 0);
  const { loop } = crowd;
  using _watch = crowd.watch(Infinity);
  loop.pass(MEMORY_CHECK_MS);
  assert(crowd.looks > 0 && crowd.looks * LOOK_MS <= 5, `${crowd.looks} at once`);
  const longestMs = crowd.settle();
  assert(longestMs <= 5, `${longestMs} ms in one turn`);
  assertEquals(crowd.looks, 10_000);
  // It was two and a half seconds of work: it is not begun again before a rest.
  loop.pass(MEMORY_REST_MS_MAX - 1);
  assertEquals([crowd.looks, loop.timers], [10_000, 1]);
  loop.pass(1);
  assert(crowd.looks > 10_000);
  crowd.settle();
  assertEquals([crowd.looks, crowd.gone], [20_000, []]);
});

Deno.test("what little is held is added up four times a second", () => {
  const crowd = new Crowd(10, 0);
  using _watch = crowd.watch(Infinity);
  for (let n = 1; n <= 8; n++) {
    crowd.loop.pass(MEMORY_CHECK_MS);
    crowd.settle();
    assertEquals(crowd.looks, n * 10);
  }
});

Deno.test("as soon as so much has come as there was room for, it is looked again, and whoever sends more waits", async () => {
  const crowd = new Crowd(1, 0);
  const { loop, headroom } = crowd;
  const budget = CONNECTION_BYTES + 4 * HEADROOM_BYTES_MIN;
  using _watch = crowd.watch(budget);
  loop.pass(MEMORY_CHECK_MS);
  crowd.settle();
  assertEquals(crowd.looks, 1);
  headroom.take(4 * HEADROOM_BYTES_MIN - 1);
  assertEquals(headroom.whenRoom(), undefined);
  headroom.take(1);
  let waits = true;
  const waiting = headroom.whenRoom()?.then(() => waits = false);
  loop.pass(MEMORY_CHECK_MS_MIN - 1);
  crowd.settle();
  assertEquals([crowd.looks, waits], [1, true]);
  loop.pass(1);
  crowd.settle();
  await waiting;
  // Nothing of it is held any more: there is as much room as before, and time.
  assertEquals([crowd.looks, headroom.whenRoom(), loop.timers], [2, undefined, 1]);
  loop.pass(MEMORY_CHECK_MS - 1);
  assertEquals(crowd.looks, 2);
});

Deno.test("where nothing can be let go, everybody gets on by a little at each look", async () => {
  const crowd = new Crowd(1, 0);
  const { loop, headroom } = crowd;
  using _watch = crowd.watch(CONNECTION_BYTES);
  for (let n = 1; n <= 3; n++) {
    headroom.take(Number.MAX_SAFE_INTEGER);
    const waiting = headroom.whenRoom();
    assert(waiting !== undefined);
    loop.pass(MEMORY_CHECK_MS_MIN);
    crowd.settle();
    await waiting;
    headroom.take(HEADROOM_BYTES_MIN - 1);
    assertEquals(headroom.whenRoom(), undefined);
  }
  assertEquals(crowd.gone, []);
});

Deno.test("whoever waits for room is let on when nobody watches any more", async () => {
  const crowd = new Crowd(1, 0);
  const watch = crowd.watch(Infinity);
  crowd.headroom.take(Number.MAX_SAFE_INTEGER);
  const waiting = crowd.headroom.whenRoom();
  watch[Symbol.dispose]();
  await waiting;
  assertEquals([crowd.headroom.whenRoom(), crowd.loop.timers], [undefined, 0]);
});

Deno.test("letting go what can be spared, and then who must go, is done in steps, too: the dearest first", () => {
  const crowd = new Crowd(1_000, 50_000);
  using _watch = crowd.watch(1_000 * (CONNECTION_BYTES + 50_000) / 2);
  crowd.loop.pass(MEMORY_CHECK_MS);
  const longestMs = crowd.settle();
  assert(longestMs <= 5, `${longestMs} ms in one turn`);
  assertEquals([crowd.trimmed, crowd.forgotten], [100, 100]);
  assert(crowd.gone.length > 500 && crowd.gone.length < 600, `${crowd.gone.length} went`);
  assertEquals(crowd.gone, crowd.gone.map((_, n) => 999 - n));
});

Deno.test("a watch that is disposed in the middle of it does no more, and has no timer", () => {
  const crowd = new Crowd(1_000, 0);
  const watch = crowd.watch(Infinity);
  crowd.loop.pass(MEMORY_CHECK_MS);
  const { looks } = crowd;
  watch[Symbol.dispose]();
  crowd.settle();
  assertEquals([crowd.looks, crowd.loop.timers], [looks, 0]);
  const resting = crowd.watch(Infinity);
  resting[Symbol.dispose]();
  assertEquals(crowd.loop.timers, 0);
});
