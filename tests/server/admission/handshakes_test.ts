/**
 * So many handshakes of TLS are under way at once; the others wait in order.
 *
 * @module
 */

import { Handshakes } from "../../../server/admission/handshakes.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("whoever comes when all places are taken begins when one is free, in order", async () => {
  const handshakes = new Handshakes(2);
  const begun: string[] = [];
  const begin = (name: string) => {
    const wait = handshakes.begin();
    if (wait === undefined) begun.push(name);
    return wait?.then(() => void begun.push(name));
  };
  begin("one");
  begin("two");
  const three = begin("three"), four = begin("four");
  assertEquals(begun, ["one", "two"]);
  handshakes.end();
  await three;
  assertEquals(begun, ["one", "two", "three"]);
  handshakes.end();
  await four;
  handshakes.end();
  handshakes.end();
  begin("five");
  assertEquals(begun, ["one", "two", "three", "four", "five"]);
});
