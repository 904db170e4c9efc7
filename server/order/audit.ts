/**
 * The records of what moderators did: who, whom, when, why and where, each a body of JSON in the room's stream of an audit.
 *
 * On the disk a record has also the public tags of who did it and to whom, and the address that was banned, which goes to operators
 * alone. Pure.
 *
 * @module
 */

import type { AuditEntry } from "../wire/mod.ts";
import type { Stored } from "../store/store_port.ts";
import { type Deed, toldOf } from "./deeds.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Who did something, and where. */
export interface Doer {
  readonly name: string;
  readonly tag: string;
}

/** A record in bytes. @param room The room's name; without it, it concerns the server. */
export function encodeAudit(
  deed: Deed,
  by: Doer,
  place: { readonly room?: string; readonly seq: number; readonly at: number },
): Uint8Array<ArrayBuffer> {
  const { room, seq, at } = place;
  return encoder.encode(JSON.stringify({
    type: "Audit",
    ...(room === undefined ? {} : { room }),
    seq,
    at,
    by: by.name,
    byTag: by.tag,
    ...(deed.act === "set" ? { act: "set", set: deed.settings } : toldOf(deed)),
    ...("who" in deed ? { tag: deed.who.tag } : {}),
    ...("whom" in deed ? whomOf(deed) : {}),
  }));
}

/** A report in bytes. */
export function encodeReport(
  { user, message, why }: {
    readonly user: string;
    readonly message: number;
    readonly why: string | undefined;
  },
  by: Doer,
  { room, seq, at }: { readonly room: string; readonly seq: number; readonly at: number },
): Uint8Array<ArrayBuffer> {
  const who = { by: by.name, byTag: by.tag };
  const record = { type: "Audit", room, seq, at, ...who, act: "report", user, message, why };
  return encoder.encode(JSON.stringify(record));
}

/** What an operator did with an account, in bytes. */
export function encodeAct(
  { act, user }: { readonly act: string; readonly user: string },
  by: Doer,
  { seq, at }: { readonly seq: number; readonly at: number },
): Uint8Array<ArrayBuffer> {
  const record = { type: "Audit", seq, at, by: by.name, byTag: by.tag, act, user };
  return encoder.encode(JSON.stringify(record));
}

/** A moment that an operator marked, in bytes. */
export function encodeMark(
  why: string,
  by: Doer,
  { seq, at }: { readonly seq: number; readonly at: number },
): Uint8Array<ArrayBuffer> {
  const record = { type: "Audit", seq, at, by: by.name, byTag: by.tag, act: "mark", why };
  return encoder.encode(JSON.stringify(record));
}

/** The record that somebody deleted what another one had said. */
export function encodeDeletion(
  by: Doer,
  deleted: { readonly message: number; readonly user: string; readonly tag: string | undefined },
  place: { readonly room: string; readonly seq: number; readonly at: number },
): Uint8Array<ArrayBuffer> {
  const { message, user, tag } = deleted;
  return encoder.encode(JSON.stringify({
    type: "Audit",
    ...place,
    by: by.name,
    byTag: by.tag,
    act: "delete",
    user,
    message,
    ...(tag === undefined ? {} : { tag }),
  }));
}

function whomOf({ whom: { tag, address } }: Extract<Deed, { whom: unknown }>): object {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(address === undefined ? {} : { address }),
  };
}

/** What a record says, for who may see addresses or may not; `undefined` when it is none. */
export function auditIn({ seq, body }: Stored, showsAddress: boolean): AuditEntry | undefined {
  const value = jsonIn(body);
  if (typeof value !== "object" || value === null) return undefined;
  const all = value as Partial<AuditEntry> & { readonly type?: unknown };
  const { type, at, by, act, user, address, seconds, message, why, set } = all;
  if (type !== "Audit" || all.seq !== seq) return undefined;
  if (typeof at !== "number" || typeof by !== "string" || typeof act !== "string") return undefined;
  return {
    seq,
    at,
    by,
    act,
    ...(typeof user === "string" ? { user } : {}),
    ...(showsAddress && typeof address === "string" ? { address } : {}),
    ...(typeof seconds === "number" ? { seconds } : {}),
    ...(typeof message === "number" ? { message } : {}),
    ...(typeof why === "string" ? { why } : {}),
    ...(typeof set === "object" && set !== null ? { set } : {}),
  };
}

/** Who may be in the room from then on, if a record tells of that. */
export function accessSetIn(body: Uint8Array): string | undefined {
  const { access } = setIn(body);
  return typeof access === "string" ? access : undefined;
}

/** For how many days the room keeps what is said there from then on, likewise; 0 as long as the server does. */
export function retainSetIn(body: Uint8Array): number | undefined {
  const { retain } = setIn(body);
  return typeof retain === "number" ? retain : undefined;
}

function setIn(body: Uint8Array): { readonly access?: unknown; readonly retain?: unknown } {
  return Object((jsonIn(body) as { readonly set?: unknown } | null | undefined)?.set);
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
