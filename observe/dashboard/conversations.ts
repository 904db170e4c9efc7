/**
 * The chat's side of a page: what one chat client hears, as pages are told it, and what they ask of it. It runs where the client runs:
 * in the dashboard's process for all its pages (`hub.ts`), or in the page itself that came to the server (`page/visitor/`).
 *
 * ```text
 *   client ─ events ─► rooms, partners, positions, who is ignored ─► told: states, and what happens
 *   page ─ asks ─────► answers.ts ─► client
 * ```
 *
 * @module
 */

import {
  ChatError,
  type Client,
  type ClientEvent,
  ClosedError,
  type MessageDeleted,
  type MessageEdited,
  type Welcome,
} from "../../server/wire/in_browser/mod.ts";
import { foldText } from "../../server/wire/names/mod.ts";
import { type AccountKeeping, accountOf } from "./account.ts";
import { answerTo, type ChatAsked } from "./answers.ts";
import { isAskable } from "./askable.ts";
import { chatEventOf, linkOf } from "./chat_events.ts";
import { Ignored, type IgnoreKeeping } from "./ignored.ts";
import { PARTNERS_MAX, ROOMS_TOLD_MAX } from "./limits.ts";
import type {
  AccountState,
  Answer,
  ChatEvent,
  ChatStanding,
  Told,
  UnreadPlace,
} from "./page_messages.ts";
import { type PlaceRead, Positions } from "./positions.ts";

/** What pages are told of the chat as a whole. */
export type ChatState = Extract<Told, { type: "link" | "ignored" }>;

/** What it needs. */
export interface ConversationsOptions {
  /** Logged in, or on its way. Whoever made it closes it. */
  readonly client: Client;
  /** HOST:PORT of the chat server, for people. */
  readonly where: string;
  /** What is kept of accounts, and whom the reader ignores; without it, nothing. */
  readonly keeping?: (AccountKeeping & IgnoreKeeping) | undefined;
  /** Whether rooms that want it are told when the reader types. Default: yes. */
  readonly tellsTyping?: boolean | undefined;
  /** Things stand differently. */
  readonly told: (state: ChatState) => void;
  /** Something happens. */
  readonly said: (event: ChatEvent) => void;
}

