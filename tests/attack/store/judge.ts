/**
 * What a store, its verifier and its repair may say of damaged files, and what they may not.
 *
 * - Opening shows the truth, or names what is damaged; a store whose process was killed may show an earlier state, as
 *   far as its last segment was damaged.
 * - Verifying finds nothing only where opening shows that, for reading as for writing; what it finds is in a file that is
 *   another one now. Where opening refused nothing, verifying finds nothing after it that it had not found before.
 * - Repair never shows what was never there. Every message and key of which a record is whole is saved, in its newest
 *   whole version, and something is named where opening refuses. What is not saved is counted: as lost, or as what may be. Where it says that all is saved, all is.
 *
 * @module
 */

import { isAhead } from "../../../db/ahead.ts";
import { type Damage, DamageError, StoreError } from "../../../db/errors.ts";
import { decodePair } from "../../../db/bodies.ts";
import { blockOf, bodyOf, Kind, parseRecord, type RecordHeader } from "../../../db/format.ts";
import { openReadOnly, openStore } from "../../../db/open.ts";
import { isComplete, type RepairReport, repairStore } from "../../../db/repair.ts";
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from "../../../db/segment_header.ts";
import { type VerifyReport, verifyStore } from "../../../db/verify.ts";
import { SimDisk } from "../../db/sim/disk.ts";
import { simWorld } from "../../db/sim/world.ts";
import type { Corruption } from "./corruptions.ts";
import {
  type Content,
  contentOf,
  type Files,
  type SmallStore,
  streamOfBody,
} from "./small_store.ts";

