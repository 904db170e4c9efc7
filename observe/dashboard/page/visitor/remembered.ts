/**
 * Who the reader was when the page was here last: a reload comes in again, and so does a visit next week.
 *
 * ```text
 *   account   localStorage     name, token of this browser      until it logs out
 *   guest     sessionStorage   name, secret of its session      as long as the tab
 *   coming    sessionStorage   what its session begins with     until it is in
 *   invited   sessionStorage   token of the invitation          until there is an account
 *   ignored   localStorage     names, by the name of who ignores them
 * ```
 *
 * Who comes in for the first time may be in without having heard of it, because the connection broke: it tries again with the same, is
 * known by it, and finds neither its name taken nor its invitation used up.
 *
 * An invitation is a guest's way in at each login. It came by a link, which whoever sent it has, too, so it is kept as it came.
 *
 * The other secrets are sealed, or the server makes them from what was chosen here (`server/codec/seal.ts`): without the cookie that goes with them, which no script can read, they open
 * nothing. What a browser keeps so belongs to one origin with its port, unlike a cookie; so neither half alone is of use to
 * anybody, and both are together in no place but the server. Where a browser keeps nothing for us, the page works until it is
 * loaded again.
 *
 * @module
 */

import { freshId, type Welcome } from "../../../../server/wire/in_browser/mod.ts";
import { foldText } from "../../../../server/wire/names/mod.ts";

/** Who comes in again, and with what. */
export interface Remembered {
  readonly name: string;
  /** The token of an account's device. */
  readonly device?: string;
  /** The secret of a guest's session. */
  readonly session?: string;
}

const WHO = "chat.who";
const COMING = "chat.coming";
const INVITED = "chat.invited";
const IGNORED = "chat.ignored";
/** Readers in this browser whose ignored names are kept, the newest. */
const IGNORING_MAX = 20;

/** What the session begins with of who comes in, where the browser keeps nothing. */
let coming: string | undefined;

/** Who was here last; `undefined` for nobody. */
export function remembered(): Remembered | undefined {
  return read("sessionStorage") ?? read("localStorage");
}

/** By which session somebody of that name comes in by the form: the one that it had in this tab, or the one that it tries with. */
export function sessionOf(name: string): string {
  const guest = read("sessionStorage");
  const isBack = guest !== undefined && foldText(guest.name) === foldText(name);
  if (isBack && guest.session !== undefined) return guest.session;
  const kept = parsed("sessionStorage", COMING);
  coming = typeof kept === "string" ? kept : coming ?? freshId();
  write("sessionStorage", COMING, coming);
  return coming;
}

/** Somebody is logged in. */
export function remember({ username: name, account, device, session }: Welcome): void {
  coming = undefined;
  write("sessionStorage", COMING, undefined);
  if (account !== true) {
    write("sessionStorage", WHO, { name, ...(session === undefined ? {} : { session }) });
    return;
  }
  write("sessionStorage", WHO, undefined);
  invite(undefined);
  // Of a device that is known already no token is told again.
  if (device !== undefined) write("localStorage", WHO, { name, device });
}

/** Who was here comes in again by itself no more. @param device The account's token; that of who came in since, in another tab, stays. */
export function forget(device: string | undefined): void {
  write("sessionStorage", WHO, undefined);
  if (device !== undefined && read("localStorage")?.device === device) {
    write("localStorage", WHO, undefined);
  }
}

/** By which invitation the reader comes in, if by one. */
export function invitation(): string | undefined {
  const token = parsed("sessionStorage", INVITED);
  return typeof token === "string" ? token : undefined;
}

/** The reader comes in by this invitation from now on, or by none. */
export function invite(token: string | undefined): void {
  write("sessionStorage", INVITED, token);
}

/** Whom a reader of that name ignores: whoever else comes in here reads everybody. */
export function ignoredNames(reader: string): readonly string[] {
  return ignoring().get(foldText(reader)) ?? [];
}

/** From now on that reader ignores somebody, or does not any more. */
export function ignore(reader: string, name: string, on: boolean): void {
  const others = ignoredNames(reader).filter((one) => one !== name);
  const names = on ? [...others, name] : others;
  const all = ignoring();
  all.delete(foldText(reader));
  if (names.length > 0) all.set(foldText(reader), names);
  write("localStorage", IGNORED, [...all].slice(-IGNORING_MAX));
}

function ignoring(): Map<string, readonly string[]> {
  const pairs = parsed("localStorage", IGNORED);
  const all = new Map<string, readonly string[]>();
  for (const pair of Array.isArray(pairs) ? pairs : []) {
    const [reader, names] = Array.isArray(pair) ? pair : [];
    if (typeof reader !== "string" || !Array.isArray(names)) continue;
    all.set(reader, names.filter((name) => typeof name === "string"));
  }
  return all;
}

type Where = "localStorage" | "sessionStorage";

function read(where: Where): Remembered | undefined {
  const value = parsed(where, WHO);
  if (value === null || typeof value !== "object" || !("name" in value)) return undefined;
  if (typeof value.name !== "string") return undefined;
  const text = (key: "device" | "session"): string | undefined => {
    const one = (value as Record<string, unknown>)[key];
    return typeof one === "string" ? one : undefined;
  };
  const [device, session] = [text("device"), text("session")];
  return {
    name: value.name,
    ...(device === undefined ? {} : { device }),
    ...(session === undefined ? {} : { session }),
  };
}

/** A browser that blocks storage throws at its name alone. */
function parsed(where: Where, key: string): unknown {
  try {
    return JSON.parse(globalThis[where].getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function write(where: Where, key: string, value: unknown): void {
  try {
    if (value === undefined) globalThis[where].removeItem(key);
    else globalThis[where].setItem(key, JSON.stringify(value));
  } catch {
    // As above, or it is full: this tab knows it until it is loaded again.
  }
}
