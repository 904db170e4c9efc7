/**
 * Shapes: what the compiled function says of a value, and what is told of one that has not the shape, are one judgement.
 *
 * @module
 */

import fc from "fast-check";
import {
  amount,
  compile,
  either,
  list,
  object,
  oneOf,
  option,
  type Shape,
  table,
  text,
  textLike,
  textOf,
  truth,
  whole,
} from "../../../server/wire/shapes.ts";
import { assert, assertEquals } from "../../assert.ts";

const inner = object({ a: text, b: option(whole(0, 9)) });
const shapes: Readonly<Record<string, Shape<unknown>>> = {
  amount,
  either: either(inner, list(text)),
  list: list(inner),
  object: object({ inner, word: oneOf(["yes", "no"]), more: option(table(truth, 2)) }),
  oneOf: oneOf(["a", 'b"c']),
  table: table(either(text, truth), 3),
  text,
  textLike: textLike(/^[a-f]{1,3}$/),
  textOf: textOf(1, 4),
  truth,
  whole: whole(-3, 500),
};

/** Values that have a shape now and then. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom("a", "yes", "no", 'b"c', 0, 9, -3, 500, 501, 1.5, NaN, Infinity, null, undefined),
  fc.record({ a: fc.constantFrom("x", 1), b: fc.constantFrom(undefined, 3, 10) }),
  fc.array(fc.record({ a: fc.string() })),
  fc.record({
    inner: fc.record({ a: fc.string() }),
    word: fc.constantFrom("yes", "maybe"),
    more: fc.constantFrom(undefined, {}, { x: true, y: false }, { x: 1 }, {
      a: true,
      b: true,
      c: true,
    }),
  }),
);

for (const [name, shape] of Object.entries(shapes)) {
  Deno.test(`${name}: nothing is wrong with what has the shape, and something with all else`, () => {
    const fits = compile(shape)();
    fc.assert(fc.property(value, (one) => {
      assertEquals(fits(one), shape.fault(one) === undefined);
    }));
  });
}

Deno.test("a fault says where it is, from the outside to the inside", () => {
  const shape = object({ rooms: list(object({ name: text })), seen: table(whole(0, 9)) });
  const at = (one: unknown) => shape.fault(one)?.at;
  assertEquals(at({ rooms: [{ name: "a" }, { name: 1 }], seen: {} }), "rooms.1.name");
  assertEquals(at({ rooms: [], seen: { lobby: 10 } }), "seen.lobby");
  assertEquals(at({ rooms: [] }), "seen");
  assertEquals(at([]), "");
  assert(shape.fault({ rooms: [], seen: {} }) === undefined);
});