/** A record of the store as it was. */
interface Original {
  readonly lsn: number;
  /** The place that it writes to: a message's or a key's. */
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** The records of messages and keys in whole files. */
export function originalsOf(files: Files): Original[] {
  const records = [...files].flatMap(([file, bytes]) =>
    file.endsWith(".segment") ? [...recordsOf(file, bytes)] : []
  );
  const names = new Map(
    records.filter(({ record }) => record.kind === Kind.stream)
      .map(({ record, body }) => [record.slot, new TextDecoder().decode(body)]),
  );
  return records.flatMap(({ record, body, bytes }) => {
    const { kind, lsn, slot, seq } = record;
    if (kind === Kind.put) return [{ lsn, bytes, place: `key ${decodePair(body)?.key}` }];
    const isMessage = kind === Kind.message || kind === Kind.edit;
    return isMessage ? [{ lsn, bytes, place: `${names.get(slot)} ${seq}` }] : [];
  });
}

function* recordsOf(
  file: string,
  bytes: Uint8Array,
): Generator<{ record: RecordHeader; body: Uint8Array; bytes: Uint8Array }> {
  const outcome = decodeSegmentHeader(bytes);
  if (outcome.kind !== "header") throw new Error(`${file} is damaged to begin with`);
  const block = blockOf(bytes);
  // Room that was made ahead may follow the last one.
  for (let at = SEGMENT_HEADER_BYTES; at < bytes.length && !isAhead(bytes, at);) {
    const parsed = parseRecord(block, at, bytes.length, outcome.header.salt);
    if (parsed.kind !== "record") throw new Error(`${file} is damaged at ${at} to begin with`);
    const { record } = parsed;
    yield { record, body: bodyOf(block, at, record), bytes: bytes.slice(at, at + record.bytes) };
    at += record.bytes;
  }
}

/** Tries what was done to a store. @returns What is wrong with what was said of it. */
export async function judge(
  store: SmallStore,
  originals: readonly Original[],
  corruption: Corruption,
): Promise<string | undefined> {
  const { files } = corruption;
  const opened = await attempt(() => open(files));
  if (!(opened instanceof Error)) {
    const early = store.earlier.some((one) => same(one, opened));
    if (!same(opened, store.content) && !(store.killed && early)) {
      return `opening shows what never was: ${difference(opened, store.content)}`;
    }
  } else if (!isNamed(opened)) return `opening: ${told(opened)}`;
  const wrong = await judgeVerify(store, corruption, opened);
  if (wrong !== undefined) return wrong;
  return await judgeRepair(store, originals, { corruption, opened });
}

/** Holds verifying and opening against each other. */
async function judgeVerify(
  store: SmallStore,
  { files }: Corruption,
  opened: Content | Error,
): Promise<string | undefined> {
  const verify = (files: Files): Promise<VerifyReport> =>
    verifyStore("small", { storage: new SimDisk(files), world: simWorld(2) });
  const verified = await attempt(() => verify(files));
  if (verified instanceof Error) return isNamed(verified) ? undefined : `verify: ${told(verified)}`;
  const { damages } = verified;
  if (damages.length > 0) {
    const isChanged = ({ file }: Damage): boolean =>
      file === "" || file === "manifest" || store.files.get(file) !== files.get(file);
    if (!damages.some(isChanged)) {
      return `verify names files that are as they were: ${JSON.stringify(damages)}`;
    }
  } else if (opened instanceof Error) {
    return `verify finds nothing, and opening: ${told(opened)}`;
  }
  const storage = new SimDisk(files);
  const read = await attempt(async () => {
    using reader = await openReadOnly("small", { storage, world: simWorld(4) });
    return await contentOf(reader);
  });
  if (damages.length === 0 && read instanceof Error) {
    return `verify finds nothing, and opening for reading: ${told(read)}`;
  }
  if (opened instanceof Error) return undefined;
  const again = await attempt(async () => {
    const writer = await openStore("small", { storage, world: simWorld(5), autoCompact: false });
    await writer.close();
    return await verify(storage.contents());
  });
  if (again instanceof Error) return `opening again: ${told(again)}`;
  const before = new Set(damages.map(({ file }) => file));
  const fresh = again.damages.find(({ file }) => !before.has(file));
  return fresh === undefined ? undefined : `opening makes damage: ${JSON.stringify(fresh)}`;
}

async function judgeRepair(
  store: SmallStore,
  originals: readonly Original[],
  { corruption, opened }: { readonly corruption: Corruption; readonly opened: Content | Error },
): Promise<string | undefined> {
  const disk = new SimDisk(corruption.files);
  const target = new SimDisk(new Map(), "repaired");
  disk.at = () => target;
  const options = { storage: disk, world: simWorld(3), nameOf: streamOfBody };
  const report = await attempt(() => repairStore("small", "repaired", options));
  if (report instanceof Error) {
    const nothing = report instanceof StoreError && report.code === "not_a_store" &&
      ![...corruption.files.keys()].some((name) => /segment|manifest/.test(name));
    return nothing ? undefined : `repair: ${told(report)}`;
  }
  if (opened instanceof Error && report.damages.length === 0) {
    return `repair finds nothing, and opening: ${told(opened)}`;
  }
  const content = await attempt(() => open(target.contents()));
  if (content instanceof Error) return `what was repaired does not open: ${told(content)}`;
  return judgeContent(store, originals, { corruption, report, content });
}

interface Repaired {
  readonly corruption: Corruption;
  readonly report: RepairReport;
  readonly content: Content;
}

function judgeContent(
  { content: truth, versions, killed }: SmallStore,
  originals: readonly Original[],
  { corruption, report, content }: Repaired,
): string | undefined {
  const complete = isComplete(report);
  if (report.rivalCount > 0) {
    return `repair says that records contradict each other: ${JSON.stringify(report.rivals[0])}`;
  }
  const counted = report.maybe.records > 0 || report.maybe.unknown.length > 0;
  const invisible = killed && corruption.cut === true;
  if (complete && !same(content, truth) && !invisible) {
    return `repair says that all is saved: ${difference(content, truth)}`;
  }
  for (const [place, what] of content) {
    if (place.startsWith("last of")) continue;
    const name = place.startsWith("recovered-stream-") ? undefined : versions.get(place);
    const known = name?.has(what) ??
      [...versions.values()].some((one) => one.has(what));
    if (!known) return `repair shows what was never there: ${place} is ${what}`;
    if (truth.get(place) !== what && complete && !invisible) return `${place} is out of date`;
  }
  const best = wholeOf(originals, corruption.files);
  for (const [place, what] of truth) {
    if (place.startsWith("last of")) continue;
    const saved = content.get(place);
    if (saved === what) continue;
    const newest = best.get(place);
    const newestOfAll = Math.max(
      ...originals.filter((one) => one.place === place).map(({ lsn }) => lsn),
    );
    if (newest !== undefined && newest >= newestOfAll) {
      return `${place} was whole, and is ${saved ?? "not"} there`;
    }
    if (newest !== undefined && saved === undefined) {
      return `an older ${place} was whole, and is gone`;
    }
    if (saved === undefined && !isLost(report, place) && !counted && !invisible) {
      return `${place} is gone, and nothing is said`;
    }
  }
  for (const { stream, from, to } of report.lost) {
    for (let seq = from; seq <= to; seq++) {
      if (best.has(`${stream} ${seq}`)) return `${stream} ${seq} is called lost, and was whole`;
    }
  }
  return undefined;
}

function isLost({ lost, lostKeys }: RepairReport, place: string): boolean {
  if (place.startsWith("key ")) return lostKeys.includes(place.slice(4));
  const space = place.lastIndexOf(" ");
  const seq = Number(place.slice(space + 1));
  return lost.some(({ stream, from, to }) =>
    stream === place.slice(0, space) && from <= seq && seq <= to
  );
}

/** The newest record of each place that is still whole somewhere on the grid: its LSN. */
function wholeOf(originals: readonly Original[], files: Files): Map<string, number> {
  const best = new Map<string, number>();
  const buffers = [...files.values()].map((bytes) =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  );
  for (const { place, lsn, bytes } of originals) {
    if ((best.get(place) ?? 0) >= lsn) continue;
    const there = buffers.some((buffer) => {
      for (let at = buffer.indexOf(bytes); at >= 0; at = buffer.indexOf(bytes, at + 1)) {
        if (at % 8 === 0) return true;
      }
      return false;
    });
    if (there) best.set(place, lsn);
  }
  return best;
}

async function open(files: Files): Promise<Content> {
  const storage = new SimDisk(files);
  await using store = await openStore("small", {
    storage,
    world: simWorld(5),
    autoCompact: false,
  });
  return await contentOf(store);
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

/** Whether an error is one that names the damage. */
function isNamed(error: Error): boolean {
  return error instanceof DamageError ||
    (error instanceof StoreError && error.code === "not_a_store") ||
    /^\S+ \d+: /.test(error.message);
}

function told(error: Error): string {
  return `${error.name}: ${error.message}\n${error.stack}`;
}

function same(one: Content, other: Content): boolean {
  return one.size === other.size && [...one].every(([place, what]) => other.get(place) === what);
}

function difference(one: Content, other: Content): string {
  const places = new Set([...one.keys(), ...other.keys()]);
  return [...places].filter((place) => one.get(place) !== other.get(place))
    .map((place) => `${place} is ${one.get(place)}, not ${other.get(place)}`).join("; ");
}
