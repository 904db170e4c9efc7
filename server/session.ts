/**
 * What is said over one connection, as a union of states.
 *
 * ```text
 *   greeting ── first byte ──► login ── Login ──► member
 *       └────────────┬───────────┴──────────────────┘
 *                    ▼   the peer left, was refused or cut off, or the server closes
 *                  ended
 * ```
 *
 * The session hears messages through a speaker, asks the command table what they come to, and has the
 * effects performed. Sockets are the link's business, rooms the hall's.
 *
 * @module
 */

import { admit } from "./commands/login.ts";
import { costOf, runCommand } from "./commands/table.ts";
import type { ServerEvent } from "./events.ts";
import type { Counters } from "./figures/counters.ts";
import type { Standing } from "./figures/figures.ts";
import { FrameSpeaker } from "./frame_speaker.ts";
import { type Limits, REPLIES_BYTES_MAX } from "./limits.ts";
import type { Link } from "./link.ts";
import { Member } from "./member.ts";
import { errorMessage, perform, type World } from "./perform.ts";
import { comeBack, type Return, returnsOf } from "./resume.ts";
import type { Visitor } from "./seat.ts";
import type { Heard, Speaker, Speech } from "./speaker.ts";
import { TextSpeaker } from "./text/text_speaker.ts";
import type { Throttles } from "./throttle.ts";
import type { Wakeups } from "./wakeups.ts";
import {
  type ClientMessage,
  type ErrorCode,
  type Login,
  PROTOCOL_VERSION,
  type ServerMessage,
  VERSION,
  type Welcome,
} from "./wire/mod.ts";

/** What all sessions of a server share. */
export interface SessionParts {
  readonly world: World;
  readonly wakeups: Wakeups;
  readonly limits: Limits;
  /** How fast each user may talk and ask. */
  readonly throttles: {
    readonly messages: Throttles;
    readonly requests: Throttles;
    readonly inspections: Throttles;
  };
  readonly counters: Counters;
  /** Who knows it is an operator; without one, nobody is. */
  readonly operatorToken: string | undefined;
  readonly onEvent: (event: ServerEvent) => void;
}

type State =
  | { readonly kind: "greeting" }
  | { readonly kind: "login"; readonly speaker: Speaker }
  | { readonly kind: "member"; readonly speaker: Speaker; readonly member: Member }
  | { readonly kind: "ended" };

/** Whoever is at the other end of a connection. */
export class Session implements Visitor {
  readonly #parts: SessionParts;
  readonly #link: Link;
  readonly #peer: string;
  #state: State = { kind: "greeting" };
  #pinged = false;

  /** @param peer The other end's address, for the log. */
  constructor(parts: SessionParts, link: Link, peer: string) {
    this.#parts = parts;
    this.#link = link;
    this.#peer = peer;
    link.outbox.onSlow = () => this.#cutOff(errorMessage("slow_consumer"));
  }

  get speech(): Speech | undefined {
    const state = this.#state;
    return state.kind === "login" || state.kind === "member" ? state.speaker.speech : undefined;
  }

