/**
 * Accounts over a store in memory, with cheap hashes and a clock of their own.
 *
 * @module
 */

import { Accounts, type AccountsParts } from "../../../server/accounts/accounts.ts";
import type { TriedFrom } from "../../../server/accounts/guesses.ts";
import { Hasher } from "../../../server/accounts/hasher.ts";
import type { PasswordCost } from "../../../server/accounts/limits.ts";
import { type KeptValues, memoryStore } from "../../../server/mod.ts";
import { type UserName, userName } from "../../../server/wire/mod.ts";
import { assert } from "../../assert.ts";

/** A cost that takes no time. */
export const CHEAP: PasswordCost = { memoryKib: 64, passes: 1, lanes: 1 };

/** An address without limits. */
export const EXEMPT: TriedFrom = { exempt: true, key: "", site: undefined };

/** An address with limits. */
export function address(key: number, site?: number): TriedFrom {
  return {
    exempt: false,
    key: `${key}`,
    site: site === undefined ? undefined : { key: `${site}` },
  };
}

/** A checked name. */
export function named(text: string): UserName {
  const checked = userName(text);
  assert(checked.kind === "name", text);
  return checked.name;
}

/** Accounts, what they are kept in, and their clock. */
export interface Place {
  readonly accounts: Accounts;
  readonly hasher: Hasher;
  readonly values: KeptValues;
  readonly clock: { now: number };
  /** The same accounts after a restart. */
  again(parts?: Partial<AccountsParts>): Accounts;
}

/** Makes them. */
export function place(parts: Partial<AccountsParts> = {}): Place {
  const { values } = memoryStore();
  const clock = { now: 1_000_000_000 };
  const hasher = new Hasher({ cost: CHEAP });
  const again = (more: Partial<AccountsParts> = {}) =>
    new Accounts({
      values,
      clock: () => clock.now,
      steady: () => clock.now,
      hasher,
      ...parts,
      ...more,
    });
  return { accounts: again(), hasher, values, clock, again };
}
