/**
 * What a client sends. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type { ClientAccountMessage } from "./client_account_messages.ts";
import type { ClientHookMessage } from "./client_hook_messages.ts";
import type { ClientInvitationMessage } from "./client_invitation_messages.ts";
import type { ClientChangeMessage } from "./client_change_messages.ts";
import type { Trace } from "./client_trace_messages.ts";
import type { OrderRequest } from "./client_order_messages.ts";

/** What every client message may carry. */
export interface Request {
  /** Chosen by the client, at most 64 characters; the direct answer repeats it as `re`. */
  id?: string;
}

/** Must be the first frame; answered by `Welcome`, or by `Error` and the end of the connection. */
export interface Login extends Request {
  /** Tells which message this is. */
  type: "Login";
  /** The user's name. */
  username: string;
  /** The account's password, where the device has no token yet. */
  password?: string;
  /** Additive: `Welcome.device` of an earlier login of this device: it stands for the password. */
  device?: string;
  /** Additive, with `password`: what the device is called in its owner's list, at most 64 characters. */
  deviceName?: string;
  /** Room → last seq seen: those rooms are entered and what was missed is sent. */
  resume?: Record<string, number>;
  /**
   * Additive: the rooms that this connection comes into, at most 200; no others, neither the lobby nor those that its account
   * keeps, and the account does not keep these. `resume` counts for them alone.
   */
  rooms?: string[];
  /** Additive: `Welcome.epoch` of the history in which the seqs of `resume` count. */
  epoch?: string;
  /**
   * Additive, with `epoch`: those of the rooms that it comes back to which were for the invited there. In another history nobody is
   * brought into one of them that is not.
   */
  closed?: string[];
  /** Additive: `Welcome.session` of this client's earlier connection: this one is of the same session. */
  session?: string;
  /** Additive: the server's operator token, which allows `Inspect`. A wrong one is `auth_failed`. */
  operator?: string;
  /** Additive: the token of an invitation, by which one may come in whatever the server asks of others, and is in its room. */
  invitation?: string;
  /** Additive: whether to be told who types, in rooms that want it. */
  typing?: boolean;
}

/** Says something in a room, `lobby` unless told otherwise. */
export interface Broadcast extends Request {
  /** Tells which message this is. */
  type: "Broadcast";
  /** What is said: at most 8 KiB of UTF-8. */
  content: string;
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** Additive: the number of the message there to which it is a reply. */
  reply?: number;
}

/** Says something to one user. */
export interface Whisper extends Request {
  /** Tells which message this is. */
  type: "Whisper";
  /** The receiver's name. */
  to: string;
  /** What is said: at most 8 KiB of UTF-8. */
  content: string;
  /** Additive: the public tag of the only session that may hear it; while another one has the name, `not_found`. */
  toTag?: string;
  /** Additive: the number of the whisper between the two to which it is a reply. */
  reply?: number;
}

/** Asks who is in a room, or who is online at all. */
export interface ListUsers extends Request {
  /** Tells which message this is. */
  type: "ListUsers";
  /** Which room; without it, everybody who is online. */
  room?: string;
  /** Additive: only names behind this one, in code unit order: the last of a page leads to the next. */
  after?: string;
  /** Additive: instead of all, the one of that name, with the public tag of its session. */
  user?: string;
}

/** Enters a room. */
export interface Join extends Request {
  /** Tells which message this is. */
  type: "Join";
  /** The room's name. */
  room: string;
}

/** Leaves a room. */
export interface Leave extends Request {
  /** Tells which message this is. */
  type: "Leave";
  /** The room's name. */
  room: string;
}

/** Additive: says what a room is about; an empty topic takes it away. Told to its members as `Topic`. */
export interface SetTopic extends Request {
  /** Tells which message this is. */
  type: "Topic";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
  /** What the room is about: at most 200 characters. */
  topic: string;
}

/** Asks which rooms there are. */
export interface ListRooms extends Request {
  /** Tells which message this is. */
  type: "ListRooms";
  /** Additive: only names behind this one, in code unit order: the last of a page leads to the next. */
  after?: string;
}

/** Asks for older messages of a room, or of the whispers with a user; without a bound, the newest. */
export interface History extends Request {
  /** Tells which message this is. */
  type: "History";
  /** Which room: `lobby` unless told otherwise. */
  room?: string;
  /** The other user of a conversation of whispers. */
  with?: string;
  /** Only messages with a smaller seq, the nearest ones. */
  before?: number;
  /** Only messages with a larger seq, the nearest ones. */
  after?: number;
  /** Messages at most: 1 to 500, 50 unless told otherwise. */
  limit?: number;
}

/** Additive: says how far your account has read, in one of `room` and `with`. It never goes back. */
export interface Read extends Request {
  /** Tells which message this is. */
  type: "Read";
  /** A room that you are in. */
  room?: string;
  /** The other user of a conversation of whispers. */
  with?: string;
  /** The last seq that was read. */
  seq: number;
}

