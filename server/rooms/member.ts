/**
 * A user who is here: a name, the way it speaks, and the rooms it is in.
 *
 * A member is what the rest of the server sees of a connection. It knows nothing of sockets: what it
 * is told goes to its outbox, in the bytes of its own way of speaking.
 *
 * @module
 */

import type { Proved } from "../accounts/accounts.ts";
import type { Address } from "../addresses/address.ts";
import { type Account, Telling } from "../budget/mod.ts";
import type { Speech } from "../codec/codec.ts";
import type { UserView } from "../commands/types.ts";
import { messageFrom } from "../codec/encode.ts";
import type { Inline, TransferUser } from "../files/transfer_user.ts";
import type { Astray } from "../session/astray.ts";
import { markOf, tagOf } from "../session/identity.ts";
import type { Outbox } from "../link/outbox.ts";
import { Owed } from "./owed.ts";
import type { Pair } from "./pair.ts";
import { type Stay, Stays } from "./stays.ts";
import type { Wakeups } from "./wakeups.ts";
import {
  type AccountRole,
  fold,
  type FoldedName,
  LOBBY,
  type ServerMessage,
  type UserName,
} from "../wire/mod.ts";

/** What a member's connection does for it. One object for each connection, since ten thousand closures are a heap of them. */
export interface Host extends Inline {
  /** Encodes a message for its peer; `undefined` when its way of speaking has no word for it. */
  encode(message: ServerMessage): Uint8Array | undefined;
  /** Ends the connection, with a last word. */
  dismiss(last?: ServerMessage): void;
  /** The connection is another member's now. @returns Whether it can be: nothing but words goes over it. */
  become(member: Member): boolean;
}

/** When somebody was written down last as an author. */
export type Signing = Pick<Stay, "signed">;

/** What makes a member. */
export interface MemberParts {
  readonly name: UserName;
  readonly speech: Speech;
  /** Whether it has shown the operator token. */
  readonly operator: boolean;
  /** What it has proved; without that it is a guest. */
  readonly proved?: Proved | undefined;
  /** Set of a hook, which speaks in a room without being there: when it signed there last. */
  readonly hook?: Signing | undefined;
  /** The secret of its session: whoever knows it is the same client. */
  readonly session: string;
  /** What is spent where it comes from. */
  readonly address: Address;
  /** Where it comes from, as text. */
  readonly hostname: string;
  readonly outbox: Outbox;
  /** Pays for what it causes. */
  readonly account: Account;
  readonly wakeups: Wakeups;
  readonly host: Host;
  /** Whether it wants to be told who types. */
  readonly hearsTyping?: boolean | undefined;
}

/** A user who is logged in. */
export class Member implements UserView, TransferUser {
  readonly name: UserName;
  readonly key: FoldedName;
  readonly speech: Speech;
  /** Whether it has shown the operator token. */
  readonly #hasToken: boolean;
  /** Whoever knows this secret is the same client and may replace this connection. */
  readonly session: string;
  readonly address: Address;
  readonly #hostname: string;
  readonly outbox: Outbox;
  readonly account: Account;
  readonly #host: Host;
  /** The rooms that it is in, each with its place in the room's log. */
  readonly places: Stays = new Stays();
  /** While it may not know yet that it was put out of the room that it speaks in. */
  astray: Astray | undefined;
  /** See `pair.ts`. */
  lastPair: Pair | undefined;
  #owed: Owed | undefined;
  #from: Uint8Array | undefined;
  #telling: Telling | undefined;
  #tag: string | undefined;
  #lastStream: string | undefined;
  #lastSeq = 0;
  #lastWhisperedTo: UserName | undefined;
  #proved: Proved | undefined;
  /** See `MemberParts`. */
  readonly hook: Signing | undefined;
  /** See `MemberParts`. */
  readonly hearsTyping: boolean;
  #renamed: Member | undefined;
  readonly #wakeups: Wakeups;

  constructor(parts: MemberParts) {
    const { name, speech, operator, proved, hook, session, address, hostname } = parts;
    const { outbox, account, wakeups, host, hearsTyping = false } = parts;
    this.name = name;
    this.key = fold(name);
    this.speech = speech;
    this.#hasToken = operator;
    this.#proved = proved;
    this.hook = hook;
    this.hearsTyping = hearsTyping;
    this.session = session;
    this.address = address;
    this.#hostname = hostname;
    this.outbox = outbox;
    this.account = account;
    this.#host = host;
    this.#wakeups = wakeups;
  }

