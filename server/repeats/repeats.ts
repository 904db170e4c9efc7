/**
 * What is said a second time under its id: it gets the first one's answer, and is not taken again.
 *
 * While the first is on its way to the disk, whoever repeats it waits for the same answer. Later the answer is made
 * anew from what the store holds: only where it lies is remembered. A repetition costs its sender a token like
 * anything else, and a read of the store, so it is no cheap way of asking much.
 *
 * An answer is for the words that were stored. Other words under the same id are refused, so that nobody is told that
 * something was stored which never was.
 *
 * @module
 */

import { STORE_READ_MS } from "../budget/mod.ts";
import type { Said } from "../commands/types.ts";
import type { Member } from "../rooms/member.ts";
import { errorMessage } from "../perform.ts";
import { numberOf, RecentIds, type Taken } from "./recent_ids.ts";
import { tagOfAuthor } from "../store/authors.ts";
import type { MessageStore, StorageError } from "../store/store_port.ts";
import { messageIn } from "../store/stored.ts";
import { pairStream, roomStream } from "../store/streams.ts";
import { sayableTime } from "../wall_time.ts";
import {
  type Broadcast,
  type ClientMessage,
  type ErrorMessage,
  type FoldedName,
  foldText,
  type NewMessage,
  type PrivateMessage,
  type ServerMessage,
  type Whisper,
} from "../wire/mod.ts";

/** A message that is on its way, and waits for its answer. */
export interface Asked {
  readonly speaker: Member;
  /** Without one it cannot be repeated. */
  readonly id: string | undefined;
  readonly stream: string;
  readonly said: Said;
  /** Set while others may ask for the answer, too. */
  taken: Taken<ServerMessage> | undefined;
  /** Whether the answer was given. */
  answered: boolean;
  /** The answer, once it is stored; and as a frame for who said it first, if it had an id. */
  answer(): ServerMessage;
  answerFrame(): Uint8Array;
}

/** Names that are folded once only at the start: 4 MB, and as many people as say anything in ten minutes. */
const FOLDED_MAX = 20_000;

/** What is needed to know repetitions. */
export interface RepeatsParts {
  readonly store: MessageStore;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Milliseconds that pass whatever is done to the clock: by these ids become old. */
  readonly steady: () => number;
  /** Whether what is whispered to a name waits now. */
  readonly waits: (key: FoldedName, tag?: string) => boolean;
}

/** Knows repetitions. */
export class Repeats {
  readonly #store: MessageStore;
  readonly #clock: () => number;
  readonly #steady: () => number;
  readonly #waits: RepeatsParts["waits"];
  readonly #recent = new RecentIds<ServerMessage>();

  constructor({ store, clock, steady, waits }: RepeatsParts) {
    this.#store = store;
    this.#waits = waits;
    this.#clock = clock;
    this.#steady = steady;
    // Their time begins with the server's: by their own times a clock that was wrong would make them old.
    const nowMs = steady();
    const folded = new Map<string, FoldedName>();
    for (const { from, id, stream, seq, words } of store.before.recent().messages) {
      const user = folded.get(from) ?? foldText(from);
      // Who said most is found here nearly always, however many there are.
      if (folded.size < FOLDED_MAX) folded.set(from, user);
      this.#recent.remember(user, id, { stream, seq, words }, nowMs);
    }
  }

  /** Bytes of memory that the remembered ids take. */
  get bytes(): number {
    return this.#recent.bytes;
  }

