/**
 * How slowly passwords can be guessed, and who is told.
 *
 * ```text
 *   a try ─► takes of its name's bucket and of its address's ─┬─ it was right: given back, and the address is familiar
 *               └ or of what is kept for a familiar address     ├─ it was wrong: the owner is told, now and then
 *                                                               └─ one is empty: refused unseen
 * ```
 *
 * Strangers who try a name run dry together, and so would its owner with a new device. So an address from which somebody has come in
 * as that name lately has a bucket of its own for it, which no stranger empties; a smaller one, and few addresses have it at a time. Who
 * changes the password leaves none familiar but his own: a thief may have come from there. (A token taken away leaves them: else a thief who
 * has one would keep the owner out.) An address that stands for many, and has no limits, is familiar to nobody.
 *
 * A try is taken before it is known what becomes of it, so that no crowd of tries slips through together. A name under
 * attack is still reached by the tokens of its devices, which are not guessed and take nothing here. Names that have no account
 * are counted like all others. Pure: the clock is an argument.
 *
 * @module
 */

import { type Rate, TokenBucket } from "../../ground/mod.ts";
import {
  ADDRESS_PASSWORDS,
  ADDRESS_REGISTERS,
  FAMILIAR_GUESSES,
  FAMILIAR_MAX,
  GUESSED_MAX,
  NAME_GUESSES,
  OWNER_TOLD_MS,
} from "./limits.ts";
import type { FoldedName } from "../wire/mod.ts";

/** Where a try comes from. */
export interface TriedFrom {
  /** Whether its limits do not apply. */
  readonly exempt: boolean;
  readonly key: string;
  /** The site that it is of; its addresses are one to whoever guesses. */
  readonly site: { readonly key: string } | undefined;
}

/** Counts tries. */
export class Guesses {
  readonly #names = new Buckets<FoldedName>(NAME_GUESSES);
  readonly #addresses = new Buckets<string>(ADDRESS_PASSWORDS);
  readonly #registers = new Buckets<string>(ADDRESS_REGISTERS);
  /** Of a name and a familiar address. */
  readonly #familiar = new Buckets<string>(FAMILIAR_GUESSES);
  /** The familiar addresses of names, of each the one that it came from last at the end. */
  readonly #comesFrom = new Map<FoldedName, readonly string[]>();
  /** Wrong tries of which the owner has not heard, and when it heard last. */
  readonly #untold = new Map<FoldedName, { count: number; toldMs: number }>();

  /** Takes a try. @returns How it is given back if it was right, or was not looked at; or how many ms it comes too early. */
  begin(name: FoldedName, from: TriedFrom, nowMs: number): ((nowMs: number) => void) | number {
    const buckets = this.#of(name, from, nowMs);
    const ms = Math.max(...buckets.map((bucket) => bucket.msUntil(nowMs)));
    if (ms > 0) return Math.ceil(ms);
    for (const bucket of buckets) bucket.take(nowMs);
    return (nowMs) => {
      for (const bucket of buckets) bucket.spend(nowMs, -1);
    };
  }

  /** Somebody has come in as that name from there: it is familiar now. */
  cameIn(name: FoldedName, { exempt, key }: TriedFrom): void {
    if (exempt) return;
    const others = this.#comesFrom.get(name)?.filter((one) => one !== key) ?? [];
    this.#comesFrom.delete(name);
    this.#comesFrom.set(name, [...others, key].slice(-FAMILIAR_MAX));
    if (this.#comesFrom.size <= GUESSED_MAX) return;
    for (const oldest of this.#comesFrom.keys().take(1)) this.#comesFrom.delete(oldest);
  }

  /** Who came in from elsewhere may have been somebody else: only from there the name still comes. @param from Without it, from nowhere. */
  comesOnlyFrom(name: FoldedName, from: Pick<TriedFrom, "key"> | undefined): void {
    const left = this.#comesFrom.get(name)?.filter((key) => key === from?.key) ?? [];
    if (left.length === 0) this.#comesFrom.delete(name);
    else this.#comesFrom.set(name, left);
  }

  /** Notes a wrong one. @returns How many the owner is to be told of now; 0 when it heard lately, or is `away`. */
  wrong(name: FoldedName, away: boolean, nowMs: number): number {
    const noted = this.#untold.get(name) ?? { count: 0, toldMs: -Infinity };
    noted.count++;
    this.#untold.delete(name);
    this.#untold.set(name, noted);
    if (this.#untold.size > GUESSED_MAX) {
      for (const oldest of this.#untold.keys().take(1)) this.#untold.delete(oldest);
    }
    if (away || nowMs - noted.toldMs < OWNER_TOLD_MS) return 0;
    return this.#tell(noted, nowMs);
  }

  /** How many wrong ones an owner who comes in is to be told of. */
  missed(name: FoldedName, nowMs: number): number {
    const noted = this.#untold.get(name);
    return noted === undefined ? 0 : this.#tell(noted, nowMs);
  }

  /** Counts an account that is to be made. @returns Milliseconds that it comes too early. */
  register(from: TriedFrom, nowMs: number): number {
    if (from.exempt) return 0;
    const bucket = this.#registers.of(addressKey(from), nowMs);
    return bucket.take(nowMs) ? 0 : Math.ceil(bucket.msUntil(nowMs));
  }

  #tell(noted: { count: number; toldMs: number }, nowMs: number): number {
    const { count } = noted;
    noted.count = 0;
    noted.toldMs = nowMs;
    return count;
  }

  #of(name: FoldedName, from: TriedFrom, nowMs: number): readonly TokenBucket[] {
    const isFamiliar = this.#comesFrom.get(name)?.includes(from.key) ?? false;
    const ofName = isFamiliar
      ? this.#familiar.of(`${from.key} ${name}`, nowMs)
      : this.#names.of(name, nowMs);
    return from.exempt ? [ofName] : [ofName, this.#addresses.of(addressKey(from), nowMs)];
  }
}

/** Whose tries are counted together: the site's, or the address's. */
export function addressKey({ key, site }: TriedFrom): string {
  return (site ?? { key }).key;
}

/** Buckets of which the one that was used longest ago is forgotten when there are too many. */
class Buckets<K> {
  readonly #rate: Rate;
  readonly #buckets = new Map<K, TokenBucket>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  of(key: K, nowMs: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known === undefined) this.#makeRoom(nowMs);
    else this.#buckets.delete(key);
    const bucket = known ?? new TokenBucket(this.#rate, nowMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #makeRoom(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (this.#buckets.size < GUESSED_MAX && !bucket.isFull(nowMs)) return;
      this.#buckets.delete(key);
    }
  }
}
