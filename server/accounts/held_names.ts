/**
 * Accounts of a store that was saved from a damaged one, of which nothing is left: their names are held, so that nobody else has them.
 *
 * ```text
 *   read/eve, news/eve        how far she has read, what she is to hear: only accounts have such  ─┐
 *   account/eve/Eve           a key of which it is known that it had a value, and that it is lost ─┼─► account/eve/Eve, which no password fits
 *   room/tea   Eve: hello     said by an account of that name                                     ─┤
 *   audit/     account Eve    made by an operator, and not on record as taken away since          ─┘
 * ```
 *
 * A guest under such a name would be taken for who had it, and a stranger who registers it for that account. So it is an account whose
 * password nobody knows, with an identity of its own: what was the old one's (whispers, rooms) is nobody's. An operator gives it a password
 * (`chat user passwd`), or frees it (`chat user remove`).
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { randomToken } from "../../ground/mod.ts";
import type { Entry, Store } from "../../db/mod.ts";
import { auditIn } from "../order/audit.ts";
import { auditStream, NEWS_KEYS, PAIR_STREAMS, READ_KEYS, ROOM_STREAMS } from "../store/streams.ts";
import { messageIn } from "../store/stored.ts";
import { type FoldedName, foldText, type UserName, userName } from "../wire/mod.ts";
import { HASH_BYTES, PASSWORD_COST, SALT_BYTES } from "./limits.ts";
import {
  ACCOUNT_KEYS,
  accountKey,
  type AccountRecord,
  encodeAccount,
  nameInKey,
} from "./record.ts";

/** Records that are read at once. */
const PAGE_RECORDS = 500;
/** What an operator does with an account that is there. */
const MAKING: readonly string[] = ["account", "op", "deop", "password"];
const ENDING: readonly string[] = ["remove", "erase"];
/** How it stands in the body of a message that its name was proved; no words that are said have such quotes. */
const PROVED = Buffer.from('"account":true');

/**
 * Holds them.
 *
 * @param lostKeys Keys of which it is certain that their value is lost.
 * @returns The names that are held now.
 */
export async function holdLostNames(
  store: Store,
  lostKeys: readonly string[],
  nowMs: number,
): Promise<readonly string[]> {
  const known = new Set<FoldedName>();
  for (const key of store.keys(ACCOUNT_KEYS)) known.add(foldText(nameInKey(key) ?? key));
  const held: UserName[] = [];
  for (const [key, name] of await namesThatWere(store, lostKeys)) {
    if (known.has(key)) continue;
    await store.put(accountKey(name), encodeAccount(heldAccount(name, nowMs))).done;
    held.push(name);
  }
  return held.sort();
}

/** An account that nobody comes in by. */
function heldAccount(name: UserName, nowMs: number): AccountRecord {
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)).toBase64();
  return {
    name,
    role: "user",
    created: Math.max(0, Math.floor(nowMs)),
    identity: randomToken(),
    // The hash of no password that anybody could find.
    password: { cost: PASSWORD_COST, salt: random(SALT_BYTES), hash: random(HASH_BYTES) },
    devices: [],
  };
}

/** The names of accounts of which anything tells, as they were written where that is known. */
async function namesThatWere(
  store: Store,
  lostKeys: readonly string[],
): Promise<ReadonlyMap<FoldedName, UserName>> {
  const names = new Map<FoldedName, UserName>();
  const note = (text: string): void => {
    const checked = userName(text);
    if (checked.kind !== "name") return;
    const key = foldText(checked.name);
    // The first one is as it was written; a key tells the folded one.
    if (!names.has(key)) names.set(key, checked.name);
  };
  const acts = await lastActs(store);
  for await (const { from, at } of saidByAccounts(store)) {
    const act = acts.get(foldText(from));
    if (act === undefined || !ENDING.includes(act.act) || at > act.at) note(from);
  }
  for (const { act, user } of acts.values()) if (MAKING.includes(act)) note(user);
  for (const key of lostKeys) if (key.startsWith(ACCOUNT_KEYS)) note(nameInKey(key) ?? "");
  for (const keys of [READ_KEYS, NEWS_KEYS]) {
    for (const key of [...store.keys(keys), ...lostKeys]) {
      if (key.startsWith(keys)) note(key.slice(keys.length));
    }
  }
  return names;
}

/** What operators did last with each account, in the order of the records. */
async function lastActs(
  store: Store,
): Promise<Map<FoldedName, { readonly act: string; readonly user: string; readonly at: number }>> {
  const acts = new Map<FoldedName, { act: string; user: string; at: number }>();
  for await (const entry of entriesOf(store, auditStream())) {
    const record = auditIn(entry, false);
    if (record?.user === undefined) continue;
    const { act, user, at } = record;
    if ([...MAKING, ...ENDING].includes(act)) acts.set(foldText(user), { act, user, at });
  }
  return acts;
}

/** Who said or whispered something as an account. */
async function* saidByAccounts(
  store: Store,
): AsyncGenerator<{ readonly from: string; readonly at: number }> {
  for (const { name } of store.streams()) {
    if (!name.startsWith(ROOM_STREAMS) && !name.startsWith(PAIR_STREAMS)) continue;
    for await (const entry of entriesOf(store, name)) {
      // Most are guests' words, or those of names that are known already: they are not read as JSON.
      const message = Buffer.from(entry.body).includes(PROVED) ? messageIn(entry) : undefined;
      if (message?.account === true) yield { from: message.from, at: message.at };
    }
  }
}

async function* entriesOf(
  store: Store,
  stream: string,
): AsyncGenerator<Extract<Entry, { kind: "message" }>> {
  for (let after = 0;;) {
    const page = await store.read(stream, { after, limit: PAGE_RECORDS });
    for (const entry of page) if (entry.kind === "message") yield entry;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}
