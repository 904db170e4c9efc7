/**
 * The chat server.
 *
 * @module
 */

export { connectionsThatFit } from "./descriptors.ts";
export type { ServerEvent } from "./events.ts";
export { type Limits, LIMITS_DEFAULT } from "./limits.ts";
export { type MemoryBounds, memoryStore } from "./memory_store.ts";
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
