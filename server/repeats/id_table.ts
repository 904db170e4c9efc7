/**
 * A bounded table of numbers: which ids were used lately, and where the messages lie that had them.
 *
 * ```text
 *   buckets ─► entry ─► entry     by key: 64 bits of a hash under a secret, since ids come from strangers
 *   oldest ◄─► … ◄─► newest       all entries, in the order in which they came
 *   shares  ─► oldest … newest    the entries of one user, in the same order
 * ```
 *
 * An entry is 50 bytes in typed arrays, whatever was said under its id; nothing of it is an object, and nothing is
 * held but numbers. When the table is full the oldest entry goes. One user may fill a quarter of it: of more, that
 * user's own oldest goes, so that whoever says very much forgets only itself. (Users share 65,536 shares by a
 * hash of their names: who has the luck to share one shares its bound.)
 *
 * Two ids may have one key, about once in 2⁶⁴ pairs. Whoever asks reads the message that was found and sees.
 *
 * @module
 */

import { halfSipHash } from "./half_sip_hash.ts";

/** Entries that there is room for at first. */
const ENTRIES_FIRST = 1_024;
/** Shares of users. */
const SHARES = 1 << 16;
/** One user's part of the table at most. */
const SHARE_PART = 4;
/** Bytes of an entry in all its arrays, a bucket included. */
const ENTRY_BYTES = 50;

/** Where a message lies. */
export interface Place {
  /** A number that stands for its stream. */
  readonly stream: number;
  readonly seq: number;
  /** A number that stands for its words (`words_number.ts`); 0 when they are not known. */
  readonly words?: number;
}

/** The numbers of remembered ids. Entries are numbered from 1; 0 is none. */
export class IdTable {
  readonly #entriesMax: number;
  readonly #secret = crypto.getRandomValues(new Uint32Array(2));
  /** The hash that was made last, and of what: an id is looked for, and then added. */
  readonly #hash = new Uint32Array(2);
  #hashed: { readonly user: string; readonly id: string } | undefined;
  /** Whose share was asked for last: who speaks goes on, mostly. */
  #lastShare: { readonly user: string; readonly share: number } | undefined;
  /** Whose number was asked for last: most is said in a few rooms. */
  #lastStream = { name: "", number: 0 };
  #capacity = ENTRIES_FIRST;
  #size = 0;
  #keyLow = new Uint32Array(ENTRIES_FIRST + 1);
  #keyHigh = new Uint32Array(ENTRIES_FIRST + 1);
  #stream = new Uint32Array(ENTRIES_FIRST + 1);
  #seq = new Uint32Array(ENTRIES_FIRST + 1);
  #words = new Uint32Array(ENTRIES_FIRST + 1);
  #atMs = new Float64Array(ENTRIES_FIRST + 1);
  /** Neighbours in the order of time; of free entries, `#newer` is the next free one. */
  #older = new Uint32Array(ENTRIES_FIRST + 1);
  #newer = new Uint32Array(ENTRIES_FIRST + 1);
  #nextInShare = new Uint32Array(ENTRIES_FIRST + 1);
  #nextInBucket = new Uint32Array(ENTRIES_FIRST + 1);
  #buckets = new Uint32Array(ENTRIES_FIRST);
  readonly #shareFirst = new Uint32Array(SHARES);
  readonly #shareLast = new Uint32Array(SHARES);
  readonly #shareSize = new Uint32Array(SHARES);
  #shareOf = new Uint16Array(ENTRIES_FIRST + 1);
  #oldest = 0;
  #newest = 0;
  #free = 0;
  /** Entries that were ever used: those behind have never been. */
  #used = 0;

  /** @param entriesMax How many entries there may be. */
  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  /** How many ids are remembered. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of memory that it takes now. */
  get bytes(): number {
    return this.#capacity * ENTRY_BYTES;
  }

  /** A number that stands for a stream's name. */
  streamNumber(name: string): number {
    const last = this.#lastStream;
    if (last.name === name) return last.number;
    const number = this.#hashOf(name, "");
    this.#lastStream = { name, number };
    return number;
  }

  /** Where the message of `user` lies that had this id, and when it came. */
  find(user: string, id: string): Place & { readonly atMs: number } | undefined {
    const entry = this.#entryOf(user, id);
    if (entry === 0) return undefined;
    return {
      stream: this.#stream[entry] ?? 0,
      seq: this.#seq[entry] ?? 0,
      words: this.#words[entry] ?? 0,
      atMs: this.#atMs[entry] ?? 0,
    };
  }

