/**
 * One outgoing hook at work: a cursor in its room's stream, as a member is one in its log.
 *
 * ```text
 *   store ─ page ─► is it meant? ─► signed, posted ─┬─ taken ─────────────────────► the cursor moves
 *             ▲                                     ├─ not taken ─► a while later again, longer each time
 *             └───────────── the next ◄─────────────┴─ refused again and again ───► given up, counted
 * ```
 *
 * Nothing waits in memory: what is not posted yet is in the store. Who lags behind by too much loses the oldest, and that is counted.
 * The cursor is kept now and then and at the end, so after a kill what was posted last is posted again, under the same id.
 *
 * What a hook has said is posted by none, or two of them could talk for ever.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import type { Permits } from "../budget/mod.ts";
import type { Counters } from "../figures/counters.ts";
import { bearsReactions, shownTo, type StoredMessage } from "../store/revised.ts";
import { messageIn } from "../store/stored.ts";
import type { MessageStore } from "../store/store_port.ts";
import { roomStream } from "../store/streams.ts";
import { fold, VERSION } from "../wire/mod.ts";
import { hashOf, type Hook } from "./hook_book.ts";
import {
  HOOK_PAGE_MESSAGES,
  HOOK_REFUSED_TRIES_MAX,
  HOOK_RETRY_FIRST_MS,
  HOOK_RETRY_LONGEST_MS,
  HOOK_WAITING_MAX,
} from "./limits.ts";
import { post, type Posted, type PostParts } from "./post.ts";
import type { Outgoing } from "./record.ts";
import { signatureOf } from "./sign.ts";

/** What a delivery needs. */
export interface DeliveryParts extends Pick<PostParts, "outside" | "mayReach"> {
  readonly store: Pick<MessageStore, "read" | "head" | "epoch">;
  /** Lets only a few pages be read at once. */
  readonly reading: Permits;
  /** Lets only a few posts be under way at once. */
  readonly posting: Permits;
  readonly pageBytesMax: number;
  readonly counters: Pick<Counters, "hookPosts" | "hookPostsFailed" | "hookMissed">;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** One hook at work. */
export class Delivery {
  readonly #hook: Hook<Outgoing>;
  readonly #parts: DeliveryParts;
  readonly #stream: string;
  readonly #ended = new AbortController();
  #at: number;
  #running: Promise<void> | undefined;
  /** Messages that were not posted. */
  missed = 0;
  /** Why the last post was not taken. */
  trouble: string | undefined;

  /** @param at The last message that is not to be posted any more. */
  constructor(hook: Hook<Outgoing>, at: number, parts: DeliveryParts) {
    this.#hook = hook;
    this.#parts = parts;
    this.#stream = roomStream(fold(hook.record.room));
    // Of another history, or of one that was cut off.
    this.#at = Math.min(at, this.#head);
  }

  /** The last message that is done with. */
  get at(): number {
    return this.#at;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#head - this.#at;
  }

  /** Something may have been said. */
  wake(): void {
    if (this.#running !== undefined || this.waiting === 0 || this.#ended.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      // Something may have been said since it looked for the last time.
      this.wake();
    });
  }