  whereabouts(): Standing {
    if (this.#state.kind !== "member") return { rooms: [] };
    const { name, places } = this.#state.member;
    return { user: name, rooms: [...places.values()].map(({ room }) => room.name) };
  }

  /** The server closes: what waits is still sent, then the reason. Nobody is told that this one left. */
  shutDown(): void {
    const last = errorMessage("shutting_down");
    const bytes = this.#encode(last);
    this.#leaveState(last);
    this.#link.finish(bytes, "send");
  }

  /** Closes the connection without waiting for anything. */
  abandon(): void {
    this.#link.close();
  }

  /** Looks after deadlines. To be called about once a second. */
  check(nowMs: number): void {
    const { loginMsMax, silenceMsBeforePing, silenceMsMax } = this.#parts.limits;
    const state = this.#state;
    const { silentMs, stalledMs } = this.#link.check(nowMs);
    switch (state.kind) {
      case "greeting":
      case "login":
        if (nowMs - this.#link.openedMs > loginMsMax) this.#end(errorMessage("login_required"));
        return;
      case "member":
        if (stalledMs > silenceMsMax) return this.#cutOff();
        // A silent text client may be somebody who only reads: TCP's keep-alive watches over it.
        if (state.speaker.speech === "text") return;
        if (silentMs > silenceMsMax) return this.#cutOff();
        if (silentMs > silenceMsBeforePing && !this.#pinged) {
          this.#pinged = true;
          state.member.tell({ type: "Ping" });
        }
        return;
      case "ended":
        return;
      default:
        state satisfies never;
    }
  }

  // ── Hearing ────────────────────────────────────────────────────────────────────────────────────

  hear(chunk: Uint8Array): Promise<void> | undefined {
    this.#pinged = false;
    if (this.#state.kind === "greeting") {
      const frames = chunk[0] === 0x00;
      const speaker = frames
        ? new FrameSpeaker(this.#parts.limits.frameBytesMax)
        : new TextSpeaker();
      this.#state = { kind: "login", speaker };
    }
    if (this.#state.kind === "ended") return undefined;
    const { speaker } = this.#state;
    speaker.feed(chunk);
    return this.#takeAll(speaker);
  }

  async hearEnd(error?: unknown): Promise<void> {
    const state = this.#state;
    if (error !== undefined) {
      this.#parts.onEvent({ kind: "failed", peer: this.#peer, error });
      this.#end(errorMessage("internal"));
    } else if (state.kind === "login" || state.kind === "member") {
      state.speaker.feedEnd();
      await this.#takeAll(state.speaker);
    }
    this.#end();
  }

  /** Takes what was heard, in order; a promise only when something has to be waited for. */
  #takeAll(speaker: Speaker): Promise<void> | undefined {
    for (let heard = speaker.next(); heard !== undefined; heard = speaker.next()) {
      const pending = this.#take(heard) ?? this.#pressure();
      if (pending !== undefined) return this.#takeRest(pending, speaker);
      if (this.#state.kind === "ended") return undefined;
    }
    return undefined;
  }

  /** Somebody who asks faster than it reads is not heard until it has read. */
  #pressure(): Promise<void> | undefined {
    const { outbox } = this.#link;
    return outbox.repliesBytes > REPLIES_BYTES_MAX ? outbox.idle() : undefined;
  }

  async #takeRest(pending: Promise<void>, speaker: Speaker): Promise<void> {
    await pending;
    await this.#pressure();
    if (this.#state.kind !== "ended") await this.#takeAll(speaker);
  }

  #take(heard: Heard): Promise<void> | undefined {
    switch (heard.kind) {
      case "message":
        return this.#takeMessage(heard.message);
      case "answer":
        this.#queue(heard.bytes);
        return;
      case "error":
        this.#refuse(heard.code, heard.re, { msg: heard.msg });
        return;
      case "end":
        this.#end(heard.code && errorMessage(heard.code, heard.msg));
        return;
      default:
        heard satisfies never;
    }
  }

  #takeMessage(message: ClientMessage): Promise<void> | undefined {
    const state = this.#state;
    const { world } = this.#parts;
    if (state.kind !== "member") return this.#takeBeforeLogin(message);
    const { member, speaker } = state;
    if (costOf(message) === "message" && world.conversation.answerAgain(member, message.id)) return;
    const waitMs = this.#waitMs(member, message);
    if (waitMs > 0) this.#parts.counters.rateLimited++;
    // A text client is slowed instead of refused: `nc` would not say it again.
    if (waitMs > 0 && speaker.speech === "text") return this.#takeLater(message, waitMs);
    if (waitMs > 0) return this.#refuse("rate_limited", message.id, { wait: waitMs });
    if (message.type === "Login") {
      return this.#refuse("invalid", message.id, { msg: "You are logged in already." });
    }
    if (costOf(message) === undefined) return this.#refuse("unknown_type", message.id);
    return perform(world, member, runCommand(member, world.hall, message), message.id);
  }

  /** Milliseconds that this message comes too early; 0 when it is in time. */
  #waitMs(member: Member, message: ClientMessage): number {
    const cost = costOf(message);
    if (cost === undefined || cost === "nothing") return 0;
    const throttles = this.#parts.throttles[`${cost}s` as const];
    if (throttles.open) return 0;
    const now = performance.now();
    const verdict = throttles.of(member.key, now).take(now);
    return verdict.kind === "wait" ? verdict.ms : 0;
  }

