/**
 * Who may come in from where, and what each address may spend.
 *
 * @module
 */

import type { Address } from "../../../server/addresses/address.ts";
import { Addresses } from "../../../server/addresses/addresses.ts";
import { rangeOf } from "../../../server/addresses/range.ts";
import { ADDRESSES_REMEMBERED_MAX, type AddressLimits } from "../../../server/addresses/limits.ts";
import { LIMITS_DEFAULT } from "../../../server/limits.ts";
import { assert, assertEquals } from "../../assert.ts";

function addresses(limits: Partial<AddressLimits> = {}, ...exempt: string[]): Addresses {
  const ranges = exempt.map(rangeOf).filter((range) => range !== undefined);
  return new Addresses({ ...LIMITS_DEFAULT, ...limits }, ranges);
}

function admitted(from: Addresses, hostname: string, nowMs = 0): Address {
  const admittance = from.admit(hostname, nowMs);
  assert(admittance.kind === "in", `${hostname}: ${admittance.kind}`);
  return admittance.address;
}

Deno.test("an address has so many places, and no more; another has its own", () => {
  const from = addresses({ addressConnectionsMax: 2 });
  const first = admitted(from, "192.0.2.1");
  assertEquals(admitted(from, "::ffff:192.0.2.1"), first, "the same address");
  assertEquals(from.admit("192.0.2.1", 0).kind, "too_many");
  admitted(from, "192.0.2.2");
  from.release("192.0.2.1", first);
  admitted(from, "192.0.2.1");
  assertEquals(from.admit("192.0.2.1", 0).kind, "too_many");
});

Deno.test("the addresses of one network of IPv6 are one", () => {
  const from = addresses({ addressConnectionsMax: 2 });
  admitted(from, "2001:db8::1");
  admitted(from, "2001:db8::2");
  assertEquals(from.admit("2001:db8::ffff:1", 0).kind, "too_many");
  admitted(from, "2001:db8:0:1::1");
});

Deno.test("new connections have a rate, which leaving does not change", () => {
  const from = addresses({ addressConnectsPerSecond: 2, addressConnectsBurst: 3 });
  for (let n = 0; n < 3; n++) from.release("192.0.2.1", admitted(from, "192.0.2.1"));
  const refused = from.admit("192.0.2.1", 0);
  assert(refused.kind === "too_fast");
  assertEquals(refused.waitMs, 500);
  from.sweep(0);
  assertEquals(from.admit("192.0.2.1", 499).kind, "too_fast");
  admitted(from, "192.0.2.1", 500);
});

Deno.test("an exempt range has no limits; one address beside it has", () => {
  const from = addresses({ addressConnectionsMax: 1 }, "10.0.0.0/8", "2001:db8::");
  for (let n = 0; n < 500; n++) admitted(from, "10.1.2.3");
  const address = admitted(from, "10.1.2.3");
  for (let n = 0; n < 500; n++) {
    assertEquals([address.login(0), address.message(0, "lobby")], [0, 0]);
  }
  admitted(from, "11.0.0.1");
  assertEquals(from.admit("11.0.0.1", 0).kind, "too_many");
  for (let n = 0; n < 5; n++) admitted(from, "2001:db8::");
  admitted(from, "2001:db8::5");
  assertEquals(from.admit("2001:db8::6", 0).kind, "too_many", "only one address of it is exempt");
});

Deno.test("messages have a rate for the address, and one for each room", () => {
  const limits = { addressRoomMessagesPerSecond: 1, addressRoomMessagesBurst: 2 };
  const address = admitted(addresses({ ...limits, addressMessagesBurst: 5 }), "192.0.2.1");
  assertEquals([address.message(0, "a"), address.message(0, "a")], [0, 0]);
  assertEquals(address.message(0, "a"), 1_000, "refused, and so not counted");
  assertEquals([address.message(0, "b"), address.message(0, "b")], [0, 0]);
  assertEquals(address.message(0, undefined), 0);
  assertEquals(address.message(0, "c"), 10, "all five are spent");
  assertEquals(address.message(1_000, "a"), 0);
});

Deno.test("wrong tokens are counted, right ones are not", () => {
  const address = admitted(addresses(), "192.0.2.1");
  for (let n = 0; n < 5; n++) {
    assertEquals(address.msUntilGuess(0), 0);
    address.guess(0);
  }
  assertEquals(address.msUntilGuess(0), 5_000);
  assertEquals(address.msUntilGuess(5_000), 0);
});

Deno.test("an address is forgotten when nobody is there and all is earned back", () => {
  const from = addresses({ addressConnectsPerSecond: 1, addressConnectsBurst: 10 });
  const address = admitted(from, "192.0.2.1");
  from.sweep(60_000);
  assertEquals(from.size, 1, "somebody is there");
  from.release("192.0.2.1", address);
  from.sweep(0);
  assertEquals(from.size, 1, "a connection is owed");
  from.sweep(60_000);
  assertEquals(from.size, 0);
});

Deno.test("however many addresses come and go, only so many are remembered", () => {
  const from = addresses();
  for (let n = 0; n < ADDRESSES_REMEMBERED_MAX + 10; n++) {
    const hostname = `10.${n >> 16}.${n >> 8 & 255}.${n & 255}`;
    from.release(hostname, admitted(from, hostname));
  }
  assertEquals(from.size, ADDRESSES_REMEMBERED_MAX);
});
