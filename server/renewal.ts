/**
 * Limits that become others while a server runs.
 *
 * There is one object of limits, and most are read from it when they are needed, so it is that which changes. What is counted by a
 * limit begins anew where that limit is another one: a bucket says how much is left of the old, which says nothing of the new.
 * Who is connected stays, also where fewer may be from now on.
 *
 * @module
 */

import type { Throttles } from "./admission/throttle.ts";
import {
  type Limits,
  LIMITS_RENEWABLE,
  type RenewableLimits,
  REQUESTS_PER_SECOND,
} from "./limits.ts";
import type { Quotas } from "./store/quotas.ts";

/** What has to be told. */
export interface Counted {
  /** The server's own, which everything reads. */
  readonly limits: { -readonly [Name in keyof Limits]: Limits[Name] };
  readonly messages: Throttles;
  readonly requests: Throttles;
  readonly quotas: Quotas;
}

/** Limits of which one changes, and with it what is counted by them. */
const QUOTAS: ReadonlySet<string> = new Set([
  "userBytesPerDay",
  "userRoomsPerDay",
  "userPairsPerDay",
  "addressBytesPerDay",
  "addressRoomsPerDay",
  "addressPairsPerDay",
  "messagesPerSecond",
]);

/** Changes them. @returns Whether one of those is another now that every address is counted by. */
export function renew(
  { limits, messages, requests, quotas }: Counted,
  wanted: Partial<RenewableLimits>,
): boolean {
  const changed = new Set<keyof RenewableLimits>();
  for (const name of LIMITS_RENEWABLE) {
    const limit = wanted[name];
    if (limit === undefined || limit === limits[name]) continue;
    limits[name] = limit;
    changed.add(name);
  }
  if (changed.has("messagesPerSecond") || changed.has("messagesBurst")) {
    messages.renew(limits.messagesPerSecond, limits.messagesBurst);
    requests.renew(limits.messagesPerSecond && REQUESTS_PER_SECOND);
  }
  if ([...changed].some((name) => QUOTAS.has(name))) quotas.renew(quotasOf(limits));
  return [...changed].some((name) => name.startsWith("address") && !QUOTAS.has(name));
}

/** Whoever lets people talk as fast as they can lets them talk as much, too. */
export function quotasOf(limits: Limits): Limits {
  if (limits.messagesPerSecond > 0) return limits;
  return { ...limits, userBytesPerDay: 0, userRoomsPerDay: 0, userPairsPerDay: 0 };
}
