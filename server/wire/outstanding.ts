/**
 * What a client asked and has no answer to yet, in the order in which it was asked.
 *
 * ```text
 *   add ─► waiting ──take──► sent ──settle(re)──► answered, forgotten
 *              ▲               │
 *              │               ├─ putBack: "too fast"              again when that time is over
 *              └─ broke ◄──────┴─ doubt: "it is not known"         again over the next connection
 * ```
 *
 * - Order is kept: what is sent again goes before what was never sent.
 * - What was said and has no answer when the connection breaks is *doubtful*: it may be stored. Before it is sent again
 *   it is looked for in what was missed (`asking.ts`); what is recognised there is answered by that.
 * - A whisper is for the session that is known to have the name when it is sent first (`addressees.ts`): it bears that
 *   one's tag, so that nobody hears it who took the name meanwhile. One that a break overtook before that was known is
 *   refused here.
 * - At most `IN_FLIGHT_MAX` are sent and unanswered, so that a refusal ("too fast") cannot overtake a
 *   long tail, and so that a slow server slows its clients.
 * - The table is bounded; a further request of the user's is refused at once. What the client asks for itself (`urgent`,
 *   `own`) is not: it is little, and all else depends on it.
 *
 * @module
 */

import { ChatError, ClosedError } from "./errors.ts";
import { answers } from "./fitting.ts";
import { freshId } from "./fresh_id.ts";
import type {
  ClientMessage,
  ErrorMessage,
  NewMessage,
  PrivateMessage,
  ServerMessage,
} from "./messages.ts";
import { foldText } from "./names/mod.ts";

/** Requests that may be on their way at once. */
export const IN_FLIGHT_MAX = 64;
/** Requests that may wait for an answer at all, sent or not: a bot that does not await is told. */
export const OUTSTANDING_MAX = 10_000;

/** Why a whisper is not sent whose receiver was not known when the connection broke. */
function nobodyKnown(name: string): ChatError {
  const msg =
    `The connection broke before it was known who '${name}' is; who has that name now may be ` +
    "somebody else. Nothing was sent.";
  return new ChatError("not_found", msg);
}

const OTHER_HISTORY =
  "The server's history is another one by now, and what had that number is not there. Nothing was done.";

const NO_ANSWER = "The server answered something else than was asked.";

/** A request under its id. */
export type Question = ClientMessage & { readonly id: string };

/** How to ask. */
export interface AddOptions {
  /** Hears the answer, also a refusal, before anything that comes after it and before whoever waits for the promise. */
  readonly told?: (answer: ServerMessage) => void;
  /** Belongs to this connection: it is sent before all others, and is over when the connection breaks. */
  readonly urgent?: boolean;
  /** The client asks for itself: a full table is no reason to refuse it. */
  readonly own?: boolean;
  /** Asked while there was a connection: a whisper is for who had the name then. */
  readonly live?: boolean;
  /** For which session a whisper is, where that is known already. */
  readonly tag?: string | undefined;
  /** The history in which it means something by its number: in another one that is something else. */
  readonly epoch?: string | undefined;
}

/** How a request stands that may be sent now. */
export interface Again {
  readonly urgent: boolean;
  /** Whether it is known for which session it is. */
  readonly bound: boolean;
}

/** For which session a whisper is, if the server can tell: the empty text for nobody's. */
export type TagOf = (name: string) => string | undefined;

interface Entry extends AddOptions {
  readonly question: Question;
  /** The session for which it was sent first: sent again, it is for no other one under that name. */
  tag: string | undefined;
  readonly resolve: (answer: ServerMessage) => void;
  readonly reject: (error: Error) => void;
  readonly answer: Promise<ServerMessage>;
  sent: boolean;
  /** Whether it may be stored although no answer came: it was sent over a connection that broke. */
  doubtful: boolean;
  /** The server does not know either what became of it: it waits for the next connection. */
  unknown: boolean;
  /** The answer that follows from hearing one's own message: it is stored, though no answer came. */
  heard: ServerMessage | undefined;
}

/** The table of unanswered requests. */
export class Outstanding {
  /** Insertion order is the order of asking; `Map` keeps it through `sent` changes. */
  readonly #entries = new Map<string, Entry>();
  #inFlight = 0;

  /** How many wait for an answer. */
  get size(): number {
    return this.#entries.size;
  }

