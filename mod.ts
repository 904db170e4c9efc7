/**
 * A chat server, its client and its wire, as a library.
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
  type Limits,
  memoryStore,
  serve,
  type ServeOptions,
  type Server,
  type ServerEvent,
} from "./server/mod.ts";
export type {
  Append,
  MessageStore,
  Page,
  Range,
  StorageError,
  Stored,
  StreamHead,
} from "./server/mod.ts";
export {
  ChatError,
  type Client,
  type ClientEvent,
  type ClientMessage,
  type ClientStatus,
  ClosedError,
  connect,
  type ConnectOptions,
  type ErrorCode,
  type HistoryOptions,
  type SayOptions,
  type ServerMessage,
  type StatusEvent,
} from "./server/wire/mod.ts";
