/**
 * Which attacks share a server.
 *
 * @module
 */

import { assertEquals } from "../assert.ts";
import type { Attack } from "./attack.ts";
import { groupsOf, needsOf } from "./groups.ts";

function named(name: string, more: Partial<Attack> = {}): Attack {
  const bound = { connections: 1, connectsPerSecond: 1, bytesPerSecond: 1 };
  return { name, root: "none", bound, ...more };
}

function names(groups: readonly (readonly Attack[])[]): string[] {
  return groups.map((group) => group.map(({ name }) => name).join(" "));
}

Deno.test("groupsOf() puts as many together as it may, each once", () => {
  const all = ["a", "b", "c", "d", "e"].map((name) => named(name));
  assertEquals(names(groupsOf(all, 2)), ["a b", "c d", "e"]);
  assertEquals(names(groupsOf(all, 1)), ["a", "b", "c", "d", "e"]);
});

Deno.test("who needs something else is on a server of its own", () => {
  const one = { from: "one address" } as const;
  const all = [
    named("a"),
    named("prepared", { prepare: () => Promise.resolve() }),
    named("one", one),
    named("killed", { scene: () => Promise.resolve() }),
    named("b"),
    named("full", { server: { args: ["--max-connections", "9"] } }),
    named("two", one),
  ];
  assertEquals(names(groupsOf(all, 9)), ["a b", "prepared", "one two", "killed", "full"]);
});

Deno.test("attackers of one address meet the limits by address", () => {
  assertEquals(needsOf(named("a")), {});
  const args = ["--max-connections", "9"];
  const needs = needsOf(named("b", { from: "one address", server: { args } }));
  assertEquals(needs, { args: [...args, "--exempt", "none"] });
});
