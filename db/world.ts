/**
 * What the store needs of the world beside the disk: turns of the event loop, pauses and chance.
 *
 * They are an argument so that tests can make a run repeatable.
 *
 * @module
 */

/** Turns, pauses and chance. */
export interface World {
  /** Runs a task when everything that is ready in this turn of the event loop has run, and what has come in by then is heard. */
  later(task: () => void): void;
  /** Resolves after `ms` milliseconds, or in the next turn for 0. */
  pause(ms: number): Promise<void>;
  /** Milliseconds from a fixed point that never runs backward. */
  now(): number;
  /** Fills an array with chance. */
  random(into: Uint8Array): void;
}

/** The real world. */
export const realWorld: World = {
  later: (task) => {
    setImmediate(task);
  },
  pause: (ms) =>
    new Promise((resolve) => {
      if (ms > 0) setTimeout(resolve, ms);
      else setImmediate(resolve);
    }),
  now: () => performance.now(),
  random: (into) => {
    crypto.getRandomValues(into as Uint8Array<ArrayBuffer>);
  },
};
