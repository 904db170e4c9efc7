/**
 * Which names are accounts, and what is kept of each.
 *
 * ```text
 *   in memory   folded name ─► name      looks ─► name      of all: to know whose a name is
 *   on disk     account/… ─► record                         read when somebody shows a password or a token
 * ```
 *
 * A name is taken from the moment at which somebody begins to make it an account, so that of two who want it one gets it.
 * A record that is on its way to the disk is read here as it will be; if the disk refuses it, it is as before. But nobody is an
 * operator before the disk has it, nor any more from when it is to take that away.
 *
 * @module
 */

import { ACCOUNTS_KEPT_SHARE, ACCOUNTS_MAX, RECORDS_HELD_MAX } from "./limits.ts";
import {
  ACCOUNT_KEYS,
  accountIn,
  accountKey,
  type AccountRecord,
  encodeAccount,
  nameInKey,
} from "./record.ts";
import { OnTheWay } from "../store/on_the_way.ts";
import type { KeptValues, Put, StorageError } from "../store/store_port.ts";
import {
  type AccountRole,
  fold,
  type FoldedName,
  Likenesses,
  plainLookOf,
  type UserName,
} from "../wire/mod.ts";

/** One account, as far as it is held in memory. */
interface Known {
  readonly name: UserName;
}

/** Whose a name is. */
export type Owned =
  /** It is an account's own name. */
  | { readonly kind: "own"; readonly key: FoldedName; readonly name: UserName }
  /** It looks like one. */
  | { readonly kind: "alike"; readonly name: UserName };

/** The accounts of a store. */
export class Registry {
  readonly #values: KeptValues;
  readonly #max: number;
  readonly #known = new Map<FoldedName, Known>();
  readonly #likenesses = new Likenesses<Known>(plainLookOf);
  /** What is on its way to the disk; `undefined` removes it. */
  readonly #onTheWay = new OnTheWay<FoldedName, AccountRecord | undefined>();
  /** What was read of the disk lately: who comes in is asked for again and again. */
  readonly #lately = new Map<FoldedName, AccountRecord>();
  #inOrder: readonly FoldedName[] | undefined;

  /** Reads which names there are. @param max How many there may be. */
  constructor(values: KeptValues, max: number = ACCOUNTS_MAX) {
    this.#values = values;
    this.#max = max;
    for (const stored of values.keys(ACCOUNT_KEYS)) {
      const name = nameInKey(stored);
      // An import may have brought one name in two cases: it is one account, whichever comes first.
      if (name !== undefined && !this.#known.has(fold(name))) this.#add(fold(name), name);
    }
  }

  /** How many there are. */
  get size(): number {
    return this.#known.size;
  }

  /** Whether a further one is one too many. @param byOperator Whether an operator makes it, for whom some places are kept. */
  isFull(byOperator: boolean): boolean {
    const kept = byOperator ? 0 : Math.floor(this.#max / ACCOUNTS_KEPT_SHARE);
    return this.#known.size >= this.#max - kept;
  }

  /** Whether a folded name is an account's. */
  has(key: FoldedName): boolean {
    return this.#known.has(key);
  }

  /** Whose a name is; `undefined` when it is free. */
  ownerOf(name: UserName): Owned | undefined {
    if (this.#known.size === 0) return undefined;
    const key = fold(name);
    const own = this.#known.get(key);
    if (own !== undefined) return { kind: "own", key, name: own.name };
    const alike = this.#likenesses.of(name);
    return alike && { kind: "alike", name: alike.name };
  }

  /** What is kept of an account; `undefined` when there is none, or it is still being made, or it is damaged. */
  read(key: FoldedName): AccountRecord | undefined {
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    return this.#onTheWay.newest(key, () => this.#kept(known.name));
  }

  /** Whether what is read is not durable yet. */
  isOnTheWay(key: FoldedName): boolean {
    return this.#onTheWay.has(key);
  }

  /** What an account may do now: an operator is one by what is durable, and by all that is on its way. */
  roleOf(key: FoldedName): AccountRole {
    const known = this.#known.get(key);
    if (known === undefined) return "user";
    const all = [this.#kept(known.name), ...this.#onTheWay.all(key)];
    return all.every((record) => record?.role === "operator") ? "operator" : "user";
  }

  /** Takes a name that is free, so that nobody else does. @returns Gives it up again, unless an account was written. */
  claim(name: UserName): Disposable {
    const key = fold(name);
    this.#add(key, name);
    return {
      [Symbol.dispose]: () => {
        if (this.read(key) === undefined) this.#forget(key);
      },
    };
  }

  /**
   * Writes an account, whose name is taken.
   *
   * @param via How a value is written: another way writes something else together with it.
   * @param goesOn Whether it is written also when the disk is nearly full.
   * @param beside What is written with it: neither is there without the other.
   * @throws {StorageError} Through the promise, when it is not durable.
   */
  write(
    record: AccountRecord,
    via?: KeptValues["write"],
    goesOn = false,
    beside?: readonly Put[],
  ): Promise<void> {
    return this.#write(record.name, record, { goesOn, via, beside });
  }

  /** Removes an account; its name is free when that is durable. @throws {StorageError} Through the promise. */
  async remove(key: FoldedName, via?: KeptValues["write"]): Promise<void> {
    const known = this.#known.get(key);
    if (known === undefined) return;
    await this.#write(known.name, undefined, { goesOn: true, via });
    if (this.read(key) === undefined) this.#forget(key);
  }

  /** The folded names behind one, in order. */
  namesBehind(after: FoldedName | undefined, max: number): readonly FoldedName[] {
    this.#inOrder ??= [...this.#known.keys()].sort();
    const from = after === undefined ? 0 : this.#inOrder.findIndex((key) => key > after);
    return from < 0 ? [] : this.#inOrder.slice(from, from + max);
  }

  #write(
    name: UserName,
    record: AccountRecord | undefined,
    { goesOn, via = (...what) => this.#values.write(...what), beside }: {
      readonly goesOn: boolean;
      readonly via?: KeptValues["write"] | undefined;
      readonly beside?: readonly Put[] | undefined;
    },
  ): Promise<void> {
    const key = fold(name);
    const arrived = this.#onTheWay.put(key, record);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const bytes = record && encodeAccount(record);
    const settled = (error?: StorageError) => {
      // Whatever became of it, what is kept now is on the disk.
      this.#lately.delete(key);
      arrived(error);
      if (error === undefined) resolve();
      else reject(error);
    };
    via(accountKey(name), bytes, settled, goesOn, beside);
    return promise;
  }

  #kept(name: UserName): AccountRecord | undefined {
    const key = fold(name);
    const late = this.#lately.get(key);
    if (late !== undefined) return late;
    const bytes = this.#values.value(accountKey(name));
    const record = bytes && accountIn(bytes, name);
    if (record === undefined) return undefined;
    this.#lately.set(key, record);
    const [first] = this.#lately.keys();
    if (this.#lately.size > RECORDS_HELD_MAX && first !== undefined) this.#lately.delete(first);
    return record;
  }

  #add(key: FoldedName, name: UserName): void {
    const known = { name };
    this.#known.set(key, known);
    this.#likenesses.add(known);
    this.#inOrder = undefined;
  }

  #forget(key: FoldedName): void {
    const known = this.#known.get(key);
    if (known === undefined) return;
    this.#known.delete(key);
    this.#likenesses.delete(known);
    this.#inOrder = undefined;
  }
}
