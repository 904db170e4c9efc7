/**
 * A barrier: everything that can go on without the world outside has gone on behind it.
 *
 * A promise that is settled is acted on in microtasks, by as many as there are functions that pass it on. All of
 * them run before the next turn of the event loop, however many they are.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** Resolves in the next turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
