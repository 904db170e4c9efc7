/**
 * Which hooks there are: in memory all of them, by name and by token, and on disk under keys of their own.
 *
 * A name is a hook's from the moment at which somebody begins to make it one, so that nobody else gets it meanwhile; its token works
 * when it is durable. Nobody who is no hook has the name of one, or one that looks like it.
 *
 * @module
 */

import { hash } from "node:crypto";
import { HOOK_KEYS } from "../store/streams.ts";
import type { KeptValues, StorageError } from "../store/store_port.ts";
import { fold, type FoldedName, Likenesses, plainLookOf, type UserName } from "../wire/mod.ts";
import { HOOKS_MAX } from "./limits.ts";
import { hookIn, type HookRecord, type Incoming } from "./record.ts";

/** What is known of a hook beside what is kept. */
export interface Hook<R extends HookRecord = HookRecord> {
  readonly name: UserName;
  readonly record: R;
  /** When it was used last since the start, in ms since 1970. */
  used?: number;
}

/** The hooks of a store. */
export class HookBook {
  readonly #hooks = new Map<FoldedName, Hook>();
  readonly #likenesses = new Likenesses<Hook>(plainLookOf);
  readonly #byHash = new Map<string, Hook<Incoming>>();
  /** Those that are being taken away, and how often. */
  readonly #ending = new Map<Hook, number>();

  constructor(values: Pick<KeptValues, "keys" | "value">) {
    for (const key of values.keys(HOOK_KEYS)) {
      const bytes = values.value(key);
      const record = bytes && hookIn(bytes, key);
      if (record !== undefined) this.settle(this.claim(record));
    }
  }

  /** Whether a further one is one too many. */
  get isFull(): boolean {
    return this.#hooks.size >= HOOKS_MAX;
  }

  /** All of them, in the order of their names. */
  all(): readonly Hook[] {
    return [...this.#hooks].sort(([one], [other]) => one < other ? -1 : 1).map(([, hook]) => hook);
  }

  /** The hook of a folded name. */
  get(key: FoldedName): Hook | undefined {
    return this.#hooks.get(key);
  }

  /** The hook that has a name, or one that it looks like; `undefined` when it is free. */
  holderOf(name: UserName): Hook | undefined {
    if (this.#hooks.size === 0) return undefined;
    return this.#hooks.get(fold(name)) ?? this.#likenesses.of(name);
  }

  /** The hook whose token this is. */
  byToken(token: string): Hook<Incoming> | undefined {
    const hook = this.#byHash.get(hashOf(token));
    return hook !== undefined && this.speaks(hook) ? hook : undefined;
  }

  /** Whether a hook is one still, and is not being taken away. */
  speaks(hook: Hook): boolean {
    return this.#hooks.get(fold(hook.name)) === hook && !this.#ending.has(hook);
  }

  /** A hook is being made: its name is taken. */
  claim<R extends HookRecord>(record: R): Hook<R> {
    const hook: Hook<R> = { name: record.name, record };
    this.#hooks.set(fold(record.name), hook);
    this.#likenesses.add(hook);
    return hook;
  }

  /** It is durable: its token works. */
  settle(hook: Hook): void {
    if (isIncoming(hook)) this.#byHash.set(hook.record.hash, hook);
  }

  /**
   * One is being taken away: nothing of it is heard any more, though its name is not free yet.
   *
   * @returns To be called when it is known whether that was kept.
   */
  ends(hook: Hook): (error?: StorageError) => void {
    this.#ending.set(hook, (this.#ending.get(hook) ?? 0) + 1);
    return (error) => {
      const left = (this.#ending.get(hook) ?? 1) - 1;
      if (left === 0) this.#ending.delete(hook);
      else this.#ending.set(hook, left);
      if (error === undefined) this.forget(hook);
    };
  }

  /** It is gone, or was not kept. Idempotent. */
  forget(hook: Hook): void {
    const key = fold(hook.name);
    if (this.#hooks.get(key) !== hook) return;
    this.#hooks.delete(key);
    this.#likenesses.delete(hook);
    if (hook.record.way === "in") this.#byHash.delete(hook.record.hash);
  }
}

/** What is kept of a token. */
export function hashOf(token: string): string {
  return hash("sha256", token, "base64url");
}

function isIncoming(hook: Hook): hook is Hook<Incoming> {
  return hook.record.way === "in";
}
