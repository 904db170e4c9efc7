/**
 * Waiting for others.
 *
 * @module
 */

/** Functions between a promise and whoever acts on it that only pass it on: more than anybody writes. */
const PASSED_ON_MAX = 8;

/** Lets whoever waits for something that is settled by now go on first. */
export async function othersFirst(): Promise<void> {
  for (let turn = 0; turn < PASSED_ON_MAX; turn++) await undefined;
}