  /** Whose each of its messages is, in bytes. Most sessions say nothing. */
  get from(): Uint8Array {
    return this.#from ??= messageFrom(this.name, this.registered, this.hook !== undefined);
  }

  /** What it said and was not answered yet. */
  get owed(): Owed {
    return this.#owed ??= new Owed();
  }

  /** What it may have crowds told. Most sessions say nothing. */
  get telling(): Telling {
    return this.#telling ??= new Telling(performance.now());
  }

  /** What may be known of who it is; see `identity.ts`. Most sessions never whisper. */
  get tag(): string {
    return this.#tag ??= tagOf(this.identity, this.key);
  }

  /** Who it is, a secret: an account on all its devices, a guest over one session. */
  get identity(): string {
    return this.#proved?.identity ?? this.session;
  }

  /** Whether its name is an account's; a guest's is not. */
  get registered(): boolean {
    return this.#proved !== undefined;
  }

  /** The short id of its device, if that needs no password. */
  get device(): string | undefined {
    return this.#proved?.device;
  }

  /** Whether it has shown the operator token, or its account has that role. */
  get operator(): boolean {
    return this.#hasToken || this.#proved?.role === "operator";
  }

  /** Its account may do something else from now on. */
  setRole(role: AccountRole): void {
    if (this.#proved !== undefined) this.#proved = { ...this.#proved, role };
  }

  /** It has an account from now on. */
  prove(proved: Proved): void {
    this.#proved = proved;
    this.#from = this.#tag = this.lastPair = undefined;
  }

  /** The same guest under another name, in no room yet; `undefined` when its connection carries a file. */
  under(name: UserName): Member | undefined {
    const { speech, session, address, outbox, account } = this;
    const renamed = new Member({
      name,
      speech,
      operator: this.#hasToken,
      session,
      address,
      hostname: this.#hostname,
      outbox,
      account,
      wakeups: this.#wakeups,
      host: this.#host,
      hearsTyping: this.hearsTyping,
    });
    if (!this.#host.become(renamed)) return undefined;
    renamed.astray = this.astray;
    // Its last words are still waited for when it goes.
    renamed.#owed = this.owed;
    this.#renamed = renamed;
    return renamed;
  }

  /** The member that its connection is now: another one if it was given another name. */
  get latest(): Member {
    return this.#renamed?.latest ?? this;
  }

  /** See `Person`. It is asked for where somebody is banned, and not kept. */
  get mark(): string {
    return markOf(this.identity);
  }

  /** See `Person`: an exempt address may be a proxy's, and is many people's. */
  get origin(): string | undefined {
    return this.address.exempt ? undefined : this.#hostname;
  }

  /** The room that it means when it names none: a text client is in one room at a time. */
  get here(): FoldedName {
    const [current] = this.speech === "text" ? this.places.values() : [];
    return current?.room.key ?? (LOBBY as FoldedName);
  }

  /** Whether it is in a room. */
  isIn(room: FoldedName): boolean {
    return this.places.has(room);
  }

  /** It has said something, or whispered it to somebody, which has been given its number. */
  said(stream: string, seq: number, whisperedTo?: UserName): void {
    this.#lastStream = stream;
    this.#lastSeq = seq;
    this.#lastWhisperedTo = whisperedTo;
  }

  /** What had been given that number was refused: if it was the last, then nothing was. The next one to speak has the number. */
  unsaid(stream: string, seq: number): void {
    if (this.#lastStream === stream && this.#lastSeq === seq) this.saysAnew();
  }

  /** It says something: what it said before is not the last any more, also if this is refused. */
  saysAnew(): void {
    this.#lastStream = this.#lastWhisperedTo = undefined;
  }

  /** To whom it said last what it said, if it was whispered. */
  get lastWhisperedTo(): UserName | undefined {
    return this.#lastWhisperedTo;
  }

  /** The number of what it said last over this connection, if that was in this stream. */
  lastSaid(stream: string): number | undefined {
    return this.#lastStream === stream ? this.#lastSeq : undefined;
  }

  /** Tells this member something, at the end of this turn of the event loop. */
  tell(message: ServerMessage): void {
    const bytes = this.#host.encode(message);
    if (bytes !== undefined) this.tellBytes(bytes);
  }

  /** Carries files over the connection itself. */
  get inline(): Inline {
    return this.#host;
  }

  /** Ends the connection, with a last word. */
  dismiss(last?: ServerMessage): void {
    this.#host.dismiss(last);
  }

  /** Tells this member bytes that are already in its way of speaking. */
  tellBytes(bytes: Uint8Array): void {
    this.outbox.queue(bytes);
    this.#wakeups.add(this.outbox);
  }
}
