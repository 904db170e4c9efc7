/**
 * What was done to accounts while they were away, and what was reported to them: told when they come in.
 *
 * ```text
 *   deed ─► its record, the room's order, and news/<account> ─► durable together ─► she comes in: told ─► stays: forgotten
 * ```
 *
 * It is kept until she has been here for a while after she was told: a script that logs in and out under her name has not read it,
 * and a server that is killed in between tells it again.
 *
 * Reports that nobody heard who could do something go to the moderators who have accounts, and where there are none of these into
 * one list for all operators: each of them hears what it has not heard yet.
 *
 * Whoever is here has no news kept: it is told at once. Items are few, and the oldest give way: a stranger who makes a room may
 * invite whom he likes. An account that has the name later is another one, and is told nothing of it.
 *
 * @module
 */

import { NEWS_BYTES_MAX, NEWS_MAX, NEWS_READ_MS } from "./limits.ts";
import { OnTheWay } from "../store/on_the_way.ts";
import type { Append, KeptValues, Put, StorageError } from "../store/store_port.ts";
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
  /** Set when the room was for the invited then, and the account one of them. It is told nobody. */
  readonly wasInvited?: boolean;
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

/** What is to be written for somebody to be told of something. */
export interface NewsPut extends Put {
  /** To be called when it is durable, or is not. */
  arrived(error?: StorageError): void;
}

/** The key of the operators' list: no account has an empty name. */
const OPERATORS = "" as FoldedName;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What an account was told that is still kept. */
interface Told {
  readonly tag: string;
  /** When it was told, by a clock that nobody sets. */
  readonly sinceMs: number;
  /** All up to this time; and of the operators' list. */
  readonly upTo: number;
  readonly heard: number | undefined;
}

/** What news need. */
export interface NewsParts {
  readonly values: KeptValues;
  /** Milliseconds that pass whatever is done to the clock. */
  readonly steady: () => number;
  /** Whether an account is here. */
  readonly isHere: (key: FoldedName) => boolean;
}

/** The news of all accounts. */
export class News {
  readonly #parts: NewsParts;
  /** What is on its way to the disk; `undefined` where all is forgotten. */
  readonly #coming = new OnTheWay<FoldedName, Kept | undefined>();
  /** Of accounts that are here. */
  readonly #told = new Map<FoldedName, Told>();

  constructor(parts: NewsParts) {
    this.#parts = parts;
  }

  /** What is to be written for an account to be told of something: to be given to the store at once. */
  put({ key, tag }: Reader, { at: clockAt, ...news }: NewsItem): NewsPut {
    const before = this.#newest(key);
    const own = before?.tag === tag ? before : { items: [] };
    // By its time it is known who has heard of it: it is behind all that is there, though the clock was set back.
    const at = Math.max(clockAt, (own.items.at(-1)?.at ?? -1) + 1);
    const kept = { ...own, tag, items: [...own.items, { ...news, at }].slice(-NEWS_MAX) };
    const settle = this.#coming.put(key, kept);
    return {
      key: newsKey(key),
      value: encode(kept),
      arrived: (error) => {
        settle(error);
        if (error !== undefined || !this.#parts.isHere(key)) return;
        // Who has come in meanwhile is told at once.
        this.#note(key, { tag, upTo: at, heard: undefined });
      },
    };
  }

  /** What is to be written for all operators to be told of a report. */
  putForOperators(item: ReportNews): NewsPut {
    return this.put({ key: OPERATORS, tag: "" }, item);
  }

  /** What an account that comes in is to be told. */
  tell({ key, tag }: Reader, isOperator: boolean): readonly NewsItem[] {
    const kept = this.#read(key);
    const { heard = 0, items = [] } = kept?.tag === tag ? kept : {};
    const list = isOperator ? this.#read(OPERATORS)?.items ?? [] : [];
    const more = list.filter(({ at }) => at > heard);
    // What is left of somebody who had the name before goes, too.
    if (kept === undefined && more.length === 0) return [];
    this.#note(key, { tag, upTo: items.at(-1)?.at ?? 0, heard: more.at(-1)?.at });
    return [...items, ...more];
  }

  /** Forgets what those who are still here were told. To be called now and then. */
  check(): void {
    const { steady, isHere } = this.#parts;
    for (const [key, told] of this.#told) {
      const isRead = steady() - told.sinceMs >= NEWS_READ_MS;
      if (isHere(key) && !isRead) continue;
      this.#told.delete(key);
      if (isHere(key)) this.#empty(key, told);
    }
  }

  /** The account is gone, and with it what was kept for it. */
  forget(key: FoldedName): void {
    const { values } = this.#parts;
    if (this.#coming.has(key) || values.has(newsKey(key))) this.#write(key, undefined);
  }

  /**
   * Erases what was kept for an account that is gone, when all that was on its way then is durable. What is on its way for somebody
   * who has the name meanwhile stays.
   *
   * @throws {StorageError} Through the promise.
   */
  erase({ key, tag }: Reader): Promise<void> {
    if (this.#told.get(key)?.tag === tag) this.#told.delete(key);
    if (this.#read(key)?.tag !== tag) return Promise.resolve();
    const newest = this.#newest(key);
    const kept = newest?.tag === tag ? undefined : newest;
    return new Promise((resolve, reject) =>
      this.#write(key, kept, (error) => error === undefined ? resolve() : reject(error))
    );
  }

  #note(key: FoldedName, { tag, upTo, heard }: Omit<Told, "sinceMs">): void {
    const before = this.#told.get(key);
    const last = Math.max(heard ?? 0, before?.heard ?? 0);
    this.#told.set(key, {
      tag,
      sinceMs: this.#parts.steady(),
      upTo: Math.max(upTo, before?.upTo ?? 0),
      heard: last === 0 ? undefined : last,
    });
  }

  /** Forgets what was told; which of the operators' list it was is known beyond that. What a full disk refuses of it is told again. */
  #empty(key: FoldedName, { tag, upTo, heard }: Told): void {
    const kept = this.#newest(key);
    const own = kept?.tag === tag ? kept : undefined;
    const items = own?.items.filter(({ at }) => at > upTo) ?? [];
    const last = heard ?? own?.heard;
    if (items.length === 0 && last === undefined) return this.forget(key);
    const next = { tag, items, ...(last === undefined ? {} : { heard: last }) };
    this.#write(key, next);
  }

  #write(key: FoldedName, kept: Kept | undefined, settled?: Append["settled"]): void {
    const arrived = this.#coming.put(key, kept);
    this.#parts.values.write(newsKey(key), kept && encode(kept), (error) => {
      arrived(error);
      settled?.(error);
    });
  }

  /** What is kept for an account when what is on its way is durable. */
  #newest(key: FoldedName): Kept | undefined {
    return this.#coming.newest(key, () => this.#read(key));
  }

  #read(key: FoldedName): Kept | undefined {
    const value = this.#parts.values.value(newsKey(key));
    return value && newsIn(value);
  }
}

function encode(kept: Kept): Uint8Array {
  return encoder.encode(JSON.stringify(kept));
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
