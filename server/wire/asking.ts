/**
 * Sends what a client asks when it may be sent, over one connection after the other, so that nothing is done twice.
 *
 * ```text
 *   Welcome ─ anything doubtful? ─ no ──────────────────────────────────────────► send, in order
 *                 │ yes                                                             ▲
 *                 └─ Ping: its Pong comes behind all that was missed in rooms ─┐    │ what was recognised is
 *                    History{with, after} of each user that was whispered to ──┴────┘ answered, the rest sent again
 * ```
 *
 * *Doubtful* is what was said over an earlier connection and has no answer. The server remembers ids for some time,
 * but a client may be away for longer; what it missed tells for any time whether its message is there. Until that
 * is known nothing is sent but these questions, so the order of speaking is kept.
 *
 * What is said in a room waits until the server has let the client in: from then on it hears everything that is
 * said there, so after a break it can be looked for.
 *
 * @module
 */

import { ChatError, ClosedError } from "./errors.ts";
import { HISTORY_LIMIT_MAX, LOOKED_PAGES_MAX } from "./limits.ts";
import type { ClientMessage, HistoryPage, ServerMessage } from "./messages.ts";
import { foldText } from "./names/mod.ts";
import { type AddOptions, Outstanding, type Question } from "./outstanding.ts";
import type { Position } from "./position.ts";
import { refusalOf } from "./question.ts";

/** What people are told of a message whose outcome the server does not know. */
const UNKNOWN = "The server could not say whether a message of yours was stored. " +
  "It is looked for, and sent again if it is missing, as soon as the server has been started again.";

/** What asking needs. */
export interface AskingParts {
  readonly position: Position;
  /** Hears what is part of the conversation. */
  readonly tell: (event: ServerMessage) => void;
}

/** A connection on which the client is logged in. */
export interface Line {
  /** The client's name there. */
  readonly me: string;
  readonly send: (question: ClientMessage) => void;
}

/** What a client asked, and the line over which it is sent. */
export class Asking {
  readonly #parts: AskingParts;
  readonly #outstanding = new Outstanding();
  #line: Line | undefined;
  /** Whether it is being looked for what is doubtful. */
  #looking = false;
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
    const behind = question.type === "Whisper"
      ? { behind: this.#parts.position.whispered(question.to) }
      : {};
    const answer = this.#outstanding.add({ ...question, id }, { ...options, ...behind });
    this.#flush();
    return answer as Promise<A>;
  }

  /** The client is logged in, and hears what it missed. */
  begin(line: Line): void {
    this.#line = line;
    if (this.#outstanding.doubtful.length === 0) return this.#flush();
    this.#looking = true;
    void this.#look(line);
  }

  /** Takes a message. What is part of the conversation is told. */
  hear(message: ServerMessage): void {
    const { position, tell } = this.#parts;
    const me = this.#line?.me ?? "";
    position.heard(message, me);
    const asked = message.re !== undefined && this.#outstanding.has(message.re);
    if (asked && message.type === "Error" && message.code === "rate_limited") {
      this.#outstanding.putBack(message);
      return this.#hold(message.wait ?? 1_000);
    }
    if (asked && message.type === "Error" && message.code === "unknown") {
      this.#outstanding.doubt(message);
      tell({ type: "Error", code: "unknown", msg: UNKNOWN });
      return this.#flush();
    }
    if (message.type === "NewMessage" && message.id !== undefined) this.#recognise(message, me);
    const ours = this.#outstanding.settle(message);
    if (ours) this.#flush();
    // Answers go to whoever asked; but a whisper's echo is part of the conversation.
    if (!ours || message.type === "PrivateSent") tell(message);
  }

  /** The connection broke. */
  broke(): void {
    this.#line = undefined;
    this.#looking = false;
    clearTimeout(this.#holdTimer);
    this.#holdTimer = undefined;
    this.#outstanding.broke();
  }

  /** The client ends. */
  end(error: Error): void {
    this.#outstanding.rejectAll(error);
  }

  /** Looks for what is doubtful in what was missed, and then lets everything go on. */
  async #look(line: Line): Promise<void> {
    const partners = this.#partners();
    try {
      // Answered when all that was missed in the rooms has been said: the server hears it after the login only.
      await this.ask({ type: "Ping" }, { urgent: true });
      for (const { to, behind } of partners) await this.#lookAmongWhispers(to, behind, line.me);
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error;
    }
    if (this.#line !== line) return;
    this.#looking = false;
    this.#outstanding.lookedFor();
    this.#flush();
  }

  /** Who was whispered to, and behind which seq the first of these whispers can lie. */
  #partners(): Iterable<{ readonly to: string; readonly behind: number }> {
    const partners = new Map<string, { to: string; behind: number }>();
    for (const { question, behind = 0 } of this.#outstanding.doubtful) {
      if (question.type !== "Whisper") continue;
      const { to } = question;
      const first = partners.get(foldText(to))?.behind ?? this.#parts.position.whispered(to);
      partners.set(foldText(to), { to, behind: Math.min(first, behind) });
    }
    return [...partners.values()];
  }

  async #lookAmongWhispers(to: string, behind: number, me: string): Promise<void> {
    let after = behind;
    for (let pages = 0; pages < LOOKED_PAGES_MAX; pages++) {
      const question = { type: "History", with: to, after, limit: HISTORY_LIMIT_MAX } as const;
      let page: HistoryPage;
      try {
        page = await this.ask<HistoryPage>(question, { urgent: true });
      } catch (error) {
        // There were no whispers with anybody of that name.
        if (error instanceof ChatError) return;
        throw error;
      }
      for (const message of page.messages) {
        if (message.type === "PrivateMessage") this.#recognise(message, me);
      }
      const last = page.next ?? page.messages.at(-1)?.seq;
      if (!page.more || last === undefined) return;
      after = last;
    }
  }

  /** A message of one's own that has no answer is stored. */
  #recognise(message: Parameters<Outstanding["recognise"]>[0], me: string): void {
    const answer = this.#outstanding.recognise(message, me);
    // Else the server's own answer is about to come.
    if (answer === undefined || !this.#looking) return;
    this.#outstanding.settle(answer);
    if (answer.type === "PrivateSent") this.#parts.tell(answer);
  }

  #flush(): void {
    if (this.#line === undefined || this.#holdTimer !== undefined) return;
    for (const question of this.#outstanding.take(this.#may)) this.#line.send(question);
  }

  readonly #may = (question: Question, urgent: boolean): boolean => {
    if (this.#looking) return urgent;
    const room = question.type === "Broadcast" ? question.room : undefined;
    return room === undefined || !this.#parts.position.isEntering(room);
  };

  #hold(ms: number): void {
    this.#holdTimer ??= setTimeout(() => {
      this.#holdTimer = undefined;
      this.#flush();
    }, ms);
  }
}
