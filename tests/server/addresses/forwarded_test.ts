/**
 * Who is behind a proxy, as far as that can be believed.
 *
 * @module
 */

import fc from "fast-check";
import { forwardedFor } from "../../../server/addresses/forwarded.ts";
import { rangeOf } from "../../../server/addresses/range.ts";
import { assertEquals } from "../../assert.ts";

const TRUSTED = ["127.0.0.1", "10.0.0.0/8"].map(rangeOf).filter((range) => range !== undefined);

const SAID = [
  ["who comes from elsewhere is not believed", "192.0.2.9", "6.6.6.6", undefined],
  ["a proxy that says nothing", "127.0.0.1", undefined, undefined],
  ["the one before the proxy", "127.0.0.1", "192.0.2.7", "192.0.2.7"],
  ["what the client itself put before", "127.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"],
  ["a chain of proxies of ours", "127.0.0.1", "6.6.6.6, 192.0.2.7, 10.1.2.3", "192.0.2.7"],
  ["a client inside", "127.0.0.1", "10.1.2.3", "10.1.2.3"],
  ["with a port", "127.0.0.1", "192.0.2.7:4711", "192.0.2.7"],
  ["IPv6", "127.0.0.1", "2001:db8::1", "2001:db8::1"],
  ["IPv6 with a port", "127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"],
  ["in quotes, as `Forwarded` has it", "127.0.0.1", '"[2001:db8::1]:443"', "2001:db8::1"],
  [
    "in brackets and quotes behind what the client put",
    "127.0.0.1",
    '6.6.6.6, "[2001:db8::1]"',
    "2001:db8::1",
  ],
  [
    "IPv4 in quotes, before a proxy of ours",
    "127.0.0.1",
    '"192.0.2.7:443", "10.1.2.3"',
    "192.0.2.7",
  ],
  ["half a pair of quotes", "127.0.0.1", '"192.0.2.7', undefined],
  ["no address", "127.0.0.1", "unknown", undefined],
  ["no address before a proxy of ours", "127.0.0.1", "_hidden, 10.1.2.3", "10.1.2.3"],
  ["empty", "127.0.0.1", "", undefined],
] as const;

for (const [what, peer, header, expected] of SAID) {
  Deno.test(`forwardedFor(): ${what}`, () => {
    assertEquals(forwardedFor(peer, header, TRUSTED), expected);
  });
}

Deno.test("forwardedFor() of any header is what the last proxy saw", () => {
  fc.assert(
    fc.property(fc.string(), (before) => {
      assertEquals(forwardedFor("127.0.0.1", `${before}, 192.0.2.7`, TRUSTED), "192.0.2.7");
    }),
  );
});
