/**
 * Chores, with a loop that is turned by hand.
 *
 * @module
 */

import { Chores } from "../../../server/budget/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { HandLoop } from "./by_hand.ts";

function* steps(loop: HandLoop, done: string[], name: string, count = 1): Generator<void> {
  for (let n = 0; n < count; n++) {
    loop.work(0.5);
    done.push(name);
    yield;
  }
}

Deno.test("what is short is done at once; what is long is done in steps, in order, with looks in between", () => {
  const loop = new HandLoop();
  const chores = new Chores(loop);
  const done: string[] = [];
  chores.do(steps(loop, done, "short"));
  assertEquals(done, ["short"]);
  chores.do(steps(loop, done, "long", 40));
  chores.do(steps(loop, done, "behind"));
  assert(loop.asked && loop.now() < 5);
  while (!loop.idle) {
    const startMs = loop.now();
    loop.turn();
    assert(loop.now() - startMs < 5);
  }
  assertEquals(done, ["short", ...Array(40).fill("long"), "behind"]);
});

Deno.test("many that are short do not add up to something long", () => {
  const loop = new HandLoop();
  const chores = new Chores(loop);
  const done: string[] = [];
  for (let n = 0; n < 100; n++) chores.do(steps(loop, done, `${n}`));
  assert(loop.now() < 6, `${loop.now()} ms without a look`);
  while (!loop.idle) loop.turn();
  assertEquals(done, Array.from({ length: 100 }, (_, n) => `${n}`));
});

Deno.test("a chore that is begun in a chore waits for it, and one that throws does not stop the others", () => {
  const loop = new HandLoop();
  const chores = new Chores(loop);
  const done: string[] = [];
  chores.do(function* () {
    chores.do(steps(loop, done, "inner"));
    done.push("outer");
    yield;
  }());
  assertEquals(done, ["outer", "inner"]);
  let thrown = 0;
  try {
    // deno-lint-ignore require-yield
    chores.do(function* () {
      throw new Error("broken");
    }());
  } catch {
    thrown++;
  }
  chores.do(steps(loop, done, "next"));
  while (!loop.idle) loop.turn();
  assertEquals([thrown, done.at(-1)], [1, "next"]);
});

Deno.test("when they are stopped nothing is done any more, and no look is asked for", () => {
  const loop = new HandLoop();
  const chores = new Chores(loop);
  const done: string[] = [];
  chores.do(steps(loop, done, "long", 40));
  const count = done.length;
  assert(loop.asked && count < 40);
  chores.stop();
  chores.do(steps(loop, done, "late"));
  while (!loop.idle) loop.turn();
  assertEquals([done.length, loop.asked], [count, false]);
});
