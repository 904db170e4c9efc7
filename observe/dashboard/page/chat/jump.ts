/**
 * Where the log shall go: others say it, the log does it.
 *
 * @module
 */

import { type Signal, signal } from "@preact/signals";
import { current } from "../state.ts";

/** A place to go to. Each is gone to once. */
export interface Jump {
  /** The view's key. */
  readonly view: string;
  /** Of a line. */
  readonly position: number | "end";
  /** Where that line shall stand: in the middle it is seen with what was said around it. */
  readonly block: "start" | "center";
}

/** The last one that was wanted. */
export const jump: Signal<Jump | undefined> = signal(undefined);

/** Goes to the first line that is new here, to read on from there. */
export function jumpToFresh(): void {
  const { key, newFrom, first } = current.peek();
  if (newFrom === undefined) return;
  jump.value = { view: key, position: Math.max(newFrom, first), block: "start" };
}
