/**
 * Sends what a client asks when it may be sent, over one connection after the other, so that nothing is done twice.
 *
 * ```text
 *   Welcome ─ anything doubtful? ─ no ──────────────────────────────────────────► send, in order
 *                 │ yes                                                             ▲
 *                 └─ Ping: its Pong comes behind all that was missed in rooms ─┐    │ what was recognised is
 *                    History{with, after} of each who was whispered with ──────┴────┘ answered, the rest sent again
 * ```
 *
 * *Doubtful* is what was said over an earlier connection and has no answer. The server remembers ids for some time,
 * but a client may be away for longer; what it missed tells for any time whether its message is there. Until that
 * is known nothing is sent but these questions, so the order of speaking is kept.
 *
 * The same pages of whispers tell what others whispered meanwhile (`missed_whispers.ts`), also when nothing is doubtful.
 *
 * These questions are the client's own: no full queue refuses them, and when the server does, they are asked again a few
 * times. What then is still not known stays doubtful until the next connection, and its user is told.
 *
 * What is said in a room waits until the server has let the client in: from then on it hears everything that is
 * said there, so after a break it can be looked for.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { Addressees, NOBODY } from "./addressees.ts";
import { holdMs, retryDelayMs } from "./backoff.ts";
import { ChatError, ClosedError } from "./errors.ts";
import {
  HISTORY_LIMIT_MAX,
  LOOKED_PAGES_MAX,
  OWN_TRIES_MAX,
  PARTNERS_ASKED_MAX,
} from "./limits.ts";
import type {
  ClientMessage,
  ErrorMessage,
  HistoryPage,
  NewMessage,
  PrivateMessage,
  ServerMessage,
  UserList,
} from "./messages.ts";
import { MissedWhispers, partnerOf, type Whispered } from "./missed_whispers.ts";
import { foldText } from "./names/mod.ts";
import { type AddOptions, type Again, Outstanding, type Question } from "./outstanding.ts";
import type { Position } from "./position.ts";
import { ABOUT_ACCOUNTS, refusalOf } from "./question.ts";

/** What people are told of a message whose outcome the server does not know. */
const UNKNOWN = "The server could not say whether a message of yours was stored. " +
  "It is looked for, and sent again if it is missing, as soon as the server has been started again.";

/** What means something that was said by its number, which is something else's in another history. */
const BY_NUMBER: ReadonlySet<ClientMessage["type"]> = new Set([
  "Edit",
  "Delete",
  "React",
  "Report",
  "Read",
]);

/** What asking needs. */
export interface AskingParts {
  readonly position: Position;
  /** Hears what is part of the conversation. */
  readonly tell: (event: ServerMessage) => void;
}

/** A connection on which the client is logged in. */
export interface Line {
  /** The client's name there; a guest may get another one. */
  me: string;
  /** Whether the server knows tags of sessions. */
  readonly tags: boolean;
  readonly send: (question: ClientMessage) => void;
}

