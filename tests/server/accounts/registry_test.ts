/**
 * What is read of an account while it is on its way to the disk, and who is an operator meanwhile.
 *
 * @module
 */

import type { AccountRecord } from "../../../server/accounts/record.ts";
import { Registry } from "../../../server/accounts/registry.ts";
import { type KeptValues, memoryStore } from "../../../server/mod.ts";
import { StorageError } from "../../../server/store/store_port.ts";
import { fold } from "../../../server/wire/mod.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { CHEAP, named } from "./place.ts";

const EVE = named("Eve");
const KEY = fold(EVE);
const DEVICE = { id: "phone", name: "a phone", hash: "hash", seen: 1 };

/** A registry of one operator with a device, over a store that writes when it is told to, and is nearly full. */
async function place() {
  const { values } = memoryStore();
  const record: AccountRecord = {
    name: EVE,
    role: "operator",
    created: 1,
    identity: "i".repeat(40),
    password: { cost: CHEAP, salt: "AAAA", hash: "AAAA" },
    devices: [DEVICE],
  };
  {
    const before = new Registry(values);
    using _claim = before.claim(EVE);
    await before.write(record);
  }
  const held: ((error?: StorageError) => void)[] = [];
  const slow: KeptValues = {
    ...values,
    write: (key, value, settled, goesOn) => {
      if (goesOn !== true) return settled(new StorageError("full"));
      held.push((error) =>
        error === undefined ? values.write(key, value, settled) : settled(error)
      );
    },
  };
  const settle = (error?: StorageError) => held.splice(0, 1).forEach((go) => go(error));
  return { registry: new Registry(slow), record, settle };
}

Deno.test("what is taken away from an account stays so while a device that is seen, or comes in, is refused", async () => {
  const { registry, record, settle } = await place();
  const less = { ...record, role: "user", devices: [] } as const;
  const taken = registry.write(less, undefined, true);
  assertEquals(registry.read(KEY), less);
  await assertRejects(registry.write({ ...less, devices: [DEVICE] }), StorageError);
  assertEquals(registry.read(KEY), less);
  settle();
  await taken;
  assertEquals([registry.read(KEY), registry.isOnTheWay(KEY)], [less, false]);
});

Deno.test("an operator is one when that is durable, and until it is to be taken away", async () => {
  const { registry, record, settle } = await place();
  const as = (role: AccountRecord["role"]) => registry.write({ ...record, role }, undefined, true);
  assertEquals(registry.roleOf(KEY), "operator");
  const down = as("user");
  const up = as("operator");
  const seen = as("operator");
  const roles = [];
  for (const one of [down, up, seen]) {
    roles.push(registry.roleOf(KEY));
    settle();
    await one;
  }
  assertEquals([roles, registry.roleOf(KEY)], [["user", "user", "operator"], "operator"]);
  const failed = as("user");
  const behind = as("operator");
  assertEquals(registry.roleOf(KEY), "user");
  for (const one of [failed, behind]) {
    const rejected = assertRejects(one, StorageError);
    settle(new StorageError("lost"));
    assertEquals(registry.roleOf(KEY), "operator");
    await rejected;
  }
});

Deno.test("a record that was read is read again only when another one was written, and is never older than that", async () => {
  const { values } = memoryStore();
  let reads = 0;
  let isFull = false;
  const registry = new Registry({
    ...values,
    value: (key) => {
      reads++;
      return values.value(key);
    },
    write: (key, value, settled) => {
      if (isFull) settled(new StorageError("full"));
      else values.write(key, value, settled);
    },
  });
  using _claim = registry.claim(EVE);
  const { record } = await place();
  await registry.write(record);
  const role = () => registry.read(KEY)?.role;
  assertEquals([role(), role(), role(), reads], ["operator", "operator", "operator", 1]);
  isFull = true;
  await assertRejects(registry.write({ ...record, role: "user" }), StorageError);
  assertEquals(role(), "operator");
  isFull = false;
  await registry.write({ ...record, role: "user" });
  assertEquals([role(), role()], ["user", "user"]);
  await registry.remove(KEY);
  assertEquals(registry.read(KEY), undefined);
});
