/**
 * Only so many hold a permit at once, in order, and whatever happens to them.
 *
 * @module
 */

import { Permits } from "../../../server/budget/mod.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("only so many hold one at once, in the order in which they came, also when some fail", async () => {
  const permits = new Permits(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  const work = (n: number) => async () => {
    order.push(n);
    most = Math.max(most, ++inside);
    await Promise.resolve();
    inside--;
    if (n % 3 === 0) throw new Error("fails");
  };
  const all = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => permits.holding(work(n))),
  );
  assertEquals([most, inside, order], [2, 0, order.toSorted((one, other) => one - other)]);
  assertEquals(all.map(({ status }) => status === "rejected"), order.map((n) => n % 3 === 0));
});
