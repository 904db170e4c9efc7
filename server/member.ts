/**
 * A user who is here: a name, the way it speaks, and the rooms it is in.
 *
 * A member is what the rest of the server sees of a connection. It knows nothing of sockets: what it
 * is told goes to its outbox, in the bytes of its own way of speaking.
 *
 * @module
 */

import type { Address } from "./addresses/address.ts";
import { type Account, Telling } from "./budget/mod.ts";
import type { Speech } from "./codec.ts";
import type { UserView } from "./commands/types.ts";
import type { Inline, TransferUser } from "./files/transfer_user.ts";
import { tagOf } from "./identity.ts";
import type { Outbox } from "./outbox.ts";
import { Owed } from "./owed.ts";
import type { Room } from "./room.ts";
import type { Cursor } from "./room_log.ts";
import type { Wakeups } from "./wakeups.ts";
import { fold, type FoldedName, LOBBY, type ServerMessage, type UserName } from "./wire/mod.ts";

/** What makes a member. */
export interface MemberParts {
  readonly name: UserName;
  readonly speech: Speech;
  /** Whether it has shown the operator token. */
  readonly operator: boolean;
  /** The secret of its session: whoever knows it is the same client. */
  readonly session: string;
  /** What is spent where it comes from. */
  readonly address: Address;
  readonly outbox: Outbox;
  /** Pays for what it causes. */
  readonly account: Account;
  readonly wakeups: Wakeups;
  /** Encodes a message for this member; `undefined` when its way of speaking has no word for it. */
  readonly encode: (message: ServerMessage) => Uint8Array | undefined;
  /** Ends the connection, with a last word. */
  readonly dismiss: (last?: ServerMessage) => void;
  /** Carries files over the connection itself. */
  readonly inline: Inline;
}

/** A user who is logged in. */
export class Member implements UserView, TransferUser {
  readonly name: UserName;
  readonly key: FoldedName;
  readonly nameJson: string;
  readonly speech: Speech;
  readonly operator: boolean;
  /** Whoever knows this secret is the same client and may replace this connection. */
  readonly session: string;
  readonly address: Address;
  readonly outbox: Outbox;
  readonly account: Account;
  /** Ends the connection, with a last word. */
  readonly dismiss: (last?: ServerMessage) => void;
  readonly inline: Inline;
  /** The rooms that it is in, each with its place in the room's log. */
  readonly places: Map<
    FoldedName,
    { readonly room: Room; readonly cursor: Cursor; readonly stay: number }
  > = new Map();
  /** What it said and was not answered yet. */
  readonly owed: Owed = new Owed();
  #telling: Telling | undefined;
  #tag: string | undefined;
  readonly #encode: MemberParts["encode"];
  readonly #wakeups: Wakeups;

  constructor(parts: MemberParts) {
    const { name, speech, operator, session, address, outbox, account } = parts;
    const { wakeups, encode, dismiss, inline } = parts;
    this.name = name;
    this.key = fold(name);
    this.nameJson = JSON.stringify(name);
    this.speech = speech;
    this.operator = operator;
    this.session = session;
    this.address = address;
    this.outbox = outbox;
    this.account = account;
    this.dismiss = dismiss;
    this.inline = inline;
    this.#encode = encode;
    this.#wakeups = wakeups;
  }

  /** What it may have crowds told. Most sessions say nothing. */
  get telling(): Telling {
    return this.#telling ??= new Telling(performance.now());
  }

  /** What may be known of its session; see `identity.ts`. Most sessions never whisper. */
  get tag(): string {
    return this.#tag ??= tagOf(this.session, this.key);
  }

  /** The room that it means when it names none: a text client is in one room at a time. */
  get here(): FoldedName {
    const [current] = this.speech === "text" ? this.places.keys() : [];
    return current ?? (LOBBY as FoldedName);
  }

  /** Whether it is in a room. */
  isIn(room: FoldedName): boolean {
    return this.places.has(room);
  }

  /** Tells this member something, at the end of this turn of the event loop. */
  tell(message: ServerMessage): void {
    const bytes = this.#encode(message);
    if (bytes !== undefined) this.tellBytes(bytes);
  }

  /** Tells this member bytes that are already in its way of speaking. */
  tellBytes(bytes: Uint8Array): void {
    this.outbox.queue(bytes);
    this.#wakeups.add(this.outbox);
  }
}
