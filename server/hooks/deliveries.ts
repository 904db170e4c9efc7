/**
 * All outgoing hooks at work, and where each of them is: that is kept, so that a restart loses nothing and repeats little.
 *
 * @module
 */

import { Permits } from "../budget/mod.ts";
import type { KeptValues, Put } from "../store/store_port.ts";
import { roomStream } from "../store/streams.ts";
import { fold, type FoldedName } from "../wire/mod.ts";
import { Delivery, type DeliveryParts } from "./delivery.ts";
import type { Hook, HookBook } from "./hook_book.ts";
import { HOOK_POSTS_AT_ONCE } from "./limits.ts";
import { encodePosted, postedIn, postedKey } from "./posted.ts";
import type { Outgoing } from "./record.ts";

/** What they need. */
export interface DeliveriesParts extends Omit<DeliveryParts, "posting"> {
  readonly book: HookBook;
  readonly values: KeptValues;
  /** Whether anything is posted by this server; otherwise it is only kept. */
  readonly posts: boolean;
}

interface Working {
  readonly delivery: Delivery;
  /** Where it was when that was kept last. */
  keptAt: number;
}

/** Outgoing hooks at work. */
export class Deliveries {
  readonly #parts: DeliveriesParts;
  readonly #posting = new Permits(HOOK_POSTS_AT_ONCE);
  readonly #working = new Map<Hook, Working>();
  /** Those of each room: it is asked with every message. */
  readonly #byRoom = new Map<FoldedName, Set<Delivery>>();

  constructor(parts: DeliveriesParts) {
    this.#parts = parts;
    for (const hook of parts.book.all()) if (isOutgoing(hook)) this.begin(hook);
  }

  /** Whether there is anybody to be told that something was said. */
  get any(): boolean {
    return this.#byRoom.size > 0;
  }

  /** Something was said in a room. */
  said(room: FoldedName): void {
    for (const delivery of this.#byRoom.get(room) ?? []) delivery.wake();
  }

  /** Where a hook begins that is being made: with what is said from now on. */
  beginning({ name, room }: Outgoing): Put {
    const seq = this.#parts.store.head(roomStream(fold(room)));
    return { key: postedKey(fold(name)), value: encodePosted({ seq, missed: 0 }) };
  }

  /** What is removed with a hook. */
  ending({ name }: Outgoing): Put {
    return { key: postedKey(fold(name)), value: undefined };
  }

  /** A hook begins to work, where it was left. */
  begin(hook: Hook<Outgoing>): void {
    const { posts, values, store } = this.#parts;
    if (!posts) return;
    const { name, record: { room } } = hook;
    const bytes = values.value(postedKey(fold(name)));
    const kept = bytes === undefined ? undefined : postedIn(bytes);
    const key = fold(room);
    const at = kept?.seq ?? store.head(roomStream(key));
    const parts = { ...this.#parts, posting: this.#posting };
    const delivery = new Delivery(hook, at, parts);
    delivery.missed = kept?.missed ?? 0;
    this.#working.set(hook, { delivery, keptAt: delivery.at });
    this.#byRoom.set(key, (this.#byRoom.get(key) ?? new Set()).add(delivery));
    delivery.wake();
  }

  /** A hook is gone. */
  end(hook: Hook<Outgoing>): void {
    const working = this.#working.get(hook);
    if (working === undefined) return;
    this.#working.delete(hook);
    const key = fold(hook.record.room);
    const others = this.#byRoom.get(key);
    others?.delete(working.delivery);
    if (others?.size === 0) this.#byRoom.delete(key);
    void working.delivery.close();
  }

  /** How a hook stands. */
  stateOf(hook: Hook): { waiting?: number; missed?: number; trouble?: string } {
    const delivery = this.#working.get(hook)?.delivery;
    if (delivery === undefined) return {};
    const { waiting, missed, trouble } = delivery;
    return { waiting, missed, ...(trouble === undefined ? {} : { trouble }) };
  }

  /** Keeps where they are. To be called now and then. */
  tend(): void {
    for (const [{ name }, working] of this.#working) {
      const { at, missed } = working.delivery;
      if (at === working.keptAt) continue;
      working.keptAt = at;
      const posted = encodePosted({ seq: at, missed });
      this.#parts.values.write(postedKey(fold(name)), posted, () => {});
    }
  }

  /** Ends them all, and keeps where they are. */
  async close(): Promise<void> {
    await Promise.all([...this.#working.values()].map(({ delivery }) => delivery.close()));
    this.tend();
    this.#byRoom.clear();
  }
}

function isOutgoing(hook: Hook): hook is Hook<Outgoing> {
  return hook.record.way === "out";
}
