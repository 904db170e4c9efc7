/**
 * The headless client: a connection that comes back by itself, and typed requests over it.
 *
 * ```text
 *             ┌────────────── broke: wait, longer each time ─────────────┐
 *             ▼                                                          │
 *   connecting ─ Login{resume} ─► online ─ messages, answers, heartbeat ─┤
 *             └─ refused for good (see FINAL_CODES) ─────────► closed ◄─┘ close()
 * ```
 *
 * What it promises:
 * - **Nothing is lost.** It remembers the last seq of each room and gives it to the server at the next
 *   login, which sends what was missed; missed whispers are asked for. What was said and not acknowledged is said
 *   again.
 * - **Nothing is doubled.** Before something is said again it is looked for in what was missed (`asking.ts`), and it
 *   is said under its old `id`, which the server knows for some time; a message that comes again (its seq is not
 *   new) is dropped here.
 * - **Answers come before what follows them** (`listening.ts`).
 * - **A dead connection is noticed**: a heartbeat asks every 20 s, and 60 s of silence end it.
 *
 * @module
 */

import { wait } from "../../ground/mod.ts";
import { AccountCalls } from "./account_calls.ts";
import { ChangeCalls } from "./change_calls.ts";
import { HookCalls } from "./hook_calls.ts";
import { InvitationCalls } from "./invitation_calls.ts";
import { OrderCalls } from "./order_calls.ts";
import { TraceCalls } from "./trace_calls.ts";
import { retryDelayMs } from "./backoff.ts";
import type {
  Client,
  ClientEvent,
  ClientStatus,
  FileToOffer,
  HistoryOptions,
  LoginOptions,
  OfferToAnswer,
  ReadPlace,
  SayOptions,
  WhisperOptions,
} from "./client_types.ts";
import { Asking } from "./asking.ts";
import { Entering } from "./entering.ts";
import { ChatError, ClosedError } from "./errors.ts";
import { FirstWords } from "./first_words.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Inbox } from "./inbox.ts";
import type { Dial, Line } from "./line.ts";
import { CONNECT_TIMEOUT_MS, STEADY_MS } from "./limits.ts";
import { listen, type Pulse, UNANSWERED } from "./listening.ts";
import type {
  Ack,
  ClientMessage,
  HistoryPage,
  Inspection,
  OfferAck,
  PrivateSent,
  RoomList,
  ServerMessage,
  UserList,
  Welcome,
} from "./messages.ts";
import type { AddOptions } from "./outstanding.ts";
import { Position } from "./position.ts";
import { broadcast, offerOf, received, rejected, taken, whisperOf } from "./question.ts";
import { Standing } from "./standing.ts";
import { TypingPace } from "./typing_pace.ts";
import { allRooms, allUsers, askTag, filledPage } from "./whole_list.ts";

/** A client over lines that `dial` opens. Returns at once; the login goes on by itself (`online()` waits for it). */
export function clientOver(dial: Dial, options: LoginOptions, pulse?: Pulse): Client {
  return new ReconnectingClient(dial, options, pulse);
}

