/**
 * What is kept of a hook, and what of it is believed when it is read again.
 *
 * ```text
 *   hook/<folded name> ─► {name, room, created, by, hash, identity}             an incoming one
 *                         {name, room, created, by, url, match?, secret}        an outgoing one
 * ```
 *
 * The token of an incoming hook does not stand in it, only its SHA-256: 256 random bits need no slower hash. The secret of an
 * outgoing one does, since each message is signed with it. The identity is a secret of the server: from it the tag is made by which
 * the hook's words stay its own, whoever has its name later. Pure.
 *
 * @module
 */

import {
  fold,
  type FoldedName,
  type RoomName,
  roomNameKept,
  type UserName,
  userName,
} from "../wire/mod.ts";
import { objectIn } from "../store/kept_object.ts";
import { HOOK_KEYS } from "../store/streams.ts";
import { isOutgoingUrl } from "./url.ts";

interface Common {
  /** Its name. */
  readonly name: UserName;
  readonly room: RoomName;
  /** When it was made, in ms since 1970. */
  readonly created: number;
  /** Who made it. */
  readonly by: string;
}

/** A hook by which a program speaks. */
export interface Incoming extends Common {
  readonly way: "in";
  /** SHA-256 of its token, in base64url. */
  readonly hash: string;
  /** Who it is, for the tags of its words. */
  readonly identity: string;
}

/** A hook that posts what is said. */
export interface Outgoing extends Common {
  readonly way: "out";
  readonly url: string;
  /** Posts only what holds this, whatever its case. */
  readonly match?: string;
  /** What it signs with: 256 bits in base64. */
  readonly secret: string;
}

/** A hook. */
export type HookRecord = Incoming | Outgoing;

const encoder = new TextEncoder();

/** The key of a hook in the store. */
export function hookKey(name: FoldedName): string {
  return HOOK_KEYS + name;
}

/** A hook in bytes. */
export function encodeHook({ way: _, ...record }: HookRecord): Uint8Array {
  return encoder.encode(JSON.stringify(record));
}

/** What stored bytes say of the hook under a key; `undefined` when that is nothing. */
export function hookIn(bytes: Uint8Array, key: string): HookRecord | undefined {
  const { name: text, room: place, created, by, ...rest } = objectIn(bytes) ?? {};
  const checked = typeof text === "string" ? userName(text) : undefined;
  const room = typeof place === "string" ? roomNameKept(place) : undefined;
  if (checked?.kind !== "name" || hookKey(fold(checked.name)) !== key) return undefined;
  if (room === undefined || typeof by !== "string" || !isMoment(created)) return undefined;
  const common = { name: checked.name, room, created, by };
  const { hash, identity, url, match, secret } = rest;
  if (isSecret(hash) && isSecret(identity)) return { way: "in", ...common, hash, identity };
  if (typeof url !== "string" || !isOutgoingUrl(url) || !isSecret(secret)) return undefined;
  if (match !== undefined && typeof match !== "string") return undefined;
  return { way: "out", ...common, url, secret, ...(match === undefined ? {} : { match }) };
}

/** 256 bits in base64, or more. */
function isSecret(value: unknown): value is string {
  return typeof value === "string" && /^[\w+/=-]{43,64}$/.test(value);
}

function isMoment(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
