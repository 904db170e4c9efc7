/**
 * Addresses as the kernel has them and as people write them.
 *
 * @module
 */

import fc from "fast-check";
import {
  fromSockaddr,
  toScopedSockaddr,
  toSockaddr,
} from "../../../server/transport/ip_address.ts";
import { assertEquals } from "../../assert.ts";

Deno.test("what was written for the kernel is read back as it was", () => {
  fc.assert(fc.property(fc.ipV4(), fc.nat(65_535), (hostname, port) => {
    assertEquals(fromSockaddr(toSockaddr({ hostname, port }) ?? new Uint8Array()), {
      hostname,
      port,
    });
  }));
});

Deno.test("however an IPv6 address is written, it is read back in the usual form", () => {
  for (
    const [written, usual = written] of [
      ["::"],
      ["::1"],
      ["2001:db8::1"],
      ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
      ["1:2:3:4:5:6:7:8"],
      ["fe80::"],
      ["::ffff:127.0.0.1"],
      ["::ffff:7f00:1", "::ffff:127.0.0.1"],
    ] as const
  ) {
    const sockaddr = toSockaddr({ hostname: written, port: 443 });
    assertEquals(sockaddr?.length, 28, written);
    assertEquals(fromSockaddr(sockaddr ?? new Uint8Array()), { hostname: usual, port: 443 });
  }
});

Deno.test("any eight groups come back as a URL writes them", () => {
  fc.assert(fc.property(fc.ipV6(), (hostname) => {
    const sockaddr = toSockaddr({ hostname, port: 1 });
    const back = fromSockaddr(sockaddr ?? new Uint8Array()).hostname;
    assertEquals(new URL(`http://[${back}]`).hostname, new URL(`http://[${hostname}]`).hostname);
  }));
});

Deno.test("an address of one interface has the interface's number, by its name or as it is", () => {
  const scope = (hostname: string) => {
    const bytes = toScopedSockaddr({ hostname, port: 1 }, (name) => name === "eth0" ? 0x0102 : 0);
    return bytes === undefined ? undefined : [...bytes.subarray(24)];
  };
  assertEquals(scope("fe80::1%eth0"), [2, 1, 0, 0]);
  assertEquals(scope("fe80::1%7"), [7, 0, 0, 0]);
  assertEquals(scope("fe80::1%none"), [0, 0, 0, 0]);
  for (const other of ["fe80::1", "127.0.0.1%eth0", "host%eth0"]) {
    assertEquals(scope(other), undefined, other);
  }
});

Deno.test("what is no literal address is none", () => {
  for (
    const hostname of ["localhost", "256.1.1.1", "1.2.3", "1.2.3.4.5", "", ":", "fe80::1%eth0"]
  ) {
    assertEquals(toSockaddr({ hostname, port: 1 }), undefined, hostname);
  }
});
