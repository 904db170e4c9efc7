/**
 * The ids that users gave their messages lately, so that a message sent twice is taken once.
 *
 * A client that lost its connection cannot know whether its last words arrived; it says them again under the same
 * id. An id is remembered from the moment the message is taken, before it is durable:
 *
 * ```text
 *   take ─► waiting ─┬─ keep ───► numbers: where the message lies      its answer is made from the store again
 *                    ├─ forget ─► gone: it was refused, and a repetition is a new try
 *                    └─ doubt ──► doubtful: nobody can say until the store is opened again
 * ```
 *
 * Who repeats an id while it waits gets the same outcome. Of what is kept only numbers are held, for ten minutes of
 * this server's running and within `RECENT_IDS_MAX`; contents are in the store. What is forgotten costs a client
 * nothing that settles what it sent from what it missed before it sends again.
 *
 * @module
 */

import type { Said } from "../commands/types.ts";
import { IdTable } from "./id_table.ts";
import { RECENT_ID_MS, RECENT_IDS_MAX } from "../limits.ts";
import type { FoldedName } from "../wire/mod.ts";
import { wordsNumber, wordsNumberOfJson } from "./words_number.ts";

/** A message that carries an id and is on its way to the disk. `A` is the answer that its sender gets. */
export class Taken<A> {
  readonly stream: string;
  /** Its words: what is said under its id with others is something else. */
  readonly said: Said;
  #answer: A | undefined;
  #waiting: ((answer: A) => void)[] = [];

  constructor(stream: string, said: Said) {
    this.stream = stream;
    this.said = said;
  }

  /** Gives `tell` the answer, now or when there is one. */
  whenSettled(tell: (answer: A) => void): void {
    if (this.#answer !== undefined) tell(this.#answer);
    else this.#waiting.push(tell);
  }

  /** The answer is known. */
  settle(answer: A): void {
    this.#answer = answer;
    for (const tell of this.#waiting) tell(answer);
    this.#waiting = [];
  }
}

/** What is known of an id. */
export type Known<A> =
  /** Its message is on its way to the disk. */
  | { readonly kind: "waiting"; readonly taken: Taken<A> }
  /** Its message lies there, in the stream that was asked about. */
  | {
    readonly kind: "kept";
    readonly seq: number;
    readonly atMs: number;
    /** Whether it has the words that were asked about; `undefined` when only the store can tell. */
    readonly sameWords: boolean | undefined;
  }
  /** It was used for something in another stream. */
  | { readonly kind: "elsewhere" }
  /** Whether its message was stored is not known. */
  | { readonly kind: "doubtful" };

/** The ids of all users. */
export class RecentIds<A> {
  /** Bounded by what the store lets wait for the disk. */
  readonly #waiting = new Map<string, Taken<A>>();
  /** As many as waited when the disk failed: after that nothing is taken until the store is opened again. */
  readonly #doubtful = new Set<string>();
  readonly #kept: IdTable;
  /** The key that was made last: it is asked for again as soon as its message is stored. */
  #last: { readonly user: FoldedName; readonly id: string; readonly key: string } | undefined;

  /** @param idsMax Ids remembered of all users. */
  constructor(idsMax: number = RECENT_IDS_MAX) {
    this.#kept = new IdTable(idsMax);
  }

  /** Bytes of memory that the remembered ids take. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** What `user` already sent under `id`, and is about to send into `stream` with the words of `said`. */
  find(
    user: FoldedName,
    id: string,
    { stream, said }: { readonly stream: string; readonly said: Said },
    nowMs: number,
  ): Known<A> | undefined {
    const open = this.#findOpen(user, id, stream);
    if (open !== undefined) return open;
    const place = this.#kept.find(user, id);
    if (place === undefined || nowMs - place.atMs >= RECENT_ID_MS) return undefined;
    if (place.stream !== this.#kept.streamNumber(stream)) return { kind: "elsewhere" };
    const { seq, atMs, words = 0 } = place;
    const sameWords = words === 0 ? undefined : words === numberOf(said);
    return { kind: "kept", seq, atMs, sameWords };
  }

  /** What is known of an id whose message is not stored, or not yet. */
  #findOpen(user: FoldedName, id: string, stream: string): Known<A> | undefined {
    // In memory everything is stored at once: then there is never any.
    if (this.#waiting.size + this.#doubtful.size === 0) return undefined;
    const key = this.#keyOf(user, id);
    const taken = this.#waiting.get(key);
    if (taken !== undefined) {
      return taken.stream === stream ? { kind: "waiting", taken } : { kind: "elsewhere" };
    }
    return this.#doubtful.has(key) ? { kind: "doubtful" } : undefined;
  }

  /** Remembers that `user` sent a message under `id`. */
  take(user: FoldedName, id: string, stream: string, said: Said): Taken<A> {
    const taken = new Taken<A>(stream, said);
    this.#waiting.set(this.#keyOf(user, id), taken);
    return taken;
  }

  /** The message under `id` is stored. */
  keep(user: FoldedName, id: string, at: { stream: string; seq: number }, nowMs: number): void {
    const key = this.#keyOf(user, id);
    const said = this.#waiting.get(key)?.said;
    this.#waiting.delete(key);
    const words = said === undefined ? 0 : numberOf(said);
    this.remember(user, id, { ...at, words }, nowMs);
  }

  /** Remembers a message that was stored before; its words as well, where they are known. */
  remember(
    user: FoldedName,
    id: string,
    { stream, seq, words = 0 }: { stream: string; seq: number; words?: number | undefined },
    nowMs: number,
  ): void {
    this.#kept.add(user, id, { stream: this.#kept.streamNumber(stream), seq, words }, nowMs);
  }

  /** The message under `id` was not stored. */
  forget(user: FoldedName, id: string): void {
    this.#waiting.delete(this.#keyOf(user, id));
  }

  /** Nobody can say whether the message under `id` was stored. */
  doubt(user: FoldedName, id: string): void {
    const key = this.#keyOf(user, id);
    this.#waiting.delete(key);
    this.#doubtful.add(key);
  }

  /** Drops what is too old, of all users. To be called now and then. */
  sweep(nowMs: number): void {
    this.#kept.forgetBefore(nowMs - RECENT_ID_MS);
  }

  #keyOf(user: FoldedName, id: string): string {
    if (this.#last?.id === id && this.#last.user === user) return this.#last.key;
    const key = keyOf(user, id);
    this.#last = { user, id, key };
    return key;
  }
}

/** See `words_number.ts`. */
export function numberOf(said: Said): number {
  const { json } = said;
  return json === undefined ? wordsNumber(said.content) : wordsNumberOfJson(json, 0, json.length);
}

/** No name holds a line feed. */
function keyOf(user: FoldedName, id: string): string {
  return `${user}\n${id}`;
}
