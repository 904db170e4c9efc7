/**
 * What a server sends. See `messages.ts` for the rules that hold for all messages.
 *
 * @module
 */

import type {
  FileAccepted,
  FileArrived,
  FileCancelled,
  FileDone,
  FileOffered,
  FileProgressed,
  FileRejected,
  OfferAck,
  StartDownload,
  StartUpload,
} from "./server_file_messages.ts";
import type { ServerAccountMessage } from "./server_account_messages.ts";
import type { ServerHookMessage } from "./server_hook_messages.ts";
import type { ServerTraceMessage } from "./server_trace_messages.ts";
import type { ServerInvitationMessage } from "./server_invitation_messages.ts";
import type { Changed, ServerChangeMessage } from "./server_change_messages.ts";
import type { ErrorCode } from "./codes.ts";
import type { OrderReply } from "./server_order_messages.ts";
import type { ConnectionFigures, MarkFigures, RoomFigures, ServerNumbers } from "./inspection.ts";
import type { Welcome } from "./welcome_message.ts";

/** What every server message may carry. */
export interface Reply {
  /** The `id` of the message that this one answers. */
  re?: string;
}

/** Somebody entered a room; told to its other members. */
export interface UserJoined extends Reply {
  /** Tells which message this is. */
  type: "UserJoined";
  /** Who came. */
  username: string;
  /** The room's name. */
  room: string;
  /** Additive: whether it has an account; a guest has none. */
  account?: boolean;
}

/** Somebody left a room; told to its other members. */
export interface UserLeft extends Reply {
  /** Tells which message this is. */
  type: "UserLeft";
  /** Who left. */
  username: string;
  /** The room's name. */
  room: string;
}

/** Who came and went in a large room, at most once a second, instead of the two above. */
export interface Presence extends Reply {
  /** Tells which message this is. */
  type: "Presence";
  /** The room's name. */
  room: string;
  /** Some of those who came; not all when many did. */
  joined: string[];
  /** Some of those who left. */
  left: string[];
  /** How many are there now: exact. */
  users: number;
}

/** Additive: what a room is about has changed; told to every member. */
export interface TopicChanged extends Reply {
  /** Tells which message this is. */
  type: "Topic";
  /** The room's name. */
  room: string;
  /** What the room is about; empty when it has no topic any more. */
  topic: string;
  /** Who changed it. */
  by: string;
}

/**
 * Additive: messages of a room that were acknowledged and cannot be read any more, because the server's disk has
 * damaged them. Told in their place to who comes back and missed them.
 */
export interface MessagesLost extends Reply {
  /** Tells which message this is. */
  type: "Lost";
  /** The room's name. */
  room: string;
  /** Seq of the first of them. */
  from: number;
  /** Seq of the last of them. */
  to: number;
}

/** A message in a room, told to every member, the sender included. */
export interface NewMessage extends Reply, Changed {
  /** Tells which message this is. */
  type: "NewMessage";
  /** The room's name. */
  room: string;
  /** Dense per room: 1, 2, 3, … */
  seq: number;
  /** The sender's name. */
  from: string;
  /** What is said: at most 8 KiB of UTF-8. */
  content: string;
  /** When the server took it, in milliseconds since 1970. */
  at: number;
  /** The `id` that its sender gave it. */
  id?: string;
  /** Additive: whether the name was proved to be its sender's, by an account. */
  account?: boolean;
  /** Additive: whether a program said it by a hook, whose name it is. */
  hook?: boolean;
}

/** A whisper, as its receiver gets it and as both read it in their history. */
export interface PrivateMessage extends Reply, Changed {
  /** Tells which message this is. */
  type: "PrivateMessage";
  /** The sender's name. */
  from: string;
  /** Additive: in a page of history the reader may be either of the two. */
  to?: string;
  /** What is said: at most 8 KiB of UTF-8. */
  content: string;
  /** Dense per pair of users. */
  seq: number;
  /** When the server took it, in milliseconds since 1970. */
  at: number;
  /** The `id` that its sender gave it. */
  id?: string;
  /** Additive: public tags of the two sessions between which it was said, the sender's first. */
  between?: string[];
  /** Additive: whether the name was proved to be its sender's, by an account. */
  account?: boolean;
}

/** The sender's echo of a whisper. */
export interface PrivateSent extends Reply {
  /** Tells which message this is. */
  type: "PrivateSent";
  /** The receiver's name. */
  to: string;
  /** What is said: at most 8 KiB of UTF-8. */
  content: string;
  /** Its number, dense per room or pair of users: 1, 2, 3, … */
  seq: number;
  /** When the server took it, in milliseconds since 1970. */
  at: number;
  /** Additive: the receiver is an account that is away, and hears of it when it comes in. */
  waits?: boolean;
}

/** Additive: another device of your account has read on. */
export interface ReadMoved extends Reply {
  /** Tells which message this is. */
  type: "ReadMoved";
  /** The room's name. */
  room?: string;
  /** The other user of a conversation of whispers. */
  with?: string;
  /** The last seq that was read. */
  seq: number;
}

/** Additive: somebody types in a room. It holds for six seconds, or until he has said something there or left. */
export interface TypingTold extends Reply {
  /** Tells which message this is. */
  type: "Typing";
  /** The room's name. */
  room: string;
  /** Who types. */
  from: string;
  /** When he did, in ms since 1970 by the server's clock, as in `Welcome.at`. One that is older than six seconds says nothing any more. */
  at?: number;
}

