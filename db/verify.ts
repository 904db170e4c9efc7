/**
 * Verifying a store: every byte that counts is read and checked, nothing is changed. Opening is the last judge: what
 * sends people here because it refuses a store must not be told that nothing is damaged.
 *
 * It works beside a running server. What the server has written but not synced yet may or may not be seen.
 *
 * @module
 */

import { lookBeside } from "./beside.ts";
import type { Damage } from "./errors.ts";
import { tryRead, unreadable } from "./files.ts";
import { decodeHint, encodeHint, hintName } from "./hint.ts";
import { takeFloors } from "./kept_floors.ts";
import { SCAN_CHUNK_BYTES } from "./limits.ts";
import { doubledStreams } from "./load.ts";
import { buildHint } from "./maintenance.ts";
import type { ReadOptions } from "./open.ts";
import { type Checked, checkStore } from "./check.ts";
import { refusedBy } from "./refusal.ts";
import type { Segment, Segments } from "./segments.ts";
import { diskStorage } from "./disk.ts";
import type { Storage } from "./storage.ts";

/** What verifying has found. */
export interface VerifyReport {
  /** How many segments were read. */
  readonly segments: number;
  /** How many bytes were checked. */
  readonly bytes: number;
  /** How many streams there are. */
  readonly streams: number;
  /** How many messages are there. */
  readonly messages: number;
  /** How many keys there are. */
  readonly keys: number;
  /**
   * How many bodies stand in the files that no reader is shown any more, since their messages were edited, deleted or
   * dropped. None means that such text is in no file that counts; `Store.compact` with the reach `dead` brings that about.
   */
  readonly dead: number;
  /** In how many complete segments a kill has left something behind their end; it may be such a body, too. */
  readonly leftBehind: number;
  /** What is damaged; none means that all that was acknowledged is there. */
  readonly damages: readonly Damage[];
}

/** How to verify. */
export interface VerifyOptions extends ReadOptions {
  /**
   * Told after each segment how many of how many bytes have been checked. Begins again at none when a writer has
   * come in between.
   */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Checks a store.
 *
 * @param directory The store's directory.
 * @throws {StoreError} `not_a_store`, `newer_format`, `busy` when the writer changes it too fast to be read.
 */
export async function verifyStore(
  directory: string,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  const storage = options.storage ?? diskStorage(directory);
  return await lookBeside(storage, () => verifyOnce(storage, options));
}

/** Checks every byte once, and asks at last whether the store can be opened. */
async function verifyOnce(storage: Storage, options: VerifyOptions): Promise<VerifyReport> {
  const report = await readAll(storage, options);
  if (report.damages.length > 0) return report;
  return { ...report, damages: await refusedBy(storage, options.forgotten) };
}

async function readAll(storage: Storage, options: VerifyOptions): Promise<VerifyReport> {
  const found = await checkStore(storage);
  using segments = found.segments;
  const damages = [
    ...found.damages,
    ...doubledStreams(found.catalog),
    ...lostMessages(found),
    ...takeFloors(found.catalog, segments),
  ];
  const total = found.complete.reduce((sum, { end }) => sum + end, 0);
  let done = 0;
  for (const segment of found.complete) {
    damages.push(...await checkHint(storage, segments, segment));
    options.onProgress?.(done += segment.end, total);
  }
  const streams = [...found.catalog.streams.all()];
  const messages = streams.reduce((sum, { live }) => sum + live, 0);
  let leftBehind = 0;
  for (const segment of found.complete.slice(0, -1)) {
    if (await hasLeftBehind(segments, segment)) leftBehind++;
  }
  return {
    segments: found.complete.length,
    bytes: total,
    streams: streams.length,
    messages,
    keys: found.catalog.keys.size(),
    dead: Math.max(0, found.bodies - messages),
    leftBehind,
    damages,
  };
}

/**
 * A hint that is valid must say exactly what the segment says. Only the time of a sample may be later, as earlier versions
 * noted it: that of the first body that was written, where an edit has an older one.
 */
async function checkHint(
  storage: Storage,
  segments: Segments,
  segment: Segment,
): Promise<Damage[]> {
  const file = hintName(segment.id);
  const read = await tryRead(storage, file);
  const stored = read.kind === "bytes" ? read.bytes : undefined;
  const said = stored === undefined ? undefined : decodeHint(segment, stored);
  if (stored === undefined || said === undefined) return [];
  const { hint, damages } = await buildHint(segments, segment);
  if (damages.length > 0) return [];
  const samples = hint.samples.map((sample, i) => {
    const at = said.samples[i]?.at ?? sample.at;
    return at > sample.at ? { ...sample, at } : sample;
  });
  const made = encodeHint(segment, { ...hint, samples });
  const same = made.length === stored.length && made.every((byte, i) => byte === stored[i]);
  return same ? [] : [{
    file,
    offset: 0,
    bytes: stored.length,
    reason: "the hint is valid and does not say what the segment says; remove it",
  }];
}

/** Whether anything but zeros stands behind the end of a segment. */
async function hasLeftBehind(segments: Segments, segment: Segment): Promise<boolean> {
  const buffer = new Uint8Array(SCAN_CHUNK_BYTES);
  try {
    for (let at = segment.end;;) {
      const got = await segments.read(segment, buffer, at);
      if (buffer.subarray(0, got).some((byte) => byte !== 0)) return true;
      if (got < buffer.length) return false;
      at += got;
    }
  } catch (error) {
    if (unreadable(error) === undefined) throw error;
    return false;
  }
}

function lostMessages({ catalog }: Checked): Damage[] {
  return [...catalog.holed()].map(({ name, absent }) => ({
    file: "",
    offset: 0,
    bytes: 0,
    reason: absent === 1
      ? `1 message of stream '${name}' is lost`
      : `${absent} messages of stream '${name}' are lost`,
  }));
}
