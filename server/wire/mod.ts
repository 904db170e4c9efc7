/**
 * The wire: everything that both ends of a connection agree on, and the headless client.
 *
 * This room is a leaf: it imports nothing of ours, so a client, the dashboard or another server can
 * stand on it alone.
 *
 * @module
 */

export { AccountCalls, type AccountCallsParts } from "./account_calls.ts";
export { concat, ownMemory } from "./bytes.ts";
export { ERROR_CODES, ERROR_SENTENCES, type ErrorCode } from "./codes.ts";
export { connect } from "./client.ts";
export { type ByteStream, type DialOptions, dialSocket, whyNotConnected } from "./connection.ts";
export type {
  Addressee,
  Client,
  ClientEvent,
  ClientStatus,
  ConnectOptions,
  FileToOffer,
  HistoryOptions,
  OfferToAnswer,
  SayOptions,
  StatusEvent,
  WhisperOptions,
} from "./client_types.ts";
export { ChatError, ClosedError } from "./errors.ts";
export { decodeBody, type Decoded, decodeJson, encodeFrame, frameOf } from "./frame.ts";
export { GrowingBuffer } from "./growing_buffer.ts";
export type {
  ConnectionFigures,
  RoomFigures,
  ServerNumbers,
  SpokenWay,
  Spread,
  StoreNumbers,
} from "./inspection.ts";
export {
  CONTENT_BYTES_MAX,
  FRAME_BYTES_CEILING,
  FRAME_BYTES_DEFAULT,
  FRAME_HEADER_BYTES,
  HISTORY_LIMIT_DEFAULT,
  HISTORY_LIMIT_MAX,
  ID_CHARS_MAX,
  LOBBY,
  NAME_CHARS_MAX,
  PROTOCOL_VERSION,
  RESUME_ROOMS_MAX,
} from "./limits.ts";
export type {
  AccountEntry,
  AccountList,
  AccountRole,
  Ack,
  AddAccount,
  Broadcast,
  Changed,
  ClientAccountMessage,
  ClientChangeMessage,
  ClientMessage,
  ClientType,
  Delete,
  DeviceEntry,
  DeviceList,
  Durability,
  Edit,
  ErrorMessage,
  FileAccept,
  FileAccepted,
  FileArrived,
  FileCancel,
  FileCancelled,
  FileDone,
  FileOffer,
  FileOffered,
  FileProgress,
  FileProgressed,
  FileReceived,
  FileReject,
  FileRejected,
  History,
  HistoryPage,
  Inspect,
  Inspection,
  Join,
  Leave,
  ListAccounts,
  ListDevices,
  ListRooms,
  ListUsers,
  Login,
  MessageDeleted,
  MessageEdited,
  MessagesLost,
  NewMessage,
  Notice,
  OfferAck,
  Ping,
  Pong,
  Presence,
  PrivateMessage,
  PrivateSent,
  Register,
  RemoveAccount,
  Renamed,
  Reply,
  Request,
  RevokeDevice,
  RoomEntry,
  RoomList,
  Search,
  SearchPage,
  ServerAccountMessage,
  ServerChangeMessage,
  ServerMessage,
  ServerPing,
  ServerPong,
  ServerType,
  SetOwnPassword,
  SetPassword,
  SetRole,
  SetTopic,
  StartDownload,
  StartUpload,
  TopicChanged,
  Transfer,
  UserJoined,
  UserLeft,
  UserList,
  Welcome,
  Whisper,
} from "./messages.ts";
export { inQuotes, withoutMarks } from "./marks.ts";
export { rowsOf } from "./rows.ts";
export {
  fold,
  type FoldedName,
  foldText,
  isPlain,
  lookAlike,
  looksOf,
  type NameCheck,
  newUserName,
  plainLookOf,
  type RoomName,
  roomName,
  roomNameKept,
  type UserName,
  userName,
} from "./names/mod.ts";
export { checkClientMessage, type Checked, checkServerMessage } from "./schemas.ts";
export { type Split, Splitter } from "./splitter.ts";
export {
  type Download,
  openDownload,
  openUpload,
  type TransferAddress,
  type TransferOptions,
  type Upload,
} from "./transfer.ts";
export { VERSION } from "./version.ts";
