/**
 * What a command is: a pure function from who asks, what there is and what is asked, to effects.
 *
 * A command reads its message's fields and decides; it touches no socket, no store and no clock. What
 * is to happen it returns as plain data, and `perform.ts` is the only place that does it. So a test
 * of a command is one call and one comparison.
 *
 * @module
 */

import type { HookEffect } from "../hooks/hook_desk.ts";
import type { TraceEffect } from "../tracing/trace_desk.ts";
import type { InvitationEffect } from "../invitations/invitation_desk.ts";
import type { Deed } from "../order/deeds.ts";
import type { Order } from "../order/order.ts";
import type { Person } from "../order/person.ts";
import type { FileFacts, Named, NamedFully } from "../files/offers.ts";
import type { Wish } from "../files/sink.ts";
import type { Revision } from "../store/revised.ts";
import type {
  AccountRole,
  ClientMessage,
  ClientType,
  ErrorCode,
  FoldedName,
  RoomName,
  ServerMessage,
  UserName,
} from "../wire/mod.ts";

/** What commands may see of a user. */
export interface UserView extends Person {
  /** The room meant when none is named. */
  readonly here: FoldedName;
  /** Whether its name is an account's; a guest's is not. */
  readonly registered: boolean;
  isIn(room: FoldedName): boolean;
  /** The number of what it said last, if that was in this stream. */
  lastSaid(stream: string): number | undefined;
  /** To whom it said that, if it was whispered. */
  readonly lastWhisperedTo: UserName | undefined;
}

/** Somebody to whom something can be whispered: a member, or an account that is away. */
export interface Addressee {
  readonly name: UserName;
  readonly key: FoldedName;
  /** What may be known of who it is. */
  readonly tag: string;
  /** Whether the name is an account's. */
  readonly registered: boolean;
}

/** What commands may see of a room. */
export interface RoomView {
  readonly name: RoomName;
  readonly key: FoldedName;
  readonly stream: string;
  /** How many people are in it. */
  readonly people: number;
  readonly topic: string | undefined;
  /** How it is set. */
  readonly order: Order;
  /** Who is in it, in code unit order; another list when something has changed. */
  usersInOrder(): readonly UserName[];
}

/** What commands may see of the hall. Texts are folded before they are compared. */
export interface HallView {
  user(text: string): UserView | undefined;
  /** The account of that name, which is not here; `undefined` when there is none, or it is here. */
  away(text: string): Person | undefined;
  /** Whether somebody is in a room, on whichever device. */
  isIn(user: FoldedName, room: FoldedName): boolean;
  /** Those of some names whose users have an account. */
  registered(names: readonly UserName[]): readonly UserName[];
  room(text: string): RoomView | undefined;
  /** The name of a room that is there or was, also of one that no new room could have. */
  nameKept(text: string): RoomName | undefined;
  /** The name of the room that a new one of this name would look like. */
  roomLike(name: RoomName): RoomName | undefined;
  /** Everybody and every room, in code unit order of names; another list when something has changed. */
  usersInOrder(): readonly UserName[];
  roomsInOrder(): readonly RoomView[];
  /** The rooms that somebody may know of, likewise: for most it is the same list. */
  roomsFor(asker: Person): readonly RoomView[];
  /** How a room is set that is there or was; `undefined` when there never was one of that name. */
  order(text: string): Order | undefined;
  /** When it is, in ms since 1970: commands have no clock of their own. */
  readonly nowMs: number;
  /** The newest seq of a stream; 0 when nothing was ever said there. */
  head(stream: string): number;
}

/**
 * What somebody says: text, which may have come as bytes that go out again as they are. They lie in what was read, and so
 * are valid as long as that is being heard; who keeps it longer has them lie elsewhere first.
 */
export interface Said {
  readonly content: string;
  /** To which message of the same stream it is a reply. */
  readonly reply?: number;
  /** The same as JSON, in the bytes that JSON is written in here; left out where only the text is known. */
  readonly json?: Uint8Array;
  /** The id under which it is said, likewise. */
  readonly idJson?: Uint8Array | undefined;
  /** The same bytes lie elsewhere, and those of `json` and `idJson` are not its own any more. */
  liesIn?(json: Uint8Array, idJson: Uint8Array | undefined): void;
}

/** Part of a stream that somebody asks for. */
export interface Wanted {
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
}

