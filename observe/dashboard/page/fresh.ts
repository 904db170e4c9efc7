/**
 * How old the figures are: a picture that nothing comes for any more must not look as if it were now.
 *
 * ```text
 *   server ──► dashboard's process ──► page           each of the three may be stopped, gone, or cut off without a word
 *      └ seconds without its figures │
 *                  └ no seconds: the page's own clock goes on alone
 *
 *   age of a source = (the newest second − the newest one with its figures) + how long ago the newest second came
 * ```
 *
 * The first part is by the process's clock alone and the second by the page's alone, since theirs may differ.
 *
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Second } from "../page_messages.ts";
import {
  kernel,
  link,
  pausedAt,
  seconds,
  secondsChanged,
  server,
  standing,
  watchedAfter,
} from "./state.ts";

/**
 * Milliseconds after which figures are stale. They come each second, or each other second of a server that tells only what any
 * client may ask; what has stopped must be seen within three seconds, with the beat below.
 */
export const STALE_MS = 2_200;
/** Milliseconds between two looks at the clock. */
const BEAT_MS = 200;

/** When the newest second came, by both clocks of the page: one stands still while the machine sleeps, one may be set. */
let came: { readonly steady: number; readonly wall: number } | undefined;
let newestAt = 0;
/** Seconds from one of the kernel's figures to the next: an observer that was started apart may tell them seldom. */
let kernelEvery = 1;

/** Milliseconds since anything came, in steps of the beat. */
const silence: Signal<number> = signal(0);

/** Seconds came. @param filled How many of them were known, and have the kernel's figures only now. */
export function freshened(filled: number): void {
  const newest = seconds.at(-1);
  if (newest === undefined || newest.at === newestAt) return;
  if (came === undefined) setInterval(beat, BEAT_MS);
  came = { steady: performance.now(), wall: Date.now() };
  newestAt = newest.at;
  if (newest.kernel !== undefined) kernelEvery = filled + 1;
  silence.value = 0;
}

function beat(): void {
  if (came === undefined) return;
  const ms = Math.max(performance.now() - came.steady, Date.now() - came.wall);
  silence.value = Math.floor(ms / BEAT_MS) * BEAT_MS;
}

/** Milliseconds since something was so; `undefined` when it never was. @param when The moment at which a second tells how it was. */
function ageOf(when: (second: Second) => number | undefined): number | undefined {
  secondsChanged.value;
  const newest = seconds.at(-1);
  const last = seconds.findLast((second) => when(second) !== undefined);
  const at = last === undefined ? undefined : when(last);
  return newest === undefined || at === undefined ? undefined : newest.at - at + silence.value;
}

/** A source of figures, as it stands. */
export interface Freshness {
  /** Milliseconds since its newest figures; absent where there were none. */
  readonly age?: number | undefined;
  /** Nothing comes from it any more: why, as the end of a sentence. */
  readonly stale?: string | undefined;
}

/** Whether there is a dashboard's process: on the server's own page there is none. */
const hasProcess: ReadonlySignal<boolean> = computed(() => kernel.value !== undefined);

/** Why nothing at all comes from that, if so. */
const cutOff: ReadonlySignal<string | undefined> = computed(() => {
  if (!hasProcess.value) return undefined;
  if (standing.value === "lost") return "the dashboard cannot be reached";
  return silence.value > STALE_MS ? "the dashboard does not answer" : undefined;
});

function freshness(age: number | undefined, why: string, after: number = STALE_MS): Freshness {
  const isStale = age !== undefined && age > after;
  return { age, stale: isStale ? cutOff.value ?? why : undefined };
}

/** The connection to the dashboard's process. */
export const pageFreshness: ReadonlySignal<Freshness> = computed(() =>
  hasProcess.value && secondsChanged.value > 0 ? freshness(silence.value, "") : {}
);

/** The server's figures. */
export const serverFreshness: ReadonlySignal<Freshness> = computed(() => {
  // On the server's own page, who may see no figures any more has none that could be old.
  if (!hasProcess.value && server.value?.kind !== "full") return {};
  const gone = link.value.kind !== "online";
  const why = gone ? "the server cannot be reached" : "the server does not answer";
  const age = ageOf(({ serverAt }) => serverAt);
  if (age !== undefined) return freshness(age, why);
  // It has told nothing ever since there are seconds.
  return { stale: freshness(ageOf(({ at }) => Math.min(at, seconds[0]?.at ?? at)), why).stale };
});

/** Whether it is known how things stand at the server now. */
export const isInTouch: ReadonlySignal<boolean> = computed(() =>
  standing.value === "open" && link.value.kind === "online" &&
  serverFreshness.value.stale === undefined
);

/** The kernel's figures. */
export const kernelFreshness: ReadonlySignal<Freshness> = computed(() => {
  if (kernel.value?.kind !== "watching") return {};
  const isOf = ({ kernel, at }: Second): boolean => kernel !== undefined && at > watchedAfter.value;
  const age = ageOf((second) => isOf(second) ? second.at : undefined);
  return freshness(age, "the observer tells nothing", STALE_MS + (kernelEvery - 1) * 1_500);
});

/** Whether figures of now are shown: those of a moment that was chosen are as old as they say. */
export const showsNow: ReadonlySignal<boolean> = computed(() => pausedAt.value === undefined);
