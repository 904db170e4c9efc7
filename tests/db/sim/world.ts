/**
 * A world in which everything happens in the same order every time.
 *
 * @module
 */

import type { World } from "../../../db/world.ts";

/** Random numbers in [0, 1) that follow from a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Turns are microtasks, pauses take no time, and chance follows from a seed. */
export function simWorld(seed: number): World {
  const random = seeded(seed);
  let now = 0;
  return {
    later: (task) => queueMicrotask(task),
    pause: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    now: () => now,
    random: (into) => {
      for (let i = 0; i < into.length; i++) into[i] = Math.floor(random() * 256);
    },
  };
}
