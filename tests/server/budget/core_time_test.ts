/**
 * Work and waiting for a core, told apart by a clock that is moved by hand.
 *
 * @module
 */

import { CoreTime } from "../../../server/budget/core_time.ts";
import { assertEquals } from "../../assert.ts";

/** Time on cores, which passes by `used` alone. */
class HandClock {
  #coreMs = 1_000;
  asked = 0;

  coreMs(): number {
    this.asked++;
    return this.#coreMs;
  }

  used(ms: number): void {
    this.#coreMs += ms;
  }
}

Deno.test("what is short is paid by the clock, and no core is asked", () => {
  const clock = new HandClock();
  assertEquals([new CoreTime(clock).paidOf(1.5, 0), clock.asked], [1.5, 0]);
});

Deno.test("of what was long, only the time on cores is paid that nobody else has paid", () => {
  const clock = new HandClock();
  const time = new CoreTime(clock);
  time.mark(0);
  for (let n = 0; n < 40; n++) {
    clock.used(1);
    time.paidOf(1, n);
  }
  clock.used(3);
  assertEquals(time.paidOf(100, 140), 3);
  clock.used(30);
  assertEquals(time.paidOf(30, 170), 30);
  // Other threads have used some, too: never more than the clock says.
  clock.used(50);
  assertEquals(time.paidOf(30, 200), 30);
  // All of it was waiting: a slice is paid all the same.
  assertEquals(time.paidOf(300, 500), 0.5);
});

Deno.test("a mark is set anew only when it is old and something was paid since", () => {
  const clock = new HandClock();
  const time = new CoreTime(clock);
  for (const nowMs of [0, 1, 2, 3, 4, 5, 6, 9, 10]) {
    time.mark(nowMs);
    time.paidOf(0.1, nowMs);
  }
  assertEquals(clock.asked, 3);
  for (const nowMs of [16, 22, 28]) time.mark(nowMs);
  assertEquals(clock.asked, 4, "nobody pays any more");
  time.paidOf(0.1, 30);
  // What was used before the mark, by nobody who is known, is nobody's.
  clock.used(70);
  time.mark(36);
  clock.used(4);
  assertEquals(time.paidOf(90, 126), 4);
});
