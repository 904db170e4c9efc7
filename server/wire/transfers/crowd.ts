/**
 * Who has to give way when there are too many: offers that nobody has answered, and files that come at once. Pure.
 *
 * Names cost a stranger nothing, and neither do offers. So no limit is simply first come, first served: whoever has the
 * most gives way to whoever has less, and whoever is slower than a modem gives way to anybody. One who offers
 * a single file is served whatever a crowd of others does.
 *
 * @module
 */

import type { Incoming } from "./incoming.ts";
import { OFFERS_PER_SENDER_MAX, RATE_MIN, SLOW_MS_MAX } from "./limits.ts";
import { type Progress, rateOf } from "./progress.ts";

/** Whether there is room for a fresh offer, and at whose cost. */
export type Room =
  | { readonly kind: "room" }
  /** The offer of that number gives way. */
  | { readonly kind: "instead"; readonly n: number }
  | { readonly kind: "none" };

/** Room for a fresh offer of `from`, as the offer names it. @param max Offers in all that may wait for an answer. */
export function roomFor(from: string, all: readonly Incoming[], max: number): Room {
  const open = all.filter(({ state }) => state.kind === "offered");
  const counts = countsOf(open);
  const own = counts.get(from) ?? 0;
  if (own >= OFFERS_PER_SENDER_MAX) return { kind: "none" };
  if (all.filter(({ state }) => state.kind !== "ended").length < max) return { kind: "room" };
  const [sender, most] = largest(counts);
  // The newest, since an answer to the oldest may be on its way.
  const last = open.findLast(({ offer }) => offer.from === sender);
  return last !== undefined && most > own + 1 ? { kind: "instead", n: last.n } : { kind: "none" };
}

/** A file that comes, and since when. */
export interface Coming {
  readonly transfer: Incoming;
  readonly progress: Progress | undefined;
  /** Milliseconds for which it has had its place. */
  readonly ms: number;
}

/** Which of those that wait goes first: whose sender has the fewest on their way, then the longest waiting. */
export function firstOf(
  waiting: readonly Incoming[],
  moving: readonly Incoming[],
): Incoming | undefined {
  const counts = countsOf(moving);
  const countOf = ({ offer }: Incoming): number => counts.get(offer.from) ?? 0;
  return waiting.toSorted((one, other) => countOf(one) - countOf(other))[0];
}

/** Which of those on their way gives its place to `next`; `undefined` when all have a right to theirs. */
export function gives(
  next: Incoming,
  moving: readonly Coming[],
  now: number,
): Incoming | undefined {
  const rate = ({ progress }: Coming): number => progress === undefined ? 0 : rateOf(progress, now);
  const slowest = moving
    .filter(({ transfer }) => transfer.state.kind === "receiving")
    .toSorted((one, other) => rate(one) - rate(other));
  const dripping = slowest.find((one) => one.ms >= SLOW_MS_MAX && rate(one) < RATE_MIN);
  if (dripping !== undefined) return dripping.transfer;
  const counts = countsOf(moving.map(({ transfer }) => transfer));
  const [sender, most] = largest(counts);
  if (most < (counts.get(next.offer.from) ?? 0) + 2) return undefined;
  return slowest.find(({ transfer }) => transfer.offer.from === sender)?.transfer;
}

function countsOf(transfers: readonly Incoming[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { offer } of transfers) counts.set(offer.from, (counts.get(offer.from) ?? 0) + 1);
  return counts;
}

function largest(counts: ReadonlyMap<string, number>): readonly [string, number] {
  let found: readonly [string, number] = ["", 0];
  for (const [sender, count] of counts) if (count > found[1]) found = [sender, count];
  return found;
}