class ReconnectingClient implements Client {
  readonly accounts: AccountCalls = new AccountCalls({
    name: () => this.online().then(({ username }) => username),
    ask: (question, how) => this.#ask(question, how),
    proved: (welcome) => this.#proved(welcome),
  });
  readonly #asks = {
    ask: <A extends ServerMessage>(asked: ClientMessage, how: object) => this.#ask<A>(asked, how),
  };
  readonly changes: ChangeCalls = new ChangeCalls(this.#asks);
  readonly hooks: HookCalls = new HookCalls(this.#asks);
  readonly invitations: InvitationCalls = new InvitationCalls(this.#asks);
  readonly order: OrderCalls = new OrderCalls(this.#asks);
  readonly traces: TraceCalls = new TraceCalls(this.#asks);
  readonly #dial: Dial;
  readonly #pulse: Pulse | undefined;
  /** Whoever made it may end it. What it shows to prove itself is not kept here: that is forgotten when it was shown. */
  readonly #signal: AbortSignal | undefined;
  readonly #inbox = new Inbox<ClientEvent>();
  readonly #position: Position;
  readonly #asking: Asking;
  readonly #rooms: Entering;
  readonly #standing = new Standing();
  readonly #words: FirstWords;
  readonly #ended = new AbortController();
  readonly #startedMs = performance.now();
  readonly #life: Promise<void>;
  #connection: Line | undefined;
  #name: string;
  readonly #typing: TypingPace;
  readonly #heartbeat = new Heartbeat((question, how) => this.#ask(question, how));

  constructor(dial: Dial, options: LoginOptions, pulse: Pulse | undefined) {
    this.#dial = dial;
    this.#pulse = pulse;
    this.#signal = options.signal;
    this.#name = options.name;
    this.#position = new Position(options.rooms ?? [], options.session, options.onlyRooms);
    this.#words = new FirstWords(options, this.#position);
    this.#typing = new TypingPace(this.#position);
    this.#asking = new Asking({
      position: this.#position,
      tell: (event) => this.#inbox.push(event),
    });
    this.#rooms = new Entering({
      position: this.#position,
      ask: (question, how) => this.#ask(question, how),
      tell: (event) => this.#inbox.push(event),
    });
    options.signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#life = this.#live();
  }

  get name(): string {
    return this.#name;
  }

  get status(): ClientStatus {
    return this.#standing.status;
  }

  get reached(): boolean {
    return this.#connection !== undefined;
  }

  get roundTripMs(): number | undefined {
    return this.#heartbeat.roundTripMs;
  }

  get unacknowledged(): number {
    return this.#asking.size;
  }

  say(content: string, { id, ...options }: SayOptions = {}): Promise<Ack> {
    return this.#ask<Ack>(broadcast(content, options), { id });
  }

  whisper(to: string, content: string, { id, reply }: WhisperOptions = {}): Promise<PrivateSent> {
    return this.#ask<PrivateSent>(whisperOf(to, content, reply), { id });
  }

  join(room: string): Promise<Ack> {
    return this.#rooms.join(room);
  }

  leave(room: string): Promise<void> {
    return this.#rooms.leave(room);
  }

  isIn(room: string): boolean {
    return this.#position.has(room);
  }

  setTopic(topic: string, { room, id }: SayOptions = {}): Promise<Ack> {
    return this.#ask<Ack>({ type: "Topic", topic, ...(room === undefined ? {} : { room }) }, {
      id,
    });
  }

  users(room?: string): Promise<UserList> {
    const of = room === undefined ? {} : { room };
    return allUsers((after) => this.#ask<UserList>({ type: "ListUsers", ...of, ...after }));
  }

  tagOf(user: string): Promise<string | undefined> {
    return this.online().then((welcome) => askTag(welcome, user, (asked) => this.#ask(asked)));
  }

  rooms(): Promise<RoomList> {
    return allRooms((after) => this.#ask<RoomList>({ type: "ListRooms", ...after }));
  }

  history(options: HistoryOptions = {}): Promise<HistoryPage> {
    return filledPage({ type: "History", ...options }, (asked) => this.#ask(asked));
  }

  markRead(place: ReadPlace, seq: number): Promise<Ack> {
    // After a break the next welcome says where it stands.
    return this.#ask<Ack>({ type: "Read", ...place, seq }, { urgent: true });
  }

  tellTyping(room: string): void {
    if (!this.#typing.take(room, performance.now())) return;
    this.#connection?.send({ type: "Typing", room });
  }

  inspect(mark?: string): Promise<Inspection> {
    return this.#ask<Inspection>({ type: "Inspect", ...(mark === undefined ? {} : { mark }) });
  }

  offerFile(file: FileToOffer, to: Parameters<Client["offerFile"]>[1]): Promise<OfferAck> {
    return this.#ask<OfferAck>(offerOf(file, to));
  }

  acceptFile(offer: OfferToAnswer, offset = 0): Promise<OfferAck> {
    return this.#ask<OfferAck>(taken(offer, offset));
  }

  rejectFile(offer: OfferToAnswer, reason?: string): Promise<OfferAck> {
    return this.#ask<OfferAck>(rejected(offer, reason));
  }

  confirmFile(offer: Required<OfferToAnswer>, sha256: string): Promise<OfferAck> {
    return this.#ask<OfferAck>(received(offer, sha256));
  }

  tellProgress(offer: string, done: number): Promise<OfferAck> {
    return this.#ask<OfferAck>({ type: "FileProgress", offer, done });
  }

  cancelFile(offer: string): Promise<OfferAck> {
    return this.#ask<OfferAck>({ type: "FileCancel", offer });
  }

  ping(): Promise<number> {
    return this.#heartbeat.roundTrip();
  }

  online(): Promise<Welcome> {
    return this.#standing.online();
  }

  async close(): Promise<void> {
    this.#ended.abort();
    this.#connection?.close(this.status.kind === "online" ? undefined : UNANSWERED);
    await this.#life;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<ClientEvent> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  readonly #onAbort = (): void => void this.close();

  // ── Life: connect, be online, wait, connect again ──────────────────────────────────────────────

  async #live(): Promise<void> {
    let failures = 0;
    while (!this.#ended.signal.aborted) {
      this.#setStatus({ kind: "connecting", attempt: failures + 1 });
      let broke: Error | undefined;
      let onlineMs = Infinity;
      try {
        await this.#session(() => onlineMs = performance.now());
      } catch (caught) {
        broke = caught instanceof Error ? caught : new Error(String(caught));
      }
      // Not before: an error holds all that its callers hold, a password too, for as long as it is there.
      const error = broke ?? new ClosedError(UNANSWERED);
      this.#afterBreak();
      if (this.#ended.signal.aborted) {
        // Somebody gave up waiting: then the reason is why there was something to wait for.
        if (this.#signal?.aborted && !this.#position.wasOnline) {
          this.#standing.closingError = error;
        }
        break;
      }
      if (!(error instanceof ChatError || error instanceof ClosedError)) {
        // Nobody waits for this life: thrown, it would end the program that has the client.
        const sentence = `The client failed: ${error.message}`;
        this.#standing.closingError = new ClosedError(sentence, { cause: error });
        break;
      }
      if (!this.#words.worthAnotherTry(error, performance.now() - this.#startedMs)) {
        this.#standing.closingError = error;
        break;
      }
      // A server that lets in and breaks off at once is no better than one that does not answer.
      if (performance.now() - onlineMs >= STEADY_MS) failures = 0;
      const retryInMs = retryDelayMs(++failures, Math.random());
      this.#setStatus({ kind: "offline", reason: error.message, retryInMs });
      await wait(retryInMs, this.#ended.signal);
      if (this.#signal?.aborted && !this.#position.wasOnline) {
        this.#standing.closingError = error;
      }
    }
    this.#end();
  }

  /** One connection from dialling to its end. */
  async #session(onOnline: () => void): Promise<void> {
    const { signal } = this.#ended;
    const connection = await this.#dial({ timeoutMs: CONNECT_TIMEOUT_MS, signal });
    // Not by `using`, which not every browser knows that this runs in.
    try {
      this.#connection = connection;
      await this.#introduce(connection);
      if (signal.aborted) return;
      await listen(connection, {
        onWelcome: (welcome) => {
          onOnline();
          this.#welcomed(welcome);
        },
        hear: (message) => {
          this.#take(message);
          return this.#inbox.full ? this.#inbox.room() : undefined;
        },
        onBeat: () => this.#heartbeat.beat(),
      }, this.#pulse);
    } finally {
      connection.close();
    }
  }

  /** Says the first words, on its own: what waits for as long as a connection lasts would hold their password for so long. */
  async #introduce(connection: Line): Promise<void> {
    const words = await this.#words.next();
    if (!this.#ended.signal.aborted) connection.send(words);
  }

  #welcomed(welcome: Welcome): void {
    this.#name = welcome.username;
    this.#words.welcomed(welcome);
    for (const room of this.#position.welcomed(welcome)) {
      // What was asked and has no answer is asked again anyway.
      if (!this.#position.isEntering(room)) this.#rooms.again(room);
    }
    this.#inbox.push(welcome);
    this.#setStatus({ kind: "online", welcome });
    this.#asking.begin({
      me: welcome.username,
      tags: welcome.tag !== undefined,
      send: (question) => this.#connection?.send(question),
    });
  }

  /** The name that one has is one's account from now on. */
  #proved(welcome: Welcome): void {
    this.#name = welcome.username;
    this.#words.welcomed(welcome);
    this.#position.proved(welcome);
    this.#standing.set({ kind: "online", welcome });
  }

  #afterBreak(): void {
    this.#connection = undefined;
    this.#asking.broke();
  }

  #end(): void {
    const error = this.#standing.closingError;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#asking.end(this.#standing.ended);
    this.#setStatus(error ? { kind: "closed", reason: error.message } : { kind: "closed" });
    this.#inbox.end();
  }

  // ── Messages ───────────────────────────────────────────────────────────────────────────────────

  #take(message: ServerMessage): void {
    if (this.#typing.isLate(message, performance.now())) return;
    if (message.type === "Welcome" && message.re === undefined) return;
    if (message.type === "Renamed") this.#renamed(message.username);
    if (message.type === "Ping") return this.#connection?.pong();
    if (!this.#position.hears(message, this.#name)) return;
    this.#asking.hear(message);
  }

  #renamed(name: string): void {
    this.#name = name;
    this.#words.renamed(name);
    this.#asking.renamed(name);
  }

  #ask<A extends ServerMessage>(
    question: ClientMessage,
    { id, ...how }: { id?: string | undefined } & Pick<AddOptions, "told" | "own" | "urgent"> = {},
  ): Promise<A> {
    if (this.#ended.signal.aborted || this.status.kind === "closed") {
      return Promise.reject(this.#standing.ended);
    }
    return this.#asking.ask<A>(question, { ...(id === undefined ? {} : { id }), ...how });
  }

  #setStatus(status: ClientStatus): void {
    this.#inbox.push({ type: "Status", status });
    this.#standing.set(status);
  }
}
