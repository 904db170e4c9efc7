/**
 * What the page knows, as signals: who reads one is drawn again when it changes.
 *
 * Large things (views, seconds) are kept in place and have a counter beside them that is read instead; copying
 * thousands of lines for each message would cost more than drawing them.
 *
 * @module
 */

import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type {
  AccountState,
  KernelState,
  LinkState,
  Second,
  ServerState,
} from "../page_messages.ts";
import type { Standing } from "./source.ts";
import { View, viewKey } from "./chat/view.ts";

/** Seconds kept here: as many as the process keeps. */
export const SECONDS_MAX = 900;
/** Lengths of the time axis that can be chosen, in seconds. */
export const RANGES = [60, 300, 900] as const;

/** How the page stands with the dashboard's process. */
export const standing: Signal<Standing> = signal("connecting");
/** How that stands with the chat server. */
export const link: Signal<LinkState> = signal({ kind: "connecting" });
/** The reader's name. */
export const me: Signal<string> = signal("");
/** Whose the reader's name is; `undefined` where there are no accounts. */
export const account: Signal<AccountState | undefined> = signal(undefined);
/** Whether somebody with an account was seen: from then on guests have a sign. Where all are guests, none has. */
export const accountSeen: Signal<boolean> = signal(false);
/** HOST:PORT of the chat server. */
export const where: Signal<string> = signal("");
/** How the kernel is watched. */
export const kernel: Signal<KernelState | undefined> = signal(undefined);
/** How much the server tells. */
export const server: Signal<ServerState | undefined> = signal(undefined);
/** Whether files can be offered and taken here. */
export const exchangesFiles: Signal<boolean> = signal(false);

/** The views, in the order in which they are listed. */
export const views: Signal<readonly View[]> = signal([new View("room", "lobby")]);
/** The key of the view that is looked at. */
export const currentKey: Signal<string> = signal(viewKey("room", "lobby"));
/** Counts changes of any view. */
export const viewsChanged: Signal<number> = signal(0);
/** The view that is looked at. */
export const current: ReadonlySignal<View> = computed(() => {
  const all = views.value;
  return all.find(({ key }) => key === currentKey.value) ?? all[0] ?? new View("room", "lobby");
});
/** Who whispered to the reader last. */
export const whisperedLast: Signal<string | undefined> = signal(undefined);
/** Those who are not to be read: folded name → name. */
export const ignored: Map<string, string> = new Map();

/** The last seconds, oldest first. */
export const seconds: Second[] = [];
/** Counts changes of `seconds`. */
export const secondsChanged: Signal<number> = signal(0);
/** Length of the time axis in seconds. */
export const range: Signal<number> = signal(60);
/** The right end of the time axis in ms, when it stands still. */
export const pausedAt: Signal<number | undefined> = signal(undefined);
/** The moment under the pointer, in a chart or in the conversation, in ms. */
export const hovered: Signal<number | undefined> = signal(undefined);
/** The moment that was chosen to stay, in ms. */
export const pinned: Signal<number | undefined> = signal(undefined);
/** The moment that is marked, in ms. What figures say is of the pinned one, or of now. */
export const moment: ReadonlySignal<number | undefined> = computed(() =>
  hovered.value ?? pinned.value
);

/** The right end of the time axis, in ms. */
export const edge: ReadonlySignal<number> = computed(() => {
  secondsChanged.value;
  return pausedAt.value ?? seconds.at(-1)?.at ?? Date.now();
});

/** The seconds on the time axis, oldest first. */
export const shown: ReadonlySignal<readonly Second[]> = computed(() => {
  const to = edge.value;
  const from = to - range.value * 1_000;
  const start = seconds.findIndex(({ at }) => at >= from);
  const end = seconds.findLastIndex(({ at }) => at <= to);
  return start < 0 ? [] : seconds.slice(start, end + 1);
});

/** The second on the axis in which a moment is. */
export function secondOf(at: number): Second | undefined {
  // A second is named by its end.
  return shown.value.find((second) => second.at >= at);
}

/** The second that figures are shown of: that of the pinned moment, or else the last one on the axis. */
export const looked: ReadonlySignal<Second | undefined> = computed(() => {
  const at = pinned.value;
  return (at === undefined ? undefined : secondOf(at)) ?? shown.value.at(-1);
});

