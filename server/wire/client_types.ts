/**
 * What the headless client looks like from outside: its options, its states and its events.
 *
 * `client.ts` makes it true. The terminal client, `chat send`, bots, the dashboard and the tests all
 * see this interface and nothing else of a connection.
 *
 * @module
 */

import type { AccountCalls } from "./account_calls.ts";
import type { TraceCalls } from "./trace_calls.ts";
import type { HookCalls } from "./hook_calls.ts";
import type { InvitationCalls } from "./invitation_calls.ts";
import type { ChangeCalls } from "./change_calls.ts";
import type { OrderCalls } from "./order_calls.ts";
import type { TlsTrust } from "./tls_trust.ts";
import type {
  Ack,
  HistoryPage,
  Inspection,
  OfferAck,
  PrivateSent,
  RoomList,
  ServerMessage,
  UserList,
  Welcome,
} from "./messages.ts";

/** Where the client stands. */
export type ClientStatus =
  /** The first try, or a further one: `attempt` counts from 1 since the connection was lost. */
  | { readonly kind: "connecting"; readonly attempt: number }
  /** Logged in. */
  | { readonly kind: "online"; readonly welcome: Welcome }
  /** Waiting `retryInMs` before the next try, because of `reason` (a sentence). */
  | { readonly kind: "offline"; readonly reason: string; readonly retryInMs: number }
  /** Ended for good: by `close()` (then `reason` is absent) or because no further try can help. */
  | { readonly kind: "closed"; readonly reason?: string };

/** The client's state changed. Local: never on the wire. */
export interface StatusEvent {
  /** Tells it from the server's messages. */
  readonly type: "Status";
  /** Where the client stands now. */
  readonly status: ClientStatus;
}

/** What iterating a client gives: everything that the server says, and changes of state, in order. */
export type ClientEvent = ServerMessage | StatusEvent;

/** How to connect. */
export interface ConnectOptions extends LoginOptions {
  /** Host name or address. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Port, 1 to 65535. */
  readonly port: number;
  /** Whom to believe over TLS; left out, TLS is not spoken. */
  readonly tls?: TlsTrust;
}

/** Who logs in, and how; wherever the server is. */
export interface LoginOptions {
  /** The name to log in with. */
  readonly name: string;
  /**
   * The account's password, when the name has one. It is shown until the first login succeeds; after a break the token
   * that the server gave for it is shown instead (`Welcome.device`).
   */
  readonly password?: string;
  /** The token of this device, as `Welcome.device` of an earlier client told it: it stands for the password. */
  readonly device?: string;
  /** What this device is called in its owner's list, when a password is shown. */
  readonly deviceName?: string;
  /** Whether the first login makes the name an account, with `password`. Default: no. */
  readonly register?: boolean;
  /**
   * The secret of the session to go on with, as `Welcome.session` of an earlier client told it: its whispers are this
   * one's, too. Default: a new session, kept over all breaks of this client, also when its first welcome is lost.
   */
  readonly session?: string;
  /**
   * The server's operator token, which allows `inspect`. A function is asked before each login, since a server
   * makes a new token when it starts; it must not throw. What a function gave and the server refused is left out at the
   * next login: then one is a client like any other, until the next break. A refused string ends the client.
   */
  readonly operator?: string | (() => string | undefined | Promise<string | undefined>);
  /** The token of an invitation, by which one may come in whatever the server asks of others. It is shown at each login. */
  readonly invitation?: string;
  /** Rooms to be in beside the lobby. They are entered again after each reconnect. */
  readonly rooms?: readonly string[];
  /**
   * Instead of `rooms`: those to be in, and no others, neither the lobby nor those that the account keeps; with an empty list, none.
   * So a program that has one thing to say is not seen to come and go anywhere else.
   */
  readonly onlyRooms?: readonly string[];
  /** Whether to connect again after a break. Default: yes, for as long as the client is open. */
  readonly reconnect?: boolean;
  /**
   * How long to try for the first login, in milliseconds; 0 tries once. Default: for ever. A break after
   * the first login is bridged however long it takes.
   */
  readonly patienceMs?: number;
  /** Whether to be told who types, in rooms that want it, by the event `Typing`; and so to learn which do, for `tellTyping`. Default: no. */
  readonly typing?: boolean;
  /** Ends the client. */
  readonly signal?: AbortSignal;
}

