/**
 * What is replaced while somebody reads: whoever tells what he has read tells it as it is by then.
 *
 * ```text
 *   watch ─► read ─► judged, a turn waited for ─► as it is now ─► told
 *                                                      ▲
 *   7 is deleted, and all are told so ── 7: its body ──┘
 * ```
 *
 * Between reading a page and telling it there are waits. What was taken back in them everybody has heard of, and the old words are
 * nobody's any more: they must not come behind that. A page is not read anew for it, which would have no end where much is changed: what
 * took the place of a message is put into it. Whoever waits once more looks once more.
 *
 * @module
 */

import type { MessageStore, Replace, Stored } from "./store_port.ts";

/** All that is watched; of what nobody reads nothing is kept. */
export class Replaced {
  readonly #watches = new Map<string, Set<Watch>>();

  /** Looks at what is replaced in a stream from now on, until it is disposed. To be begun before the first reading. */
  watch(stream: string): Watch {
    const all = this.#watches.get(stream) ?? new Set();
    this.#watches.set(stream, all);
    const watch = new Watch(() => {
      all.delete(watch);
      if (all.size === 0 && this.#watches.get(stream) === all) this.#watches.delete(stream);
    });
    all.add(watch);
    return watch;
  }

  /** The store's own `replace`, noted before anybody is told. */
  noting(store: Pick<MessageStore, "replace">, change: Replace): void {
    const { stream, stored: { seq }, body } = change;
    store.replace({
      ...change,
      settled: (error) => {
        if (error === undefined) this.#note(stream, seq, body);
        change.settled(error);
      },
    });
  }

  #note(stream: string, seq: number, body: Uint8Array): void {
    const all = this.#watches.get(stream);
    // Its memory may be used again.
    const kept = all && body.slice();
    for (const watch of all ?? []) watch.note(seq, kept ?? body);
  }
}

/** What was replaced in one stream since somebody began to read it. */
export class Watch implements Disposable {
  readonly #bodies = new Map<number, Uint8Array>();
  readonly #ended: () => void;

  /** @param ended Nobody reads any more. */
  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** A message has another body from now on. */
  note(seq: number, body: Uint8Array): void {
    this.#bodies.set(seq, body);
  }

  /** A message that was read, as it is now. */
  now(stored: Stored): Stored {
    const body = this.#bodies.get(stored.seq);
    return body === undefined ? stored : { ...stored, body };
  }

  /** What was made of messages that were read, made anew of those that were replaced since; without those of which nothing is made. */
  allNow<T extends { readonly seq: number }>(
    list: readonly T[],
    made: (stored: Stored) => T | undefined,
  ): readonly T[] {
    if (this.#bodies.size === 0) return list;
    return list.flatMap((one) => {
      const body = this.#bodies.get(one.seq);
      return body === undefined ? one : made({ seq: one.seq, body }) ?? [];
    });
  }

  [Symbol.dispose](): void {
    this.#ended();
  }
}
