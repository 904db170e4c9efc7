/**
 * The names of streams: one per room, with two beside it, and one per pair of users who whisper; and of the keys beside them.
 *
 * @module
 */

import type { FoldedName } from "../wire/mod.ts";

/** Beginning of the names of rooms' streams. */
export const ROOM_STREAMS = "room/";
/** Beginning of the names of the streams of two users who whisper. */
export const PAIR_STREAMS = "pair/";
/** Beginning of the names of the streams of who said what in a room. */
export const AUTHOR_STREAMS = "author/";
/** Beginning of the names of the streams of what was edited and deleted in a room. */
export const CHANGE_STREAMS = "change/";
/** Beginning of the keys under which it is kept what is known of a room. */
export const ROOM_KEYS = "room/";
/** Beginning of the names of the streams of what moderators did in a room; alone, on the whole server. */
export const AUDIT_STREAMS = "audit/";
/** Beginning of the keys under which it is kept how a room is set. */
export const ORDER_KEYS = "order/";
/** Beginning of the keys under which it stands who is being erased. */
export const ERASE_KEYS = "erase/";
/** Beginning of the keys under which it is kept for how long a room keeps what is said there. */
export const RETAIN_KEYS = "retain/";
/** Beginning of the keys of invitations; see `invitations/record.ts`. */
export const INVITATION_KEYS = "invitation/";
/** Beginning of the keys under which it is kept how far outgoing hooks are; see `hooks/deliveries.ts`. */
export const POSTED_KEYS = "posted/";
/** Beginning of the keys of hooks; see `hooks/record.ts`. */
export const HOOK_KEYS = "hook/";
/** The key under which it is kept who is banned on the whole server. */
export const BANS_KEY = "bans";

/** Beginning of the keys under which it is kept how far an account has read. */
export const READ_KEYS = "read/";

/** Beginning of the keys under which it is kept what an account is to be told when it comes in. */
export const NEWS_KEYS = "news/";

/** Beginning of the keys of secrets that guests had and accounts have now; see `accounts/spent.ts`. */
export const SPENT_KEYS = "spent/";

/** The stream of a room. */
export function roomStream(room: FoldedName): string {
  return ROOM_STREAMS + room;
}

/** The stream of what two users whisper: the same for both. */
export function pairStream(one: FoldedName, other: FoldedName): string {
  const [first, second] = one < other ? [one, other] : [other, one];
  return `${PAIR_STREAMS}${first}/${second}`;
}

/** The stream of who said what in a room; see `authors.ts`. */
export function authorStream(room: FoldedName): string {
  return AUTHOR_STREAMS + room;
}

/** The stream of what was edited and deleted in a room; see `changes.ts`. */
export function changeStream(room: FoldedName): string {
  return CHANGE_STREAMS + room;
}

/** The stream of what moderators did in a room; without one, operators on the whole server. */
export function auditStream(room?: FoldedName): string {
  return AUDIT_STREAMS + (room ?? "");
}

/** The key under which it is kept how far an account has read; see `unread/positions.ts`. */
export function readKey(account: FoldedName): string {
  return READ_KEYS + account;
}

/** The key under which it is kept what an account is to be told when it comes in; see `order/news.ts`. */
export function newsKey(account: FoldedName): string {
  return NEWS_KEYS + account;
}

/** The key under which it stands that an account of that name and tag is being erased; see `erasing/erasure.ts`. */
export function eraseKey(account: FoldedName, tag: string): string {
  return `${ERASE_KEYS}${account}/${tag}`;
}
