/**
 * How many people a user may disturb with offers: a file that is offered to a room asks everybody in it. The clock is an
 * argument.
 *
 * @module
 */

import { TokenBucket } from "../../ground/mod.ts";
import { INVITED_PER_USER_MAX, OFFERED_USERS_MAX } from "./limits.ts";
import type { FoldedName } from "../wire/mod.ts";
import type { Offer } from "./offers.ts";

/** What each user may still offer. By name: who leaves and comes back gets no more. */
export class Disturbance {
  readonly #perSecond: number;
  /** Those who have offered something lately. */
  readonly #buckets = new Map<FoldedName, TokenBucket>();

  /** @param perSecond People per second and user in the long run; 0 lifts the limit. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Why a user may not offer something to so many people now; `undefined` when it may, and then it counts. */
  refusal(
    user: FoldedName,
    people: number,
    { open, nowMs }: { readonly open: Iterable<Offer>; readonly nowMs: number },
  ): string | undefined {
    let invited = people;
    for (const offer of open) invited += offer.people;
    if (invited > INVITED_PER_USER_MAX) {
      return `You wait for the answers of ${INVITED_PER_USER_MAX} people already.`;
    }
    if (this.#perSecond === 0) return undefined;
    const bucket = this.#buckets.get(user) ??
      new TokenBucket({ perSecond: this.#perSecond, burst: OFFERED_USERS_MAX }, nowMs);
    this.#buckets.set(user, bucket);
    if (bucket.take(nowMs, people)) return undefined;
    const seconds = Math.ceil(bucket.msUntil(nowMs, people) / 1_000);
    return `You have offered files to many people just now. Try again in ${seconds} s.`;
  }

  /** Forgets those who may offer as much as ever again. */
  check(nowMs: number): void {
    for (const [user, bucket] of this.#buckets) {
      if (bucket.isFull(nowMs)) this.#buckets.delete(user);
    }
  }
}
