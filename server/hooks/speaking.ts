/**
 * A program speaks by a hook: in the hook's room and under its name, without anybody's coming in.
 *
 * ```text
 *   token ─► hook ─► too fast? muted or banned there? ─► the way of every message (conversation.ts) ─► stored ─► answered
 * ```
 *
 * For a conversation the speaker is a member like any other, whose connection has no words: what it is told is the answer to the
 * request. It is in no list of who is here. It stands where moderators stand, since an operator put it into that room: it may speak in a
 * room for announcements or for the invited, and need not wait in a slow one. But who is muted or banned there by name is silent, and
 * so is what is too fast or too much, as for everybody.
 *
 * @module
 */

import { randomToken } from "../../ground/mod.ts";
import type { Address } from "../addresses/address.ts";
import { type Account, Telling } from "../budget/mod.ts";
import { refuseContent } from "../commands/content.ts";
import type { Said } from "../commands/types.ts";
import type { Conversation } from "../conversation.ts";
import type { Counters } from "../figures/counters.ts";
import { Outbox } from "../link/outbox.ts";
import type { Order } from "../order/order.ts";
import { refuseAct } from "../order/standing.ts";
import { errorMessage, refusalOf } from "../perform.ts";
import type { Hall } from "../rooms/hall.ts";
import { type Host, Member } from "../rooms/member.ts";
import type { Room } from "../rooms/room.ts";
import type { Wakeups } from "../rooms/wakeups.ts";
import type { Rates } from "../session/too_early.ts";
import type { Signed } from "../store/authors.ts";
import {
  type Ack,
  type ErrorMessage,
  fold,
  ID_CHARS_MAX,
  type ServerMessage,
} from "../wire/mod.ts";
import type { Hook, HookBook } from "./hook_book.ts";
import type { Incoming } from "./record.ts";

/** What it needs. */
export interface SpeakingParts {
  readonly book: HookBook;
  readonly hall: Hall;
  readonly conversation: Conversation;
  readonly rates: Rates;
  readonly wakeups: Wakeups;
  readonly counters: Pick<Counters, "hookMessages">;
  /** How a room will be when what is on its way is durable; its order where nothing is. */
  readonly comingOf: (room: Room) => Order;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Where words come from. */
export interface Caller {
  readonly address: Address;
  readonly hostname: string;
  /** Pays for what they cause. */
  readonly account: Account;
}

/** Something that a program says. */
export interface Saying extends Caller {
  readonly content: string;
  /** What the program calls it: said again under the same one, it is not said twice. */
  readonly key?: string | undefined;
}

/** What it comes to. */
export type Spoken = Ack | ErrorMessage;

/** What a hook has that speaks. */
interface Voice {
  readonly telling: Telling;
  /** When it was written down last that it is the author here. */
  signed?: Signed | undefined;
}

/** Speaks for hooks. */
export class Speaking {
  readonly #parts: SpeakingParts;
  readonly #voices = new WeakMap<Hook, Voice>();

  constructor(parts: SpeakingParts) {
    this.#parts = parts;
  }

  /** The hook whose token this is. */
  find(token: string): Hook<Incoming> | undefined {
    return this.#parts.book.byToken(token);
  }

