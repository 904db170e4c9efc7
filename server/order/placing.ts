/**
 * A place in a room for the invited, which somebody gets together with why he has it: an invitation that he shows.
 *
 * @module
 */

import type { Placing } from "../invitations/invitations.ts";
import type { Hall } from "../rooms/hall.ts";
import type { OnTheWay } from "../store/on_the_way.ts";
import { StorageError } from "../store/store_port.ts";
import { auditStream } from "../store/streams.ts";
import type { FoldedName, RoomName } from "../wire/mod.ts";
import { encodeAudit } from "./audit.ts";
import { afterDeed } from "./deeds.ts";
import type { Order } from "./order.ts";
import type { OrderBook } from "./order_book.ts";
import type { Named } from "./person.ts";

/** What it takes. */
export interface PlacingParts {
  readonly hall: Hall;
  readonly book: OrderBook;
  /** How rooms are set by what is on its way. */
  readonly coming: OnTheWay<FoldedName, Order>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** See `OrderDeskParts`. */
  readonly sure: () => number;
}

/**
 * The place, to be written by whoever calls, at once.
 *
 * @param by Who made the invitation.
 * @returns `undefined` when he needs none there, or may have none.
 */
export function placingIn(
  { hall, book, coming, clock, sure }: PlacingParts,
  name: RoomName,
  { who, by }: { readonly who: Named; readonly by: string },
): Placing | undefined {
  if (hall.order(name)?.hides !== true) return undefined;
  const room = hall.openRoom(name);
  if (room === undefined) return undefined;
  const sureMs = sure();
  const deed = { act: "invite", who } as const;
  const before = coming.newest(room.key, () => room.order);
  const next = afterDeed(before, deed, { by, nowMs: clock(), sureMs, present: () => [] });
  const put = "code" in next ? undefined : book.put(room.key, next, sureMs);
  if ("code" in next || put === undefined || put instanceof StorageError) {
    return void room.release();
  }
  const arrived = coming.put(room.key, next);
  return {
    stream: auditStream(room.key),
    encode: (place) => encodeAudit(deed, { name: by, tag: "" }, { room: room.name, ...place }),
    put,
    settled: (error) => {
      arrived(error);
      if (error === undefined) hall.setOrder(room, next);
      room.release();
    },
  };
}
