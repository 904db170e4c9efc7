/**
 * Accounts of a store that was saved from a damaged one: which of them are older than what is on record of them.
 *
 * ```text
 *   audit/   … deop Eve │ password Ben │ erase Cleo        what operators did, and when
 *   account  Eve: operator  │ Ben: a device from before │ Cleo: made before    what is left is older than that
 *            └─► user, no devices   └─► no devices        └─► gone
 * ```
 *
 * The newest value of a key may be lost where an older one is left. What was taken away must not be there again: rather somebody shows
 * his password once more, or is given his right again, than somebody else comes in. Where both are lost, the account and the record,
 * nothing tells it; that is why a repair says who is an operator now.
 *
 * @module
 */

import type { Store } from "../../db/mod.ts";
import { auditIn } from "../order/audit.ts";
import { auditStream } from "../store/streams.ts";
import { type FoldedName, foldText } from "../wire/mod.ts";
import { ACCOUNT_KEYS, accountIn, type AccountRecord, encodeAccount, nameInKey } from "./record.ts";

/** Records that are read at once. */
const PAGE_RECORDS = 500;

/** What became of the accounts of such a store. */
export interface Distrusted {
  /** Those that had been taken away, and are again. */
  readonly removed: readonly string[];
  /** Those that are no operators, and lost their devices. */
  readonly demoted: readonly string[];
  /** Those that lost their devices; their password may be an older one. */
  readonly older: readonly string[];
  /** Who is an operator now. */
  readonly operators: readonly string[];
}

/** What operators did with an account. */
export interface Acts {
  /** When last, by act, in ms since 1970. */
  readonly at: Partial<Record<string, number>>;
  /** Whether it was made an operator, or none any more, by the last record that tells it: in the order of the records, as clocks are set back. */
  role?: "op" | "deop";
}

/** Takes from accounts what was taken from them before. */
export async function distrustOlder(store: Store): Promise<Distrusted> {
  const acts = await actsIn(store);
  const removed: string[] = [];
  const demoted: string[] = [];
  const older: string[] = [];
  const operators: string[] = [];
  for (const key of [...store.keys(ACCOUNT_KEYS)].sort()) {
    const name = nameInKey(key);
    const value = name && await store.get(key);
    const record = name && value && accountIn(value, name);
    if (record === undefined || name === undefined) continue;
    const done = acts.get(foldText(name)) ?? { at: {} };
    if (isRemoved(record, done)) {
      await store.delete(key).done;
      removed.push(name);
      continue;
    }
    const isDemoted = record.role === "operator" && done.role === "deop";
    const isOlder = record.devices.some(({ seen }) => seen < (done.at["password"] ?? 0));
    if (isDemoted || isOlder) {
      const next: AccountRecord = {
        ...record,
        role: isDemoted ? "user" : record.role,
        devices: [],
      };
      await store.put(key, encodeAccount(next)).done;
      (isDemoted ? demoted : older).push(name);
    }
    if (record.role === "operator" && !isDemoted) operators.push(name);
  }
  return { removed, demoted, older, operators };
}

/** Whether an account was taken away after it was made. */
export function isRemoved({ created }: AccountRecord, { at }: Acts): boolean {
  return Math.max(at["remove"] ?? 0, at["erase"] ?? 0) > created;
}

/** What operators did with accounts, as far as it is on record. */
export async function actsIn(store: Store): Promise<ReadonlyMap<FoldedName, Acts>> {
  const acts = new Map<FoldedName, Acts>();
  for (let after = 0;;) {
    const page = await store.read(auditStream(), { after, limit: PAGE_RECORDS });
    for (const entry of page) {
      const record = entry.kind === "message" ? auditIn(entry, false) : undefined;
      if (record?.user === undefined) continue;
      const key = foldText(record.user);
      const known: Acts = acts.get(key) ?? { at: {} };
      known.at[record.act] = Math.max(record.at, known.at[record.act] ?? 0);
      if (record.act === "op" || record.act === "deop") known.role = record.act;
      acts.set(key, known);
    }
    const last = page.at(-1);
    if (last === undefined) return acts;
    after = last.seq;
  }
}
