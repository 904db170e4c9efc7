/**
 * The keeper: sees to it that a store keeps what it is to keep, and has room for what comes.
 *
 * It is woken now and then, and by what makes the store tight, and does one thing at a time, in the background: it measures,
 * brings the store down to its size when it is tight, in steps, and deletes what has become too old. What fails is told and
 * tried again when it is woken the next time. What is too old a room may say for itself (`retentions.ts`), and what goes so is taken
 * out of the files by the eraser. While the store is tight, who said most of what came since is refused first.
 *
 * @module
 */

import { type BesideDrop, DamageError, type Store } from "../../db/mod.ts";
import { type Believed, BelievedTime, type Clocks } from "./believed_time.ts";
import {
  CLOCK_HOLD_MS,
  CLOCK_NOTE_MS,
  CLOCK_SLACK_MS_MAX,
  ERASE_AFTER_MS,
  ERASE_EXPIRED_AFTER_MS,
  RECORD_BYTES_ABOUT,
  RETAIN_LOOK_MS_MAX,
  RETAIN_LOOKS,
  SHRINK_STEP_SHARE,
} from "./limits.ts";
import type { Eraser } from "./eraser.ts";
import type { NotedTime } from "./noted_time.ts";
import { aheadOf, keptMsOf, retentionsIn } from "./retentions.ts";
import { RETAIN_KEYS } from "../store/streams.ts";
import { StorageError } from "../store/store_port.ts";
import { type Disk, type Payer, Space } from "./space.ts";

/** What a store is to keep. */
export interface Keeping {
  /** How old messages may become, in ms. Default: any age. */
  readonly retainMs?: number | undefined;
  /** How many bytes the store may take. Default: as many as there are. */
  readonly bytesMax?: number | undefined;
}

/** Messages were deleted, because their time was over or because they were the oldest and space was short. */
export interface Forgotten {
  readonly messages: number;
  readonly why: "age" | "space";
}

/** What a keeper needs. */
export interface KeeperParts {
  readonly store: Pick<
    Store,
    "bytes" | "shrink" | "retain" | "streams" | "oldestAt" | "keys" | "getNow"
  >;
  /** Takes what was deleted out of the files. */
  readonly eraser: Pick<Eraser, "note" | "taken" | "failed">;
  /** Notes the time that is believed, so that the next start knows it. */
  readonly noted: Pick<NotedTime, "read" | "note">;
  readonly keeping: Keeping;
  /** Measures the disk. */
  readonly disk: () => Promise<Disk | undefined>;
  readonly clocks: () => Clocks;
  readonly onForgotten: (forgotten: Forgotten) => void;
  /**
   * Hears, once each time, that the clock is ahead of what can be believed, by ms, and that messages are kept for it;
   * `undefined` when no time is known to be right.
   */
  readonly onClockAhead: (aheadMs: number | undefined) => void;
  readonly onTrouble: (error: unknown) => void;
}

const SENTENCES = {
  store: "This server's store is full. Nothing was sent.",
  disk: "The server's disk is nearly full. Nothing was sent.",
  most:
    "This server's store makes room, and most that is new in it came from you. Nothing was sent.",
};

/** By how much a clock may be ahead, in ms: a small part of the time after which it deletes. */
function slackFor(retainMs: number): number {
  return Math.min(CLOCK_SLACK_MS_MAX, retainMs / RETAIN_LOOKS);
}

