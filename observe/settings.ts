/**
 * What the kernel program is told before it is loaded: the mirror of `struct settings` in
 * `bpf/event.h` (.rodata).
 *
 * @module
 */

import { COMM_BYTES_MAX } from "./limits.ts";
import type { Whom } from "./whom.ts";

/** Bytes of the settings. */
export const SETTINGS_BYTES = 56;

/** Where the fields of the settings begin. */
export const SETTINGS = {
  scope: 0,
  events: 4,
  entryRequired: 8,
  wakeup: 12,
  nsDevice: 16,
  nsInode: 24,
  self: 32,
  cgroupCount: 36,
  comm: 40,
} as const;

/** What the kernel program is to do. */
export interface Settings {
  /** Whom to watch. Which processes and control groups these are is in maps of the kernel. */
  readonly whom: Whom;
  /** The reader's own process, as it sees itself. */
  readonly self: number;
  /** Whether each call is told. */
  readonly events: boolean;
  /** Whether calls are left out whose entry no probe saw. */
  readonly entryRequired: boolean;
  /** Whether a waiting reader is woken. */
  readonly wakeup: boolean;
  /** The device of the reader's pid namespace, as `stat` tells it; 0 for the first one. */
  readonly nsDevice: number;
  /** The inode of the reader's pid namespace; 0 for the first one. */
  readonly nsInode: number;
}

/** The kinds of `Whom` by the kernel program's numbers. */
const SCOPES: readonly Whom["kind"][] = ["processes", "comm", "cgroup", "all"];

/** The bytes of settings. */
export function encodeSettings(settings: Settings): Uint8Array<ArrayBuffer> {
  const { whom } = settings;
  const bytes = new Uint8Array(SETTINGS_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(SETTINGS.scope, SCOPES.indexOf(whom.kind), true);
  view.setUint32(SETTINGS.events, Number(settings.events), true);
  view.setUint32(SETTINGS.entryRequired, Number(settings.entryRequired), true);
  view.setUint32(SETTINGS.wakeup, Number(settings.wakeup), true);
  view.setBigUint64(SETTINGS.nsDevice, BigInt(settings.nsDevice), true);
  view.setBigUint64(SETTINGS.nsInode, BigInt(settings.nsInode), true);
  view.setUint32(SETTINGS.self, settings.self, true);
  if (whom.kind === "cgroup") {
    view.setUint32(SETTINGS.cgroupCount, whom.cgroups.length, true);
  }
  if (whom.kind === "comm") {
    bytes.set(new TextEncoder().encode(whom.comm).subarray(0, COMM_BYTES_MAX), SETTINGS.comm);
  }
  return bytes;
}
