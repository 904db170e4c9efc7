/**
 * The messages of the protocol: what each type carries, in both directions.
 *
 * These interfaces are what people read; `schemas.ts` holds the same shapes as compiled checks, and
 * does not compile when the two differ. Objects are open: a field that is not named here is ignored,
 * so that either side can be newer than the other.
 *
 * Fields and types marked *additive* go beyond the first contract. A client that knows nothing of
 * them loses comfort, not meaning.
 *
 * @module
 */

import type { ErrorCode } from "./codes.ts";

/** When a message counts as stored: after `fdatasync`, after `write`, or in memory only. */
export type Durability = "durable" | "os" | "none";

/** What every client message may carry. */
export interface Request {
  /** Chosen by the client, at most 64 characters; the direct answer repeats it as `re`. */
  id?: string;
}

/** What every server message may carry. */
export interface Reply {
  /** The `id` of the message that this one answers. */
  re?: string;
}

// ── Client → server ─────────────────────────────────────────────────────────────────────────────

/** Must be the first frame; answered by `Welcome`, or by `Error` and the end of the connection. */
export interface Login extends Request {
  type: "Login";
  username: string;
  password?: string;
  /** Room → last seq seen: those rooms are entered and what was missed is sent. */
  resume?: Record<string, number>;
  /** Additive: `Welcome.epoch` of the history in which the seqs of `resume` count. */
  epoch?: string;
  /** Additive: `Welcome.session` of this user's earlier connection, which this one replaces. */
  session?: string;
}

/** Instead of `Login`: makes the name an account and logs in. */
export interface Register extends Request {
  type: "Register";
  username: string;
  password: string;
}

/** Says something in a room, `lobby` unless told otherwise. */
export interface Broadcast extends Request {
  type: "Broadcast";
  content: string;
  room?: string;
}

/** Says something to one user. */
export interface Whisper extends Request {
  type: "Whisper";
  to: string;
  content: string;
}

/** Asks who is in a room, or who is online at all. */
export interface ListUsers extends Request {
  type: "ListUsers";
  room?: string;
}

/** Enters a room. */
export interface Join extends Request {
  type: "Join";
  room: string;
}

/** Leaves a room. */
export interface Leave extends Request {
  type: "Leave";
  room: string;
}

/** Asks which rooms there are. */
export interface ListRooms extends Request {
  type: "ListRooms";
}

/** Asks for older messages of a room, or of the whispers with a user; without a bound, the newest. */
export interface History extends Request {
  type: "History";
  room?: string;
  with?: string;
  /** Only messages with a smaller seq, the nearest ones. */
  before?: number;
  /** Only messages with a larger seq, the nearest ones. */
  after?: number;
  /** Messages at most: 1 to 500, 50 unless told otherwise. */
  limit?: number;
}

/** Searches the history. */
export interface Search extends Request {
  type: "Search";
  query: string;
  room?: string;
  limit?: number;
}

/** Offers a file to a user. `size` in bytes. */
export interface FileOffer extends Request {
  type: "FileOffer";
  to: string;
  filename: string;
  size: number;
  sha256?: string;
}

/** Takes an offered file, from a byte offset on. */
export interface FileAccept extends Request {
  type: "FileAccept";
  from: string;
  filename: string;
  offset?: number;
}

/** Declines an offered file. */
export interface FileReject extends Request {
  type: "FileReject";
  from: string;
  filename: string;
}

/** Asks for a `Pong`. */
export interface Ping extends Request {
  type: "Ping";
}

/** Additive: answers a server's `Ping`. Any other frame is as good a sign of life. */
export interface Pong extends Request {
  type: "Pong";
}

/** Any message that a client may send. */
export type ClientMessage =
  | Login
  | Register
  | Broadcast
  | Whisper
  | ListUsers
  | Join
  | Leave
  | ListRooms
  | History
  | Search
  | FileOffer
  | FileAccept
  | FileReject
  | Ping
  | Pong;

/** The names of the client's message types. */
export type ClientType = ClientMessage["type"];

// ── Server → client ─────────────────────────────────────────────────────────────────────────────

/** The answer to a login. */
export interface Welcome extends Reply {
  type: "Welcome";
  username: string;
  /** The rooms that this user is in now. */
  rooms: string[];
  /** Name and version of the server. */
  server: string;
  protocol: number;
  durability: Durability;
  /** Additive: names the history in which this server's seqs count; a new history starts at 1. */
  epoch?: string;
  /** Additive: a secret by which the same client may replace this connection after a break. */
  session?: string;
  /** Additive: room → seq of its newest message, for each of `rooms`. */
  heads?: Record<string, number>;
}