/** Keeps a store within its bounds. */
export class Keeper {
  readonly #parts: KeeperParts;
  readonly #space: Space;
  /** How old messages may become, in ms. */
  #retainMs: number;
  #busy: Promise<void> | undefined;
  #closing = false;
  /** Whether it was tried in vain to make room: then that waits until it is woken. */
  #vain = false;
  /** Which keys may go when space is short. */
  #mayGo: (key: string) => boolean = () => false;
  #time: BelievedTime | undefined;
  /** When to look next at the clock and for what is too old, by the steady clock. */
  #lookAtMs = -Infinity;
  /** When to note next what time it is. */
  #noteAtMs = -Infinity;
  #aheadTold = false;
  /** For how long rooms keep what is said in them, in ms. */
  #rooms: ReadonlyMap<string, number> = new Map();
  /** Whether a room was set to another time: then it is looked at once, and what goes is soon in no file. */
  #roomsChanged = false;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#space = new Space(parts.keeping.bytesMax);
    this.#retainMs = parts.keeping.retainMs ?? Infinity;
  }

  /** Measures for the first time. */
  async begin(): Promise<void> {
    const { store, noted, clocks } = this.#parts;
    const belief = { slackMs: slackFor(this.#retainMs), holdMs: CLOCK_HOLD_MS };
    const known = await noted.read();
    const now = clocks();
    // Where nothing is kept yet, no clock can cost anything.
    const isNew = store.streams()[Symbol.iterator]().next().done;
    this.#time = new BelievedTime(belief, known ?? (isNew ? now.wallMs : undefined), now);
    this.#rooms = this.#readRooms();
    await this.#measure();
  }

  /** A room keeps what is said in it for another time from now on. */
  roomChanged(): void {
    this.#roomsChanged = true;
  }

  /** Messages may become so old from now on, in ms. What is too old already goes at the next look. */
  retainFor(ms: number): void {
    this.#retainMs = ms;
    this.#time?.allow(slackFor(ms));
    this.#lookAtMs = -Infinity;
  }

  #readRooms(): ReadonlyMap<string, number> {
    const { store, onTrouble } = this.#parts;
    return retentionsIn(store.keys(RETAIN_KEYS), (key) => {
      try {
        return store.getNow(key);
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        onTrouble(error);
        return undefined;
      }
    });
  }

  /**
   * Takes the room for a body.
   *
   * @param goesOn Whether it is taken also when there is hardly any, as long as something of what is kept in reserve is left.
   * @returns Why there is none.
   */
  take(bytes: number, payer?: Payer, goesOn = false): StorageError | undefined {
    const full = goesOn ? this.#space.fullForAll : this.#space.full;
    if (full === undefined) {
      if (payer !== undefined && !goesOn && this.#space.hasTakenMost(payer)) return tookMost();
      this.#space.take(bytes + RECORD_BYTES_ABOUT, payer);
      if (this.#space.shrinkTo !== undefined && !this.#vain) this.#begin();
      return undefined;
    }
    const what = full === "store" ? "the store has reached its size" : "the disk is nearly full";
    return new StorageError(`Cannot store: ${what}`, { told: SENTENCES[full] });
  }

  /** Takes the room for a body that is taken also when there is hardly any: what is kept in reserve is for such, too. */
  takeReserved(bytes: number): void {
    this.#space.take(bytes + RECORD_BYTES_ABOUT, undefined);
  }

  /** Whether nothing more is taken. */
  get full(): boolean {
    return this.#space.full !== undefined;
  }

  /**
   * Looks after the store. To be called now and then; it never waits and never throws.
   *
   * @param mayGo Whether a key is not needed any more, should space be short.
   */
  tend(mayGo: (key: string) => boolean = () => false): void {
    this.#mayGo = mayGo;
    this.#vain = false;
    this.#begin();
  }

  #begin(): void {
    if (this.#closing) return;
    this.#busy ??= this.#tend()
      .catch((error) => {
        this.#vain = true;
        // What closing has stopped is no trouble.
        if (!this.#closing) this.#parts.onTrouble(error);
      })
      .finally(() => this.#busy = undefined);
  }

  /** Does nothing from now on. The store may close. */
  close(): void {
    this.#closing = true;
  }

  /** The latest time that may be true, in ms since 1970. What was written with a later one had a wrong clock. */
  latestAt(): number {
    return this.#time?.latestAt(this.#parts.clocks().steadyMs) ?? Infinity;
  }

  /** Notes what time it is, as far as is believed. To be called while nobody else may open the store. */
  async noteTime(): Promise<void> {
    const { noted, clocks } = this.#parts;
    const { steadyMs } = clocks();
    const at = this.#time?.noteAt(steadyMs);
    if (at === undefined) return;
    this.#noteAtMs = steadyMs + CLOCK_NOTE_MS;
    await noted.note(at);
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    await this.#busy;
  }

  async #tend(): Promise<void> {
    await this.#measure();
    await this.#shrink();
    await this.#retain();
  }

  async #measure(): Promise<void> {
    const disk = await this.#parts.disk();
    this.#space.measured(this.#parts.store.bytes(), disk);
  }

  async #shrink(): Promise<void> {
    const to = this.#space.shrinkTo;
    if (to === undefined) return;
    const { store, keeping: { bytesMax = Infinity } } = this.#parts;
    let gone = 0;
    try {
      // In steps, since what a step has freed may be taken while the next one is under way.
      for (let bytes = store.bytes(), before = Infinity; bytes > to && bytes < before;) {
        before = bytes;
        const mayGo = (key: string): boolean => this.#mayGo(key);
        gone += await store.shrink(Math.max(to, bytes - bytesMax * SHRINK_STEP_SHARE), { mayGo });
        await this.#measure();
        bytes = store.bytes();
      }
    } finally {
      this.#tell(gone, "space");
    }
    this.#vain = this.#space.shrinkTo !== undefined;
  }

  async #retain(): Promise<void> {
    const { store, eraser, clocks } = this.#parts;
    const retainMs = this.#retainMs;
    const now = clocks();
    const isAsked = this.#roomsChanged;
    // Whoever closes the store notes the time, and after that it is somebody else's.
    if (this.#closing || this.#time === undefined) return;
    if (!isAsked && now.steadyMs < this.#lookAtMs) return;
    this.#lookAtMs = now.steadyMs + Math.min(RETAIN_LOOK_MS_MAX, retainMs / RETAIN_LOOKS);
    const believed = this.#time.look(now);
    if (now.steadyMs >= this.#noteAtMs) await this.noteTime();
    if (isAsked) {
      this.#roomsChanged = false;
      this.#rooms = this.#readRooms();
    }
    const rooms = this.#rooms;
    const leastMs = Math.min(retainMs, ...rooms.values());
    if (leastMs === Infinity) return;
    this.#tellAhead(believed, now.wallMs - leastMs);
    if (believed === undefined) return;
    const latest = this.#time.latestAt(now.steadyMs);
    const sureMs = this.#time.noteAt(now.steadyMs) ?? believed.nowMs;
    const beside: BesideDrop = () => {
      const noted = eraser.note(Math.max(0, Math.floor(now.wallMs)));
      eraser.taken(isAsked ? ERASE_AFTER_MS : ERASE_EXPIRED_AFTER_MS);
      return noted;
    };
    try {
      const keepSince = (stream: string): number | undefined => {
        const kept = keptMsOf(stream, rooms) ?? Infinity;
        const wholeMs = retainMs + aheadOf(stream);
        if (wholeMs <= kept) return wholeMs === Infinity ? undefined : believed.nowMs - wholeMs;
        // A clock that is ahead is believed so far as a part of the room's own time.
        return Math.min(believed.nowMs, sureMs + kept / RETAIN_LOOKS) - kept;
      };
      this.#tell(await store.retain(keepSince, { latest, beside }), "age");
    } catch (error) {
      eraser.failed();
      throw error;
    }
  }

  /** @param since From when on messages would be kept if the clock were believed. */
  #tellAhead(believed: Believed | undefined, since: number): void {
    const isTrue = believed?.aheadMs === 0;
    if (isTrue) this.#aheadTold = false;
    const oldest = this.#parts.store.oldestAt();
    if (isTrue || this.#aheadTold || oldest === undefined || oldest >= since) return;
    this.#aheadTold = true;
    this.#parts.onClockAhead(believed?.aheadMs);
  }

  #tell(messages: number, why: Forgotten["why"]): void {
    if (messages > 0) this.#parts.onForgotten({ messages, why });
  }
}

/** Why whoever says most is refused before the others are. */
function tookMost(): StorageError {
  return new StorageError("Cannot store: the store makes room, and others come first", {
    told: SENTENCES.most,
    isLimit: true,
  });
}
