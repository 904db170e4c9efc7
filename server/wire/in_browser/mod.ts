/**
 * The headless client for pages: over a WebSocket of the browser, without anything that only a process has. It is the client of
 * `server/wire/mod.ts` with another line below it.
 *
 * @module
 */

export { clientOver } from "../client.ts";
export { ChatError, ClosedError } from "../errors.ts";
export { freshId } from "../fresh_id.ts";
export { webSocketWays } from "./web_socket_bytes.ts";
export { webSocketLine } from "./web_socket_line.ts";
export type { Client, ClientEvent, ClientStatus, LoginOptions } from "../client_types.ts";
export type {
  Inspection,
  MessageDeleted,
  MessageEdited,
  NewMessage,
  OrderKept,
  PrivateMessage,
  Reaction,
  Welcome,
} from "../messages.ts";
export { inQuotes } from "../marks.ts";