/** What a client asked, and the line over which it is sent. */
export class Asking {
  readonly #parts: AskingParts;
  readonly #outstanding = new Outstanding();
  readonly #missed = new MissedWhispers();
  readonly #addressees = new Addressees();
  #line: Line | undefined;
  /** Names that the client had before it was given another one, folded: what it said under them is its own. */
  readonly #formerly = new Set<string>();
  /** Fires when the line breaks. */
  #broken = new AbortController();
  /** Whether it is being looked for what is doubtful. */
  #looking = false;
  /** Whether people were told over this line that something is not known: one disk fails for all that waits. */
  #toldUnknown = false;
  /** Set while the server wants to hear nothing more; when it fires, what waits is sent. */
  #holdTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: AskingParts) {
    this.#parts = parts;
  }

  /** How many wait for an answer. */
  get size(): number {
    return this.#outstanding.size;
  }

  /** Asks something, now or when it may be sent. @throws {ChatError | ClosedError} Through the promise. */
  ask<A extends ServerMessage>(
    question: ClientMessage,
    { id = this.#outstanding.freshId(), ...options }: AddOptions & { readonly id?: string } = {},
  ): Promise<A> {
    const refusal = refusalOf(question, id);
    if (refusal !== undefined) return Promise.reject(refusal);
    const answer = this.#outstanding.add({ ...question, id }, {
      ...options,
      ...this.#for(question),
      ...(BY_NUMBER.has(question.type) ? { epoch: this.#parts.position.epoch } : {}),
    });
    this.#flush();
    return answer as Promise<A>;
  }

  /** For whom a whisper is, as far as that is known when it is asked. */
  #for(question: ClientMessage): Pick<AddOptions, "live" | "tag"> {
    if (question.type !== "Whisper") return {};
    if (this.#line !== undefined) return { live: this.#line.tags };
    return { tag: this.#addressees.tagBefore(question.to) };
  }

  /** The client is logged in, and hears what it missed. */
  begin(line: Line): void {
    this.#line = line;
    this.#outstanding.goesOnIn(this.#parts.position.epoch);
    this.#broken = new AbortController();
    const partners = this.#partners();
    for (const name of partners) this.#missed.begin(name);
    this.#looking = this.#outstanding.doubtful.length > 0;
    if (this.#looking || partners.length > 0) void this.#look(line, partners);
    this.#flush();
  }

  /** Takes a message. What is part of the conversation is told. */
  hear(message: ServerMessage): void {
    const { tell } = this.#parts;
    this.#addressees.hear(message);
    const me = this.#line?.me ?? "";
    const question = this.#outstanding.asked(message.re);
    // Who has a password refused is to know it now, and may think about another one.
    const asked = question !== undefined && !ABOUT_ACCOUNTS.has(question);
    if (asked && message.type === "Error" && message.code === "rate_limited") {
      this.#outstanding.putBack(message);
      return this.#hold(message.wait ?? 1_000);
    }
    if (asked && message.type === "Error" && message.code === "unknown") {
      if (this.#outstanding.doubt(message)) {
        this.#tellUnknown();
        return this.#flush();
      }
    }
    if (message.type === "Error" && message.code === "not_found") {
      const to = this.#outstanding.addressee(message.re);
      if (to !== undefined) this.#addressees.forget(to);
    }
    if (message.type === "NewMessage" && message.id !== undefined) this.#recognise(message, me);
    const ours = this.#outstanding.settle(message);
    if (ours) this.#flush();
    if (message.type === "PrivateMessage" || message.type === "PrivateSent") {
      // An echo is an answer, and part of the conversation as well.
      const partner = partnerOf(message, me);
      if (!this.#missed.holds(partner, message)) this.#tellWhisper(partner, message);
    } else if (!ours) tell(message);
  }

  /** The client has another name from now on. */
  renamed(me: string): void {
    if (this.#line === undefined) return;
    this.#formerly.add(foldText(this.#line.me));
    this.#line.me = me;
  }

  /** The connection broke. */
  broke(): void {
    if (this.#line?.tags) this.#outstanding.bind(this.#tagOf, this.#isMet);
    // Nothing is learned between two connections, and the last one's knowledge is kept over vain attempts.
    if (this.#line !== undefined) this.#addressees.clear();
    this.#line = undefined;
    this.#broken.abort();
    this.#looking = false;
    this.#toldUnknown = false;
    this.#missed.broke();
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    for (const answer of this.#outstanding.broke()) {
      if (answer.type === "PrivateSent") this.#tellWhisper(answer.to, answer);
    }
  }

  /** The client ends. */
  end(error: Error): void {
    this.#outstanding.rejectAll(error);
  }

  /** Looks for what is doubtful in what was missed, tells what was whispered, and then lets everything go on. */
  async #look(line: Line, partners: readonly string[]): Promise<void> {
    const [said, ...unread] = await Promise.all([
      // Answered when all that was missed in the rooms has been said: the server hears it after the login only.
      this.#looking ? this.#insist(line, { type: "Ping" }) : undefined,
      ...partners.map(async (name) => await this.#catchUp(line, name) ? undefined : foldText(name)),
    ]);
    if (this.#line !== line) return;
    this.#looking = false;
    const unknown = this.#outstanding.lookedFor((question) =>
      question.type === "Whisper" ? unread.includes(foldText(question.to)) : said instanceof Error
    );
    if (unknown) this.#tellUnknown();
    this.#flush();
  }

  /** Asks something of the client's own, again when it is refused. @returns Its answer, or why there is none. */
  async #insist<A extends ServerMessage>(line: Line, question: ClientMessage): Promise<A | Error> {
    for (let tries = 1;; tries++) {
      const answer = await this.ask<A>(question, { urgent: true }).catch((error: Error) => error);
      if (!(answer instanceof Error) || isNobody(answer) || tries >= OWN_TRIES_MAX) return answer;
      await wait(retryDelayMs(tries, Math.random()), this.#broken.signal);
      if (this.#line !== line) return answer;
    }
  }

  /** With whom was whispered, lately or doubtfully. */
  #partners(): string[] {
    const partners = new Map<string, string>();
    for (const question of this.#outstanding.doubtful) {
      if (question.type === "Whisper") partners.set(foldText(question.to), question.to);
    }
    for (const name of this.#parts.position.partners().slice(0, PARTNERS_ASKED_MAX)) {
      if (!partners.has(name)) partners.set(name, name);
    }
    return [...partners.values()];
  }

  /**
   * Reads the whispers with one partner that were not told yet, and tells them. What is doubtful lies among them: had
   * anything behind it been told, so would have been its own answer, since both came over the connection that broke.
   *
   * @returns Whether they could be read.
   */
  async #catchUp(line: Line, name: string): Promise<boolean> {
    let after = this.#parts.position.whispered(name);
    let failure: Error | undefined;
    for (let pages = 0; pages < LOOKED_PAGES_MAX; pages++) {
      const page = await this.#whispersAfter(line, name, after);
      if (this.#line !== line) return false;
      if (page instanceof Error) {
        // There were no whispers with anybody of that name.
        if (!isNobody(page)) failure = page;
        break;
      }
      for (const message of page.messages) {
        if (message.type !== "PrivateMessage") continue;
        const { id, seq } = message;
        const answer = this.#recognise(message, line.me);
        // What was whispered over this connection and has no answer yet is told by its echo.
        if (id !== undefined && this.#outstanding.has(id)) continue;
        const echo = answer?.type === "PrivateSent" ? answer : this.#missed.take(name, seq);
        this.#tellWhisper(name, echo ?? message);
      }
      const next = page.next ?? page.messages.at(-1)?.seq;
      if (!page.more || next === undefined) break;
      after = next;
    }
    if (failure !== undefined) this.#parts.tell(unreadWith(name, failure));
    for (const message of this.#missed.end(name)) this.#tellWhisper(name, message);
    return failure === undefined;
  }

  /** A page of whispers, or why there is none. */
  #whispersAfter(line: Line, name: string, after: number): Promise<HistoryPage | Error> {
    return this.#insist<HistoryPage>(line, {
      type: "History",
      with: name,
      after,
      limit: HISTORY_LIMIT_MAX,
    });
  }

  /** A message of one's own that has no answer is stored. @returns Its answer, if that is given now. */
  #recognise(message: NewMessage | PrivateMessage, me: string): ServerMessage | undefined {
    const isFormer = this.#formerly.size > 0 && this.#formerly.has(foldText(message.from));
    const own = isFormer ? message.from : me;
    const answer = this.#outstanding.recognise(message, own);
    // Else the server's own answer is about to come.
    return answer !== undefined && this.#looking && this.#outstanding.settle(answer)
      ? answer
      : undefined;
  }

  #tellUnknown(): void {
    if (!this.#toldUnknown) this.#parts.tell({ type: "Error", code: "unknown", msg: UNKNOWN });
    this.#toldUnknown = true;
  }

  #tellWhisper(partner: string, message: Whispered): void {
    this.#parts.position.whisperTold(partner, message.seq);
    this.#parts.tell(message);
  }

  #flush(): void {
    const line = this.#line;
    if (line === undefined || this.#holdTimer !== undefined) return;
    for (const question of this.#outstanding.take(this.#may, this.#tagOf)) line.send(question);
    for (const name of this.#addressees.wanted()) void this.#meet(line, name);
  }

  readonly #tagOf = (name: string) => this.#addressees.tag(name);

  readonly #isMet = (name: string) => this.#addressees.has(name);

  readonly #may = (question: Question, { urgent, bound }: Again): boolean => {
    if (this.#looking) return urgent;
    if (question.type === "Whisper" && !bound && this.#line?.tags) {
      this.#addressees.want(question.to);
      return this.#addressees.tag(question.to) !== undefined;
    }
    const room = question.type === "Broadcast" ? question.room : undefined;
    return room === undefined || !this.#parts.position.isEntering(room);
  };

  /** Asks which session has a name; then what is whispered to it is sent. */
  async #meet(line: Line, user: string): Promise<void> {
    let tag: string | undefined;
    try {
      tag = (await this.ask<UserList>({ type: "ListUsers", user }, { urgent: true })).tag;
    } catch (error) {
      if (!(error instanceof ChatError || error instanceof ClosedError)) throw error;
    }
    if (this.#line !== line) return;
    this.#addressees.learn(user, tag ?? NOBODY);
    this.#flush();
  }

  #hold(ms: number): void {
    this.#holdTimer ??= setTimeout(() => {
      this.#holdTimer = undefined;
      this.#flush();
    }, holdMs(ms));
  }
}

/** Whether the server says that there is nobody of that name. */
function isNobody(error: Error): boolean {
  return error instanceof ChatError && error.code === "not_found";
}

/** What people are told when whispers that were missed cannot be had. */
function unreadWith(name: string, error: Error): ErrorMessage {
  const code = error instanceof ChatError ? error.code : "internal";
  const msg =
    `What was whispered with '${name}' while the connection was lost could not be read: ` +
    `${error.message} It stands in the history.`;
  return { type: "Error", code, msg };
}
