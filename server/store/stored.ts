/**
 * What comes out of a store, judged: an import or an older version may have brought anything.
 *
 * What is no message is passed over wherever messages are shown or answered again, as one that cannot be read; the
 * server writes a message's bytes to its readers as they are, and one that is none would be a frame that no client
 * understands.
 *
 * @module
 */

import { ACCOUNT_KEYS, accountIn, nameInKey } from "../accounts/record.ts";
import { erasedIn } from "../erasing/blank.ts";
import { postedIn } from "../hooks/posted.ts";
import { hookIn } from "../hooks/record.ts";
import { keptInvitationIn } from "../invitations/record.ts";
import { retentionIn } from "../durable/retentions.ts";
import { auditIn } from "../order/audit.ts";
import { newsIn } from "../order/news.ts";
import { sanctionsIn, saysOrder } from "../order/order_fact.ts";
import type { RoomFact, Stored } from "./store_port.ts";
import {
  AUDIT_STREAMS,
  BANS_KEY,
  ERASE_KEYS,
  HOOK_KEYS,
  INVITATION_KEYS,
  NEWS_KEYS,
  ORDER_KEYS,
  PAIR_STREAMS,
  POSTED_KEYS,
  READ_KEYS,
  RETAIN_KEYS,
  ROOM_KEYS,
  ROOM_STREAMS,
} from "./streams.ts";
import { positionsIn } from "../unread/positions.ts";
import {
  checkServerMessage,
  decodeBody,
  foldText,
  type NewMessage,
  type PrivateMessage,
} from "../wire/mod.ts";

/** The message that is stored under a seq; `undefined` when it is none, or says that it is another one. */
export function messageIn({ seq, body }: Stored): NewMessage | PrivateMessage | undefined {
  const decoded = decodeBody(body);
  if (decoded.kind !== "object") return undefined;
  const checked = checkServerMessage(decoded.value);
  if (checked.kind !== "message") return undefined;
  const { message } = checked;
  if (message.type !== "NewMessage" && message.type !== "PrivateMessage") return undefined;
  return message.seq === seq ? message : undefined;
}

/** What stored bytes say of the room with a folded name; `undefined` when that is nothing. */
export function roomFactIn(bytes: Uint8Array | undefined, key: string): RoomFact | undefined {
  const value = bytes === undefined ? undefined : jsonIn(bytes);
  if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
  const { name } = value;
  if (typeof name !== "string" || foldText(name) !== key) return undefined;
  const topic = "topic" in value && typeof value.topic === "string" ? value.topic : undefined;
  const tag = "topicTag" in value && typeof value.topicTag === "string"
    ? value.topicTag
    : undefined;
  return {
    name,
    ...(topic === undefined ? {} : { topic }),
    ...(topic === undefined || tag === undefined ? {} : { topicTag: tag }),
  };
}

/** The key under which a server notes what its store is to keep, for whoever looks into it from outside. */
export const KEEPING_KEY = "keeping";

/** The key under which it stands since when words are to be taken out of a store's files that are still in them. */
export const ERASING_KEY = "erasing";

/** Since when, in ms since 1970; `undefined` when the bytes do not say so. */
export function erasingIn(bytes: Uint8Array): number | undefined {
  const value = jsonIn(bytes);
  if (typeof value !== "object" || value === null || !("since" in value)) return undefined;
  return typeof value.since === "number" && value.since >= 0 ? value.since : undefined;
}

/** What a store is to keep, as far as it is noted. */
export interface KeepingNoted {
  /** How old messages may become, in ms. */
  readonly retainMs?: number;
  /** How many bytes the store may take. */
  readonly bytesMax?: number;
}

/** What stored bytes say of what a store is to keep; `undefined` when that is nothing. */
export function keepingIn(bytes: Uint8Array): KeepingNoted | undefined {
  const value = jsonIn(bytes);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { retainMs, bytesMax } = value as Readonly<Record<string, unknown>>;
  if (!isAmount(retainMs) || !isAmount(bytesMax)) return undefined;
  return {
    ...(retainMs === undefined ? {} : { retainMs }),
    ...(bytesMax === undefined ? {} : { bytesMax }),
  };
}

function isAmount(value: unknown): value is number | undefined {
  return value === undefined || typeof value === "number" && value > 0 && value < Infinity;
}

const decoder = new TextDecoder();

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether a server can show what is to stand at a place of its store. Streams and keys of others may hold anything. */
export function canBeShown(stream: string, stored: Stored): boolean {
  if (stream.startsWith(AUDIT_STREAMS)) return auditIn(stored, true) !== undefined;
  const ours = stream.startsWith(ROOM_STREAMS) || stream.startsWith(PAIR_STREAMS);
  return !ours || messageIn(stored) !== undefined;
}

/** The same for a key and its value. */
export function canBeUsed(key: string, value: Uint8Array): boolean {
  if (key === KEEPING_KEY) return keepingIn(value) !== undefined;
  if (key.startsWith(ACCOUNT_KEYS)) {
    const name = nameInKey(key);
    return name !== undefined && accountIn(value, name) !== undefined;
  }
  if (key.startsWith(READ_KEYS)) return positionsIn(value) !== undefined;
  if (key.startsWith(NEWS_KEYS)) return newsIn(value) !== undefined;
  if (key.startsWith(ERASE_KEYS)) return erasedIn(value, key) !== undefined;
  if (key.startsWith(RETAIN_KEYS)) return retentionIn(value) !== undefined;
  if (key.startsWith(HOOK_KEYS)) return hookIn(value, key) !== undefined;
  if (key.startsWith(INVITATION_KEYS)) return keptInvitationIn(value, key) !== undefined;
  if (key.startsWith(POSTED_KEYS)) return postedIn(value) !== undefined;
  if (key === BANS_KEY) return sanctionsIn(value) !== undefined;
  if (key.startsWith(ORDER_KEYS)) return saysOrder(value);
  return !key.startsWith(ROOM_KEYS) || roomFactIn(value, key.slice(ROOM_KEYS.length)) !== undefined;
}
