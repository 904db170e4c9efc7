/**
 * What proxies say of whom they speak for, of both versions, whole and in pieces.
 *
 * @module
 */

import { readProxyHeader } from "../../../server/addresses/proxy_header.ts";
import { assert, assertEquals } from "../../assert.ts";
import { joined, utf8 } from "../../harness.ts";

const SIGNATURE = [0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
/** 192.0.2.7:51234 to 203.0.113.1:8080, over TLS. */
const V2 = Uint8Array.from([
  ...SIGNATURE,
  ...[0x21, 0x11, 0, 20, 192, 0, 2, 7, 203, 0, 113, 1, 0xc8, 0x22, 0x1f, 0x90],
  ...[0x20, 0, 5, 1, 0, 0, 0, 0],
]);
/** 2001:db8::7. */
const V2_IPV6 = Uint8Array.from([
  ...SIGNATURE,
  ...[0x21, 0x21, 0, 36],
  ...[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
  ...new Array(16).fill(0),
  ...[0, 9, 0, 1],
]);

const HEADERS = [
  [utf8("PROXY TCP4 192.0.2.7 203.0.113.1 51234 8080\r\n"), { hostname: "192.0.2.7", port: 51234 }],
  [utf8("PROXY TCP6 2001:db8::7 ::1 9 1\r\n"), { hostname: "2001:db8::7", port: 9 }],
  [utf8("PROXY UNKNOWN\r\n"), undefined],
  [V2, { hostname: "192.0.2.7", port: 51234, isSecure: true }],
  [V2_IPV6, { hostname: "2001:db8::7", port: 9 }],
  [Uint8Array.from([...SIGNATURE, 0x20, 0, 0, 0]), undefined],
] as const;

Deno.test("readProxyHeader() reads both versions, whole and cut anywhere, and stops where they end", () => {
  for (const [header, behind] of HEADERS) {
    for (let cut = 1; cut < header.length; cut++) {
      assertEquals(readProxyHeader(header.subarray(0, cut)), { kind: "more" }, `at ${cut}`);
    }
    const read = readProxyHeader(joined(header, utf8("Alice\n")));
    assert(read.kind === "header");
    assertEquals([read.bytes, read.behind], [header.length, behind]);
  }
});

Deno.test("readProxyHeader() refuses what only begins as one", () => {
  for (
    const text of [
      "PROXY TCP4 192.0.2.7 203.0.113.1 51234 8080\n",
      "PROXY TCP4 nowhere 203.0.113.1 51234 8080\r\n",
      "PROXY TCP6 192.0.2.7 203.0.113.1 51234 8080\r\n",
      "PROXY TCP4 192.0.2.7 203.0.113.1 x 8080\r\n",
      `PROXY ${"x".repeat(200)}`,
    ]
  ) assertEquals(readProxyHeader(utf8(text)), { kind: "wrong" }, text);
  const huge = Uint8Array.from([...SIGNATURE, 0x21, 0x11, 0xff, 0xff]);
  const short = Uint8Array.from([...SIGNATURE, 0x21, 0x11, 0, 4, 1, 2, 3, 4]);
  const other = Uint8Array.from([...SIGNATURE, 0x31, 0x11, 0, 0]);
  for (const bytes of [huge, short, other]) assertEquals(readProxyHeader(bytes), { kind: "wrong" });
});

Deno.test("readProxyHeader() takes whoever says nothing of the kind for itself", () => {
  for (const text of ["Alice\n", "PROBLEM\n", "\0\0\0\x05hello", "\x16\x03\x01"]) {
    assertEquals(readProxyHeader(utf8(text)), { kind: "none" }, JSON.stringify(text));
  }
});