/**
 * Additive: says that you type something for a room, about every three seconds while you do. Without an `id` it is not answered, not even
 * when it is not told.
 */
export interface Typing extends Request {
  /** Tells which message this is. */
  type: "Typing";
  /** Where: `lobby` unless told otherwise. */
  room?: string;
}

/** Searches the history. */
export interface Search extends Request {
  /** Tells which message this is. */
  type: "Search";
  /** What to look for. */
  query: string;
  /** The room's name. */
  room?: string;
  /** Messages at most. */
  limit?: number;
}

/** Offers a file to a user, or (additive) to everybody who is in a room now: one of `to` and `room`. */
export interface FileOffer extends Request {
  /** Tells which message this is. */
  type: "FileOffer";
  /** Who is to have it. */
  to?: string;
  /** Additive: with `to`, the public tag of the only session that may be told; otherwise `not_found`. */
  toTag?: string;
  /** Additive: the room whose members are to have it, each as it likes. */
  room?: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The file's size in bytes. */
  size: number;
  /** The whole file's SHA-256, in hexadecimal. */
  sha256?: string;
  /** Additive: whether its bytes will come over a connection of their own (see `Transfer`). */
  beside?: boolean;
}

/** Takes an offered file, from a byte offset on. */
export interface FileAccept extends Request {
  /** Tells which message this is. */
  type: "FileAccept";
  /** Who offered it. */
  from: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** The first byte that is wanted; those before it are there already. */
  offset?: number;
  /** Additive: which offer; without it, the newest of that name. */
  offer?: string;
  /** Additive: whether its bytes are to come over a connection of their own (see `Transfer`). */
  beside?: boolean;
  /** Additive: whether you will say with `FileProgress` how much of it you have. */
  progress?: boolean;
}

/** Declines an offered file. */
export interface FileReject extends Request {
  /** Tells which message this is. */
  type: "FileReject";
  /** Who offered it. */
  from: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** Additive: which offer; without it, the newest of that name. */
  offer?: string;
  /**
   * Additive: why, when it is not that nobody wants it: `no_space`, `too_large`, `busy` or `unable`. A word of at most 32
   * small letters and `_`; one that is not known means no more than that it was declined.
   */
  reason?: string;
}

/** Additive: says to an offer's sender how much of its file is on the receiver's disk, about once a second. */
export interface FileProgress extends Request {
  /** Tells which message this is. */
  type: "FileProgress";
  /** Which offer, of those that you have accepted. */
  offer: string;
  /** Bytes from the beginning that you have. */
  done: number;
}

/** Additive: says to an offer's sender that the file is whole on the receiver's disk. */
export interface FileReceived extends Request {
  /** Tells which message this is. */
  type: "FileReceived";
  /** Who offered it. */
  from: string;
  /** The file's name, as its sender calls it. */
  filename: string;
  /** Which offer. When it is over, because the server was started again, an open one for the same file counts. */
  offer: string;
  /** Of the file as it lies on the disk, in hexadecimal. */
  sha256: string;
}

/** Additive: takes an offer back, or stops its transfer; either side may. */
export interface FileCancel extends Request {
  /** Tells which message this is. */
  type: "FileCancel";
  /** Which offer. */
  offer: string;
}

/**
 * Additive: the first message of a connection that carries a file's bytes beside the conversation, instead
 * of `Login`. Answered by `StartUpload` or `StartDownload`, or by `Error` and the end.
 */
export interface Transfer extends Request {
  /** Tells which message this is. */
  type: "Transfer";
  /** What `StartUpload` or `StartDownload` gave: it works once, and for half a minute. */
  token: string;
}

/** Asks for a `Pong`. */
export interface Ping extends Request {
  /** Tells which message this is. */
  type: "Ping";
}

/** Additive: asks how the server stands, at most once a second; for who logged in with `operator`. */
export interface Inspect extends Request {
  /** Tells which message this is. */
  type: "Inspect";
  /** Marks this moment for all who inspect the server, and puts it on record: one line, at most 200 characters. */
  mark?: string;
}

/** Additive: answers a server's `Ping`. Any other frame is as good a sign of life. */
export interface Pong extends Request {
  /** Tells which message this is. */
  type: "Pong";
}

/** Any message that a client may send. */
export type ClientMessage =
  | Login
  | ClientAccountMessage
  | ClientChangeMessage
  | ClientHookMessage
  | ClientInvitationMessage
  | Broadcast
  | Whisper
  | ListUsers
  | Read
  | Typing
  | Join
  | Leave
  | SetTopic
  | ListRooms
  | History
  | Search
  | FileOffer
  | FileAccept
  | FileReject
  | FileProgress
  | FileReceived
  | FileCancel
  | Transfer
  | Inspect
  | Trace
  | OrderRequest
  | Ping
  | Pong;

/** The names of the client's message types. */
export type ClientType = ClientMessage["type"];
