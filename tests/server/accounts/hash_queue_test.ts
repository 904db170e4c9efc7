/**
 * The lines in which passwords wait to be hashed: no address keeps others from theirs.
 *
 * @module
 */

import { HashQueue } from "../../../server/accounts/hash_queue.ts";
import { Hasher } from "../../../server/accounts/hasher.ts";
import { fold } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { address, CHEAP, named, place } from "./place.ts";

/** A queue, and what becomes of whoever stands in it. */
function queue(max: number) {
  const waiting = new HashQueue(max);
  const refused: string[] = [];
  const served: string[] = [];
  const push = (line: string, name: string) =>
    waiting.push(line, {
      serve: () => void served.push(name),
      refuse: () => void refused.push(name),
    });
  return { waiting, refused, served, push };
}

Deno.test("lines are served in turn, each in its order", () => {
  const { waiting, served, push } = queue(10);
  for (const name of ["a1", "a2", "a3", "b1", "c1", "c2"]) assert(push(name.charAt(0), name));
  while (waiting.size > 0) waiting.shift()?.serve();
  assertEquals(served, ["a1", "b1", "c1", "a2", "c2", "a3"]);
  assertEquals(waiting.shift(), undefined);
});

Deno.test("in a full queue the last of the longest line gives way to a shorter one, and to nobody else", () => {
  const { waiting, served, refused, push } = queue(4);
  for (const name of ["a1", "a2", "a3", "b1"]) assert(push(name.charAt(0), name));
  assertEquals([push("a", "a4"), refused], [false, []]);
  assertEquals([push("c", "c1"), refused], [true, ["a3"]]);
  assertEquals([push("c", "c2"), push("b", "b2"), refused], [false, false, ["a3"]]);
  while (waiting.size > 0) waiting.shift()?.serve();
  assertEquals(served, ["a1", "b1", "c1", "a2"]);
});

Deno.test("whoever fills the queue with right passwords keeps nobody else from logging in", async () => {
  const hasher = new Hasher({ cost: CHEAP, atOnce: 1, waitingMax: 8 });
  const { accounts } = place({ hasher });
  const password = "correct horse";
  for (const name of ["Anna", "Eve"]) await accounts.register({ name: named(name), password });
  const show = (name: string, from: number) =>
    accounts.showPassword({ name: named(name), password, from: address(from) });
  const flood = Array.from({ length: 9 }, (_, n) => show("Eve", n % 2));
  const anna = await show("Anna", 7);
  assertEquals(anna.kind, "proved");
  const outcomes = await Promise.all(flood);
  assertEquals(outcomes.filter(({ kind }) => kind === "refused").length, 1);
});

Deno.test("passwords that are changed run dry as guesses do", async () => {
  const { accounts, clock } = place();
  const key = fold(named("Eve"));
  await accounts.register({ name: named("Eve"), password: "password 0" });
  const change = (n: number) =>
    accounts.setPassword(key, `password ${n + 1}`, {
      password: `password ${n}`,
      from: address(1),
    });
  const outcomes: string[] = [];
  for (let n = 0; n < 25; n++) {
    const outcome = await change(n);
    outcomes.push(outcome.kind === "refused" ? outcome.code : outcome.kind);
  }
  const done = outcomes.filter((outcome) => outcome === "done").length;
  assertEquals(done, 20);
  assertEquals(new Set(outcomes.slice(done)), new Set(["rate_limited"]));
  clock.now += 20_000;
  assertEquals((await change(done)).kind, "done");
});