/** Everything that is said where one client is. */
export class Conversations {
  readonly #options: ConversationsOptions;
  readonly #partners = new Set<string>();
  readonly #rooms = new Set<string>();
  readonly #ignored: Ignored;
  readonly #positions = new Positions();
  /** Whether the server takes positions: an older one does not. */
  #takesPositions = true;
  #welcome: Welcome | undefined;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    this.#ignored = new Ignored(options.keeping);
    const { status } = options.client;
    if (status.kind === "online") this.#entered(status.welcome);
  }

  /** How things stand. */
  get standing(): ChatStanding {
    const { client, where } = this.#options;
    return {
      me: client.name,
      where,
      link: linkOf(client.status),
      ...this.#account(),
      rooms: [...this.#rooms],
      partners: [...this.#partners],
      ...this.#unread(),
      ignored: this.#ignored.names,
    };
  }

  /** Does what a page asks for. */
  answer(request: ChatAsked): Promise<Answer> {
    const { client, keeping, tellsTyping = true } = this.#options;
    return answerTo(request, {
      client,
      keeping,
      changed: () => {
        if (client.status.kind === "online") this.#positions.welcomed(client.status.welcome);
        this.#moved();
      },
      told: (change: MessageEdited | MessageDeleted) => this.#heard(change),
      read: (where) => this.#read(where),
      typing: (room) => {
        if (tellsTyping) client.tellTyping(room);
      },
      ignore: (name, on) =>
        this.#ignored.set(
          name,
          on,
          () => this.#options.told({ type: "ignored", names: this.#ignored.names }),
        ),
      moved: (room, where, seq) => {
        if (where === "in") this.#in(room);
        if (seq !== undefined) this.#positions.entered(room, seq);
        else this.#rooms.delete(room);
        this.#moved();
      },
    });
  }

  /** Enters a room that was asked for at the start; a refusal is told to whoever is there. */
  async enter(room: string): Promise<void> {
    const answer = await this.answer({ type: "join", id: "start", room });
    if (answer.kind === "refused") this.#options.said({ kind: "error", sentence: answer.sentence });
  }

  /** Hears what the client does. */
  hear(event: ClientEvent): void {
    if (event.type === "Status") {
      const { status } = event;
      const anew = status.kind === "online" && this.#entered(status.welcome);
      return this.#options.told({
        type: "link",
        link: linkOf(status),
        ...(status.kind === "online" ? { ...this.#place(), ...this.#unread() } : {}),
        ...(anew ? { anew } : {}),
      });
    }
    if (event.type === "Renamed") this.#moved();
    // It was put out of a room, or one has refused to let it in again.
    const isOut = event.type === "Order" || event.type === "Error";
    if (isOut && this.#outOfSome()) this.#moved();
    this.#heard(event);
  }

  /** Whether nothing of it is to be told, since its author is not to be read. */
  hides(event: ClientEvent): boolean {
    return this.#ignored.hides(event);
  }

  /** Something in the conversation. */
  #heard(event: ClientEvent): void {
    if (this.#ignored.hides(event)) return;
    const { client, said: say } = this.#options;
    const said = chatEventOf(event, client.name);
    if (said === undefined) return;
    if (said.kind === "line") {
      const { mention = false, from } = said;
      const mine = foldText(from) === foldText(client.name);
      const hidden = !mine && this.#ignored.has(from);
      this.#positions.heard({ ...said, mine, mention, hidden });
      if (said.with !== undefined && !hidden) this.#partner(said.with);
    }
    if (said.kind === "read") this.#positions.read(said, said.seq);
    say(this.#ignored.quieted(said));
  }

  /** A page has shown all up to there: the account has read it, and the other pages and devices hear that. */
  async #read({ room, with: other, seq }: PlaceRead & { readonly seq: number }): Promise<void> {
    const place = room === undefined ? { with: other ?? "" } : { room };
    if (!this.#positions.active || !this.#takesPositions) return;
    this.#positions.read(place, seq);
    this.#options.said({ kind: "read", ...place, seq });
    try {
      await this.#options.client.markRead(place, seq);
    } catch (error) {
      if (error instanceof ClosedError) return;
      if (!(error instanceof ChatError)) throw error;
      if (error.code === "unknown_type") this.#takesPositions = false;
    }
  }

  #unread(): { readonly unread?: readonly UnreadPlace[] } {
    if (!this.#positions.active) return {};
    const unread = this.#positions.unread.filter(({ with: other }) =>
      other === undefined || !this.#ignored.has(other)
    );
    return { unread };
  }

  /** @returns Whether the server's history is another one than before. */
  #entered(welcome: Welcome): boolean {
    const anew = this.#welcome !== undefined && this.#welcome.epoch !== welcome.epoch;
    this.#welcome = welcome;
    this.#takesPositions = true;
    this.#positions.welcomed(welcome);
    for (const { with: other } of this.#unread().unread ?? []) {
      if (other !== undefined) this.#partner(other);
    }
    this.#outOfSome();
    for (const room of welcome.rooms) this.#in(room);
    return anew;
  }

  /** Forgets rooms that the client neither is in nor goes back to. @returns Whether there were any. */
  #outOfSome(): boolean {
    const gone = [...this.#rooms].filter((room) => !this.#options.client.isIn(room));
    for (const room of gone) this.#rooms.delete(room);
    return gone.length > 0;
  }

  /** The client is in a room. Of rooms that no honest server has, pages are told nothing. */
  #in(room: string): void {
    if (isAskable(room) && this.#rooms.size < ROOMS_TOLD_MAX) this.#rooms.add(room);
  }

  /** The client is elsewhere, or somebody else. */
  #moved(): void {
    const { client, told } = this.#options;
    told({ type: "link", link: linkOf(client.status), ...this.#place() });
  }

  #place(): {
    readonly me: string;
    readonly account?: AccountState;
    readonly rooms: readonly string[];
  } {
    return { me: this.#options.client.name, ...this.#account(), rooms: [...this.#rooms] };
  }

  #account(): { readonly account?: AccountState } {
    const account = accountOf(this.#options.client);
    return account === undefined ? {} : { account };
  }

  #partner(name: string): void {
    this.#partners.delete(name);
    this.#partners.add(name);
    for (const oldest of this.#partners) {
      if (this.#partners.size <= PARTNERS_MAX) break;
      this.#partners.delete(oldest);
    }
  }
}
