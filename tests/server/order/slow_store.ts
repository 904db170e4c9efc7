/**
 * A store whose disk is slow with what is done on order.
 *
 * @module
 */

import { memoryStore, type MessageStore } from "../../../server/mod.ts";

/** A store that keeps what is done on order when it is told to. */
export function slowStore(): { store: MessageStore; hold(): void; release(): void } {
  const store = memoryStore();
  const held: (() => void)[] = [];
  let isHeld = false;
  const append: MessageStore["append"] = (one) => {
    if (!isHeld || !one.stream.startsWith("audit/")) return store.append(one);
    held.push(() => store.append(one));
  };
  return {
    store: { ...store, append },
    hold: () => isHeld = true,
    release: () => {
      isHeld = false;
      for (const go of held.splice(0)) go();
    },
  };
}