/** Somebody entered a room; told to its other members. */
export interface UserJoined extends Reply {
  type: "UserJoined";
  username: string;
  room: string;
}

/** Somebody left a room; told to its other members. */
export interface UserLeft extends Reply {
  type: "UserLeft";
  username: string;
  room: string;
}

/** Who came and went in a large room, at most once a second, instead of the two above. */
export interface Presence extends Reply {
  type: "Presence";
  room: string;
  /** Some of those who came; not all when many did. */
  joined: string[];
  /** Some of those who left. */
  left: string[];
  /** How many are there now: exact. */
  users: number;
}

/** A message in a room, told to every member, the sender included. */
export interface NewMessage extends Reply {
  type: "NewMessage";
  room: string;
  /** Dense per room: 1, 2, 3, … */
  seq: number;
  from: string;
  content: string;
  /** When the server took it, in milliseconds since 1970. */
  at: number;
  /** The `id` that its sender gave it. */
  id?: string;
}

/** A whisper, as its receiver gets it and as both read it in their history. */
export interface PrivateMessage extends Reply {
  type: "PrivateMessage";
  from: string;
  /** Additive: in a page of history the reader may be either of the two. */
  to?: string;
  content: string;
  /** Dense per pair of users. */
  seq: number;
  at: number;
  id?: string;
}

/** The sender's echo of a whisper. */
export interface PrivateSent extends Reply {
  type: "PrivateSent";
  to: string;
  content: string;
  seq: number;
  at: number;
}

/** Who is there, in code unit order. */
export interface UserList extends Reply {
  type: "UserList";
  users: string[];
  /** Additive: the room that was asked about. */
  room?: string;
}

/** One room in a `RoomList`. */
export interface RoomEntry {
  name: string;
  users: number;
  topic?: string;
}

/** Which rooms there are. */
export interface RoomList extends Reply {
  type: "RoomList";
  rooms: RoomEntry[];
}

/** Part of a history, oldest first. `more` says whether it goes on in the direction asked. */
export interface HistoryPage extends Reply {
  type: "HistoryPage";
  room?: string;
  with?: string;
  messages: (NewMessage | PrivateMessage)[];
  more: boolean;
}

/** What a search found, newest first. */
export interface SearchPage extends Reply {
  type: "SearchPage";
  messages: (NewMessage | PrivateMessage)[];
  more: boolean;
}

/**
 * A message is durable as configured. Also the answer to `Join` and `Leave`: then `seq` is the
 * room's newest, so that the reader knows from where on it hears everything.
 */
export interface Ack extends Reply {
  type: "Ack";
  room: string;
  seq: number;
  at: number;
}

/** Somebody offers a file. */
export interface FileOffered extends Reply {
  type: "FileOffer";
  from: string;
  filename: string;
  size: number;
  sha256?: string;
}

/** The offered file is wanted. */
export interface FileAccepted extends Reply {
  type: "FileAccept";
  by: string;
  filename: string;
  offset?: number;
}

/** The offered file is not wanted. */
export interface FileRejected extends Reply {
  type: "FileReject";
  by: string;
  filename: string;
}

/** From here on the sender's connection carries `size - offset` raw bytes. */
export interface StartUpload extends Reply {
  type: "StartUpload";
  to: string;
  filename: string;
  size: number;
  offset: number;
}

/** After this frame, `size - offset` raw bytes follow on the receiver's connection. */
export interface StartDownload extends Reply {
  type: "StartDownload";
  from: string;
  filename: string;
  size: number;
  offset: number;
}

/** The last byte was relayed. */
export interface FileDone extends Reply {
  type: "FileDone";
  filename: string;
  size: number;
  sha256: string;
}

/** Something was refused or went wrong. */
export interface ErrorMessage extends Reply {
  type: "Error";
  code: ErrorCode;
  /** A sentence for people. */
  msg: string;
  /** Additive, with `rate_limited`: milliseconds after which the same would be taken. */
  wait?: number;
}

/** Any message that a server may send. */
export type ServerMessage =
  | Welcome
  | UserJoined
  | UserLeft
  | Presence
  | NewMessage
  | PrivateMessage
  | PrivateSent
  | UserList
  | RoomList
  | HistoryPage
  | SearchPage
  | Ack
  | FileOffered
  | FileAccepted
  | FileRejected
  | StartUpload
  | StartDownload
  | FileDone
  | ErrorMessage
  | ServerPing
  | ServerPong;

/** Additive: sent to a client that was silent for long; any frame answers it. */
export interface ServerPing extends Reply {
  type: "Ping";
}

/** The answer to a client's `Ping`. */
export interface ServerPong extends Reply {
  type: "Pong";
}

/** The names of the server's message types. */
export type ServerType = ServerMessage["type"];