  /** Ends it; what is under way is given up. */
  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
  }

  get #head(): number {
    return this.#parts.store.head(this.#stream);
  }

  async #run(): Promise<void> {
    const { store, reading, pageBytesMax } = this.#parts;
    const { signal } = this.#ended;
    let failed = 0;
    while (!signal.aborted && this.waiting > 0) {
      this.#drop();
      const head = this.#head;
      const range = { after: this.#at, limit: HOOK_PAGE_MESSAGES, bytesMax: pageBytesMax };
      const page = await reading.holding(() => store.read(this.#stream, range)).catch((error) => {
        this.trouble = error instanceof Error ? error.message : String(error);
        return undefined;
      });
      if (page === undefined) {
        await wait(waitMs(++failed, this.#parts.random()), signal);
        continue;
      }
      failed = 0;
      for (const stored of page.messages) {
        if (signal.aborted) return;
        if (stored.seq <= this.#at) continue;
        if (this.#isMeant(messageIn(stored)) && !await this.#deliver(stored.seq)) return;
        this.#at = Math.max(this.#at, stored.seq);
      }
      // What is not there any more, or is damaged, is not posted.
      const last = page.more ? page.next ?? page.messages.at(-1)?.seq : head;
      this.#at = Math.max(this.#at, Math.min(head, last ?? head));
    }
  }

  /** Lets the oldest go when too many wait. */
  #drop(): void {
    const tooMany = this.waiting - HOOK_WAITING_MAX;
    if (tooMany <= 0) return;
    this.#miss(tooMany);
    this.#at += tooMany;
  }

  #miss(messages: number): void {
    this.missed += messages;
    this.#parts.counters.hookMissed += messages;
  }

  #isMeant(message: StoredMessage | undefined): message is StoredMessage {
    if (message?.type !== "NewMessage" || message.hook === true || message.deleted === true) {
      return false;
    }
    const { match } = this.#hook.record;
    return match === undefined || message.content.toLowerCase().includes(match.toLowerCase());
  }

  /** The message as it is now, as somebody may read it who has not reacted; `undefined` when it is not to be posted any more. */
  async #bodyOf(seq: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { store, reading } = this.#parts;
    const range = { after: seq - 1, limit: 1, bytesMax: 1 };
    const { messages } = await reading.holding(() => store.read(this.#stream, range));
    const stored = messages.find((one) => one.seq === seq);
    const message = stored && messageIn(stored);
    if (stored === undefined || !this.#isMeant(message)) return undefined;
    return new Uint8Array(bearsReactions(message) ? shownTo("", message) : stored.body);
  }

  /** Posts a message once, with the words that it has now: much may be taken back while others are posted, and between two tries. */
  async #post(seq: number): Promise<Posted | { readonly kind: "gone" }> {
    const { store, outside, mayReach, clock } = this.#parts;
    const { url, secret } = this.#hook.record;
    const { signal } = this.#ended;
    const body = await this.#bodyOf(seq);
    if (body === undefined) return { kind: "gone" };
    const id = `${hashOf(secret).slice(0, 8)}-${store.epoch}-${seq}`;
    const headers = {
      "Content-Type": "application/json",
      "User-Agent": `chat/${VERSION}`,
      ...signatureOf({ secret, id, seconds: Math.floor(clock() / 1_000), body }),
    };
    return await post({ url, headers, body }, { outside, mayReach, signal });
  }

  /** Posts a message until it is done with. @returns Whether the hook goes on. */
  async #deliver(seq: number): Promise<boolean> {
    const { posting, clock, random, counters } = this.#parts;
    const { signal } = this.#ended;
    for (let tries = 1; !signal.aborted; tries++) {
      const posted = await posting.holding(() => this.#post(seq)).catch(unread);
      if (signal.aborted) return false;
      if (posted.kind === "gone") return true;
      if (posted.kind === "taken") {
        this.trouble = undefined;
        counters.hookPosts++;
        this.#hook.used = clock();
        return true;
      }
      this.trouble = posted.why;
      counters.hookPostsFailed++;
      const isRefused = posted.kind === "refused" && tries >= HOOK_REFUSED_TRIES_MAX;
      // It may be one of the oldest by now, of too many.
      if (isRefused || this.#head - seq >= HOOK_WAITING_MAX) {
        this.#miss(1);
        return true;
      }
      const asked = posted.kind === "failed" ? posted.waitMs ?? 0 : 0;
      await wait(Math.min(Math.max(waitMs(tries, random()), asked), HOOK_RETRY_LONGEST_MS), signal);
    }
    return false;
  }
}

/** What could not be read is tried again. */
function unread(error: unknown): Extract<Posted, { kind: "failed" }> {
  return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
}

/** How long to wait after so many tries: twice as long each time, and not all hooks at once. */
export function waitMs(tries: number, random: number): number {
  const whole = Math.min(HOOK_RETRY_FIRST_MS * 2 ** Math.min(tries - 1, 20), HOOK_RETRY_LONGEST_MS);
  return Math.round(whole / 2 + random * whole / 2);
}