/** Where somebody reads: a room, or what somebody and it whisper, with the name to show. */
export type ReadPlace =
  | { readonly room: FoldedName; readonly name: string }
  | { readonly with: FoldedName; readonly name: string };

/** Something that is to happen with accounts. */
export type AccountEffect =
  /** The asker's own name becomes an account. */
  | { readonly do: "register"; readonly password: string; readonly deviceName?: string }
  | { readonly do: "password"; readonly old: string; readonly password: string }
  | { readonly do: "devices" }
  | { readonly do: "revoke"; readonly device: string }
  /** Of an operator, with accounts of others. */
  | { readonly do: "accounts"; readonly of: "others"; readonly after?: string }
  | {
    readonly do: "add account";
    readonly of: "others";
    readonly username: string;
    readonly password: string;
    readonly role: AccountRole;
  }
  | {
    readonly do: "set password";
    readonly of: "others";
    readonly username: string;
    readonly password: string;
  }
  | {
    readonly do: "set role";
    readonly of: "others";
    readonly username: string;
    readonly role: AccountRole;
  }
  | { readonly do: "remove account"; readonly of: "others"; readonly username: string }
  | {
    readonly do: "erase account";
    readonly of: "others";
    readonly username: string;
    /** Only counts what there is. */
    readonly count: boolean;
  };

/** Something that is to happen. */
export type Effect =
  | AccountEffect
  | HookEffect
  | TraceEffect
  | InvitationEffect
  /** Answers whoever asked; `re` is added on the way. A message that is kept for others, too, is encoded once. */
  | { readonly do: "reply"; readonly message: ServerMessage; readonly kept?: true }
  /** Answers with an error; without `msg` in the code's own words. */
  | { readonly do: "refuse"; readonly code: ErrorCode; readonly msg?: string }
  | { readonly do: "say"; readonly room: FoldedName; readonly said: Said }
  | { readonly do: "whisper"; readonly to: FoldedName; readonly said: Said }
  /** Edits or deletes what was said in a room or whispered, if the asker may. */
  | {
    readonly do: "change";
    readonly stream: string;
    readonly place: { readonly room: FoldedName } | { readonly with: string };
    readonly seq: number;
    readonly revision: Revision;
  }
  | { readonly do: "topic"; readonly room: FoldedName; readonly topic: string }
  /** Tells those in a room who want to know it that the asker types there. */
  | { readonly do: "typing"; readonly room: FoldedName }
  | { readonly do: "enter"; readonly room: RoomName }
  | { readonly do: "exit"; readonly room: FoldedName }
  /** Offers a file to one user, or to everybody else in a room. */
  | {
    readonly do: "offer";
    readonly to: { readonly user: FoldedName } | { readonly room: FoldedName };
    readonly file: FileFacts;
    readonly beside: boolean;
  }
  | { readonly do: "accept"; readonly named: Named; readonly wish: Wish }
  | { readonly do: "reject"; readonly named: Named; readonly reason?: string }
  | { readonly do: "progress"; readonly offer: string; readonly done: number }
  | { readonly do: "received"; readonly named: NamedFully; readonly sha256: string }
  | { readonly do: "cancel"; readonly offer: string }
  /** Keeps order in a room, or without one on the whole server. */
  | { readonly do: "order"; readonly room?: RoomName; readonly deed: Deed }
  /** Answers with who is banned on the whole server. */
  | { readonly do: "bans" }
  /** Puts a message of a room, or the newest there, before its moderators. */
  | {
    readonly do: "report";
    readonly room: FoldedName;
    readonly seq?: number;
    readonly why?: string;
  }
  /** Answers with what moderators of a room did, or without one operators. */
  | { readonly do: "audit"; readonly room?: RoomName; readonly wanted: Wanted }
  /** Moves how far the asker's account has read. */
  | {
    readonly do: "move";
    readonly place: ReadPlace;
    readonly seq: number;
  }
  /** Answers with the server's figures. */
  | { readonly do: "inspect"; readonly mark?: string }
  /** Answers with a page of a stream; of whispers, with what is the asker's own. */
  | {
    readonly do: "read";
    readonly stream: string;
    readonly place:
      | { readonly room: string }
      /** The other user, and whether somebody of that name is here now. */
      | { readonly with: string; readonly here: boolean };
    readonly wanted: Wanted;
  };

/** A command for one type of message. */
export type Command<T extends ClientType> = (
  asker: UserView,
  hall: HallView,
  message: Extract<ClientMessage, { type: T }>,
) => readonly Effect[];
