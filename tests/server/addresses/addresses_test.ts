/**
 * Who may come in from where, and what each address may spend.
 *
 * @module
 */

import type { Address } from "../../../server/addresses/address.ts";
import { Addresses } from "../../../server/addresses/addresses.ts";
import { rangeOf } from "../../../server/addresses/range.ts";
import {
  ADDRESS_WORK_MS_BURST,
  ADDRESS_WORK_MS_PER_SECOND,
  ADDRESSES_REMEMBERED_MAX,
  type AddressLimits,
  ROOM_SPENDING_MAX,
} from "../../../server/addresses/limits.ts";
import { RoomSpending } from "../../../server/addresses/room_spending.ts";
import { EARNINGS, Purse } from "../../../server/budget/mod.ts";
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
  from.release(first);
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
  for (let n = 0; n < 3; n++) from.release(admitted(from, "192.0.2.1"));
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
  from.release(address);
  from.sweep(0);
  assertEquals(from.size, 1, "a connection is owed");
  from.sweep(60_000);
  assertEquals(from.size, 0);
});

Deno.test("however many addresses come and go, only so many are remembered", () => {
  const from = addresses();
  for (let n = 0; n < ADDRESSES_REMEMBERED_MAX + 10; n++) {
    const hostname = `10.${n >> 16}.${n >> 8 & 255}.${n & 255}`;
    from.release(admitted(from, hostname));
  }
  assertEquals(from.size, ADDRESSES_REMEMBERED_MAX);
});

Deno.test("a table of networks of IPv6 is no slower than one of addresses of IPv4", () => {
  const many = ADDRESSES_REMEMBERED_MAX / 4;
  const took = (hostname: (n: number) => string): number => {
    const from = addresses();
    const begun = performance.now();
    for (let n = 0; n < many; n++) from.release(admitted(from, hostname(n)));
    return performance.now() - begun;
  };
  const ipv4 = (n: number) => `10.0.${n >> 8}.${n & 255}`;
  const ipv6 = (n: number) => `2001:db8:${n.toString(16)}::1`;
  took(ipv4);
  // Each has a site, too, and more digits to be read.
  assert(took(ipv6) < 20 * took(ipv4));
});

/** An address in the nth network of one site. */
function neighbour(n: number): string {
  return `2001:db8:5:${n.toString(16)}::1`;
}

Deno.test("the 65,536 networks of one site have so many places together, and no more; another site has its own", () => {
  const from = addresses({ addressConnectionsMax: 2, addressSiteFactor: 3 });
  const inside = Array.from({ length: 6 }, (_, n) => admitted(from, neighbour(n)));
  const refused = from.admit(neighbour(6), 0);
  assert(refused.kind === "too_many");
  assertEquals(refused.full.limits.addressConnectionsMax, 6);
  admitted(from, "2001:db8:6::1");
  for (const one of inside.slice(0, 1)) from.release(one);
  admitted(from, neighbour(7));
  assertEquals(from.admit(neighbour(8), 0).kind, "too_many");
});

Deno.test("connections, logins, messages, places and guesses of a site have its limits, over however many networks", () => {
  const limits = {
    addressConnectsPerSecond: 1,
    addressConnectsBurst: 20,
    addressLoginsPerSecond: 1,
    addressLoginsBurst: 3,
    addressMessagesPerSecond: 1,
    addressMessagesBurst: 4,
    addressRoomMessagesPerSecond: 1,
    addressRoomMessagesBurst: 2,
    addressPlacesMax: 5,
    addressSiteFactor: 2,
  };
  const from = addresses(limits);
  const count = (allowed: (one: Address) => boolean): number => {
    let passed = 0;
    for (let n = 0; n < 30; n++) if (allowed(admitted(from, neighbour(n)))) passed++;
    return passed;
  };
  assertEquals(count((one) => one.login(0) === 0), 6);
  const others = addresses(limits);
  const all = Array.from({ length: 30 }, (_, n) => admitted(others, neighbour(n)));
  const passing = (allowed: (one: Address) => boolean) => all.filter(allowed).length;
  assertEquals(passing((one) => one.message(0, "tea") === 0), 4, "into one room");
  assertEquals(passing((one) => one.message(0, undefined) === 0), 4, "and as many elsewhere");
  for (const one of all.slice(0, 10)) one.countPlace(1);
  assertEquals(all.map((one) => one.placesLeft).filter((left) => left > 0), []);
  all[0]?.countPlace(-1);
  assertEquals(all[29]?.placesLeft, 1);
  for (const one of all.slice(0, 10)) one.guess(0);
  assert(all[29]?.isSuspect(0), "of each it is looked late at what is shown");
  assert((all[29]?.msUntilGuess(0) ?? 0) > 0);
  for (let n = 30; n < 40; n++) admitted(others, neighbour(n));
  assertEquals(others.admit(neighbour(40), 0).kind, "too_fast");
});