  /** Says something. */
  async say(hook: Hook<Incoming>, saying: Saying): Promise<Spoken> {
    const { hall } = this.#parts;
    const { content, key, account } = saying;
    const refused = refuseContent({ content });
    if (refused?.do === "refuse") return errorMessage(refused.code, refused.msg);
    if (key !== undefined && (key === "" || key.length > ID_CHARS_MAX)) {
      return errorMessage("invalid", `An Idempotency-Key has 1 to ${ID_CHARS_MAX} characters.`);
    }
    const room = hall.openRoom(hook.record.room);
    if (room === undefined) return errorMessage("busy", "There are too many rooms already.");
    try {
      const { promise, resolve } = Promise.withResolvers<Spoken>();
      // Without a name of its own it has one for the answer's sake.
      const id = key ?? randomToken().slice(0, 16);
      const said = { content };
      await account.serve(() => this.#speak(hook, room, { saying, said, id, resolve }));
      return await promise;
    } finally {
      room.release();
    }
  }

  #speak(
    hook: Hook<Incoming>,
    room: Room,
    { saying, said, id, resolve }: {
      readonly saying: Saying;
      readonly said: Said;
      readonly id: string;
      readonly resolve: (answer: Spoken) => void;
    },
  ): Promise<void> | undefined {
    const { conversation, book } = this.#parts;
    // It had to wait for its turn.
    if (book.get(fold(hook.name)) !== hook) {
      return void resolve(errorMessage("not_found", "There is no such hook."));
    }
    const voice = this.#voiceOf(hook);
    const speaker = this.#speaker(hook, voice, saying, resolve);
    const refusal = this.#refusePace(speaker, room, voice, said) ??
      this.#refuseWord(hook, speaker, room);
    if (refusal !== undefined) return void resolve(refusal);
    const message = { type: "Broadcast", id, room: room.name, ...said } as const;
    const go = (again: boolean): void => {
      if (again) return;
      // It may have been silenced while it was looked up whether it has said this before.
      const refusal = this.#refuseWord(hook, speaker, room);
      if (refusal !== undefined) return resolve(refusal);
      saying.account.spend({ workMs: room.msToTell(0) });
      hook.used = this.#parts.clock();
      this.#parts.counters.hookMessages++;
      conversation.say(speaker, room, said, id);
    };
    const again = conversation.answerAgain(speaker, message);
    return again instanceof Promise ? again.then(go) : go(again) as undefined;
  }

  /** Why it is too fast. */
  #refusePace(
    speaker: Member,
    room: Room,
    voice: Voice,
    { content }: Said,
  ): ErrorMessage | undefined {
    const { rates, wakeups } = this.#parts;
    const { address } = speaker;
    const now = performance.now();
    const throttle = rates.messages.of(speaker.key, now);
    const verdict = throttle.take(now);
    let wait = verdict.kind === "wait" ? verdict.ms : 0;
    if (wait === 0 && !address.exempt) wait = address.message(now, room.key);
    if (wait === 0 && !rates.messages.open) {
      const costMs = room.msToTell(content.length);
      if (costMs > 0) wait = voice.telling.take(now, costMs, wakeups.price);
    }
    return wait > 0 ? refusalOf("rate_limited", undefined, { wait }) : undefined;
  }

  /** Why it is not heard there: by how the room is, and by what is on its way to be (`order/speech.ts`). */
  #refuseWord(hook: Hook, speaker: Member, room: Room): ErrorMessage | undefined {
    const { book, comingOf, hall } = this.#parts;
    // Its words were on their way while it was taken away.
    if (!book.speaks(hook)) return errorMessage("auth_failed", "There is no such hook.");
    const { order, name } = room;
    const coming = comingOf(room);
    if (coming === order && !order.closes && !order.restrains) return undefined;
    // Its name is its own, so nobody is muted for looking like it.
    const person = {
      ...{ name: speaker.name, key: speaker.key, tag: speaker.tag, mark: speaker.mark },
      ...{ origin: speaker.origin, operator: false, registered: true },
    };
    const refuse = (order: Order) =>
      refuseAct(order.with({ access: "open", slow: 0 }), name, person, "speak", hall.nowMs);
    const refused = refuse(order) ?? refuse(coming);
    return refused && errorMessage(refused.code, refused.msg);
  }

  #voiceOf(hook: Hook): Voice {
    const known = this.#voices.get(hook);
    if (known !== undefined) return known;
    const voice: Voice = { telling: new Telling(performance.now()) };
    this.#voices.set(hook, voice);
    return voice;
  }

  #speaker(
    { record: { name, identity } }: Hook<Incoming>,
    voice: Voice,
    { address, hostname, account }: Caller,
    resolve: (answer: Spoken) => void,
  ): Member {
    return new Member({
      name,
      speech: "text",
      operator: false,
      hook: voice,
      session: identity,
      address,
      hostname,
      outbox: new Outbox({ trySend: (bytes) => bytes.length }, 0),
      account,
      wakeups: this.#parts.wakeups,
      host: new Listener(resolve),
    });
  }
}

/** What hears the answer. */
class Listener implements Host {
  readonly #resolve: (answer: Spoken) => void;

  constructor(resolve: (answer: Spoken) => void) {
    this.#resolve = resolve;
  }

  encode(message: ServerMessage): undefined {
    if (message.type === "Ack" || message.type === "Error") this.#resolve(message);
  }

  dismiss(): void {}

  become(): boolean {
    return false;
  }

  isBusy(): boolean {
    return true;
  }

  open(): never {
    throw new Error("A hook carries no files");
  }
}
