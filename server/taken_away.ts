/**
 * What was taken away from a store on purpose, by what is on record there: it does not come back because an older copy has it.
 *
 * ```text
 *   audit/      … remove Eve      account/eve/Eve of a time before that, and what waits for her, stay away
 *               … unhook ci     nor is hook/ci there again, or an invitation that was taken back
 *   audit/tea   … retain 0        so does retain/tea: the room keeps what is said there
 * ```
 *
 * @module
 */

import type { Store } from "../db/mod.ts";
import { type Acts, actsIn, isRemoved } from "./accounts/distrust.ts";
import { ACCOUNT_KEYS, accountIn, nameInKey } from "./accounts/record.ts";
import { hookIn } from "./hooks/record.ts";
import { keptInvitationIn } from "./invitations/record.ts";
import { retainSetIn } from "./order/audit.ts";
import {
  auditStream,
  HOOK_KEYS,
  INVITATION_KEYS,
  NEWS_KEYS,
  READ_KEYS,
  RETAIN_KEYS,
} from "./store/streams.ts";
import { type FoldedName, foldText } from "./wire/mod.ts";

/** Records that are read at once. */
const PAGE_RECORDS = 500;

/** Tells it of the keys of one copy, account by account before what belongs to them. */
export class TakenAway {
  readonly #store: Store;
  #acts: Promise<ReadonlyMap<FoldedName, Acts>> | undefined;
  /** Accounts that stay away. */
  readonly #gone = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Whether a key that the store does not have was taken away from it, with a value as old as this. */
  async has(key: string, value: Uint8Array): Promise<boolean> {
    if (key.startsWith(ACCOUNT_KEYS)) return await this.#hasAccount(key, value);
    for (const keys of [READ_KEYS, NEWS_KEYS]) {
      if (key.startsWith(keys)) return this.#gone.has(key.slice(keys.length));
    }
    if (key.startsWith(HOOK_KEYS)) {
      const hook = hookIn(value, key);
      return hook !== undefined && await this.#isEnded("unhook", hook.name, hook.created);
    }
    if (key.startsWith(INVITATION_KEYS)) {
      const one = keptInvitationIn(value, key);
      return one !== undefined && await this.#isEnded("revoke", one.id, one.created);
    }
    if (!key.startsWith(RETAIN_KEYS)) return false;
    return await this.#retainSet(key.slice(RETAIN_KEYS.length) as FoldedName) === 0;
  }

  async #hasAccount(key: string, value: Uint8Array): Promise<boolean> {
    const name = nameInKey(key);
    const record = name && accountIn(value, name);
    if (record === undefined) return false;
    const folded = foldText(record.name);
    const acts = await this.#actsOn(folded);
    if (acts === undefined || !isRemoved(record, acts)) return false;
    this.#gone.add(folded);
    return true;
  }

  async #isEnded(act: string, name: string, created: number): Promise<boolean> {
    const acts = await this.#actsOn(foldText(name));
    return (acts?.at[act] ?? 0) > created;
  }

  async #actsOn(name: FoldedName): Promise<Acts | undefined> {
    return (await (this.#acts ??= actsIn(this.#store))).get(name);
  }

  /** For how many days a room keeps what is said there, by the newest record that tells it. */
  async #retainSet(room: FoldedName): Promise<number | undefined> {
    let before: number | undefined;
    for (;;) {
      const page = await this.#store.read(auditStream(room), {
        limit: PAGE_RECORDS,
        ...(before === undefined ? {} : { before }),
      });
      for (const entry of page.toReversed()) {
        const days = entry.kind === "message" ? retainSetIn(entry.body) : undefined;
        if (days !== undefined) return days;
      }
      before = page[0]?.seq;
      if (before === undefined) return undefined;
    }
  }
}

/** Takes away again what a repair has brought back: hooks and invitations that had been. @returns Their keys. */
export async function endAgain(store: Store): Promise<readonly string[]> {
  const takenAway = new TakenAway(store);
  const ended: string[] = [];
  for (const key of [...store.keys(HOOK_KEYS), ...store.keys(INVITATION_KEYS)]) {
    const value = await store.get(key);
    if (value === undefined || !await takenAway.has(key, value)) continue;
    await store.delete(key).done;
    ended.push(key);
  }
  return ended.sort();
}
