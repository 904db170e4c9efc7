/**
 * Orders as they are kept: the same comes back, and what cannot be read closes the room.
 *
 * @module
 */

import fc from "fast-check";
import { Order, partsOf, SEALED } from "../../../server/order/order.ts";
import { encodeOrder, orderIn } from "../../../server/order/order_fact.ts";
import { type Sanction, Sanctions } from "../../../server/order/sanctions.ts";
import { assert, assertEquals } from "../../assert.ts";

const encoder = new TextEncoder();

const someone = fc.record({ tag: fc.string(), name: fc.string() });
const sanction: fc.Arbitrary<Sanction> = fc.record({
  name: fc.string(),
  by: fc.string(),
  at: fc.nat(),
}).chain((needed) =>
  fc.record({
    tag: fc.string(),
    mark: fc.string(),
    address: fc.constantFrom("10.0.0.0/8", "2001:db8::/64"),
    until: fc.integer({ min: 1, max: 2 ** 48 }),
    why: fc.string(),
  }, { requiredKeys: [] }).map((more) => ({ ...needed, ...more }))
);
const order = fc.record({
  access: fc.constantFrom("open", "invite", "announce"),
  slow: fc.nat(3_600),
  topicBy: fc.constantFrom("members", "moderators"),
  typing: fc.boolean(),
  owner: fc.option(someone, { nil: undefined }),
  moderators: fc.array(someone, { maxLength: 3 }),
  invited: fc.array(someone, { maxLength: 3 }),
  out: fc.array(someone, { maxLength: 3 }),
  bans: fc.array(sanction, { maxLength: 3 }).map((list) => new Sanctions(list)),
  mutes: fc.array(sanction, { maxLength: 3 }).map((list) => new Sanctions(list)),
}).map((parts) => new Order(parts));

function plain(order: Order): unknown {
  const parts = partsOf(order);
  // That is kept elsewhere.
  assertEquals(parts.retain, 0);
  const all = { ...parts, bans: parts.bans.list, mutes: parts.mutes.list };
  return JSON.parse(JSON.stringify(all));
}

Deno.test("an order that was kept comes back as it was, without what is over", () => {
  fc.assert(fc.property(order, (one) => {
    assertEquals(plain(orderIn(encodeOrder(one, 0))), plain(one));
    const later = orderIn(encodeOrder(one, 2 ** 47));
    assert(later.bans.list.every(({ until = Infinity }) => until > 2 ** 47));
  }));
});

Deno.test("an order that cannot be read, or is of a newer server, closes the room to all but operators", () => {
  const texts = [
    "",
    "{",
    "[]",
    "null",
    '{"access":"members only"}',
    '{"slow":-1}',
    '{"typing":"on"}',
    '{"owner":{"tag":"t"}}',
    '{"invited":["Ben"]}',
    '{"bans":[{"name":"Ben"}]}',
    '{"bans":[{"by":"a","at":1,"address":"nowhere"}]}',
  ];
  for (const text of texts) assertEquals(orderIn(encoder.encode(text)), SEALED, text);
  assert(SEALED.hides && SEALED.owner === undefined);
  assertEquals(orderIn(encoder.encode('{"news":1}')).access, "open");
});
