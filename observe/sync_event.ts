/**
 * A sync of a file as the kernel hands it over: the mirror of `struct sync_event` in `bpf/event.h`.
 *
 * It stands in the ring between the calls of `event.ts`, and is known by its length. Pure.
 *
 * @module
 */

import { u64 } from "./event.ts";
import type { Sync } from "./observation.ts";

/** Bytes of it. */
export const SYNC_EVENT_BYTES = 32;

/** Where its fields begin. */
export const SYNC_EVENT = {
  tsNs: 0,
  durationNs: 8,
  result: 16,
  fd: 20,
  pid: 24,
  tid: 28,
} as const;

/** Decodes one. @param at Where it begins in the view. */
export function decodeSync(view: DataView, at: number): Sync {
  const result = view.getInt32(at + SYNC_EVENT.result, true);
  return {
    ts: u64(view, at + SYNC_EVENT.tsNs),
    durationNs: u64(view, at + SYNC_EVENT.durationNs),
    fd: view.getInt32(at + SYNC_EVENT.fd, true),
    pid: view.getUint32(at + SYNC_EVENT.pid, true),
    tid: view.getUint32(at + SYNC_EVENT.tid, true),
    ...(result < 0 ? { errno: -result } : {}),
  };
}
