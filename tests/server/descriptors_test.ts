/**
 * How many connections fit into a process's limit of file descriptors.
 *
 * @module
 */

import { connectionsThatFit } from "../../server/descriptors.ts";
import { CONNECTIONS_DEFAULT_MAX, DESCRIPTORS_RESERVED } from "../../server/limits.ts";
import { assertEquals } from "../assert.ts";

function limits(soft: string): string {
  return `Limit                     Soft Limit           Hard Limit           Units
Max processes             127450               127450               processes
Max open files            ${soft.padEnd(20)} 524288               files
Max locked memory         8388608              8388608              bytes
`;
}

Deno.test("connectionsThatFit() takes the soft limit less a reserve", () => {
  assertEquals(connectionsThatFit(limits("1024")), 1_024 - DESCRIPTORS_RESERVED);
  assertEquals(connectionsThatFit(limits("256")), 256 - DESCRIPTORS_RESERVED);
});

Deno.test("connectionsThatFit() lets at least one in", () => {
  assertEquals(connectionsThatFit(limits("10")), 1);
});

Deno.test("connectionsThatFit() has a number of its own where the limit is higher or unknown", () => {
  for (const text of [limits("99999999"), limits("unlimited"), "", undefined]) {
    assertEquals(connectionsThatFit(text), CONNECTIONS_DEFAULT_MAX);
  }
});