/** Who is there, in code unit order. */
export interface UserList extends Reply {
  /** Tells which message this is. */
  type: "UserList";
  /** The names, in code unit order. */
  users: string[];
  /** Additive: the room that was asked about. */
  room?: string;
  /** Additive: whether more come behind the last of them; ask with it as `after`. */
  more?: boolean;
  /** Additive, when one user was asked about: the public tag of the session that has the name now. */
  tag?: string;
  /** Additive: those of `users` that have an account, in the same order; the others are guests. */
  accounts?: string[];
}

/** One room in a `RoomList`. */
export interface RoomEntry {
  /** The room's name. */
  name: string;
  /** How many are in it. */
  users: number;
  /** What the room is about. */
  topic?: string;
}

/** Which rooms there are. */
export interface RoomList extends Reply {
  /** Tells which message this is. */
  type: "RoomList";
  /** The rooms. */
  rooms: RoomEntry[];
  /** Additive: whether more come behind the last of them; ask with its name as `after`. */
  more?: boolean;
}

/** Part of a history, oldest first. `more` says whether it goes on in the direction asked. */
export interface HistoryPage extends Reply {
  /** Tells which message this is. */
  type: "HistoryPage";
  /** The room's name. */
  room?: string;
  /** The other user of a conversation of whispers. */
  with?: string;
  /** The messages, oldest first. */
  messages: (NewMessage | PrivateMessage)[];
  /** Whether there are more in the direction asked. */
  more: boolean;
  /**
   * Additive: the seq to ask on from, as `before` or `after`, when the server looked at many messages that are not
   * the asker's. The page may be empty then.
   */
  next?: number;
  /** Additive: messages in the page's place that the server's disk has damaged, oldest first. */
  lost?: { from: number; to: number }[];
}

/** What a search found, newest first. */
export interface SearchPage extends Reply {
  /** Tells which message this is. */
  type: "SearchPage";
  /** The messages, newest first. */
  messages: (NewMessage | PrivateMessage)[];
  /** Whether there are more in the direction asked. */
  more: boolean;
}

/**
 * A message is durable as configured. Also the answer to `Join` and `Leave`: then `seq` is the
 * room's newest, so that the reader knows from where on it hears everything. What is done to accounts is
 * in no room: then `room` is empty and `seq` 0.
 */
export interface Ack extends Reply {
  /** Tells which message this is. */
  type: "Ack";
  /** The room's name. */
  room: string;
  /** The message's seq; for `Join` and `Leave`, the room's newest. */
  seq: number;
  /** When the server took it, in milliseconds since 1970. */
  at: number;
  /** Additive, of `Join`: the room is for the invited. */
  closed?: boolean;
  /** Additive, of `Join` by who logged in with `typing`: the room wants to know who types. */
  typing?: boolean;
}

/** Additive: how the server stands, for an operator. */
export interface Inspection extends Reply {
  /** Tells which message this is. */
  type: "Inspection";
  /** The server's process. */
  pid: number;
  /** The server's time, in milliseconds since 1970. */
  at: number;
  /** Who is connected from where: the 2,000 that have been here longest. */
  connections: ConnectionFigures[];
  /** Whether there are more connections than are listed. */
  more: boolean;
  /** What is said in each room: the 100 in which most bytes were delivered, the busiest first. */
  rooms?: RoomFigures[];
  /** Whether there are more rooms than are listed. */
  moreRooms?: boolean;
  /** What operators marked since the start, the newest 32 of it, oldest first. */
  marks?: MarkFigures[];
  /** The figures. */
  figures: ServerNumbers;
}

/** Something was refused or went wrong. */
export interface ErrorMessage extends Reply {
  /** Tells which message this is. */
  type: "Error";
  /** Why, for programs. */
  code: ErrorCode;
  /** A sentence for people. */
  msg: string;
  /** Additive, with `rate_limited` and sometimes `busy`: milliseconds after which the same would be taken. */
  wait?: number;
}

/** Any message that a server may send. */
export type ServerMessage =
  | Welcome
  | UserJoined
  | UserLeft
  | Presence
  | TopicChanged
  | MessagesLost
  | NewMessage
  | PrivateMessage
  | PrivateSent
  | ReadMoved
  | TypingTold
  | UserList
  | RoomList
  | HistoryPage
  | SearchPage
  | Ack
  | FileOffered
  | OfferAck
  | FileAccepted
  | FileArrived
  | FileProgressed
  | FileRejected
  | FileCancelled
  | StartUpload
  | StartDownload
  | FileDone
  | Inspection
  | ServerAccountMessage
  | ServerChangeMessage
  | ServerHookMessage
  | ServerInvitationMessage
  | ServerTraceMessage
  | OrderReply
  | ErrorMessage
  | ServerPing
  | ServerPong;

/** Additive: sent to a client that was silent for long; any frame answers it. */
export interface ServerPing extends Reply {
  /** Tells which message this is. */
  type: "Ping";
}

/** The answer to a client's `Ping`. */
export interface ServerPong extends Reply {
  /** Tells which message this is. */
  type: "Pong";
}

/** The names of the server's message types. */
export type ServerType = ServerMessage["type"];
