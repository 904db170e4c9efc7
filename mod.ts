/**
 * A chat server, its client and its wire, and an observer of processes, as a library.
 *
 * @example Two people in one room
 * ```ts
 * import { connect, serve } from "@chat/chat";
 *
 * await using server = serve({ port: 0 });
 * await using alice = connect({ port: server.port, name: "Alice" });
 * await using bob = connect({ port: server.port, name: "Bob" });
 * await bob.online();
 *
 * const { seq } = await alice.say("Hello, Bob!");
 *
 * for await (const event of bob) {
 *   if (event.type !== "NewMessage") continue;
 *   if (event.from !== "Alice" || event.content !== "Hello, Bob!" || event.seq !== seq) {
 *     throw new Error("This is not what Alice said");
 *   }
 *   break;
 * }
 * ```
 *
 * @module
 */

export {
  type AddressLimits,
  type FileLimits,
  HttpListenError,
  type HttpOptions,
  type Limits,
  type MemoryBounds,
  memoryStore,
  type QuotaLimits,
  serve,
  type ServeOptions,
  type Server,
  type ServerEvent,
  type TransportChoice,
  type TransportKind,
  TransportUnavailable,
} from "./server/mod.ts";
export type {
  Append,
  Before,
  Distribution,
  Identified,
  MessageStore,
  Page,
  Range,
  Recent,
  RoomFact,
  SeqRange,
  StorageError,
  StorageOutcome,
  Stored,
  StoreFigures,
} from "./server/mod.ts";
export {
  type Addressee,
  ChatError,
  type Client,
  type ClientEvent,
  type ClientStatus,
  ClosedError,
  connect,
  type ConnectOptions,
  type Download,
  type ErrorCode,
  type FileToOffer,
  type HistoryOptions,
  type OfferToAnswer,
  openDownload,
  openUpload,
  type SayOptions,
  type StatusEvent,
  type TransferAddress,
  type TransferOptions,
  type Upload,
  type WhisperOptions,
} from "./server/wire/mod.ts";
export type {
  Ack,
  Broadcast,
  ClientMessage,
  ClientType,
  ConnectionFigures,
  Durability,
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
  ListRooms,
  ListUsers,
  Login,
  MessagesLost,
  NewMessage,
  OfferAck,
  Ping,
  Pong,
  Presence,
  PrivateMessage,
  PrivateSent,
  Register,
  Reply,
  Request,
  RoomEntry,
  RoomFigures,
  RoomList,
  Search,
  SearchPage,
  ServerMessage,
  ServerNumbers,
  ServerPing,
  ServerPong,
  ServerType,
  SetTopic,
  SpokenWay,
  Spread,
  StartDownload,
  StartUpload,
  StoreNumbers,
  TopicChanged,
  Transfer,
  UserJoined,
  UserLeft,
  UserList,
  Welcome,
  Whisper,
} from "./server/wire/mod.ts";
export {
  changes,
  observe,
  ObserveUnavailable,
  quantile,
  recordingHeader,
  recordingLine,
  replay,
} from "./observe/mod.ts";
export type {
  Backend,
  Changes,
  Cost,
  End,
  EndReason,
  Family,
  Flow,
  FlowChange,
  Histogram,
  Io,
  Observation,
  ObserveOptions,
  Observer,
  Operation,
  Quantile,
  Rates,
  Refusal,
  ReplayClock,
  ReplayOptions,
  RowState,
  SlotBounds,
  Snapshot,
  SocketFigures,
  SocketRow,
  Start,
  Summary,
  UnavailableReason,
} from "./observe/mod.ts";
