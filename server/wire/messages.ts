/**
 * The messages of the protocol: a client's stand in `client_messages.ts`, a server's in `server_messages.ts`.
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

export type {
  Broadcast,
  ClientMessage,
  ClientType,
  FileAccept,
  FileCancel,
  FileOffer,
  FileProgress,
  FileReceived,
  FileReject,
  History,
  Inspect,
  Join,
  Leave,
  ListRooms,
  ListUsers,
  Login,
  Ping,
  Pong,
  Read,
  Request,
  Search,
  SetTopic,
  Transfer,
  Typing,
  Whisper,
} from "./client_messages.ts";
export type {
  AccountRole,
  AddAccount,
  ClientAccountMessage,
  EraseAccount,
  ListAccounts,
  ListDevices,
  Register,
  RemoveAccount,
  RevokeDevice,
  SetOwnPassword,
  SetPassword,
  SetRole,
} from "./client_account_messages.ts";
export type { ClientChangeMessage, Delete, Edit, React } from "./client_change_messages.ts";
export type { AddHook, ClientHookMessage, ListHooks, RemoveHook } from "./client_hook_messages.ts";
export type {
  AddInvitation,
  ClientInvitationMessage,
  ListInvitations,
  RevokeInvitation,
} from "./client_invitation_messages.ts";
export type {
  InvitationAdded,
  InvitationEntry,
  InvitationList,
  ServerInvitationMessage,
} from "./server_invitation_messages.ts";
export type { Trace } from "./client_trace_messages.ts";
export type {
  ByteSpan,
  ServerTraceMessage,
  TraceClock,
  TraceEnd,
  TraceReceiver,
  TraceReport,
  TraceWrite,
  Tracing,
} from "./server_trace_messages.ts";
export type { HookAdded, HookEntry, HookList, ServerHookMessage } from "./server_hook_messages.ts";
export type {
  Changed,
  MessageDeleted,
  MessageEdited,
  Reaction,
  Reactions,
  ServerChangeMessage,
} from "./server_change_messages.ts";
export type {
  AccountEntry,
  AccountList,
  DeviceEntry,
  DeviceList,
  ErasureReport,
  Notice,
  Renamed,
  ServerAccountMessage,
} from "./server_account_messages.ts";
export type {
  Access,
  Audit,
  Ban,
  Invite,
  Kick,
  ListBans,
  Mute,
  OrderRequest,
  Report,
  SetRoom,
  TopicBy,
  Unban,
} from "./client_order_messages.ts";
export type {
  AuditEntry,
  AuditPage,
  BanList,
  OrderAct,
  OrderKept,
  OrderReply,
  Rank,
  Reported,
  ReportedMessage,
  RoomChanged,
  RoomShown,
  SanctionEntry,
} from "./server_order_messages.ts";
export type {
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
export type {
  Ack,
  ErrorMessage,
  HistoryPage,
  Inspection,
  MessagesLost,
  NewMessage,
  Presence,
  PrivateMessage,
  PrivateSent,
  ReadMoved,
  Reply,
  RoomEntry,
  RoomList,
  SearchPage,
  ServerMessage,
  ServerPing,
  ServerPong,
  ServerType,
  TopicChanged,
  TypingTold,
  UserJoined,
  UserLeft,
  UserList,
} from "./server_messages.ts";
export type { Durability, UnreadEntry, Welcome } from "./welcome_message.ts";
