/**
 * The one door to an assertion library, so that it can be exchanged in one place.
 *
 * @module
 */

import nodeAssert from "node:assert/strict";

/** Asserts that a condition holds, and tells the compiler. */
export function assert(condition: unknown, message?: string): asserts condition {
  nodeAssert.ok(condition, message);
}

/** Asserts deep and strict equality. */
export function assertEquals(actual: unknown, expected: unknown, message?: string): void {
  nodeAssert.deepEqual(actual, expected, message);
}

/** Asserts that a call throws an error of a class, and gives the error. */
export function assertThrows<E extends Error>(
  call: () => unknown,
  // deno-lint-ignore no-explicit-any -- any constructor's arguments
  kind: new (...args: any[]) => E,
): E {
  try {
    call();
  } catch (error) {
    nodeAssert.ok(error instanceof kind, `Thrown was ${error}`);
    return error;
  }
  nodeAssert.fail(`Nothing was thrown, expected ${kind.name}`);
}

/** Asserts that a promise rejects with an error of a class, and gives the error. */
export async function assertRejects<E extends Error>(
  promise: Promise<unknown>,
  // deno-lint-ignore no-explicit-any -- any constructor's arguments
  kind: new (...args: any[]) => E,
): Promise<E> {
  try {
    await promise;
  } catch (error) {
    nodeAssert.ok(error instanceof kind, `Rejected was ${error}`);
    return error;
  }
  nodeAssert.fail(`Nothing was rejected, expected ${kind.name}`);
}

/** Fails. */
export function fail(message: string): never {
  nodeAssert.fail(message);
}