  /** What was said and may be stored. */
  get doubtful(): readonly Question[] {
    return [...this.#entries.values()].filter(({ doubtful }) => doubtful)
      .map(({ question }) => question);
  }

  /**
   * An id that no other request has, of this client or another, and that nobody can guess: who took our name while we
   * were away could use it for words of his own, and ours would count as said.
   */
  freshId(): string {
    return freshId();
  }

  /** For whom the whisper is that is answered by `re`, if one is. */
  addressee(re: string | undefined): string | undefined {
    const question = re === undefined ? undefined : this.#entries.get(re)?.question;
    return question?.type === "Whisper" ? question.to : undefined;
  }

  /** What is answered by `re`. */
  asked(re: string | undefined): ClientMessage["type"] | undefined {
    return re === undefined ? undefined : this.#entries.get(re)?.question.type;
  }

  /** Whether `id` is one of them. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /**
   * Adds a request.
   *
   * @returns The answer; of the same question under the same id, the answer that it waits for already.
   * @throws {ChatError} Through the promise: the server's `Error`; `busy` when too many wait already; `invalid` when
   * another question with this id does.
   */
  add(question: Question, options: AddOptions = {}): Promise<ServerMessage> {
    const waiting = this.#entries.get(question.id);
    if (waiting !== undefined && sameQuestion(waiting.question, question)) return waiting.answer;
    const { urgent = false, own = urgent } = options;
    if (!own && this.#entries.size >= OUTSTANDING_MAX) {
      return Promise.reject(
        new ChatError("busy", `More than ${OUTSTANDING_MAX} messages wait for an answer.`),
      );
    }
    if (waiting !== undefined) {
      const msg = `Something else that was sent under the id '${question.id}' has no answer yet.`;
      return Promise.reject(new ChatError("invalid", msg));
    }
    const { promise, resolve, reject } = Promise.withResolvers<ServerMessage>();
    const fresh = {
      tag: options.tag,
      sent: false,
      doubtful: false,
      unknown: false,
      heard: undefined,
    };
    this.#entries.set(question.id, {
      ...options,
      ...fresh,
      question,
      resolve,
      reject,
      answer: promise,
    });
    return promise;
  }

  /**
   * The requests to send now, oldest first; they count as sent from here on.
   *
   * @param may Which of them may be sent now; the others keep their places.
   * @param tagOf For which session a whisper is that is sent for the first time.
   */
  *take(
    may: (question: Question, again: Again) => boolean = () => true,
    tagOf: TagOf = () => undefined,
  ): Generator<Question> {
    if (this.#inFlight >= IN_FLIGHT_MAX) return;
    for (const entry of this.#entries.values()) {
      if (entry.sent || entry.unknown || !may(entry.question, againOf(entry))) continue;
      entry.sent = true;
      this.#inFlight++;
      const { question, tag } = entry;
      if (question.type !== "Whisper") yield question;
      else if (tag !== undefined) yield { ...question, toTag: tag };
      else {
        const meant = entry.tag = tagOf(question.to);
        // Who did not find anybody means whoever comes.
        yield meant ? { ...question, toTag: meant } : question;
      }
      if (this.#inFlight >= IN_FLIGHT_MAX) return;
    }
  }

  /** Takes an answer. @returns Whether it answered one of ours. */
  settle(answer: ServerMessage): boolean {
    const entry = answer.re === undefined ? undefined : this.#remove(answer.re);
    if (entry === undefined) return false;
    if (!answers(entry.question, answer)) {
      entry.reject(new ClosedError(NO_ANSWER, { unknown: true }));
      return true;
    }
    entry.told?.(answer);
    if (answer.type === "Error") entry.reject(new ChatError(answer.code, answer.msg));
    else entry.resolve(answer);
    return true;
  }

  /**
   * Recognises a message of one's own that was said under the id of a request, in the same words.
   *
   * @returns The answer that the request would have got; it is used when none comes before the connection breaks.
   */
  recognise(message: NewMessage | PrivateMessage, me: string): ServerMessage | undefined {
    const { id, from, seq, at } = message;
    const entry = id === undefined ? undefined : this.#entries.get(id);
    if (entry === undefined || foldText(from) !== foldText(me)) return undefined;
    const { question } = entry;
    // Somebody else who had our name meanwhile may have used our id, but not for our words.
    const asked = message.type === "NewMessage" ? "Broadcast" : "Whisper";
    if (question.type !== asked || !("content" in question)) return undefined;
    if (question.content !== message.content) return undefined;
    const re = question.id;
    return entry.heard = message.type === "NewMessage"
      ? { type: "Ack", re, room: message.room, seq, at }
      : { type: "PrivateSent", re, to: message.to ?? "", content: message.content, seq, at };
  }

  /** The server wants `refusal.re` later: it will be sent again, in its old place. */
  putBack({ re }: ErrorMessage): void {
    const entry = re === undefined ? undefined : this.#entries.get(re);
    if (entry !== undefined) this.#unsend(entry);
  }

  /**
   * The server does not know what became of `re`: it will be sent again over the next connection.
   *
   * @returns Whether it will: what belongs to this connection is not, and such an answer is a refusal.
   */
  doubt({ re }: ErrorMessage): boolean {
    const entry = re === undefined ? undefined : this.#entries.get(re);
    if (entry === undefined || entry.urgent) return false;
    this.#unsend(entry);
    return entry.unknown = entry.doubtful = true;
  }

  /**
   * The connection is breaking: whispers that were not sent yet are for who had the name on it. Where that was not
   * known, they are refused.
   *
   * @param tagOf For which session a whisper is, if that is known.
   * @param asked Whether that was to be known.
   */
  bind(tagOf: TagOf, asked: (name: string) => boolean): void {
    for (const { question, tag, live = false, reject } of [...this.#entries.values()]) {
      if (question.type !== "Whisper" || tag !== undefined) continue;
      const { id, to } = question;
      const known = tagOf(to);
      const entry = this.#entries.get(id);
      if (entry !== undefined && known !== undefined) entry.tag = known;
      else if (live || asked(to)) {
        this.#remove(id);
        reject(nobodyKnown(to));
      }
    }
  }

  /** The history is this one from now on: what was asked about a number in another one, also between two connections, is refused. */
  goesOnIn(epoch: string | undefined): void {
    for (const { question: { id }, epoch: meant, reject } of [...this.#entries.values()]) {
      if (meant === undefined || meant === epoch) continue;
      this.#remove(id);
      reject(new ChatError("not_found", OTHER_HISTORY));
    }
  }

  /**
   * The connection broke: everything will be sent again, but for what is known to be stored.
   *
   * @returns The answers that followed from what was heard.
   */
  broke(): ServerMessage[] {
    const heardAnswers: ServerMessage[] = [];
    for (const entry of [...this.#entries.values()]) {
      const { question: { id, type }, heard } = entry;
      if (heard !== undefined) {
        this.settle(heard);
        heardAnswers.push(heard);
      } else if (entry.urgent) {
        const { sent } = entry;
        this.#remove(id)?.reject(new ClosedError("The connection was lost.", { unknown: sent }));
      } else {
        const said = type === "Broadcast" || type === "Whisper";
        if (entry.sent && said) entry.doubtful = true;
        entry.sent = entry.unknown = false;
      }
    }
    this.#inFlight = 0;
    return heardAnswers;
  }

  /**
   * It was looked for: what is still doubtful is not stored, and may be sent again.
   *
   * @param vain What could not be looked for: it waits for the next connection.
   * @returns Whether anything does.
   */
  lookedFor(vain: (question: Question) => boolean = () => false): boolean {
    let waits = false;
    for (const entry of this.#entries.values()) {
      if (entry.doubtful && vain(entry.question)) waits = entry.unknown = true;
      else if (!entry.unknown) entry.doubtful = false;
    }
    return waits;
  }

  /** Nothing will be answered any more. */
  rejectAll(error: Error): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#inFlight = 0;
    for (const { reject, sent, doubtful, heard, resolve } of entries) {
      if (heard !== undefined) resolve(heard);
      else reject(sent || doubtful ? new ClosedError(error.message, { unknown: true }) : error);
    }
  }

  #unsend(entry: Entry): void {
    if (!entry.sent) return;
    entry.sent = false;
    this.#inFlight--;
  }

  #remove(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    if (entry.sent) this.#inFlight--;
    return entry;
  }
}

function againOf({ urgent = false, tag }: Entry): Again {
  return { urgent, bound: tag !== undefined };
}

function sameQuestion(one: Question, other: Question): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
