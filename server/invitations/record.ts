/**
 * What is kept of an invitation, and what of it is believed when it is read again.
 *
 * ```text
 *   invitation/<id> ─► {hash, room?, uses, until, created, by, guests: ["@zoe", "<mark>", …]}
 * ```
 *
 * Its token does not stand in it, only a SHA-256. Who has come in by it is remembered, an account by its folded name and a guest by the mark
 * of its session: whoever comes again with it uses up nothing. Pure.
 *
 * @module
 */

import { objectIn } from "../store/kept_object.ts";
import { INVITATION_KEYS } from "../store/streams.ts";
import { INVITATION_USES_MAX, type RoomName, roomNameKept } from "../wire/mod.ts";

/** An invitation. */
export interface InvitationRecord {
  /** Its short id; no secret. */
  readonly id: string;
  /** SHA-256 of its token, in base64url. */
  readonly hash: string;
  /** The room that whoever comes by it is in. */
  readonly room?: RoomName;
  /** How many may come in by it. */
  readonly uses: number;
  /** Until when, in ms since 1970. */
  readonly until: number;
  /** When it was made, in ms since 1970. */
  readonly created: number;
  /** Who made it. */
  readonly by: string;
  /** Who has come in by it. */
  readonly guests: readonly string[];
}

const encoder = new TextEncoder();

/** The key of an invitation in the store. */
export function invitationKey(id: string): string {
  return INVITATION_KEYS + id;
}

/** An invitation in bytes. */
export function encodeInvitation({ id: _, ...record }: InvitationRecord): Uint8Array {
  return encoder.encode(JSON.stringify(record));
}

/** What stored bytes say of the invitation under a key; `undefined` when that is nothing. */
export function keptInvitationIn(bytes: Uint8Array, key: string): InvitationRecord | undefined {
  const { hash, room: place, uses, until, created, by, guests } = objectIn(bytes) ?? {};
  const room = typeof place === "string" ? roomNameKept(place) : undefined;
  if (place !== undefined && room === undefined) return undefined;
  if (typeof hash !== "string" || typeof by !== "string") return undefined;
  if (!isCount(uses) || uses > INVITATION_USES_MAX || !isCount(until) || !isCount(created)) {
    return undefined;
  }
  if (!Array.isArray(guests) || guests.length > uses || !guests.every(isString)) return undefined;
  const id = key.slice(INVITATION_KEYS.length);
  return { id, hash, ...(room === undefined ? {} : { room }), uses, until, created, by, guests };
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