  /** Remembers an id. `atMs` must not fall from call to call by more than may be forgotten late. */
  add(user: string, id: string, { stream, seq, words = 0 }: Place, atMs: number): void {
    const share = this.#shareOfUser(user);
    const ofShare = Math.max(1, Math.floor(this.#entriesMax / SHARE_PART));
    if ((this.#shareSize[share] ?? 0) >= ofShare) this.#drop(this.#shareFirst[share] ?? 0);
    if (this.#size >= this.#entriesMax) this.#drop(this.#oldest);
    if (this.#free === 0 && this.#used === this.#capacity) this.#grow();
    const entry = this.#takeFree();
    this.#keyLow[entry] = this.#hashOf(user, id);
    this.#keyHigh[entry] = this.#hash[1] ?? 0;
    this.#stream[entry] = stream;
    this.#seq[entry] = seq;
    this.#words[entry] = words;
    this.#atMs[entry] = atMs;
    this.#shareOf[entry] = share;
    this.#link(entry, share);
    this.#size++;
  }

  /** Forgets what came before `sinceMs`. */
  forgetBefore(sinceMs: number): void {
    while (this.#oldest !== 0 && (this.#atMs[this.#oldest] ?? 0) < sinceMs) {
      this.#drop(this.#oldest);
    }
  }

  #entryOf(user: string, id: string): number {
    const low = this.#hashOf(user, id);
    const high = this.#hash[1] ?? 0;
    // The newest first: an id that came again after its time means its last message.
    for (let at = this.#buckets[low % this.#capacity] ?? 0; at !== 0; at = this.#nextOf(at)) {
      if (this.#keyLow[at] === low && this.#keyHigh[at] === high) return at;
    }
    return 0;
  }

  /** Hashes a pair of texts, unless that was done just now. @returns The lower half; the other is in `hash`. */
  #hashOf(user: string, id: string): number {
    if (this.#hashed?.id !== id || this.#hashed.user !== user) {
      halfSipHash(user, id, this.#secret, this.#hash);
      this.#hashed = { user, id };
    }
    return this.#hash[0] ?? 0;
  }

  #shareOfUser(user: string): number {
    if (this.#lastShare?.user === user) return this.#lastShare.share;
    const share = this.#hashOf(user, "") % SHARES;
    this.#lastShare = { user, share };
    return share;
  }

  #nextOf(entry: number): number {
    return this.#nextInBucket[entry] ?? 0;
  }

  #takeFree(): number {
    const entry = this.#free;
    if (entry === 0) return ++this.#used;
    this.#free = this.#newer[entry] ?? 0;
    return entry;
  }

  /** Puts an entry, the newest of all, into its three lists. */
  #link(entry: number, share: number): void {
    this.#older[entry] = this.#newest;
    this.#newer[entry] = 0;
    if (this.#newest === 0) this.#oldest = entry;
    else this.#newer[this.#newest] = entry;
    this.#newest = entry;
    const last = this.#shareLast[share] ?? 0;
    if (last === 0) this.#shareFirst[share] = entry;
    else this.#nextInShare[last] = entry;
    this.#nextInShare[entry] = 0;
    this.#shareLast[share] = entry;
    this.#shareSize[share] = (this.#shareSize[share] ?? 0) + 1;
    this.#chain(entry);
  }

  #chain(entry: number): void {
    const bucket = (this.#keyLow[entry] ?? 0) % this.#capacity;
    this.#nextInBucket[entry] = this.#buckets[bucket] ?? 0;
    this.#buckets[bucket] = entry;
  }

  /** Takes an entry out: always the oldest of its share, since shares are in the order of all. */
  #drop(entry: number): void {
    const share = this.#shareOf[entry] ?? 0;
    const rest = this.#nextInShare[entry] ?? 0;
    this.#shareFirst[share] = rest;
    if (rest === 0) this.#shareLast[share] = 0;
    this.#shareSize[share] = (this.#shareSize[share] ?? 1) - 1;
    const older = this.#older[entry] ?? 0;
    const newer = this.#newer[entry] ?? 0;
    if (older === 0) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer === 0) this.#newest = older;
    else this.#older[newer] = older;
    this.#unchain(entry);
    this.#newer[entry] = this.#free;
    this.#free = entry;
    this.#size--;
  }

  #unchain(entry: number): void {
    const bucket = (this.#keyLow[entry] ?? 0) % this.#capacity;
    let before = this.#buckets[bucket] ?? 0;
    if (before === entry) {
      this.#buckets[bucket] = this.#nextOf(entry);
      return;
    }
    while (this.#nextOf(before) !== entry) before = this.#nextOf(before);
    this.#nextInBucket[before] = this.#nextOf(entry);
  }

  /** Twice the room. Only when every entry is in use, so that there is no free one to carry over. */
  #grow(): void {
    this.#capacity *= 2;
    const length = this.#capacity + 1;
    this.#keyLow = wider(this.#keyLow, new Uint32Array(length));
    this.#keyHigh = wider(this.#keyHigh, new Uint32Array(length));
    this.#stream = wider(this.#stream, new Uint32Array(length));
    this.#seq = wider(this.#seq, new Uint32Array(length));
    this.#words = wider(this.#words, new Uint32Array(length));
    this.#atMs = wider(this.#atMs, new Float64Array(length));
    this.#older = wider(this.#older, new Uint32Array(length));
    this.#newer = wider(this.#newer, new Uint32Array(length));
    this.#nextInShare = wider(this.#nextInShare, new Uint32Array(length));
    this.#shareOf = wider(this.#shareOf, new Uint16Array(length));
    this.#nextInBucket = new Uint32Array(length);
    this.#buckets = new Uint32Array(this.#capacity);
    // In the order of time, so that in each bucket the newest comes first.
    for (let at = this.#oldest; at !== 0; at = this.#newer[at] ?? 0) this.#chain(at);
  }
}

function wider<T extends Uint16Array | Uint32Array | Float64Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}
