/**
 * So many handshakes of TLS are under way at once; one more takes the place of the oldest.
 *
 * @module
 */

import { Handshakes } from "../../../server/admission/handshakes.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("whoever begins when all places are taken takes that of whoever began first and is not done", () => {
  const handshakes = new Handshakes(2);
  const givenUp: string[] = [];
  const named = (name: string) => () => void givenUp.push(name);
  const [one, two, three] = [named("one"), named("two"), named("three")] as const;
  handshakes.begin(one);
  handshakes.begin(two);
  assertEquals(givenUp, []);
  handshakes.begin(three);
  assertEquals(givenUp, ["one"]);
  handshakes.end(two);
  handshakes.begin(named("four"));
  assertEquals(givenUp, ["one"]);
  handshakes.begin(named("five"));
  assertEquals(givenUp, ["one", "three"]);
});

Deno.test("that one is done is told again where it is given up, and counts once", () => {
  const handshakes = new Handshakes(1);
  const givenUp: string[] = [];
  const one = () => {
    givenUp.push("one");
    handshakes.end(one);
  };
  handshakes.begin(one);
  handshakes.begin(() => void givenUp.push("two"));
  handshakes.end(one);
  handshakes.begin(() => void givenUp.push("three"));
  assertEquals(givenUp, ["one", "two"]);
});