  /**
   * Answers again what `speaker` already said.
   *
   * @returns Whether that was so: then it is not to be taken again. A promise when the store has to be asked.
   */
  answer(speaker: Member, message: ClientMessage): boolean | Promise<boolean> {
    if (message.type !== "Broadcast" && message.type !== "Whisper") return false;
    const { id } = message;
    if (id === undefined) return false;
    const stream = streamOf(speaker, message);
    const known = this.#recent.find(
      speaker.key,
      id,
      { stream, said: message },
      this.#steady(),
    );
    switch (known?.kind) {
      case undefined:
        return false;
      case "waiting": {
        speaker.owed.add();
        // Now, since what it lies in is used again before there is an answer.
        const { content } = message;
        known.taken.whenSettled((answer) => {
          speaker.tell({ ...isOf(answer, known.taken, content) ? answer : otherWords(), re: id });
          speaker.owed.settle();
        });
        return true;
      }
      case "doubtful":
        speaker.tell({ ...errorMessage("unknown"), re: id });
        return true;
      case "elsewhere":
        speaker.tell({ ...otherWords(), re: id });
        return true;
      case "kept":
        return this.#answerFromStore(speaker, message, { id, stream, ...known });
      default:
        known satisfies never;
        return false;
    }
  }

  /** Takes something that is said. To be followed by `keep` or `fail`; by `wait`, too, where others may speak before that. */
  take({ speaker }: Asked): void {
    speaker.owed.add();
  }

  /** Remembers its id, unless it was stored or refused at once. */
  wait(asked: Asked): void {
    const { speaker, id, stream, said } = asked;
    if (id === undefined || asked.answered) return;
    asked.taken = this.#recent.take(speaker.key, id, stream, said);
  }

  /** It is stored: who waits for the answer gets it. */
  keep(asked: Asked, seq: number): void {
    const { speaker, id, stream, said, taken } = asked;
    asked.answered = true;
    if (id !== undefined) {
      const nowMs = this.#steady();
      if (taken !== undefined) this.#recent.keep(speaker.key, id, { stream, seq }, nowMs);
      else this.#recent.remember(speaker.key, id, { stream, seq, words: numberOf(said) }, nowMs);
      if (speaker.speech === "frames") speaker.tellBytes(asked.answerFrame());
      else speaker.tell({ ...asked.answer(), re: id });
    }
    taken?.settle(asked.answer());
    speaker.owed.settle();
  }

  /** It is not acknowledged: whoever waits is told what is known of it. */
  fail(asked: Asked, error: StorageError): void {
    const { speaker, id, taken } = asked;
    asked.answered = true;
    const { outcome } = error;
    const refusal = refusalOf(error);
    if (id === undefined) speaker.tell(refusal);
    else if (outcome === "unknown") this.#recent.doubt(speaker.key, id);
    else this.#recent.forget(speaker.key, id);
    if (id !== undefined) speaker.tell({ ...refusal, re: id });
    taken?.settle(refusal);
    speaker.owed.settle();
  }

  /** Forgets ids that are too old. To be called now and then. */
  sweep(): void {
    this.#recent.sweep(this.#steady());
  }

  async #answerFromStore(
    speaker: Member,
    message: Broadcast | Whisper,
    { id, stream, seq, atMs, sameWords }: {
      readonly id: string;
      readonly stream: string;
      readonly seq: number;
      readonly atMs: number;
      readonly sameWords: boolean | undefined;
    },
  ): Promise<boolean> {
    speaker.account.spend({ workMs: STORE_READ_MS });
    const page = await this.#store.read(stream, { after: seq - 1, limit: 1, bytesMax: 1 });
    const stored = page.messages.find((one) => one.seq === seq);
    const first = stored === undefined ? undefined : messageIn(stored);
    if (first === undefined) {
      // It was stored, and cannot be read any more: its time was over, or the disk has damaged it. Whose whisper it was
      // is not known any more: other words are taken as new.
      if (sameWords === false && message.type === "Whisper") return false;
      const at = sayableTime(this.#clock() - (this.#steady() - atMs));
      const answer = sameWords === true ? answerOf(message, speaker, { seq, at }) : otherWords();
      speaker.tell({ ...this.#asItIs(answer), re: id });
      return true;
    }
    // Another message whose key in the table is by chance the same.
    if (first.id !== id || foldText(first.from) !== speaker.key) return false;
    // Of what was edited since, or deleted, only the number of its first words can tell, and that is not always known. Who has
    // the name now, and guesses, does not learn by it what was taken back.
    const isSame = first.edited === undefined
      ? first.content === message.content
      : await this.#hasSaid(speaker, first) && (sameWords ?? true);
    const tag = first.type === "PrivateMessage" ? first.between?.[1] : undefined;
    if (isSame) speaker.tell({ ...this.#asItIs(answerTo(first, message), tag), re: id });
    // A stranger who has the name now, and an id, is not even told that something was whispered under it.
    else if (message.type === "Whisper" && !isOfSession(speaker, first)) return false;
    else speaker.tell({ ...otherWords(), re: id });
    return true;
  }

  /** Whether it was somebody's session or account that said something, and not one that had its name. */
  async #hasSaid(speaker: Member, said: NewMessage | PrivateMessage): Promise<boolean> {
    if (said.type === "PrivateMessage") return isOfSession(speaker, said);
    const store = this.#store;
    const read: MessageStore["read"] = (stream, range) => store.read(stream, range);
    const head = (stream: string): number => store.head(stream);
    speaker.account.spend({ workMs: STORE_READ_MS });
    const what = { from: speaker.key, seq: said.seq };
    return await tagOfAuthor(read, head, foldText(said.room), what) === speaker.tag;
  }

  /** An answer that is made again says whether the other one is away now. */
  #asItIs(answer: ServerMessage, tag?: string): ServerMessage {
    const waits = answer.type === "PrivateSent" && this.#waits(foldText(answer.to), tag);
    return waits ? { ...answer, waits } : answer;
  }
}

/** An answer is for the words that were taken; a refusal says of any that they were not stored. */
function isOf(
  answer: ServerMessage,
  taken: Taken<ServerMessage>,
  content: string,
): boolean {
  return answer.type === "Error" || taken.said.content === content;
}

function otherWords(): ErrorMessage {
  return errorMessage("invalid", "This id was given to something else that was said.");
}

function isOfSession({ tag }: Member, first: NewMessage | PrivateMessage): boolean {
  return first.type === "PrivateMessage" && first.between?.[0] === tag;
}

/** What a refusal of the store is in the protocol's words. */
export function refusalOf({ outcome, code, told }: StorageError): ErrorMessage {
  return outcome === "unknown" ? errorMessage("unknown") : errorMessage(code, told);
}

function streamOf(speaker: Member, message: Broadcast | Whisper): string {
  if (message.type === "Whisper") return pairStream(speaker.key, foldText(message.to));
  return roomStream(message.room === undefined ? speaker.here : foldText(message.room));
}

/** The answer that a stored message got when its words were those that are repeated. */
function answerTo(
  first: NewMessage | PrivateMessage,
  { content }: Broadcast | Whisper,
): ServerMessage {
  const { seq, at } = first;
  if (first.type === "NewMessage") return { type: "Ack", room: first.room, seq, at };
  return { type: "PrivateSent", to: first.to ?? "", content, seq, at };
}

/** The answer as far as it follows from the repetition itself. */
function answerOf(
  message: Broadcast | Whisper,
  { here }: Member,
  place: { readonly seq: number; readonly at: number },
): ServerMessage {
  if (message.type === "Broadcast") return { type: "Ack", room: message.room ?? here, ...place };
  return { type: "PrivateSent", to: message.to, content: message.content, ...place };
}