/** Something to say, and where. */
export interface SayOptions {
  /** Default: `lobby`. */
  readonly room?: string;
  /** The id to say it under, by which `NewMessage.id` can be recognised. Default: a fresh one. */
  readonly id?: string;
  /** The seq of the message there to which it is a reply. */
  readonly reply?: number;
}

/** How to whisper. */
export interface WhisperOptions {
  /** The id to say it under. Default: a fresh one. */
  readonly id?: string;
  /** The seq of the whisper between the two to which it is a reply. */
  readonly reply?: number;
}

/** Bounds of a page of history. */
export interface HistoryOptions {
  /** Which room: `lobby` unless told otherwise. */
  readonly room?: string;
  /** The whispers with this user instead. */
  readonly with?: string;
  /** Only smaller seqs, the nearest. */
  readonly before?: number;
  /** Only larger seqs, the nearest. */
  readonly after?: number;
  /** 1 to 500, default 50. */
  readonly limit?: number;
}

/** Where somebody reads: in a room, or what was whispered with somebody. */
export type ReadPlace = { readonly room: string } | { readonly with: string };

/** A file to offer. */
export interface FileToOffer {
  /** Its name, without a path. */
  readonly filename: string;
  /** Its size in bytes. */
  readonly size: number;
  /** Its SHA-256 in hexadecimal, by which the receiver knows what it has of it already. */
  readonly sha256?: string;
}

/** To whom a file is offered. With a `tag`, only while that session has the name. */
export type Addressee =
  | { readonly user: string; readonly tag?: string | undefined }
  | { readonly room: string };

/** An offer as a `FileOffer` tells of it. */
export interface OfferToAnswer {
  /** Who offered it. */
  readonly from: string;
  /** The file's name. */
  readonly filename: string;
  /** The offer's name; without it, the newest of that file name is meant. */
  readonly offer?: string;
}

/** A chat client without a face. */
export interface Client extends AsyncIterable<ClientEvent>, AsyncDisposable {
  /** The name in use: as asked for, and after the login as the server shows it. */
  readonly name: string;
  /** Where the client stands now. */
  readonly status: ClientStatus;
  /** Whether there is a connection: one on which the server may still owe its welcome. */
  readonly reached: boolean;
  /** Round trip of the last heartbeat in milliseconds; `undefined` before the first. */
  readonly roundTripMs: number | undefined;
  /** What can be asked about accounts: one's own, and those of others. */
  readonly accounts: AccountCalls;
  /** What operators can ask about hooks, by which programs speak and are told what is said. */
  readonly hooks: HookCalls;
  /** What operators can ask about invitations, by which others come in. */
  readonly invitations: InvitationCalls;
  /** What can be asked about things that were said: to edit them, take them back, react to them. */
  readonly changes: ChangeCalls;
  /** What can be asked to keep order in rooms, and on the server. */
  readonly order: OrderCalls;
  /** What operators can ask about the way of messages: when each step was done, at which bytes. */
  readonly traces: TraceCalls;
  /** How many messages wait for their `Ack`. */
  readonly unacknowledged: number;