/** Seconds that a figure of late is of: enough for a percentile, few enough to be of now. */
export const WINDOW_SECONDS = 10;

/** Seconds that a figure of now may be of: a server that is slow to answer leaves one out. */
const RECENT_SECONDS = 3;

/** The same for the server's figures: unless a moment was chosen, of the last seconds the newest that has some. */
export const lookedServer: ReadonlySignal<Second | undefined> = computed(() => {
  if (pinned.value !== undefined) return looked.value;
  const last = shown.value.slice(-RECENT_SECONDS);
  return last.findLast(({ server }) => server !== undefined) ??
    last.findLast(({ users }) => users !== undefined) ?? looked.value;
});

/** The end of the last second before the kernel was watched (again): its figures are of another observation. */
export const watchedAfter: Signal<number> = signal(0);

/** The same for the kernel's figures, which may come late: unless a moment was chosen, of the last second that has some. */
export const lookedKernel: ReadonlySignal<Second | undefined> = computed(() => {
  const isLive = pinned.value === undefined && kernel.value?.kind === "watching";
  const isOf = ({ kernel, at }: Second): boolean => kernel !== undefined && at > watchedAfter.value;
  const last = isLive ? shown.value.findLast(isOf) : undefined;
  return last ?? looked.value;
});

/** The seconds that percentiles are of: those before the one that figures are shown of, or the one that is pinned alone. */
function recentTo(last: Second | undefined): readonly Second[] {
  if (last === undefined) return [];
  const since = pinned.value === undefined ? last.at - WINDOW_SECONDS * 1_000 : last.at - 1;
  return shown.value.filter(({ at }) => at > since && at <= last.at);
}

/** Those of the server's percentiles. */
export const recentServer: ReadonlySignal<readonly Second[]> = computed(() =>
  recentTo(lookedServer.value)
);

/** Those of the kernel's. */
export const recentKernel: ReadonlySignal<readonly Second[]> = computed(() =>
  recentTo(lookedKernel.value)
);

/** Whether the server keeps messages. Of all seconds: what is shown must not jump with the moment. */
export const stores: ReadonlySignal<boolean> = computed(() => {
  secondsChanged.value;
  return seconds.findLast(({ server }) => server?.store !== undefined) !== undefined;
});

/**
 * Takes seconds in. One that is known already takes the place of what was known: its kernel's figures came late.
 *
 * @returns How many were known, and have the kernel's figures only now.
 */
export function addSeconds(more: readonly Second[]): number {
  const again = new Map(more.map((second) => [second.at, second]));
  const oldestAgain = more[0]?.at ?? Infinity;
  let filled = 0;
  // From the end: most often there is nothing to replace, or little.
  for (let place = seconds.length - 1; place >= 0; place--) {
    const known = seconds[place];
    if (known === undefined || known.at < oldestAgain) break;
    const now = again.get(known.at) ?? known;
    if (known.kernel === undefined && now.kernel !== undefined) filled++;
    seconds[place] = now;
  }
  const last = seconds.at(-1)?.at ?? 0;
  const oldest = seconds[0]?.at ?? Infinity;
  const newer = more.filter(({ at }) => at > last);
  // After a break the process tells all that it has; of that the older part may be new to us.
  const older = more.filter(({ at }) => at < oldest);
  if (seconds.length > 0 && older.length > 0) seconds.unshift(...older);
  seconds.push(...newer);
  if (seconds.length > SECONDS_MAX) seconds.splice(0, seconds.length - SECONDS_MAX);
  secondsChanged.value++;
  return filled;
}

/** A view changed in place. */
export function changed(): void {
  viewsChanged.value++;
}

/** Stands still at this end of the axis; `undefined`: goes on. */
export function pause(at: number | undefined): void {
  pausedAt.value = at;
  if (at === undefined) pinned.value = undefined;
}

/** Moves the pinned moment by seconds, and the axis with it when it would leave it. */
export function step(by: number): void {
  const at = (pinned.value ?? edge.value) + by * 1_000;
  const [oldest, newest] = [seconds[0]?.at ?? at, seconds.at(-1)?.at ?? at];
  const next = Math.min(newest, Math.max(oldest, at));
  if (pausedAt.value === undefined) pausedAt.value = edge.value;
  pinned.value = next;
  if (next > edge.value || next < edge.value - range.value * 1_000) {
    pausedAt.value = Math.min(newest, next + range.value * 500);
  }
}
