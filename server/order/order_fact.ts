/**
 * Orders as they are kept: JSON, with what is as by default left out.
 *
 * For how long a room keeps what is said there is not of it: whoever deletes by it finds that under a key of its own
 * (`durable/retentions.ts`), and it stands nowhere else.
 *
 * What cannot be read closes the room: it was set by somebody, and rather nobody comes in than who may not.
 *
 * @module
 */

import { isRange } from "../addresses/range.ts";
import { ORDER_BYTES_MAX } from "./limits.ts";
import { Order, type OrderParts, SEALED } from "./order.ts";
import { isOne, type Named } from "./person.ts";
import { holds, type Sanction, Sanctions } from "./sanctions.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An order in bytes, without what is over for certain (`lasting_time.ts`). */
export function encodeOrder(order: Order, sureMs: number): Uint8Array<ArrayBuffer> {
  const { access, slow, topicBy, typing, owner, moderators, invited, out } = order;
  const bans = order.bans.holding(sureMs);
  const mutes = order.mutes.holding(sureMs);
  return encoder.encode(JSON.stringify({
    ...(access === "open" ? {} : { access }),
    ...(slow === 0 ? {} : { slow }),
    ...(topicBy === "members" ? {} : { topicBy }),
    ...(typing ? { typing } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(moderators.length === 0 ? {} : { moderators }),
    ...(invited.length === 0 ? {} : { invited }),
    ...(bans.length === 0 ? {} : { bans }),
    ...(mutes.length === 0 ? {} : { mutes }),
    ...(out.length === 0 ? {} : { out }),
  }));
}

/** The order that bytes say. */
export function orderIn(bytes: Uint8Array): Order {
  const value = jsonIn(bytes);
  if (!isObject(value)) return SEALED;
  const { access = "open", slow = 0, topicBy = "members", typing = false, owner } = value;
  if (access !== "open" && access !== "invite" && access !== "announce") return SEALED;
  if (topicBy !== "members" && topicBy !== "moderators") return SEALED;
  if (typeof typing !== "boolean") return SEALED;
  if (!isAmount(slow) || !(owner === undefined || isNamed(owner))) return SEALED;
  const { moderators = [], invited = [], bans = [], mutes = [], out = [] } = value;
  if (!isListOf(moderators, isNamed) || !isListOf(invited, isNamed)) return SEALED;
  if (!isListOf(out, isNamed)) return SEALED;
  if (!isListOf(bans, isSanction) || !isListOf(mutes, isSanction)) return SEALED;
  const parts: Omit<OrderParts, "retain"> = {
    access,
    slow,
    topicBy,
    typing,
    owner,
    moderators,
    invited,
    bans: new Sanctions(bans),
    mutes: new Sanctions(mutes),
    out,
  };
  return new Order(parts);
}

/**
 * What goes with a room's words wherever they are brought: that it is for the invited, whose it is and who they are; `undefined` of
 * another room. Who is banned there, and from where, stays where it is.
 */
export function invitationIn(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const { access, owner, moderators, invited, hides } = orderIn(bytes);
  return hides ? encodeOrder(new Order({ access, owner, moderators, invited }), 0) : undefined;
}

/** Whether two orders of one name, both for the invited, are of two rooms: neither owner is known in the other one. */
export function areOfOthers(one: Uint8Array, other: Uint8Array): boolean {
  const [first, second] = [orderIn(one), orderIn(other)];
  if (!first.hides || !second.hides) return false;
  // Into a room that nobody is in words may come: nobody reads them.
  if (peopleOf(first).length === 0) return false;
  return !isKnownIn(first.owner, second) && !isKnownIn(second.owner, first);
}

function isKnownIn(owner: Named | undefined, order: Order): boolean {
  return owner !== undefined && peopleOf(order).some((one) => isOne(one, { mark: "", ...owner }));
}

function peopleOf({ owner, moderators, invited }: Order): readonly Named[] {
  return [...(owner === undefined ? [] : [owner]), ...moderators, ...invited];
}

/** What is kept of a room of which it is lost how it was set: nobody but operators comes in. */
export function sealedOrder(): Uint8Array<ArrayBuffer> {
  return encodeOrder(SEALED, 0);
}

/** Whether bytes say an order. */
export function saysOrder(bytes: Uint8Array): boolean {
  return orderIn(bytes) !== SEALED;
}

/** The server's own list, in bytes. */
export function encodeSanctions(list: Sanctions, sureMs: number): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify({ bans: list.list.filter((one) => holds(one, sureMs)) }));
}

/** The server's own list; `undefined` when bytes say none. */
export function sanctionsIn(bytes: Uint8Array): Sanctions | undefined {
  const value = jsonIn(bytes);
  if (!isObject(value) || !isListOf(value["bans"], isSanction)) return undefined;
  return new Sanctions(value["bans"]);
}

type Values = Readonly<Record<string, unknown>>;

function jsonIn(bytes: Uint8Array): unknown {
  if (bytes.length > ORDER_BYTES_MAX) return undefined;
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf<T>(value: unknown, is: (one: unknown) => one is T): value is T[] {
  return Array.isArray(value) && value.every(is);
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

function isNamed(value: unknown): value is Named {
  return isObject(value) && typeof value["tag"] === "string" &&
    typeof value["name"] === "string" && isText(value["mark"]);
}

function isSanction(value: unknown): value is Sanction {
  if (!isObject(value)) return false;
  const { name, tag, mark, address, until, by, at, why } = value;
  return [name, tag, mark, why].every(isText) && typeof by === "string" && isAmount(at) &&
    (until === undefined || isAmount(until)) &&
    (address === undefined || typeof address === "string" && isRange(address));
}
