/**
 * Everything that a store holds, one thing at a time.
 *
 * @module
 */

import type { Damage } from "./errors.ts";
import { PAGE_LIMIT_MAX } from "./limits.ts";
import type { ReadStore } from "./reader.ts";

/** One thing that a store holds. */
export type DumpItem =
  | {
    readonly kind: "message";
    readonly stream: string;
    readonly seq: number;
    readonly at: number;
    readonly body: Uint8Array;
    readonly edited: boolean;
  }
  | {
    readonly kind: "damaged";
    readonly stream: string;
    readonly seq: number;
    readonly damage: Damage;
  }
  | { readonly kind: "key"; readonly key: string; readonly value: Uint8Array };

/** What to dump. */
export interface DumpOptions {
  /** Only this stream, and no keys. */
  readonly stream?: string;
  /** Only messages behind this seq of each stream. Default: 0. */
  readonly after?: number;
  /** Only messages of this time or later, in ms since 1970, and no keys. */
  readonly since?: number;
}

/** Messages that are read together: at most this many bodies are in memory. */
const PAGE: number = PAGE_LIMIT_MAX / 20;

/**
 * Gives all messages, stream by stream in the order of their seqs, and then all keys.
 *
 * @param store An open store. What is written meanwhile may or may not come.
 */
export async function* dump(store: ReadStore, options: DumpOptions = {}): AsyncGenerator<DumpItem> {
  const { stream: only, since, after: from = 0 } = options;
  const names = only === undefined ? [...store.streams()].map(({ name }) => name) : [only];
  for (const stream of names) {
    let after = since === undefined ? from : Math.max(from, await store.seqAt(stream, since) - 1);
    for (;;) {
      const page = await store.read(stream, { after, limit: PAGE });
      const last = page.at(-1);
      if (last === undefined) break;
      for (const entry of page) yield { ...entry, stream };
      after = last.seq;
    }
  }
  if (only !== undefined || since !== undefined) return;
  for (const key of store.keys()) {
    const value = await store.get(key);
    if (value !== undefined) yield { kind: "key", key, value };
  }
}