Deno.test("a site goes on where it was, whatever of it was forgotten meanwhile", () => {
  const from = addresses({ addressConnectionsMax: 1, addressSiteFactor: 2, addressLoginsBurst: 1 });
  const first = admitted(from, neighbour(1));
  first.login(0);
  from.release(first);
  for (let n = 0; n <= ADDRESSES_REMEMBERED_MAX; n++) {
    from.release(admitted(from, `2001:db8:${(n + 16).toString(16)}:1::1`, 60_000));
  }
  const again = admitted(from, neighbour(1), 60_000);
  const beside = admitted(from, neighbour(2), 60_000);
  assertEquals(again.site, beside.site);
  assertEquals(from.admit(neighbour(3), 60_000).kind, "too_many");
  assert(from.size <= 2 * (ADDRESSES_REMEMBERED_MAX + 2), `${from.size} are remembered`);
  assert(from.bytes > from.size);
});

Deno.test("IPv4 and exempt addresses are of no site, and a factor of 0 lifts its limits", () => {
  const limits = { addressConnectionsMax: 1 };
  const lifted = addresses({ ...limits, addressSiteFactor: 0 });
  for (let n = 0; n < 100; n++) assertEquals(admitted(lifted, neighbour(n)).site, undefined);
  const from = addresses({ ...limits, addressSiteFactor: 2 }, "2001:db8:5::/48");
  for (let n = 0; n < 100; n++) {
    assertEquals(admitted(from, neighbour(n)).site, undefined);
    assertEquals(admitted(from, `192.0.2.${n}`).site, undefined);
  }
});

Deno.test("a hundred connections of one address have half of a core together, and a site no more than most of one", () => {
  const from = addresses();
  const one = admitted(from, neighbour(1));
  const purses = Array.from({ length: 100 }, () => new Purse(EARNINGS, 0, 1));
  for (const purse of purses) purse.join(one.pools);
  for (const purse of purses) purse.spend(0, { workMs: EARNINGS.workMs.burst });
  const owedMs = 100 * EARNINGS.workMs.burst - ADDRESS_WORK_MS_BURST;
  const waitMs = owedMs / ADDRESS_WORK_MS_PER_SECOND * 1_000;
  assertEquals(purses.map((purse) => purse.msUntilEarned(0)), purses.map(() => waitMs));

  // Beside it, others of the same site wait for what it has taken of theirs; everybody else does not.
  const purseOf = (hostname: string): Purse => {
    const purse = new Purse(EARNINGS, 0, 1);
    purse.join(admitted(from, hostname).pools);
    return purse;
  };
  const beside = purseOf(neighbour(2)).msUntilEarned(0);
  assert(beside > 0 && beside < waitMs, `${beside} ms`);
  assertEquals(purseOf("192.0.2.1").msUntilEarned(0), 0);
  assert(!one.isClean(0), "it is not forgotten while it owes");
});

Deno.test("an exempt address has no pools", () => {
  assertEquals(admitted(addresses({}, "192.0.2.0/24"), "192.0.2.1").pools, []);
});

Deno.test("what is remembered of rooms is what was said of late, from however many addresses in however many rooms", () => {
  const rooms = new RoomSpending();
  const rate = { perSecond: 20, burst: 60 };
  for (let n = 0; n < 100_000; n++) rooms.of(`${n % 1_000}`, `room ${n}`, rate, n).take(n);
  assert(rooms.size <= 100, `${rooms.size} rooms are remembered of what 1,000 said in 100 s`);
  rooms.sweep(100_100);
  assertEquals([rooms.size, rooms.bytes], [0, 0]);
  for (let n = 0; n < ROOM_SPENDING_MAX + 10; n++) rooms.of("one", `room ${n}`, rate, 0).take(0);
  assertEquals(rooms.size, ROOM_SPENDING_MAX, "and never more than that");
});

Deno.test("what one address has said in a room counts while it is not earned back, whatever was said elsewhere", () => {
  const address = admitted(addresses({ addressMessagesBurst: 10_000 }), "192.0.2.1");
  for (let n = 0; n < 60; n++) assertEquals(address.message(0, "tea"), 0);
  for (let n = 0; n < 1_000; n++) address.message(0, `room ${n}`);
  assert(address.message(0, "tea") > 0);
});

Deno.test("other limits hold for who is there and who comes, and no guess is forgiven by them", () => {
  const limits = { ...LIMITS_DEFAULT, addressConnectionsMax: 3, addressMessagesPerSecond: 1 };
  limits.addressMessagesBurst = 1;
  const from = new Addresses(limits, []);
  const here = admitted(from, "192.0.2.1");
  const site = admitted(from, "2001:db8::1");
  assertEquals([here.message(0, undefined), here.message(0, undefined) > 0], [0, true]);
  for (let i = 0; i < 9; i++) here.guess(0);
  assert(here.msUntilGuess(0) > 0);
  Object.assign(limits, { addressConnectionsMax: 1, addressMessagesBurst: 2 });
  from.renew(0);
  assertEquals(
    from.admit("192.0.2.1", 0).kind,
    "too_many",
    "Who is there stays, nobody more comes",
  );
  assertEquals([1, 2, 3].map(() => here.message(0, undefined) > 0), [false, false, true]);
  assert(here.msUntilGuess(0) > 0);
  assertEquals(site.limits.addressConnectionsMax, 1);
  assertEquals(site.site?.limits.addressConnectionsMax, LIMITS_DEFAULT.addressSiteFactor);
});