  /**
   * Says something in a room. After a break it is looked for in what was missed, and sent again under the same id
   * if it is not there, until it is acknowledged: it arrives once, however long the break was. So it is when the
   * server does not know what became of it (`unknown`); that is told as an event.
   *
   * @returns The `Ack`: the message is stored as durably as the server is set.
   * @throws {ChatError} When it is too long or the server refuses it.
   * @throws {ClosedError} When the client ends before the answer; its `unknown` says whether it may be stored.
   */
  say(content: string, options?: SayOptions): Promise<Ack>;
  /** Says something to one user; otherwise like `say`. */
  whisper(to: string, content: string, options?: WhisperOptions): Promise<PrivateSent>;
  /** Enters a room, now and after each reconnect. */
  join(room: string): Promise<Ack>;
  /** Leaves a room, for good: it is not entered again after a reconnect. */
  leave(room: string): Promise<void>;
  /** Whether it is in a room, or goes back to it by itself; also during a break. */
  isIn(room: string): boolean;
  /** Says what a room is about; an empty text takes the topic away. */
  setTopic(topic: string, options?: Omit<SayOptions, "reply">): Promise<Ack>;
  /** Who is in a room, or online at all. */
  users(room?: string): Promise<UserList>;
  /**
   * The public tag of the session that has a name now; `undefined` when the server does not know tags.
   *
   * @throws {ChatError} `not_found` when nobody has it.
   */
  tagOf(user: string): Promise<string | undefined>;
  /** Which rooms there are. */
  rooms(): Promise<RoomList>;
  /** A page of history. */
  history(options?: HistoryOptions): Promise<HistoryPage>;
  /**
   * Says how far one's account has read. `Welcome.unread` told where it stood, and the event `ReadMoved` tells of one's other
   * devices. It never goes back. A break ends it: then the next `Welcome` says what is unread.
   *
   * @returns Where it stands now, in `seq`.
   * @throws {ChatError} `forbidden` for guests; `not_in_room`.
   */
  markRead(place: ReadPlace, seq: number): Promise<Ack>;
  /**
   * Says that the user types something for a room. It may be called with each key: the server hears it at most once each three seconds, and
   * only of a room that one is in and that wants to know it, as a client learns that logged in with `typing`. Nothing is answered, and nothing waits for it.
   */
  tellTyping(room: string): void;
  /**
   * Offers a file, to one user or to everybody who is in a room now. What becomes of it comes as events:
   * `FileAccept`, `FileReject`, `StartUpload` with the token for `openUpload`, `FileDone`, `FileCancel`.
   * An offer lives as long as the connection: after a break it is offered again by whoever still wants to.
   *
   * @returns How the offer is named from now on, and how many were told of it.
   * @throws {ChatError} When it is refused: nobody of that name, a name or size that cannot be.
   */
  offerFile(file: FileToOffer, to: Addressee): Promise<OfferAck>;
  /**
   * Takes an offered file from byte `offset` on. The event `StartDownload` brings the token for `openDownload`.
   *
   * @throws {ChatError} `not_found` when the offer is gone; `busy` when it cannot begin now.
   */
  acceptFile(offer: OfferToAnswer, offset?: number): Promise<OfferAck>;
  /**
   * Declines an offered file.
   *
   * @param reason Why it cannot be taken, as a word that the sender's client knows: see `FileReject.reason`.
   * @throws {ChatError} `not_found` when the offer is gone.
   */
  rejectFile(offer: OfferToAnswer, reason?: string): Promise<OfferAck>;
  /**
   * Says to the sender that the file is whole on this side's disk. Only then may it say so.
   *
   * @param sha256 Of what lies on the disk, in hexadecimal.
   * @throws {ChatError} `not_found` when the sender has left.
   */
  confirmFile(offer: Required<OfferToAnswer>, sha256: string): Promise<OfferAck>;
  /**
   * Says to the sender how much of its file is here, now and then while it comes.
   *
   * @param offer Which offer, of those that were accepted.
   * @param done Bytes from the beginning.
   * @throws {ChatError} `unknown_type` when the server does not know this.
   */
  tellProgress(offer: string, done: number): Promise<OfferAck>;
  /** Takes an offer back, or stops its transfer; either side may. @throws {ChatError} As above. */
  cancelFile(offer: string): Promise<OfferAck>;
  /** How the server stands: for who logged in with `operator`, about once a second. @param mark Marks this moment for all who ask. */
  inspect(mark?: string): Promise<Inspection>;
  /** Asks for a sign of life. @returns The round trip in milliseconds. */
  ping(): Promise<number>;
  /** Waits for the login. @throws {ChatError | ClosedError} When it is refused or the client ends. */
  online(): Promise<Welcome>;
  /** Ends the client. What was not acknowledged is rejected with `ClosedError`. Idempotent. */
  close(): Promise<void>;
}
