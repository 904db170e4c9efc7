/**
 * The attacks themselves: each can be called, and each has a bound.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { attacks } from "./attacks/mod.ts";

Deno.test("every attack has a name of its own, a root, and something to do", () => {
  assertEquals(new Set(attacks.map(({ name }) => name)).size, attacks.length);
  for (const { name, root, peer, crowd } of attacks) {
    assert(/^[a-z]+(-[a-z]+)*$/.test(name), name);
    assert(root.length > 0, name);
    assert((peer === undefined) !== (crowd === undefined), name);
  }
});

Deno.test("what every attack has come to stands in docs/attacks.md, and nothing else", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/attacks.md", import.meta.url));
  const [, reached = ""] = page.split("## What was reached");
  const rows = [...reached.matchAll(/^\| ([a-z-]+) +\|.* (yes|NO) +\|/gm)].map(([, name]) => name);
  assertEquals(rows.toSorted(), attacks.map(({ name }) => name).toSorted());
});

Deno.test("no attack is without a bound", () => {
  for (const { name, bound } of attacks) {
    for (const amount of Object.values(bound)) assert(amount > 0 && Number.isFinite(amount), name);
  }
});
