/**
 * The chat server.
 *
 * @module
 */

export type { ServerEvent } from "./events.ts";
export { type Limits, LIMITS_DEFAULT } from "./limits.ts";
export { memoryStore } from "./memory_store.ts";
export { serve, type ServeOptions, type Server } from "./serve.ts";
export type {
  Append,
  MessageStore,
  Page,
  Range,
  StorageError,
  Stored,
  StreamHead,
} from "./store_port.ts";
