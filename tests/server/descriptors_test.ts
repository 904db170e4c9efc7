/**
 * How many connections fit into a process's limit of file descriptors.
 *
 * @module
 */

import { connectionsThatFit, openFilesIn } from "../../server/descriptors.ts";
import {
  CONNECTIONS_LIMIT,
  DESCRIPTORS_ASSUMED,
  DESCRIPTORS_RESERVED,
} from "../../server/limits.ts";
import { assertEquals } from "../assert.ts";

function limits(soft: string): string {
  return `Limit                     Soft Limit           Hard Limit           Units
Max processes             127450               127450               processes
Max open files            ${soft.padEnd(20)} 524288               files
Max locked memory         8388608              8388608              bytes
`;
}

Deno.test("openFilesIn() reads the soft limit, where there is one", () => {
  assertEquals(openFilesIn(limits("1024")), 1_024);
  for (const text of [limits("unlimited"), ""]) assertEquals(openFilesIn(text), undefined);
});

Deno.test("connectionsThatFit() takes the limit less a reserve", () => {
  assertEquals(connectionsThatFit(1_024), 1_024 - DESCRIPTORS_RESERVED);
  assertEquals(connectionsThatFit(256), 256 - DESCRIPTORS_RESERVED);
});

Deno.test("connectionsThatFit() lets at least one in", () => {
  assertEquals(connectionsThatFit(10), 1);
});

Deno.test("connectionsThatFit() is careful where the limit is unknown, and bounded where it is high", () => {
  assertEquals(connectionsThatFit(undefined), DESCRIPTORS_ASSUMED - DESCRIPTORS_RESERVED);
  assertEquals(connectionsThatFit(99_999_999), CONNECTIONS_LIMIT);
});
