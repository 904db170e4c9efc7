/**
 * How many connections fit into a process's limit of file descriptors.
 *
 * @module
 */

import {
  connectionsThatFit,
  openFilesIn,
  pipesThatFit,
  requestsThatFit,
} from "../../../server/admission/descriptors.ts";
import { OPEN_FILES_MAX, OPEN_FILES_SHARE } from "../../../db/limits.ts";
import {
  CONNECTIONS_LIMIT,
  DESCRIPTORS_ASSUMED,
  DESCRIPTORS_OF_RUNTIME,
  DESCRIPTORS_OF_STORE,
  DESCRIPTORS_OF_STORE_SHARE,
  PAGES_AT_ONCE,
  TURNED_AWAY_MAX,
} from "../../../server/limits.ts";
import { HTTP_REQUESTS_MAX } from "../../../server/http/limits.ts";
import { assert, assertEquals } from "../../assert.ts";

/** What may be open beside connections and segments. */
const BESIDE = PAGES_AT_ONCE + TURNED_AWAY_MAX + DESCRIPTORS_OF_RUNTIME;

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

Deno.test("connectionsThatFit() leaves room for all segments that the store opens, for pipes, and all else at once", () => {
  for (const limit of [200, 256, 1_024, 65_536]) {
    const segments = Math.min(OPEN_FILES_MAX, Math.floor(limit * OPEN_FILES_SHARE));
    const passing = 2 * pipesThatFit(limit) + requestsThatFit(limit);
    assertEquals(connectionsThatFit(limit) + segments + passing + BESIDE, limit);
  }
  assert(connectionsThatFit(256) >= 64);
});

Deno.test("the server knows how many files the store opens", () => {
  assertEquals(
    [DESCRIPTORS_OF_STORE, DESCRIPTORS_OF_STORE_SHARE],
    [OPEN_FILES_MAX, OPEN_FILES_SHARE],
  );
});

Deno.test("pipesThatFit() takes a small share where there is little, and no more than files need", () => {
  assertEquals([10, 256, 1_024, 20_000, undefined].map(pipesThatFit), [0, 8, 32, 64, 32]);
});

Deno.test("requestsThatFit() takes as small a share, and as many as a crowd needs that comes back where there is much", () => {
  const fit = [10, 256, 1_024, 20_000, undefined].map(requestsThatFit);
  assertEquals(fit, [1, 8, 32, HTTP_REQUESTS_MAX, 32]);
});

Deno.test("connectionsThatFit() lets at least one in", () => {
  assertEquals(connectionsThatFit(10), 1);
});

Deno.test("connectionsThatFit() is careful where the limit is unknown, and bounded where it is high", () => {
  assertEquals(connectionsThatFit(undefined), connectionsThatFit(DESCRIPTORS_ASSUMED));
  assertEquals(connectionsThatFit(99_999_999), CONNECTIONS_LIMIT);
});
