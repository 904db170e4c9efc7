/**
 * What a client asked and has no answer to yet, in the order in which it was asked.
 *
 * ```text
 *   add ─► waiting ──take──► sent ──settle(re)──► answered, forgotten
 *              ▲               │
 *              └── unsend / hold ┘      the connection broke, or the server said "too fast"
 * ```
 *
 * - Order is kept: what is sent again goes before what was never sent.
 * - At most `IN_FLIGHT_MAX` are sent and unanswered, so that a refusal ("too fast") cannot overtake a
 *   long tail, and so that a slow server slows its clients.
 * - The table is bounded; a further request is refused at once.
 *
 * @module
 */

import { ChatError } from "./errors.ts";
import type { ClientMessage, ErrorMessage, ServerMessage } from "./messages.ts";

/** Requests that may be on their way at once. */
export const IN_FLIGHT_MAX = 64;
/** Requests that may wait for an answer at all, sent or not: a bot that does not await is told. */
export const OUTSTANDING_MAX = 10_000;

type Question = ClientMessage & { readonly id: string };

interface Entry {
  readonly question: Question;
  readonly resolve: (answer: ServerMessage) => void;
  readonly reject: (error: Error) => void;
  sent: boolean;
}

/** The table of unanswered requests. */
export class Outstanding {
  /** Insertion order is the order of asking; `Map` keeps it through `sent` changes. */
  readonly #entries = new Map<string, Entry>();
  readonly #idPrefix = crypto.randomUUID().slice(0, 13);
  #nextId = 1;
  #inFlight = 0;

  /** How many wait for an answer. */
  get size(): number {
    return this.#entries.size;
  }

  /** An id that no other request has, of this client or another. */
  freshId(): string {
    return `${this.#idPrefix}-${this.#nextId++}`;
  }

  /** Whether `id` is one of them. */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /**
   * Adds a request.
   *
   * @returns The answer. @throws {ChatError} Through the promise: the server's `Error`; `busy` when too
   * many wait already; `invalid` when one with this id does.
   */
  add(question: Question): Promise<ServerMessage> {
    if (this.#entries.size >= OUTSTANDING_MAX) {
      return Promise.reject(
        new ChatError("busy", `More than ${OUTSTANDING_MAX} messages wait for an answer.`),
      );
    }
    if (this.#entries.has(question.id)) {
      const msg = `Something that was sent under the id '${question.id}' has no answer yet.`;
      return Promise.reject(new ChatError("invalid", msg));
    }
    const { promise, resolve, reject } = Promise.withResolvers<ServerMessage>();
    this.#entries.set(question.id, { question, resolve, reject, sent: false });
    return promise;
  }

  /** The requests to send now, oldest first; they count as sent from here on. */
  *take(): Generator<Question> {
    if (this.#inFlight >= IN_FLIGHT_MAX) return;
    for (const entry of this.#entries.values()) {
      if (entry.sent) continue;
      entry.sent = true;
      this.#inFlight++;
      yield entry.question;
      if (this.#inFlight >= IN_FLIGHT_MAX) return;
    }
  }

  /** Takes an answer. @returns Whether it answered one of ours. */
  settle(answer: ServerMessage): boolean {
    const entry = answer.re === undefined ? undefined : this.#remove(answer.re);
    if (entry === undefined) return false;
    if (answer.type === "Error") entry.reject(new ChatError(answer.code, answer.msg));
    else entry.resolve(answer);
    return true;
  }

  /** The server wants `refusal.re` later: it will be sent again, in its old place. */
  putBack(refusal: ErrorMessage): void {
    const entry = refusal.re === undefined ? undefined : this.#entries.get(refusal.re);
    if (entry?.sent) {
      entry.sent = false;
      this.#inFlight--;
    }
  }

  /** The connection broke: everything will be sent again. */
  unsend(): void {
    for (const entry of this.#entries.values()) entry.sent = false;
    this.#inFlight = 0;
  }

  /** Nothing will be answered any more. */
  rejectAll(error: Error): void {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    this.#inFlight = 0;
    for (const entry of entries) entry.reject(error);
  }

  #remove(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    this.#entries.delete(id);
    if (entry.sent) this.#inFlight--;
    return entry;
  }
}
