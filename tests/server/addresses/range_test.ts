/**
 * Addresses and ranges as numbers.
 *
 * @module
 */

import fc from "fast-check";
import { addressOf, isWithin, networkOf, rangeOf } from "../../../server/addresses/range.ts";
import { RangeTable } from "../../../server/addresses/range_table.ts";
import { assert, assertEquals } from "../../assert.ts";

function within(address: string, range: string): boolean {
  const [number, parsed] = [addressOf(address), rangeOf(range)];
  assert(number !== undefined && parsed !== undefined, `${address} in ${range}`);
  return isWithin(number, parsed);
}

Deno.test("addressOf() reads every way of writing one address as one number", () => {
  assertEquals(addressOf("127.0.0.1"), addressOf("::ffff:127.0.0.1"));
  assertEquals(addressOf("127.0.0.1"), addressOf("::ffff:7f00:1"));
  assertEquals(addressOf("::1"), 1n);
  assertEquals(addressOf("::"), 0n);
  assertEquals(addressOf("2001:DB8::1"), addressOf("2001:db8:0:0:0:0:0:1"));
  assertEquals(addressOf("fe80::1%eth0"), addressOf("fe80::1"));
  assertEquals(addressOf("1:2:3:4:5:6:7:8"), 0x0001000200030004000500060007_0008n);
});

const NO_ADDRESSES = [
  "",
  "localhost",
  "1.2.3",
  "1.2.3.256",
  "1.2.3.4.5",
  ":::",
  "1::2::3",
  "1:2:3:4:5:6:7",
  "12345::",
  "::g",
  "1:2:3:4:5:6:7:8:9",
  "1::2:3:4:5:6:7:8:9",
  "0x7f.0.0.1",
  "1.2.3.4:80",
];

Deno.test("addressOf() takes nothing else", () => {
  for (const text of NO_ADDRESSES) assertEquals(addressOf(text), undefined, text);
});

const NO_RANGES = [
  "",
  "/8",
  "10.0.0.0/33",
  "::/129",
  "10.0.0.0/8/8",
  "10.0.0.0/-1",
  "10.0.0.0/",
  "all",
];

Deno.test("rangeOf() reads a range or a single address, and isWithin() knows its ends", () => {
  assert(within("10.255.0.1", "10.0.0.0/8"));
  assert(!within("11.0.0.0", "10.0.0.0/8"));
  assert(within("::ffff:10.1.2.3", "10.0.0.0/8"), "as a socket for both kinds tells it");
  assert(within("1.2.3.4", "1.2.3.4"));
  assert(!within("1.2.3.5", "1.2.3.4"));
  assert(within("200.1.2.3", "0.0.0.0/0"));
  assert(!within("::1", "0.0.0.0/0"), "all of IPv4 is not all");
  assert(within("2001:db8:ffff::1", "2001:db8::/32"));
  for (const text of NO_RANGES) assertEquals(rangeOf(text), undefined, text);
});

Deno.test("networkOf() is the address itself in IPv4, and its first 64 bits in IPv6", () => {
  const network = (text: string) => networkOf(addressOf(text) ?? -1n);
  assert(network("192.0.2.1") !== network("192.0.2.2"));
  assertEquals(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  assert(network("2001:db8:1:2::1") !== network("2001:db8:1:3::1"));
});

Deno.test("any IPv4 address is in every range that begins with its own first bits", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(byte, byte, byte, byte, fc.integer({ min: 0, max: 32 }), (a, b, c, d, bits) => {
      assert(within(`${a}.${b}.${c}.${d}`, `${a}.${b}.${c}.${d}/${bits}`));
      assertEquals(within(`${a ^ 128}.${b}.${c}.${d}`, `${a}.${b}.${c}.${d}/${bits}`), bits === 0);
    }),
  );
});

Deno.test("any text at all is read without a throw", () => {
  fc.assert(fc.property(fc.string(), (text) => void [addressOf(text), rangeOf(text)]));
});

Deno.test("no IPv4 address is in a range of IPv6, however wide, nor beside an IPv6 address of this machine", () => {
  const table = new RangeTable<string>();
  for (const text of ["::/0", "::1/64", "0.0.0.0/0", "::ffff:192.0.2.0/120"]) {
    const range = rangeOf(text);
    assert(range !== undefined);
    table.add(range, text);
    for (const address of ["192.0.2.1", "::ffff:192.0.2.1"]) {
      const at = addressOf(address);
      assert(at !== undefined);
      assertEquals(isWithin(at, range), !["::/0", "::1/64"].includes(text), text);
    }
  }
  assertEquals([...table.of("::ffff:192.0.2.1")].sort(), ["0.0.0.0/0", "::ffff:192.0.2.0/120"]);
  assertEquals([...table.of("::1")].sort(), ["::/0", "::1/64"]);
  assertEquals([...table.of("2001:db8::1")], ["::/0"]);
});
