/**
 * A day's quotas: what is spent comes back in a day, an address pays for all its users, and the table is bounded.
 *
 * @module
 */

import { LIMITS_DEFAULT, QUOTA_PAYERS_MAX, QUOTA_SWEEP_MS } from "../../../server/limits.ts";
import { type Payer, Quotas } from "../../../server/store/quotas.ts";
import { assert, assertEquals } from "../../assert.ts";

const DAY_MS = 86_400_000;
const NONE = {
  ...LIMITS_DEFAULT,
  userBytesPerDay: 0,
  userRoomsPerDay: 0,
  userPairsPerDay: 0,
  addressBytesPerDay: 0,
  addressRoomsPerDay: 0,
  addressPairsPerDay: 0,
};

function from(key: string, address = "1", exempt = false): Payer {
  return { key, address: { key: address, exempt } };
}

Deno.test("bytes are taken while some are left, are owed if they are more, and come back in a day", () => {
  let now = 0;
  const quotas = new Quotas({ ...NONE, userBytesPerDay: 1_000 }, () => now);
  const alice = from("alice");
  assertEquals(quotas.take(alice, undefined), undefined);
  quotas.spend(alice, 999);
  assertEquals(quotas.take(alice, undefined), undefined, "one byte is left");
  quotas.spend(alice, 501);
  const refused = quotas.take(alice, undefined);
  assert(refused?.told?.endsWith("Nothing was sent."), refused?.told);
  assertEquals(refused?.isLimit, true, "The store is well");
  assertEquals(quotas.take(from("bob"), undefined), undefined, "others are not concerned");
  now += DAY_MS / 2 - 1_000;
  assert(quotas.take(alice, undefined) !== undefined);
  now += 2_000;
  assertEquals(quotas.take(alice, undefined), undefined);
});

Deno.test("an address pays for whoever is there, under whatever name, and an exempt one does not", () => {
  const quotas = new Quotas({ ...NONE, addressPairsPerDay: 10, userPairsPerDay: 3 }, () => 0);
  let made = 0;
  for (let i = 0; i < 100; i++) {
    if (quotas.take(from(`guest${i}`, "7"), "pair") === undefined) made++;
  }
  assertEquals(made, 10);
  assertEquals(quotas.take(from("guest0", "8"), "pair"), undefined, "another address");
  assertEquals(quotas.take(from("guest200", "7"), undefined), undefined, "talking is no pair");
  for (let i = 0; i < 100; i++) {
    assertEquals(quotas.take(from(`local${i}`, "9", true), "pair"), undefined);
  }
  for (let i = 0; i < 3; i++) quotas.take(from("one", "9", true), "pair");
  assert(quotas.take(from("one", "9", true), "pair") !== undefined, "its users pay all the same");
});

Deno.test("what is refused spends nothing", () => {
  const quotas = new Quotas({ ...NONE, userRoomsPerDay: 5, addressRoomsPerDay: 2 }, () => 0);
  const alice = from("alice");
  for (let i = 0; i < 10; i++) quotas.take(alice, "room");
  // Two were made; as if the address were exempt now, what is left of the user's own is seen.
  const own = from("alice", "1", true);
  for (let i = 0; i < 3; i++) assertEquals(quotas.take(own, "room"), undefined);
  assert(quotas.take(own, "room") !== undefined);
});

Deno.test("who held a name spends nothing of him who has it later, from elsewhere", () => {
  const quotas = new Quotas({ ...NONE, userBytesPerDay: 1_000 }, () => 0);
  quotas.spend(from("anna", "6"), 5_000);
  assert(quotas.take(from("anna", "6"), undefined) !== undefined);
  assertEquals(quotas.take(from("anna", "7"), undefined), undefined);
});

Deno.test("however many names and addresses there are, the table is bounded, and who is whole again is forgotten", () => {
  let now = 0;
  const quotas = new Quotas({ ...NONE, userBytesPerDay: 1_000 }, () => now);
  for (let i = 0; i < QUOTA_PAYERS_MAX + 1_000; i++) quotas.spend(from(`guest${i}`, "1", true), 1);
  assertEquals(quotas.size, QUOTA_PAYERS_MAX);
  now += Math.max(QUOTA_SWEEP_MS, DAY_MS / 500);
  quotas.sweep();
  assertEquals(quotas.size, 0);
});

Deno.test("who has spoken all along and one who comes with that name spend of one allowance, also after a sweep", () => {
  let now = 0;
  const quotas = new Quotas({ ...NONE, userBytesPerDay: 1_000 }, () => now);
  const alice = from("alice");
  quotas.spend(alice, 1);
  now += DAY_MS;
  quotas.sweep();
  assertEquals(quotas.size, 0, "all is earned back");
  quotas.spend(alice, 2_000);
  assert(quotas.take(from("alice"), undefined) !== undefined);
});

Deno.test("all addresses of a site make so much in a day together", () => {
  const limits = { ...NONE, addressRoomsPerDay: 2, addressSiteFactor: 3 };
  const quotas = new Quotas(limits, () => 0);
  const site = { key: "site" };
  const made = Array.from({ length: 20 }, (_, n) => {
    const payer = { key: `guest${n}`, address: { key: `${n}`, exempt: false, site } };
    return quotas.take(payer, "room") === undefined;
  });
  assertEquals(made.filter(Boolean).length, 6);
  assertEquals(quotas.take(from("other", "30"), "room"), undefined, "an address of no site");
});

Deno.test("other limits let everybody begin the day anew, also who has paid by the old ones", () => {
  const quotas = new Quotas({ ...NONE, userRoomsPerDay: 1 }, () => 0);
  const alice = from("alice");
  assertEquals(quotas.take(alice, "room"), undefined);
  assert(quotas.take(alice, "room") !== undefined);
  quotas.renew({ ...NONE, userRoomsPerDay: 2 });
  assertEquals([quotas.take(alice, "room"), quotas.take(alice, "room")], [undefined, undefined]);
  assert(quotas.take(alice, "room") !== undefined);
  quotas.renew(NONE);
  for (let i = 0; i < 9; i++) assertEquals(quotas.take(alice, "room"), undefined);
});