  async #takeLater(message: ClientMessage, ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (this.#state.kind === "member") await this.#takeMessage(message);
  }

  // ── Coming in ──────────────────────────────────────────────────────────────────────────────────

  #takeBeforeLogin(message: ClientMessage): Promise<void> | undefined {
    if (message.type === "Login") return this.#login(message);
    const code = costOf(message) === undefined ? "unknown_type" : "login_required";
    return this.#refuse(code, message.id);
  }

  #login(login: Login): Promise<void> | undefined {
    const { world } = this.#parts;
    const { hall, store, pageBytesMax } = world;
    const state = this.#state;
    if (state.kind !== "login") return;
    const admission = admit(login, (name) => hall.holderOf(name), this.#parts.operatorToken);
    if (admission.kind === "refuse") {
      const re = login.id === undefined ? {} : { re: login.id };
      this.#end({ ...errorMessage(admission.code, admission.msg), ...re });
      return;
    }
    if (admission.replaces) {
      const msg = "You logged in again from elsewhere.";
      hall.holderOf(admission.name)?.dismiss(errorMessage("name_taken", msg));
    }
    const member = new Member({
      name: admission.name,
      speech: state.speaker.speech,
      operator: admission.operator,
      outbox: this.#link.outbox,
      wakeups: this.#parts.wakeups,
      encode: (message) => state.speaker.encode(message),
      dismiss: (last) => this.#cutOff(last),
    });
    this.#state = { kind: "member", speaker: state.speaker, member };
    hall.seat(member);
    store.rememberUser(member.name);
    this.#parts.onEvent({ kind: "joined", user: member.name, peer: this.#peer });
    const returns = returnsOf(hall, store, login);
    member.tell(this.#welcome(member, login, returns));
    return comeBack(store, member, returns, pageBytesMax, () => {
      // Somebody who takes long to read what was missed is not silent.
      this.#link.noteLife();
      return this.#state.kind === "member";
    });
  }

  #welcome(member: Member, { id }: Login, returns: readonly Return[]): Welcome {
    const { store, hall } = this.#parts.world;
    return {
      type: "Welcome",
      ...(id === undefined ? {} : { re: id }),
      username: member.name,
      rooms: returns.map(({ room }) => room.name),
      server: `chat/${VERSION}`,
      protocol: PROTOCOL_VERSION,
      durability: store.durability,
      epoch: store.epoch,
      session: member.session,
      heads: Object.fromEntries(returns.map(({ room }) => [room.name, hall.head(room.stream)])),
    };
  }

  // ── Answering, and the end ─────────────────────────────────────────────────────────────────────

  #refuse(
    code: ErrorCode,
    re: string | undefined,
    { msg, wait }: { msg?: string; wait?: number } = {},
  ): undefined {
    const bytes = this.#encode({
      ...errorMessage(code, msg),
      ...(re === undefined ? {} : { re }),
      ...(wait === undefined ? {} : { wait }),
    });
    if (bytes !== undefined) this.#queue(bytes);
  }

  #queue(bytes: Uint8Array): void {
    this.#link.outbox.queue(bytes);
    this.#parts.wakeups.add(this.#link.outbox);
  }

  /** In the peer's way of speaking; nothing while that is not known. */
  #encode(message: ServerMessage): Uint8Array | undefined {
    const state = this.#state;
    return state.kind === "login" || state.kind === "member"
      ? state.speaker.encode(message)
      : undefined;
  }

  /** Ends it; answers that wait are still sent. */
  #end(last?: ServerMessage): void {
    this.#finish(last, "send");
  }

  /** Ends it; what waits is dropped, since there may be a lot of it. */
  #cutOff(last?: ServerMessage): void {
    this.#finish(last, "drop");
  }

  #finish(last: ServerMessage | undefined, waiting: "send" | "drop"): void {
    const state = this.#state;
    if (state.kind === "ended") return;
    const bytes = last && this.#encode(last);
    this.#leaveState(last);
    if (state.kind === "member") {
      this.#parts.world.hall.unseat(state.member);
    }
    this.#link.finish(bytes, waiting);
  }

  #leaveState(last: ServerMessage | undefined): void {
    const state = this.#state;
    if (state.kind === "ended") return;
    this.#state = { kind: "ended" };
    const why = last?.type === "Error" ? { code: last.code } : {};
    const { onEvent } = this.#parts;
    if (state.kind === "member") {
      this.#parts.world.store.rememberUser(state.member.name);
      onEvent({ kind: "left", user: state.member.name, peer: this.#peer, ...why });
    } else {
      onEvent({ kind: "refused", peer: this.#peer, ...why });
    }
  }
}
