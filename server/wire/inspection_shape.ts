/**
 * The shapes of what `Inspection` lists: the same as in `inspection.ts`, as checks.
 *
 * @module
 */

import type { Inspection } from "./server_messages.ts";
import { amount, list, object, oneOf, option, type Shape, text, truth, whole } from "./shapes.ts";

const count = whole(0, Number.MAX_SAFE_INTEGER);

const slot = { le: amount, count };

const spread = object({
  count,
  p50: amount,
  p99: amount,
  max: amount,
  slots: option(list(object(slot))),
});

const answerSlot = object({ ...slot, loop: amount, disk: amount, answer: amount });

const connection = object({
  user: option(text),
  remote: text,
  local: text,
  since: count,
  rooms: list(text),
  roomCount: count,
  speech: oneOf(["frames", "text", "websocket", "unknown"]),
  secure: option(truth),
  lag: count,
  queued: count,
  bytesIn: count,
  bytesOut: count,
});

const room = object({
  name: text,
  users: count,
  messages: count,
  deliveries: count,
  bytes: count,
});

const storeNumbers = object({
  records: count,
  groupRecords: spread,
  syncMs: spread,
  liveBytes: count,
  deadBytes: count,
  segments: count,
});

const serverNumbers = object({
  uptimeMs: amount,
  users: count,
  connections: object({ frames: count, text: count, websocket: count, unknown: count }),
  rooms: count,
  roomMessages: count,
  whispers: count,
  deliveries: count,
  whisperDeliveries: option(count),
  roomBytes: option(count),
  whisperBytes: option(count),
  bytesIn: count,
  bytesOut: count,
  lag: count,
  lagMax: count,
  lagBytesMax: option(count),
  storeFailed: option(truth),
  storePendingMs: option(amount),
  acknowledgements: option(list(answerSlot)),
  slowConsumers: count,
  turnedAway: count,
  loginsRefused: count,
  rateLimited: count,
  loopDelayMs: spread,
  fanoutMs: spread,
  rssBytes: count,
  heapBytes: count,
  store: option(storeNumbers),
});

/** Shapes of its fields, by what they are in `Inspection`. */
export const connections: Shape<Inspection["connections"]> = list(connection);
/** See `connections`. */
export const rooms: Shape<NonNullable<Inspection["rooms"]>> = list(room);
/** See `connections`. */
export const figures: Shape<Inspection["figures"]> = serverNumbers;
