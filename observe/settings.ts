/**
 * What the kernel program is told before it is loaded: the mirror of `struct settings` in
 * `bpf/event.h` (.rodata).
 *
 * @module
 */

import { PIDS_MAX } from "./limits.ts";

/** Bytes of the settings. */
export const SETTINGS_BYTES = 160;

/** Where the fields of the settings begin. */
export const SETTINGS = {
  pidCount: 0,
  events: 4,
  entryRequired: 8,
  wakeup: 12,
  nsDevice: 16,
  nsInode: 24,
  pids: 32,
} as const;

/** What the kernel program is to do. */
export interface Settings {
  /** The processes to watch, as the reader sees them; at most 32. */
  readonly pids: readonly number[];
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

/**
 * The bytes of settings.
 *
 * @throws {RangeError} When there are more processes than may be watched.
 */
export function encodeSettings(settings: Settings): Uint8Array<ArrayBuffer> {
  const { pids } = settings;
  if (pids.length > PIDS_MAX) {
    throw new RangeError(
      `At most ${PIDS_MAX} processes can be watched at once, not ${pids.length}`,
    );
  }
  const view = new DataView(new ArrayBuffer(SETTINGS_BYTES));
  view.setUint32(SETTINGS.pidCount, pids.length, true);
  view.setUint32(SETTINGS.events, Number(settings.events), true);
  view.setUint32(SETTINGS.entryRequired, Number(settings.entryRequired), true);
  view.setUint32(SETTINGS.wakeup, Number(settings.wakeup), true);
  view.setBigUint64(SETTINGS.nsDevice, BigInt(settings.nsDevice), true);
  view.setBigUint64(SETTINGS.nsInode, BigInt(settings.nsInode), true);
  for (const [place, pid] of pids.entries()) {
    view.setUint32(SETTINGS.pids + 4 * place, pid, true);
  }
  return new Uint8Array(view.buffer);
}
