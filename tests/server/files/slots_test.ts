/**
 * Who moves bytes when all places are taken: whoever drips gives way to anybody, and many to few.
 *
 * @module
 */

import fc from "fast-check";
import { type Carrier, Slots } from "../../../server/files/slots.ts";
import { fold, type FoldedName } from "../../../server/wire/mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { named } from "../commands/views.ts";

/** A transfer of somebody's. */
class Moving implements Carrier {
  readonly sender: FoldedName;
  readonly #rate: number | undefined;
  failed: string | undefined;

  constructor(user: number, rate?: number) {
    this.sender = fold(named(`user${user}`));
    this.#rate = rate;
  }

  rate(): number | undefined {
    return this.#rate;
  }

  fail(why: string): void {
    this.failed = why;
  }
}

Deno.test("one that is slower than a modem gives way, also to a second file of the same user", () => {
  const slots = new Slots(2);
  const [fast, slow] = [new Moving(1, 1e6), new Moving(1, 10)];
  assert(slots.take(slow) && slots.take(fast));
  assert(slots.take(new Moving(1)));
  assert(slow.failed !== undefined && fast.failed === undefined);
});

Deno.test("one too young to tell is no slow one, and equals are not driven out by equals", () => {
  const slots = new Slots(2);
  const both = [new Moving(1), new Moving(2, 5_000)];
  for (const one of both) assert(slots.take(one));
  assertEquals(slots.take(new Moving(3)), false);
  assertEquals(both.map(({ failed }) => failed), [undefined, undefined]);
  slots.free(both[0] as Moving);
  assert(slots.take(new Moving(3)));
});

Deno.test("whatever comes, no more move than may, and whoever has none gets a place while another has two", () => {
  const user = fc.nat(4);
  fc.assert(
    fc.property(fc.array(user, { maxLength: 60 }), fc.integer({ min: 1, max: 6 }), (users, max) => {
      const slots = new Slots(max);
      const all: Moving[] = [];
      const here = () => all.filter(({ failed }) => failed === undefined);
      for (const user of users) {
        const one = new Moving(user, 5_000);
        const counts = [0, 1, 2, 3, 4].map((user) => {
          return here().filter(({ sender }) => sender === fold(named(`user${user}`))).length;
        });
        const [own = 0, most] = [counts[user], Math.max(...counts)];
        const room = here().length < max;
        const taken = slots.take(one);
        assertEquals(taken, room || most >= own + 2);
        if (taken) all.push(one);
        assertEquals(slots.taken, here().length);
        assert(slots.taken <= max);
      }
    }),
  );
});
