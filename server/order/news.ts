/**
 * What was done to accounts while they were away, and what was reported to them: told when they come in.
 *
 * ```text
 *   deed ─► its record, the room's order, and news/<account> ─► durable together ─► she comes in: told, and forgotten
 * ```
 *
 * Reports that nobody heard who could do something go to the moderators who have accounts, and where there are none of these into
 * one list for all operators: each of them hears what it has not heard yet.
 *
 * Whoever is here has no news kept: it is told at once. Items are few, and the oldest give way: a stranger who makes a room may
 * invite whom he likes. An account that has the name later is another one, and is told nothing of it.
 *
 * @module
 */

import { NEWS_BYTES_MAX, NEWS_MAX } from "./limits.ts";
import type { KeptValues, Put } from "../store/store_port.ts";
import { newsKey } from "../store/streams.ts";
import type { FoldedName, OrderAct } from "../wire/mod.ts";

/** Something that was done to an account, in a room or on the whole server. */
export interface DeedNews {
  readonly act: OrderAct;
  readonly room?: string;
  readonly by: string;
  /** When, in ms since 1970. */
  readonly at: number;
  readonly seconds?: number;
  readonly why?: string;
}

/** A message that was reported to it; none of its words. */
export interface ReportNews {
  readonly act: "report";
  readonly room: string;
  readonly by: string;
  readonly at: number;
  /** The seq of the message. */
  readonly message: number;
  readonly why?: string;
}

/** One item. */
export type NewsItem = DeedNews | ReportNews;

/** An account, as far as it is concerned here. */
export interface Reader {
  readonly key: FoldedName;
  readonly tag: string;
}

interface Kept {
  /** Whose it is; of the operators' list nobody's. */
  readonly tag: string;
  readonly items: readonly NewsItem[];
  /** Of an operator: when the last was reported that it heard of from the operators' list. */
  readonly heard?: number;
}

/** The key of the operators' list: no account has an empty name. */
const OPERATORS = "" as FoldedName;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The news of all accounts. */
export class News {
  readonly #values: KeptValues;
  /** What is on its way to the disk: what comes next is put behind it. */
  readonly #coming = new Map<FoldedName, { readonly kept: Kept; readonly key: string }>();

  constructor(values: KeptValues) {
    this.#values = values;
  }

  /** What is to be written for an account to be told of something. `settled` is to be called with it. */
  put({ key, tag }: Reader, item: NewsItem): Put {
    const before = this.#coming.get(key)?.kept ?? this.#read(key);
    const own = before?.tag === tag ? before : { items: [] };
    const kept = { ...own, tag, items: [...own.items, item].slice(-NEWS_MAX) };
    const entry = { key: newsKey(key), value: encoder.encode(JSON.stringify(kept)) };
    this.#coming.set(key, { kept, key: entry.key });
    return entry;
  }

  /** What is to be written for all operators to be told of a report. */
  putForOperators(item: ReportNews): Put {
    return this.put({ key: OPERATORS, tag: "" }, item);
  }

  /** See `settled`. */
  settledForOperators(): void {
    this.#coming.delete(OPERATORS);
  }

  /** What was to be written is, or is not. @param isHere Whether the account has come in meanwhile, and is told at once. */
  settled(key: FoldedName, isHere: boolean): void {
    this.#coming.delete(key);
    if (isHere) this.#empty(key, this.#read(key));
  }

  /** What an account that comes in is to be told: once. */
  take({ key, tag }: Reader, isOperator: boolean): readonly NewsItem[] {
    const kept = this.#read(key);
    const own = kept?.tag === tag ? kept : undefined;
    const { heard = 0, items = [] } = own ?? {};
    const more = isOperator
      ? this.#read(OPERATORS)?.items.filter(({ at }) => at > heard) ?? []
      : [];
    const last = more.at(-1)?.at;
    if (last !== undefined) this.#write(key, { tag, items: [], heard: last });
    else if (own === undefined || items.length > 0) this.#empty(key, own);
    return [...items, ...more];
  }

  /** Forgets it: it was told, or the account is gone. What a full disk refuses of that is told once more. */
  forget(key: FoldedName): void {
    if (this.#values.has(newsKey(key))) this.#values.write(newsKey(key), undefined, () => {});
  }

  /** It was told; which of the operators' list it has heard is known beyond that. */
  #empty(key: FoldedName, kept: Kept | undefined): void {
    if (kept?.heard === undefined) this.forget(key);
    else this.#write(key, { ...kept, items: [] });
  }

  #write(key: FoldedName, kept: Kept): void {
    this.#values.write(newsKey(key), encoder.encode(JSON.stringify(kept)), () => {});
  }

  #read(key: FoldedName): Kept | undefined {
    const value = this.#values.value(newsKey(key));
    return value && newsIn(value);
  }
}

/** What stored bytes say; `undefined` when that is no news. */
export function newsIn(bytes: Uint8Array): Kept | undefined {
  if (bytes.length > NEWS_BYTES_MAX) return undefined;
  const value = jsonIn(bytes);
  if (!isObject(value) || typeof value["tag"] !== "string") return undefined;
  const { tag, items, heard } = value;
  if (!Array.isArray(items) || !items.every(isItem)) return undefined;
  return { tag, items, ...(typeof heard === "number" ? { heard } : {}) };
}

function isItem(value: unknown): value is NewsItem {
  if (!isObject(value)) return false;
  const { act, room, by, at, seconds, why, message } = value;
  return typeof act === "string" && typeof by === "string" && typeof at === "number" &&
    (typeof room === "string" || room === undefined && act !== "report") &&
    (typeof message === "number") === (act === "report") &&
    (seconds === undefined || typeof seconds === "number") &&
    (why === undefined || typeof why === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
